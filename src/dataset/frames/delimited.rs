//! Delimited text: cut and checked here, parsed by Polars.

use std::fs::File;
use std::io::{BufRead, BufReader, Read, Seek, SeekFrom};
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::mpsc::{SyncSender, sync_channel};

use polars::io::csv::read::_csv_read_internal::{NullValuesCompiled, read_chunk};
use polars::prelude::*;

use super::lines::{self, Blocks, Misfit, Signs, Why};
use super::open::{Cells, first_line};
use super::{decode, open, stray};
use crate::dataset::{Format, Part, Source, Trouble};

/// About how many bytes are parsed at a time; fewer where less is held in memory.
const BLOCK: usize = 32 << 20;
/// The least that is worth the effort.
const LEAST: usize = 1 << 16;
/// How many rows are looked at to tell the kinds of columns.
const SAMPLE: usize = 10_000;

/// How a text is taken apart.
pub(super) struct Delimited {
    signs: Signs,
    skip: u32,
    sample: usize,
    nulls: Option<NullValues>,
}

impl Delimited {
    pub(super) fn new(
        source: &Source,
        file: &Path,
        format: Format,
        cells: Cells,
    ) -> Result<Self, Trouble> {
        let byte = |sign: Option<char>, usual: u8| match sign.map(u8::try_from) {
            None => Ok(usual),
            Some(Ok(byte)) if byte.is_ascii() => Ok(byte),
            Some(_) => {
                Err(decode::unreadable(file, "delimiter and quote must be ASCII characters"))
            }
        };
        let usual = if format == Format::Tsv { b'\t' } else { b',' };
        let signs = Signs {
            delimiter: byte(source.delimiter, usual)?,
            quote: Some(byte(source.quote, b'"')?),
        };
        let skip = source.header.unwrap_or(1).saturating_sub(1);
        let typed = cells == Cells::Typed;
        let nulls = (typed && !source.nulls.is_empty()).then(|| {
            NullValues::AllColumns(source.nulls.iter().map(|text| text.as_str().into()).collect())
        });
        Ok(Self { signs, skip, sample: if typed { SAMPLE } else { 0 }, nulls })
    }

    /// A whole text, checked.
    pub(super) fn whole(&self, file: &Path, mut text: Vec<u8>) -> Result<LazyFrame, Trouble> {
        let (start, end, width) = self.header(file, &text)?;
        let shape = lines::shape(&text[end..], self.signs, width);
        let shape = shape.map_err(|misfit| {
            let line = lines::ends(&text[..end + misfit.at]) + 1;
            fault(file, &misfit, (0, end), line, width)
        })?;
        if shape.rows == 0 {
            let what = format!("{} is empty: it has no rows below the header", file.display());
            return Err(Trouble::new(Part::Data, what));
        }
        if shape.odd || start > 0 {
            let rows = lines::mended(&text[end..], self.signs, width);
            text = [&text[start..end], &rows].concat();
        }
        self.lazy(file, open::memory(text), 0)
    }

    /// A file that is too large to be held in memory. Its rows are not checked.
    pub(super) fn large(&self, file: &Path) -> Result<LazyFrame, Trouble> {
        self.lazy(file, open::path(file), self.skip)
    }

    fn lazy(&self, file: &Path, sources: ScanSources, skip: u32) -> Result<LazyFrame, Trouble> {
        LazyCsvReader::new_with_sources(sources)
            .with_separator(self.signs.delimiter)
            .with_quote_char(self.signs.quote)
            .with_skip_lines(skip as usize)
            .with_glob(false)
            .with_infer_schema_length(Some(self.sample))
            .with_null_values(self.nulls.clone())
            .finish()
            .map_err(|error| decode::unreadable(file, &first_line(&error)))
    }

    /// Where the header starts and ends, and how many cells it has.
    fn header(&self, file: &Path, text: &[u8]) -> Result<(usize, usize, usize), Trouble> {
        let shown = file.display();
        let found = lines::header(text, self.signs, self.skip);
        let (start, end, width) = found.ok_or_else(|| {
            let what = format!("{shown} is empty: it has not even a header");
            Trouble::new(Part::Data, what)
        })?;
        // UTF-16 of English text is UTF-8 with zeros in it.
        if let Some(zero) = memchr::memchr(0, &text[..end]) {
            let line = lines::ends(&text[..zero]) + 1;
            let what = format!("{shown} is not UTF-8 text: line {line} has zero bytes");
            let help = "if it is written in UTF-16, declare encoding = \"utf-16\"";
            return Err(Trouble::new(Part::Data, what).help(help));
        }
        if let Err(error) = std::str::from_utf8(&text[..end]) {
            let at = error.valid_up_to();
            let line = lines::ends(&text[..at]) + 1;
            return Err(foreign(file, &format!("the header (line {line})"), at));
        }
        Ok((start, end, width))
    }

