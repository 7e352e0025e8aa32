//! Text files as Polars wants them: UTF-8, with as many cells in each row as in the header.

use std::fs::{self, File};
use std::io::Read;
use std::path::Path;
use std::sync::OnceLock;

use polars::io::utils::compression::CompressedReader;
use polars::prelude::{ParquetReader, SerReader};

use super::parts;
use crate::dataset::{Encoding, Format, Part, Source, Trouble};

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
    if is_plain(source, file)? {
        return bytes(file);
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
            return Ok(encoding_rs::mem::decode_latin1(unpacked).into_owned().into_bytes());
        }
    });
    let Some(encoding) = encoding else { return Ok(unpacked.to_vec()) };
    let (text, _, wrong) = encoding.decode(unpacked);
    if wrong {
        let before = text.split(char::REPLACEMENT_CHARACTER).next().unwrap_or_default();
        let line = before.matches('\n').count() + 1;
        let why = format!("line {line} is not written in {}", encoding.name());
        return Err(unreadable(file, &why));
    }
    Ok(text.into_owned().into_bytes())
}

pub(super) fn unreadable(file: &Path, why: &str) -> Trouble {
    Trouble::new(Part::Data, format!("{} cannot be read: {why}", file.display()))
}
