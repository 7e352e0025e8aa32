//! Text files as Polars wants them: UTF-8, with as many cells in each row as in the header.

use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::sync::OnceLock;

use polars::io::utils::compression::CompressedReader;

use crate::dataset::{Encoding, Part, Source, Trouble};

/// All bytes of a file, or of standard input, which is read once.
pub(super) fn bytes(file: &Path) -> Result<Vec<u8>, Trouble> {
    static INPUT: OnceLock<Result<Vec<u8>, String>> = OnceLock::new();
    let read = if file == Path::new("-") {
        let read = || {
            let mut bytes = Vec::new();
            let read = std::io::stdin().read_to_end(&mut bytes);
            read.map(|_| bytes).map_err(|error| error.to_string())
        };
        INPUT.get_or_init(read).clone()
    } else {
        fs::read(file).map_err(|error| error.to_string())
    };
    read.map_err(|why| unreadable(file, &why))
}

/// The text of a file in UTF-8, if the bytes on disk are not just that.
pub(super) fn text(source: &Source, file: &Path) -> Result<Option<Vec<u8>>, Trouble> {
    let mut start = [0; 4];
    let plain = file != Path::new("-");
    if plain {
        let read = File::open(file).and_then(|file| file.take(4).read(&mut start));
        read.map_err(|error| unreadable(file, &error.to_string()))?;
    }
    let packed = start.starts_with(&[0x1f, 0x8b]) || start == [0x28, 0xb5, 0x2f, 0xfd];
    let marked = start.starts_with(&[0xff, 0xfe]) || start.starts_with(&[0xfe, 0xff]);
    let utf8 = matches!(source.encoding, None | Some(Encoding::Utf8));
    if plain && utf8 && !packed && !marked {
        return Ok(None);
    }
    let bytes = bytes(file)?;
    let unpacked = CompressedReader::try_new(bytes.into())
        .and_then(|mut reader| Ok(reader.read_next_slice(&Default::default(), usize::MAX)?.0));
    let unpacked = unpacked.map_err(|error| unreadable(file, &error.to_string()))?;
    let unpacked: &[u8] = &unpacked;
    let marked = encoding_rs::Encoding::for_bom(unpacked).map(|(encoding, _)| encoding);
    let encoding = marked.or(match source.encoding {
        None | Some(Encoding::Utf8) => None,
        Some(Encoding::Utf16) => Some(encoding_rs::UTF_16LE),
        Some(Encoding::Windows1252) => Some(encoding_rs::WINDOWS_1252),
        Some(Encoding::Latin1) => {
            return Ok(Some(encoding_rs::mem::decode_latin1(unpacked).into_owned().into_bytes()));
        }
    });
    let Some(encoding) = encoding else { return Ok(Some(unpacked.to_vec())) };
    let (text, _, wrong) = encoding.decode(unpacked);
    if wrong {
        return Err(unreadable(file, &format!("it is not written in {}", encoding.name())));
    }
    Ok(Some(text.into_owned().into_bytes()))
}

/// Checks that a file is UTF-8, has a header with different names, and has as many cells in
/// each row as in the header. Returns the number of rows below the header.
pub(super) fn check(
    file: &Path,
    text: Option<&[u8]>,
    (delimiter, quote): (u8, u8),
    header: u32,
) -> Result<u64, Trouble> {
    let mut reader: Box<dyn BufRead + '_> = match text {
        Some(text) => Box::new(text),
        None => {
            let opened = File::open(file).map_err(|error| unreadable(file, &error.to_string()))?;
            Box::new(BufReader::with_capacity(1 << 20, opened))
        }
    };
    let (mut line, mut at, mut skip) = (Vec::new(), 0, header.saturating_sub(1));
    let (mut wide, mut rows, mut cells, mut quoted) = (None, 0_u64, 1, false);
    let fault = |what: String| Err(Trouble::new(Part::Data, what));
    let shown = file.display();
    loop {
        line.clear();
        let read = reader.read_until(b'\n', &mut line);
        if read.map_err(|error| unreadable(file, &error.to_string()))? == 0 {
            break;
        }
        if let Err(error) = std::str::from_utf8(&line) {
            let byte = at + error.valid_up_to() + 1;
            let row = if wide.is_some() { format!("row {}", rows + 1) } else { "header".into() };
            let what = format!("{shown} is not UTF-8: {row}, byte {byte} of the file");
            let help = "declare how it is written, as in encoding = \"windows-1252\"";
            return Err(Trouble::new(Part::Data, what).help(help));
        }
        at += line.len();
        if skip > 0 {
            skip -= 1;
            continue;
        }
        if !quoted && line.iter().all(|byte| matches!(byte, b'\r' | b'\n')) {
            // Polars makes a row of missing cells of a blank line.
            rows += u64::from(wide.is_some());
            continue;
        }
        for byte in &line {
            quoted ^= *byte == quote;
            cells += usize::from(!quoted && *byte == delimiter);
        }
        if quoted {
            continue;
        }
        match wide {
            None => wide = Some(cells),
            Some(wide) if wide != cells => {
                let row = rows + 1;
                return fault(format!(
                    "{shown} has {cells} cells in row {row}, but {wide} in the header"
                ));
            }
            Some(_) => rows += 1,
        }
        cells = 1;
    }
    if quoted {
        return fault(format!("{shown} has a quote in row {} that is not closed", rows + 1));
    }
    if wide.is_none() {
        return fault(format!("{shown} is empty: it has not even a header"));
    }
    Ok(rows)
}

pub(super) fn unreadable(file: &Path, why: &str) -> Trouble {
    Trouble::new(Part::Data, format!("{} cannot be read: {why}", file.display()))
}