    /// The line that a row starts in, both counted from 1, if the file has so many rows.
    pub(super) fn line(&self, source: &Source, file: &Path, row: u64) -> Option<u64> {
        let text: Box<dyn Read> = if decode::is_plain(source, file).ok()? {
            Box::new(File::open(file).ok()?)
        } else {
            Box::new(std::io::Cursor::new(decode::text(source, file).ok()?))
        };
        let blocks = Blocks { text, signs: self.signs, size: BLOCK, rest: Vec::new() };
        let (mut line, mut row, mut width) = (1, row, None);
        for block in blocks {
            let (block, signs) = block.ok()?;
            let from = match width {
                Some(_) => 0,
                None => self.header(file, &block).ok()?.1,
            };
            let wide = *width.get_or_insert(self.header(file, &block).map_or(2, |found| found.2));
            match lines::start(&block[from..], signs, wide, row) {
                Ok(start) => return Some(line + lines::ends(&block[..from + start])),
                Err(rows) => row -= rows,
            }
            line += lines::ends(&block);
        }
        None
    }

    /// Hands out the rows of a large file, block by block, with these columns at least; blocks are
    /// no larger than what may be held in memory.
    pub(super) fn portions(
        &self,
        source: &Source,
        file: &Path,
        kept: u64,
        schema: &Schema,
        columns: &[PlSmallStr],
        take: &mut dyn FnMut(DataFrame) -> Result<ControlFlow<()>, Trouble>,
    ) -> Result<(), Trouble> {
        let mut projection: Vec<usize> =
            columns.iter().filter_map(|name| schema.index_of(name)).collect();
        projection.sort_unstable();
        projection.dedup();
        if projection.is_empty() {
            // Rows without columns could not be counted.
            projection.push(0);
        }
        let polars = |error: PolarsError| decode::unreadable(file, &first_line(&error));
        let nulls = self.nulls.clone().map(|nulls| nulls.compile(schema)).transpose();
        let parser = Parser {
            size: usize::try_from(kept).unwrap_or(BLOCK).clamp(LEAST, BLOCK),
            source,
            file,
            signs: self.signs,
            options: CsvParseOptions {
                separator: self.signs.delimiter,
                quote_char: self.signs.quote,
                ..CsvParseOptions::default()
            },
            schema,
            projection,
            nulls: nulls.map_err(polars)?,
        };
        let start = self.start(file)?;
        let (sender, blocks) = sync_channel(1);
        std::thread::scope(|scope| {
            scope.spawn(|| {
                let sent = parser.read(start, &sender);
                // Nobody listens once enough has been seen.
                let _ = sent.map_or_else(|trouble| sender.send(Err(trouble)), Ok);
                drop(sender);
            });
            for block in blocks {
                if take(block?)?.is_break() {
                    break;
                }
            }
            Ok(())
        })
    }

    /// Where the rows of a file start.
    fn start(&self, file: &Path) -> Result<usize, Trouble> {
        let unreadable = |error: std::io::Error| decode::unreadable(file, &error.to_string());
        let mut opened = File::open(file).map_err(unreadable)?;
        let (mut text, mut size) = (Vec::new(), 1 << 16);
        loop {
            let more = (&mut opened).take(size).read_to_end(&mut text).map_err(unreadable)?;
            // A header that the text ends in might go on.
            let found = lines::header(&text, self.signs, self.skip);
            if more == 0 || found.is_some_and(|(_, end, _)| end < text.len()) {
                return self.header(file, &text).map(|(_, end, _)| end);
            }
            size *= 2;
        }
    }
}

/// Parses blocks of rows on all processors.
struct Parser<'a> {
    size: usize,
    source: &'a Source,
    file: &'a Path,
    signs: Signs,
    options: CsvParseOptions,
    schema: &'a Schema,
    projection: Vec<usize>,
    nulls: Option<NullValuesCompiled>,
}

