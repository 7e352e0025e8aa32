//! Workbooks are ZIP archives: which kind, and that they do not unpack to more than can be held.

use std::io::{Cursor, Read};

use zip::ZipArchive;

/// Bytes that the parts of a workbook may have together once they are unpacked.
const MOST_BYTES: u64 = 1 << 30;
/// A byte of packed data gives at most so many.
const MOST_RATIO: u64 = 1_032;

/// Whose workbook it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Xlsx,
    Ods,
}

/// Looks into a workbook; an error is why it cannot be read.
pub(super) fn check(bytes: &[u8]) -> Result<Kind, String> {
    within(bytes, MOST_BYTES)
}

fn within(bytes: &[u8], most: u64) -> Result<Kind, String> {
    if bytes.starts_with(&[0xd0, 0xcf, 0x11, 0xe0]) {
        return Err("it is locked with a password, or of the kind before XLSX".to_owned());
    }
    let damaged = |error: zip::result::ZipError| format!("it is no workbook, or cut off: {error}");
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(damaged)?;
    let mut total = 0_u64;
    for at in 0..archive.len() {
        let part = archive.by_index_raw(at).map_err(damaged)?;
        let (size, packed) = (part.size(), part.compressed_size());
        drop(part);
        // What a part says of its size need not be so.
        let size = if packed.saturating_mul(MOST_RATIO) > most {
            let part = archive.by_index(at).map_err(damaged)?;
            let limited = &mut part.take(most + 1);
            std::io::copy(limited, &mut std::io::sink())
                .map_err(|error| format!("the workbook is damaged: {error}"))?
        } else {
            size.max(packed)
        };
        total = total.saturating_add(size);
        if total > most {
            return Err(format!("it unpacks to more than {} megabytes", most >> 20));
        }
    }
    let ods = archive.index_for_name("content.xml").is_some();
    Ok(if ods { Kind::Ods } else { Kind::Xlsx })
}

/// One part of an archive that was checked.
pub(super) fn part<'a>(
    archive: &'a mut ZipArchive<Cursor<&[u8]>>,
    name: &str,
) -> Result<impl Read + 'a, String> {
    let part = archive.by_name(name).map_err(|error| format!("{name}: {error}"))?;
    Ok(part.take(MOST_BYTES))
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Write};

    use zip::ZipWriter;
    use zip::write::SimpleFileOptions;

    use super::{Kind, within};

    fn packed(size: usize) -> Vec<u8> {
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        writer.start_file("content.xml", SimpleFileOptions::default()).unwrap();
        writer.write_all(&vec![0; size]).unwrap();
        writer.finish().unwrap().into_inner()
    }

    #[test]
    fn what_unpacks_to_too_much_is_refused() {
        let (size, most) = (3 << 20, 2 << 20);
        let mut bytes = packed(size);
        assert_eq!(within(&bytes, 4 << 20), Ok(Kind::Ods));
        let refused = Err("it unpacks to more than 2 megabytes".to_owned());
        assert_eq!(within(&bytes, most), refused);
        // Where the file says that it unpacks to one byte, it is unpacked to see.
        let said = u32::try_from(size).unwrap().to_le_bytes();
        let places: Vec<usize> =
            (0..bytes.len() - 4).filter(|at| bytes[*at..at + 4] == said).collect();
        assert!(!places.is_empty());
        for at in places {
            bytes[at..at + 4].copy_from_slice(&1_u32.to_le_bytes());
        }
        assert!(within(&bytes, most).is_err());
        assert_eq!(within(&packed(1000), most), Ok(Kind::Ods));
    }
}
