//! Rows of delimited text: where they end, and whether they have the cells of the header.

use std::io::Read;
use std::ops::ControlFlow;

use memchr::{memchr, memchr_iter, memchr3_iter, memrchr};

/// What stands between cells, and around those with a delimiter; no quote where none is used.
#[derive(Clone, Copy)]
pub(super) struct Signs {
    pub delimiter: u8,
    pub quote: Option<u8>,
}

impl Signs {
    /// With the quote only if the text has one.
    pub(super) fn of(self, text: &[u8]) -> Self {
        Self { quote: self.quote.filter(|quote| memchr(*quote, text).is_some()), ..self }
    }
}

/// What rows are like.
#[derive(Default, Debug, PartialEq)]
pub(super) struct Shape {
    /// How many there are, blank ones left out where there are several columns.
    pub rows: u64,
    /// Whether there are quotes within unquoted cells, or blank rows to be left out.
    pub odd: bool,
}

/// A row that is not as it should be.
#[derive(Debug, PartialEq)]
pub(super) struct Misfit {
    /// Which one, counted from 1 in the text at hand.
    pub row: u64,
    /// The byte of the text that it starts with, or that is wrong, counted from 0.
    pub at: usize,
    pub why: Why,
}

#[derive(Debug, PartialEq)]
pub(super) enum Why {
    /// So many cells.
    Cells(usize),
    /// A quote is not closed.
    Open,
    /// A byte is not of UTF-8.
    Byte,
}

/// One row of a text.
struct Row {
    start: usize,
    /// After its line end.
    end: usize,
    cells: usize,
    stray: bool,
    closed: bool,
}

impl Row {
    fn is_blank(&self, text: &[u8]) -> bool {
        self.cells == 1
            && text[self.start..self.end].iter().all(|byte| matches!(byte, b'\r' | b'\n'))
    }
}

/// Goes from row to row. A quote opens a cell only at its start: within `5" pipe` it is a
/// character like others.
fn each(text: &[u8], signs: Signs, take: impl FnMut(Row) -> ControlFlow<()>) {
    match signs.quote {
        Some(quote) => each_with_quotes(text, (signs.delimiter, quote), take),
        None => each_plain(text, signs.delimiter, take),
    }
}

fn each_plain(text: &[u8], delimiter: u8, mut take: impl FnMut(Row) -> ControlFlow<()>) {
    // Sums of single bytes are what compilers make fast code of.
    let among = |part: &[u8]| part.iter().map(|byte| u8::from(*byte == delimiter)).sum::<u8>();
    let count = |line: &[u8]| line.chunks(255).map(|part| usize::from(among(part))).sum::<usize>();
    let mut start = 0;
    for end in memchr_iter(b'\n', text).map(|end| end + 1).chain([text.len()]) {
        if start == end {
            continue;
        }
        let cells = 1 + count(&text[start..end]);
        if take(Row { start, end, cells, stray: false, closed: true }).is_break() {
            return;
        }
        start = end;
    }
}

fn each_with_quotes(
    text: &[u8],
    (delimiter, quote): (u8, u8),
    mut take: impl FnMut(Row) -> ControlFlow<()>,
) {
    let (mut start, mut cell, mut cells) = (0, 0, 1);
    // Whether the cell began with a quote, and whether it is open.
    let (mut whole, mut open, mut stray) = (false, false, false);
    for at in memchr3_iter(delimiter, quote, b'\n', text) {
        let sign = text[at];
        if sign == quote {
            if whole || at == cell {
                whole = true;
                open = !open;
            } else {
                stray = true;
            }
        } else if open {
        } else if sign == delimiter {
            (cell, whole) = (at + 1, false);
            cells += 1;
        } else {
            if take(Row { start, end: at + 1, cells, stray, closed: true }).is_break() {
                return;
            }
            (start, cell, cells, whole, stray) = (at + 1, at + 1, 1, false, false);
        }
    }
    if start < text.len() {
        let _ = take(Row { start, end: text.len(), cells, stray, closed: !open });
    }
}