impl Parser<'_> {
    fn read(
        &self,
        start: usize,
        to: &SyncSender<Result<DataFrame, Trouble>>,
    ) -> Result<(), Trouble> {
        let unreadable = |error: std::io::Error| decode::unreadable(self.file, &error.to_string());
        let mut text = File::open(self.file).map_err(unreadable)?;
        text.seek(SeekFrom::Start(start as u64)).map_err(unreadable)?;
        let blocks = Blocks { text, signs: self.signs, size: self.size, rest: Vec::new() };
        let (mut rows, mut bytes) = (0, start);
        for block in blocks {
            let (block, signs) = block.map_err(unreadable)?;
            let frame = self.block(&block, signs, rows, bytes)?;
            rows += frame.height() as u64;
            bytes += block.len();
            if to.send(Ok(frame)).is_err() {
                return Ok(());
            }
        }
        if rows == 0 {
            let what = format!("{} is empty: it has no rows below the header", self.file.display());
            return Err(Trouble::new(Part::Data, what));
        }
        Ok(())
    }

    /// One block, after so many rows and bytes.
    fn block(
        &self,
        block: &[u8],
        signs: Signs,
        mut rows: u64,
        mut bytes: usize,
    ) -> Result<DataFrame, Trouble> {
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        let pieces = lines::cut(block, signs, threads);
        let parsed: Vec<Result<DataFrame, Fault>> = std::thread::scope(|scope| {
            let started: Vec<_> =
                pieces.iter().map(|piece| scope.spawn(|| self.piece(piece, signs))).collect();
            let broken = |_| Err(Fault::Broken);
            started.into_iter().map(|piece| piece.join().unwrap_or_else(broken)).collect()
        });
        let mut whole: Option<DataFrame> = None;
        for (frame, piece) in parsed.into_iter().zip(pieces) {
            let frame = frame.map_err(|why| self.trouble(&why, rows, bytes))?;
            rows += frame.height() as u64;
            bytes += piece.len();
            let Some(whole) = &mut whole else {
                whole = Some(frame);
                continue;
            };
            let stacked = whole.vstack_mut(&frame).map_err(Fault::Value);
            stacked.map_err(|why| self.trouble(&why, rows, bytes))?;
        }
        Ok(whole.unwrap_or_default())
    }

    fn piece(&self, text: &[u8], signs: Signs) -> Result<DataFrame, Fault> {
        let width = self.schema.len();
        let shape = lines::shape(text, signs, width).map_err(Fault::Row)?;
        let mended;
        let text = if shape.odd {
            mended = lines::mended(text, signs, width);
            &mended
        } else {
            text
        };
        let rows = usize::try_from(shape.rows).unwrap_or(usize::MAX);
        let (options, nulls, size) = (&self.options, self.nulls.as_ref(), text.len());
        let (schema, columns) = (self.schema, &self.projection);
        let all = usize::MAX;
        let frame =
            read_chunk(text, options, schema, false, columns, 0, rows, nulls, all, size, Some(0));
        let frame = frame.map_err(Fault::Value)?;
        if frame.height() == rows { Ok(frame) } else { Err(Fault::Count(frame.height(), rows)) }
    }

    fn trouble(&self, why: &Fault, rows: u64, bytes: usize) -> Trouble {
        match why {
            Fault::Row(misfit) => {
                let until = (bytes + misfit.at) as u64;
                let line = lines_within(self.file, until) + 1;
                fault(self.file, misfit, (rows, bytes), line, self.schema.len())
            }
            Fault::Value(error) => stray::explain(self.source, error, Part::Data),
            Fault::Count(found, rows) => {
                let what = format!("{found} rows were found where there are {rows}");
                decode::unreadable(self.file, &what)
            }
            Fault::Broken => decode::unreadable(self.file, "the reader broke down"),
        }
    }
}

/// Why a piece of text is not read.
enum Fault {
    Row(Misfit),
    Value(PolarsError),
    Count(usize, usize),
    Broken,
}

/// How many lines end within the first bytes of a file, as far as it can be read.
fn lines_within(file: &Path, bytes: u64) -> u64 {
    let Ok(opened) = File::open(file) else { return 0 };
    let mut text = BufReader::with_capacity(1 << 20, opened.take(bytes));
    let mut lines = 0;
    while let Ok(part) = text.fill_buf()
        && !part.is_empty()
    {
        lines += lines::ends(part);
        let read = part.len();
        text.consume(read);
    }
    lines
}

/// What is wrong with a row, after so many rows and bytes, in this line.
fn fault(
    file: &Path,
    misfit: &Misfit,
    (rows, bytes): (u64, usize),
    line: u64,
    width: usize,
) -> Trouble {
    let (shown, row) = (file.display(), rows + misfit.row);
    let place = format!("row {row} (line {line})");
    let data = |what: String| Trouble::new(Part::Data, what);
    match misfit.why {
        Why::Cells(cells) => {
            let s = if cells == 1 { "" } else { "s" };
            data(format!("{shown} has {cells} cell{s} in {place}, but {width} in the header"))
        }
        Why::Open => data(format!("{shown} has a quote in {place} that is not closed")),
        Why::Byte => foreign(file, &place, bytes + misfit.at),
    }
}

/// That a byte of a file, counted from 0, is not of UTF-8.
fn foreign(file: &Path, place: &str, byte: usize) -> Trouble {
    let (shown, byte) = (file.display(), byte + 1);
    let what = format!("{shown} is not UTF-8 in {place}, at byte {byte} of the file");
    Trouble::new(Part::Data, what)
        .help("declare how it is written, as in encoding = \"windows-1252\"")
}
