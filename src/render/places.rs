//! Where things stand, in the terms of other tools: regions and URIs.

use crate::mistake::{Files, Place};

/// A stretch of text, lines and columns counted from one; the end column is one past the last
/// character.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Region {
    pub line: usize,
    pub column: usize,
    pub end_line: usize,
    pub end_column: usize,
}

/// Characters, as editors count columns.
pub(super) fn characters(text: &str) -> usize {
    text.chars().count()
}

/// UTF-16 units, as JSON formats count columns.
pub(super) fn utf16(text: &str) -> usize {
    text.encode_utf16().count()
}

/// The region of a place, with columns counted by `length`.
pub(super) fn region(files: &Files, place: Place, length: fn(&str) -> usize) -> Region {
    let place = files.whole(place);
    let text = files.text(place.file);
    let at = |byte: usize| {
        let (line, start) = files.line_start(place.file, byte);
        (line, length(text.get(start..byte).unwrap_or("")) + 1)
    };
    let ((line, column), (end_line, end_column)) = (at(place.start), at(place.end));
    Region { line, column, end_line, end_column }
}

/// The first line of a place: of an assertion, its header.
pub(super) fn first_line(files: &Files, place: Place) -> Place {
    let length = files.slice(place).lines().next().map_or(0, str::len);
    Place { end: place.start + length, ..place }
}

/// The name of a file as a path for other tools, with forward slashes; nothing for standard input.
pub(super) fn path(files: &Files, file: usize) -> Option<String> {
    let name = files.name(file);
    (!name.is_empty() && name != "<stdin>").then(|| name.replace('\\', "/"))
}

/// A path as a URI reference: relative if the path is, and encoded where it must be.
pub(super) fn uri(path: &str) -> String {
    let drive = path.as_bytes().get(1) == Some(&b':');
    let mut uri = String::from(match (drive, path.starts_with('/')) {
        (true, _) => "file:///",
        (_, true) => "file://",
        _ => "",
    });
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                uri.push(char::from(byte));
            }
            byte => uri.push_str(&format!("%{byte:02X}")),
        }
    }
    uri
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_counted_as_asked() {
        let mut files = Files::default();
        let file = files.add("a.toml", "x = 1\n\u{1d7d9}é = \"€4\"\nend\n");
        let start = "x = 1\n\u{1d7d9}é = ".len();
        let place = Place::new(file, start..start + "\"€4\"\nend".len());
        let wide = region(&files, place, utf16);
        assert_eq!(wide, Region { line: 2, column: 7, end_line: 3, end_column: 4 });
        assert_eq!(region(&files, place, characters).column, 6);
        assert_eq!(files.slice(first_line(&files, place)), "\"€4\"");
    }

    #[test]
    fn names_of_files_become_uris() {
        assert_eq!(uri("claims/a b.toml"), "claims/a%20b.toml");
        assert_eq!(uri("/tmp/ä.toml"), "file:///tmp/%C3%A4.toml");
        assert_eq!(uri("10:30.toml"), "10%3A30.toml");
    }
}