/// The shape of rows that should have so many cells.
pub(super) fn shape(text: &[u8], signs: Signs, width: usize) -> Result<Shape, Misfit> {
    if let Err(error) = std::str::from_utf8(text) {
        let byte = error.valid_up_to();
        let mut row = 0;
        each(&text[..byte + 1], signs, |_| {
            row += 1;
            ControlFlow::Continue(())
        });
        return Err(Misfit { row, at: byte, why: Why::Byte });
    }
    let (mut shape, mut misfit) = (Shape::default(), None);
    each(text, signs, |row| {
        if width > 1 && row.is_blank(text) {
            shape.odd = true;
            return ControlFlow::Continue(());
        }
        shape.rows += 1;
        shape.odd |= row.stray;
        let why = match () {
            () if !row.closed => Why::Open,
            () if row.cells != width => Why::Cells(row.cells),
            () => return ControlFlow::Continue(()),
        };
        misfit = Some(Misfit { row: shape.rows, at: row.start, why });
        ControlFlow::Break(())
    });
    misfit.map_or(Ok(shape), Err)
}

/// The header after so many lines: where its row starts and ends, and how many cells it has.
pub(super) fn header(text: &[u8], signs: Signs, skip: u32) -> Option<(usize, usize, usize)> {
    let mut from =
        if text.starts_with(super::decode::MARK) { super::decode::MARK.len() } else { 0 };
    for _ in 0..skip {
        from += memchr(b'\n', &text[from..])? + 1;
    }
    let mut found = None;
    each(&text[from..], signs, |row| {
        if row.is_blank(&text[from..]) {
            return ControlFlow::Continue(());
        }
        found = Some((from + row.start, from + row.end, row.cells));
        ControlFlow::Break(())
    });
    found
}

/// Where a row starts, counted from 1; or how many rows there are, if fewer.
pub(super) fn start(text: &[u8], signs: Signs, width: usize, wanted: u64) -> Result<usize, u64> {
    let (mut rows, mut found) = (0, None);
    each(text, signs, |row| {
        rows += u64::from(width <= 1 || !row.is_blank(text));
        if rows < wanted {
            return ControlFlow::Continue(());
        }
        found = Some(row.start);
        ControlFlow::Break(())
    });
    found.ok_or(rows)
}

/// How many lines end in a text.
pub(super) fn ends(text: &[u8]) -> u64 {
    memchr_iter(b'\n', text).count() as u64
}

/// Cuts rows into about so many pieces of whole rows.
pub(super) fn cut(text: &[u8], signs: Signs, pieces: usize) -> Vec<&[u8]> {
    let size = (text.len() / pieces.max(1)).max(1);
    let mut ends = Vec::new();
    if signs.quote.is_none() {
        let mut from = size;
        while from < text.len() {
            let Some(end) = memchr(b'\n', &text[from..]) else { break };
            ends.push(from + end + 1);
            from += end + 1 + size;
        }
    } else {
        let mut last = 0;
        each(text, signs, |row| {
            if row.end - last >= size {
                last = row.end;
                ends.push(last);
            }
            ControlFlow::Continue(())
        });
    }
    ends.push(text.len());
    let mut start = 0;
    let piece = |end| &text[std::mem::replace(&mut start, end)..end];
    ends.into_iter().map(piece).filter(|piece| !piece.is_empty()).collect()
}

/// A text without blank rows, if there are several columns, and with quotes around cells that have a quote in their midst,
/// which Polars needs to find their ends.
pub(super) fn mended(text: &[u8], signs: Signs, width: usize) -> Vec<u8> {
    let mut new = Vec::with_capacity(text.len());
    let ends = |byte: &u8| *byte == signs.delimiter || matches!(byte, b'\r' | b'\n');
    each(text, signs, |row| {
        let line = &text[row.start..row.end];
        if width > 1 && row.is_blank(text) {
            return ControlFlow::Continue(());
        }
        if !row.stray {
            new.extend_from_slice(line);
            return ControlFlow::Continue(());
        }
        let mut rest = line;
        while let Some(first) = rest.first() {
            let mut quoted = false;
            let end = rest.iter().position(|byte| {
                quoted ^= Some(*first) == signs.quote && Some(*byte) == signs.quote;
                !quoted && ends(byte)
            });
            let (cell, after) = rest.split_at(end.unwrap_or(rest.len()));
            let quote = signs.quote.filter(|quote| first != quote && cell.contains(quote));
            new.extend(quote);
            for byte in cell {
                new.extend(quote.filter(|quote| byte == quote));
                new.push(*byte);
            }
            new.extend(quote);
            new.extend(after.first());
            rest = after.get(1..).unwrap_or_default();
        }
        ControlFlow::Continue(())
    });
    new
}

