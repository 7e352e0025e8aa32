//! Delimited text: cut and checked here, parsed by Polars.

use std::fs::File;
use std::io::{Seek, SeekFrom};
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::mpsc::{SyncSender, sync_channel};

use polars::io::csv::read::_csv_read_internal::{NullValuesCompiled, read_chunk};
use polars::prelude::*;

use super::lines::{self, Blocks, Misfit, Signs, Why};
use super::open::{Cells, first_line};
use super::{decode, open};
use crate::dataset::{Format, Part, Source, Trouble};

/// About how many bytes are parsed at a time.
const BLOCK: usize = 16 << 20;
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
        let shape = shape.map_err(|misfit| fault(file, &misfit, (0, end), width))?;
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
        let found = lines::header(text, self.signs, self.skip);
        found.ok_or_else(|| {
            let what = format!("{} is empty: it has not even a header", file.display());
            Trouble::new(Part::Data, what)
        })
    }

    /// Hands out the rows of a large file, block by block, with these columns at least.
    pub(super) fn portions(
        &self,
        file: &Path,
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
        let opened = File::open(file);
        let mut opened = opened.map_err(|error| decode::unreadable(file, &error.to_string()))?;
        let mut text = Vec::new();
        for size in (16..).map(|power| 1_u64 << power) {
            use std::io::Read;
            let more = (&mut opened).take(size).read_to_end(&mut text);
            let more = more.map_err(|error| decode::unreadable(file, &error.to_string()))?;
            let found = lines::header(&text, self.signs, self.skip);
            // A header that the text ends in might go on.
            match found {
                Some((_, end, _)) if end < text.len() || more == 0 => return Ok(end),
                None if more == 0 => break,
                _ => {}
            }
        }
        self.header(file, &text).map(|(_, end, _)| end)
    }
}

/// Parses blocks of rows on all processors.
struct Parser<'a> {
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
        let blocks = Blocks { text, signs: self.signs, size: BLOCK, rest: Vec::new() };
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
        let frame = self.parse(text, self.schema, &self.projection, rows);
        let frame = frame.map_err(|error| self.value(text).unwrap_or(Fault::Value(error)))?;
        if frame.height() == rows { Ok(frame) } else { Err(Fault::Count(frame.height(), rows)) }
    }

    fn parse(
        &self,
        text: &[u8],
        schema: &Schema,
        columns: &[usize],
        rows: usize,
    ) -> PolarsResult<DataFrame> {
        let (options, nulls, size) = (&self.options, self.nulls.as_ref(), text.len());
        read_chunk(text, options, schema, false, columns, 0, rows, nulls, usize::MAX, size, Some(0))
    }

    /// The first value that is not of the kind of its column.
    fn value(&self, text: &[u8]) -> Option<Fault> {
        let fails = |piece: &[u8]| self.parse(piece, self.schema, &self.projection, 1).is_err();
        let (mut rest, mut row) = (text, 1);
        // Halving stops short of single rows where these differ in length.
        while let [first, _, ..] = lines::cut(rest, self.signs, 2)[..] {
            if fails(first) {
                rest = first;
            } else {
                row += lines::shape(first, self.signs, self.schema.len()).ok()?.rows;
                rest = &rest[first.len()..];
            }
        }
        loop {
            let (first, others) = rest.split_at(lines::first_end(rest, self.signs));
            if fails(first) {
                return self.cell(first, row);
            }
            (rest, row) = ((!others.is_empty()).then_some(others)?, row + 1);
        }
    }

    /// The first cell of a row that is not of the kind of its column.
    fn cell(&self, line: &[u8], row: u64) -> Option<Fault> {
        let fails = |at: &&usize| self.parse(line, self.schema, &[**at], 1).is_err();
        let column = *self.projection.iter().find(fails)?;
        let (name, kind) = self.schema.get_at_index(column)?;
        let text = |name: &PlSmallStr| Field::new(name.clone(), DataType::String);
        let texts: Schema = self.schema.iter_names().map(text).collect();
        let cell = self.parse(line, &texts, &[column], 1).ok()?;
        let cell = cell.columns().first()?.get(0).ok()?.get_str()?.to_owned();
        Some(Fault::Kind { row, column: name.to_string(), cell, kind: kind.clone() })
    }

    fn trouble(&self, why: &Fault, rows: u64, bytes: usize) -> Trouble {
        let shown = self.file.display();
        match why {
            Fault::Row(misfit) => fault(self.file, misfit, (rows, bytes), self.schema.len()),
            Fault::Kind { row, column, cell, kind } => {
                let row = rows + row;
                let kind = if kind.is_bool() { "true or false" } else { "numbers" };
                let what = format!(
                    "{shown} has \"{cell}\" in row {row} of column \"{column}\", where there are {kind} before"
                );
                let help = "declare what stands for missing values, or mend the file";
                Trouble::new(Part::Data, what).help(help)
            }
            Fault::Value(error) => decode::unreadable(self.file, &first_line(error)),
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
    Kind { row: u64, column: String, cell: String, kind: DataType },
    Value(PolarsError),
    Count(usize, usize),
    Broken,
}

/// What is wrong with a row, after so many rows and bytes.
fn fault(file: &Path, misfit: &Misfit, (rows, bytes): (u64, usize), width: usize) -> Trouble {
    let (shown, row) = (file.display(), rows + misfit.row);
    let data = |what: String| Trouble::new(Part::Data, what);
    match misfit.why {
        Why::Cells(cells) => {
            data(format!("{shown} has {cells} cells in row {row}, but {width} in the header"))
        }
        Why::Open => data(format!("{shown} has a quote in row {row} that is not closed")),
        Why::Byte(byte) => {
            let byte = bytes + byte + 1;
            data(format!("{shown} is not UTF-8: row {row}, byte {byte} of the file"))
                .help("declare how it is written, as in encoding = \"windows-1252\"")
        }
    }
}
