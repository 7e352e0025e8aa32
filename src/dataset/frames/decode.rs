//! Text files as Polars wants them: UTF-8, with as many cells in each row as in the header.

use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::sync::OnceLock;

use polars::io::utils::compression::CompressedReader;
use polars::prelude::{ParquetReader, SerReader};

use super::parts;
use crate::dataset::{Encoding, Format, Part, Source, Trouble};

/// The byte order mark of UTF-8.
const MARK: &[u8] = &[0xef, 0xbb, 0xbf];

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

/// Checks that the parts that Parquet files say they have lie within the files, on which Polars
/// relies.
pub(super) fn sound(source: &Source) -> Result<(), Trouble> {
    for file in parts::files(source)? {
        if parts::format(source, &file)? != Format::Parquet || file == Path::new("-") {
            continue;
        }
        let cut = |error: &dyn std::fmt::Display| {
            let why = error.to_string();
            unreadable(&file, why.lines().next().unwrap_or_default())
        };
        let opened = File::open(&file).map_err(|error| cut(&error))?;
        let size = opened.metadata().map_err(|error| cut(&error))?.len();
        let mut reader = ParquetReader::new(opened);
        let data = reader.get_metadata().map_err(|error| cut(&error))?;
        for (at, group) in data.row_groups.iter().enumerate() {
            let within =
                |range: std::ops::Range<u64>| range.start <= range.end && range.end <= size;
            if !group.byte_ranges_iter().chain([group.full_byte_range()]).all(within) {
                let why = format!("its row group {} does not lie within the file", at + 1);
                return Err(unreadable(&file, &why));
            }
        }
    }
    Ok(())
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
        let before = text.split(char::REPLACEMENT_CHARACTER).next().unwrap_or_default();
        let line = before.matches('\n').count() + 1;
        let why = format!("line {line} is not written in {}", encoding.name());
        return Err(unreadable(file, &why));
    }
    Ok(Some(text.into_owned().into_bytes()))
}

/// Checks that a file is UTF-8, has a header with different names, and has as many cells in
/// each row as in the header. Returns the number of rows below the header, and whether there are
/// quotes within unquoted cells.
pub(super) fn check(
    file: &Path,
    text: Option<&[u8]>,
    signs: (u8, u8),
    header: u32,
) -> Result<(u64, bool), Trouble> {
    let walked = walk(file, text, signs, header, None)?;
    Ok((walked.rows, walked.stray))
}

/// The line of a row, both counted from 1, if the file has so many.
pub(super) fn line(
    file: &Path,
    text: Option<&[u8]>,
    signs: (u8, u8),
    header: u32,
    row: u64,
) -> Option<u64> {
    let walked = walk(file, text, signs, header, Some(row)).ok()?;
    (walked.rows == row).then_some(walked.line)
}

/// How far a file was gone through.
struct Walked {
    rows: u64,
    /// The line in which the last row begins.
    line: u64,
    /// Whether there are quotes within unquoted cells.
    stray: bool,
}

/// Goes through a file, to the end of a row if that is asked.
fn walk(
    file: &Path,
    text: Option<&[u8]>,
    (delimiter, quote): (u8, u8),
    header: u32,
    until: Option<u64>,
) -> Result<Walked, Trouble> {
    let mut reader: Box<dyn BufRead + '_> = match text {
        Some(text) => Box::new(text),
        None => {
            let opened = File::open(file).map_err(|error| unreadable(file, &error.to_string()))?;
            Box::new(BufReader::with_capacity(1 << 20, opened))
        }
    };
    let (mut line, mut at, mut skip) = (Vec::new(), 0, header.saturating_sub(1));
    let (mut wide, mut rows, mut cells, mut quoted) = (None, 0_u64, 1, false);
    // Whether the cell began with a quote.
    let (mut whole, mut stray) = (false, false);
    // The line that is read, and the one in which the row begins.
    let (mut lines, mut begin) = (0, 0);
    let fault = |what: String| Err(Trouble::new(Part::Data, what));
    let shown = file.display();
    while until != Some(rows) {
        line.clear();
        let read = reader.read_until(b'\n', &mut line);
        if read.map_err(|error| unreadable(file, &error.to_string()))? == 0 {
            break;
        }
        lines += 1;
        if !quoted {
            begin = lines;
        }
        if let Err(error) = std::str::from_utf8(&line) {
            let byte = at + error.valid_up_to() + 1;
            let place = match wide {
                Some(_) => format!("row {} (line {lines})", rows + 1),
                None => format!("the header (line {lines})"),
            };
            let what = format!("{shown} is not UTF-8 in {place}, at byte {byte} of the file");
            let help = "declare how it is written, as in encoding = \"windows-1252\"";
            return Err(Trouble::new(Part::Data, what).help(help));
        }
        // UTF-16 of English text is UTF-8 with zeros in it.
        if line.contains(&0) {
            let what = format!("{shown} is not UTF-8 text: line {lines} has zero bytes");
            let help = "if it is written in UTF-16, declare encoding = \"utf-16\"";
            return Err(Trouble::new(Part::Data, what).help(help));
        }
        // A byte order mark stands before the first cell, not in it.
        if at == 0 && line.starts_with(MARK) {
            line.drain(..MARK.len());
            at += MARK.len();
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
        // A quote opens a cell only at its start; within `5" pipe` it is a character like others.
        let mut start = !quoted;
        for byte in &line {
            if *byte == quote && (start || whole) {
                whole = true;
                quoted = !quoted;
            } else if !quoted && *byte == delimiter {
                cells += 1;
                whole = false;
            }
            stray |= *byte == quote && !whole;
            start = !quoted && *byte == delimiter;
        }
        if quoted {
            continue;
        }
        match wide {
            None => wide = Some(cells),
            Some(wide) if wide != cells => {
                let (row, s) = (rows + 1, if cells == 1 { "" } else { "s" });
                return fault(format!(
                    "{shown} has {cells} cell{s} in row {row} (line {begin}), but {wide} in the header"
                ));
            }
            Some(_) => rows += 1,
        }
        (cells, whole) = (1, false);
    }
    if quoted {
        return fault(format!(
            "{shown} has a quote in row {} (line {begin}) that is not closed",
            rows + 1
        ));
    }
    if wide.is_none() {
        return fault(format!("{shown} is empty: it has not even a header"));
    }
    Ok(Walked { rows, line: begin, stray })
}

/// Puts cells with a quote in their midst into quotes, which Polars needs to find their ends.
pub(super) fn requoted(text: &[u8], (delimiter, quote): (u8, u8)) -> Vec<u8> {
    let ends = |byte: &u8| *byte == delimiter || matches!(byte, b'\r' | b'\n');
    let text = text.strip_prefix(MARK).unwrap_or(text);
    let (mut new, mut rest) = (Vec::with_capacity(text.len()), text);
    while let Some(first) = rest.first() {
        let mut quoted = false;
        let end = rest.iter().position(|byte| {
            quoted ^= *first == quote && *byte == quote;
            !quoted && ends(byte)
        });
        let (cell, after) = rest.split_at(end.unwrap_or(rest.len()));
        if *first != quote && cell.contains(&quote) {
            new.push(quote);
            for byte in cell {
                new.extend((*byte == quote).then_some(quote));
                new.push(*byte);
            }
            new.push(quote);
        } else {
            new.extend_from_slice(cell);
        }
        new.extend(after.first());
        rest = after.get(1..).unwrap_or_default();
    }
    new
}

pub(super) fn unreadable(file: &Path, why: &str) -> Trouble {
    Trouble::new(Part::Data, format!("{} cannot be read: {why}", file.display()))
}