/// A text in blocks of whole rows.
pub(super) struct Blocks<R> {
    pub text: R,
    pub signs: Signs,
    /// About how many bytes each has.
    pub size: usize,
    /// What was read after the last whole row.
    pub rest: Vec<u8>,
}

impl<R: Read> Blocks<R> {
    fn read(&mut self) -> std::io::Result<Option<(Vec<u8>, Signs)>> {
        let mut block = std::mem::take(&mut self.rest);
        let mut wanted = self.size;
        loop {
            block.reserve(wanted);
            let more = (&mut self.text).take(wanted as u64).read_to_end(&mut block)?;
            if more == 0 {
                let signs = self.signs.of(&block);
                return Ok((!block.is_empty()).then_some((block, signs)));
            }
            let signs = self.signs.of(&block);
            if let Some(end) = last_end(&block, signs) {
                self.rest = block.split_off(end);
                return Ok(Some((block, signs)));
            }
            // One row is longer than that.
            wanted *= 2;
        }
    }
}

/// Where the last whole row ends.
fn last_end(block: &[u8], signs: Signs) -> Option<usize> {
    if signs.quote.is_none() {
        return memrchr(b'\n', block).map(|end| end + 1);
    }
    let mut last = None;
    each(block, signs, |row| {
        if block[row.end - 1] == b'\n' && row.closed {
            last = Some(row.end);
        }
        ControlFlow::Continue(())
    });
    last
}

impl<R: Read> Iterator for Blocks<R> {
    /// With the quote only where there is one.
    type Item = std::io::Result<(Vec<u8>, Signs)>;

    fn next(&mut self) -> Option<Self::Item> {
        self.read().transpose()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SIGNS: Signs = Signs { delimiter: b',', quote: Some(b'"') };

    #[test]
    fn rows_that_do_not_fit_are_found() {
        let shape = |text: &str| super::shape(text.as_bytes(), SIGNS, 2);
        assert_eq!(shape("a,b\n\"c\n,\",d\r\n\n5\" x,e"), Ok(Shape { rows: 3, odd: true }));
        assert_eq!(shape("a,b\n\nc\n"), Err(Misfit { row: 2, at: 5, why: Why::Cells(1) }));
        assert_eq!(shape("a,b\na,\"b\n\n"), Err(Misfit { row: 2, at: 4, why: Why::Open }));
        let latin = super::shape(b"a,b\na,caf\xe9\n", SIGNS, 2);
        assert_eq!(latin, Err(Misfit { row: 2, at: 9, why: Why::Byte }));
        assert_eq!(header(b"\xef\xbb\xbfnote\n\na,\"b\nc\"\n1,2", SIGNS, 1), Some((9, 17, 2)));
    }

    proptest! {
        #[test]
        fn rows_without_quotes_are_told_alike(text in "[ab,\n\r]{0,40}") {
            let rows = |signs: Signs| {
                let mut all = Vec::new();
                each(text.as_bytes(), signs, |row| {
                    all.push((row.start, row.end, row.cells, row.stray, row.closed));
                    ControlFlow::Continue(())
                });
                all
            };
            let (plain, quoted) = (rows(SIGNS.of(text.as_bytes())), rows(SIGNS));
            prop_assert_eq!(plain, quoted);
        }

        #[test]
        fn blocks_and_pieces_are_whole_rows(
            rows in prop::collection::vec("[a,\"\n]{0,6}", 0..12), size in 1usize..20, pieces in 1usize..5,
        ) {
            let quoted = |row: &String| format!("\"{}\",x\n", row.replace('"', "\"\""));
            let text: String = rows.iter().map(quoted).collect();
            let blocks = Blocks { text: text.as_bytes(), signs: SIGNS, size, rest: Vec::new() };
            let blocks: Vec<Vec<u8>> = blocks.map(|block| block.unwrap().0).collect();
            prop_assert_eq!(blocks.concat(), text.as_bytes());
            let mut found = 0;
            for block in &blocks {
                let all = cut(block, SIGNS, pieces);
                prop_assert_eq!(&all.concat(), block);
                for piece in all {
                    found += shape(piece, SIGNS, 2).unwrap().rows;
                }
            }
            prop_assert_eq!(found, rows.len() as u64);
        }
    }
}
