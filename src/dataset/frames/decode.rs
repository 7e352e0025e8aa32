//! Text files as Polars wants them: UTF-8, with as many cells in each row as in the header.

use std::fs::{self, File};
use std::io::Read;
use std::path::Path;
use std::sync::OnceLock;

use polars::io::utils::compression::CompressedReader;

use crate::dataset::{Encoding, Part, Source, Trouble};

/// The byte order mark of UTF-8.
pub(super) const MARK: &[u8] = &[0xef, 0xbb, 0xbf];

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

/// Whether the bytes of a file are its text.
pub(super) fn is_plain(source: &Source, file: &Path) -> Result<bool, Trouble> {
    if file == Path::new("-") {
        return Ok(false);
    }
    let mut start = [0; 4];
    let read = File::open(file).and_then(|file| file.take(4).read(&mut start));
    read.map_err(|error| unreadable(file, &error.to_string()))?;
    let packed = start.starts_with(&[0x1f, 0x8b]) || start == [0x28, 0xb5, 0x2f, 0xfd];
    let marked = start.starts_with(&[0xff, 0xfe]) || start.starts_with(&[0xfe, 0xff]);
    Ok(matches!(source.encoding, None | Some(Encoding::Utf8)) && !packed && !marked)
}

/// The text of a file in UTF-8.
pub(super) fn text(source: &Source, file: &Path) -> Result<Vec<u8>, Trouble> {
    let bytes = bytes(file)?;
    if is_plain(source, file)? {
        return Ok(bytes);
    }
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
            return Ok(encoding_rs::mem::decode_latin1(unpacked).into_owned().into_bytes());
        }
    });
    let Some(encoding) = encoding else { return Ok(unpacked.to_vec()) };
    let (text, _, wrong) = encoding.decode(unpacked);
    if wrong {
        return Err(unreadable(file, &format!("it is not written in {}", encoding.name())));
    }
    Ok(text.into_owned().into_bytes())
}

pub(super) fn unreadable(file: &Path, why: &str) -> Trouble {
    Trouble::new(Part::Data, format!("{} cannot be read: {why}", file.display()))
}
