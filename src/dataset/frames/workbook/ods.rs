//! Sheets of ODS workbooks, which hold the value of each cell and the text that is shown for it.
//!
//! LibreOffice's file format is read here, not through `calamine`, which gives no shown texts and
//! does not end on content that is cut off within a table.

use std::io::{BufRead, BufReader, Cursor};

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use zip::ZipArchive;

use super::grid::{Cell, Grid, MOST_COLUMNS, Sheets, Span};
use super::{pack, printed};
use crate::dataset::frames::open::Cells;

/// Bytes that the text of one cell may have.
const MOST_TEXT: usize = 1 << 20;

/// The sheet of a name, or the first. The header is in the first row that is used if not said; an
/// error is why the workbook cannot be read.
pub(super) fn read(
    bytes: &[u8],
    wanted: Option<&str>,
    header: Option<u32>,
    cells_as: Cells,
) -> Result<Sheets, String> {
    let failed = |error: zip::result::ZipError| error.to_string();
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(failed)?;
    let mut reader = Reader::from_reader(BufReader::new(pack::part(&mut archive, "content.xml")?));
    reader.config_mut().expand_empty_elements = true;
    Content { reader, buffer: Vec::new(), header, cells_as }.sheets(wanted).map_err(|why| {
        let plain = why.replace('\n', " ");
        format!("content.xml: {plain}")
    })
}

struct Content<R> {
    reader: Reader<R>,
    buffer: Vec<u8>,
    header: Option<u32>,
    cells_as: Cells,
}

/// What is of interest in the content.
enum Next {
    Start(BytesStart<'static>),
    Text(String),
    End(String),
}

impl<R: BufRead> Content<R> {
    /// The next element or text; an error at the end of the file.
    fn next(&mut self) -> Result<Next, String> {
        self.opt()?.ok_or_else(|| "it is cut off".to_owned())
    }

    fn opt(&mut self) -> Result<Option<Next>, String> {
        loop {
            self.buffer.clear();
            let event = self.reader.read_event_into(&mut self.buffer);
            return Ok(Some(match event.map_err(|error| error.to_string())? {
                Event::Start(start) => Next::Start(start.into_owned()),
                Event::End(end) => Next::End(end.name().0.to_owned()),
                Event::Text(text) => Next::Text(text.xml10_content().into_owned()),
                Event::CData(text) => Next::Text(text.xml10_content().into_owned()),
                Event::GeneralRef(name) => {
                    let sign = name.resolve_char_ref().map_err(|error| error.to_string())?;
                    let name = name.xml10_content();
                    let known = quick_xml::escape::resolve_predefined_entity(&name);
                    let text = sign.map(String::from).or(known.map(str::to_owned));
                    Next::Text(text.ok_or_else(|| format!("&{name}; is not known"))?)
                }
                Event::Eof => return Ok(None),
                _ => continue,
            }));
        }
    }

    /// Passes over the rest of an element.
    fn skip(&mut self) -> Result<(), String> {
        let mut depth = 1_u64;
        while depth > 0 {
            match self.next()? {
                Next::Start(_) => depth += 1,
                Next::End(_) => depth -= 1,
                Next::Text(_) => {}
            }
        }
        Ok(())
    }

    fn sheets(mut self, wanted: Option<&str>) -> Result<Sheets, String> {
        let mut sheets = Sheets { names: Vec::new(), wanted: None };
        let mut depth = 0_u64;
        while let Some(next) = self.opt()? {
            match next {
                Next::Start(start) if start.name().0 == "table:table" => {
                    let name = attribute(&start, "table:name")?.unwrap_or_default();
                    sheets.names.push(name.clone());
                    let this = wanted.map_or(sheets.names.len() == 1, |wanted| wanted == name);
                    if this && sheets.wanted.is_none() {
                        sheets.wanted = Some((name, self.table()?));
                    } else {
                        self.skip()?;
                    }
                }
                Next::Start(_) => depth += 1,
                Next::End(_) => depth = depth.saturating_sub(1),
                Next::Text(_) => {}
            }
        }
        if depth > 0 { Err("it is cut off".to_owned()) } else { Ok(sheets) }
    }

    fn table(&mut self) -> Result<Grid, String> {
        let mut grid = Grid::default();
        loop {
            match self.next()? {
                Next::Start(start) => match start.name().0 {
                    "table:table-row" => {
                        let count = count(&start, "table:number-rows-repeated")?;
                        let first = grid.height();
                        // The names of the columns are those that are seen.
                        let header = match self.header {
                            Some(header) => (first..first.saturating_add(count)).contains(&header),
                            None => grid.used().is_none(),
                        };
                        let spans = self.row(if header { Cells::Text } else { self.cells_as })?;
                        if !grid.push(spans, count) {
                            return Err(format!("row {} is repeated too often", grid.height() + 1));
                        }
                    }
                    "table:table-header-rows" | "table:table-row-group" | "table:table-rows" => {}
                    _ => self.skip()?,
                },
                Next::End(name) if name == "table:table" => return Ok(grid),
                _ => {}
            }
        }
    }

    fn row(&mut self, cells_as: Cells) -> Result<Vec<Span>, String> {
        let (mut spans, mut at) = (Vec::new(), 0_u32);
        loop {
            match self.next()? {
                Next::Start(start) => {
                    let covered = start.name().0 == "table:covered-table-cell";
                    if !covered && start.name().0 != "table:table-cell" {
                        self.skip()?;
                        continue;
                    }
                    let count = count(&start, "table:number-columns-repeated")?;
                    let cell = self.cell(&start, cells_as)?;
                    let from = at;
                    at = at.saturating_add(count);
                    // What a merged cell covers is not shown.
                    let Some(cell) = cell.filter(|_| !covered && count > 0) else { continue };
                    if at > MOST_COLUMNS {
                        return Err(format!("column {} is repeated too often", from + 1));
                    }
                    spans.push(Span { from, to: at - 1, cell });
                }
                Next::End(_) => return Ok(spans),
                Next::Text(_) => {}
            }
        }
    }

    /// One cell; `None` if it is empty.
    fn cell(&mut self, start: &BytesStart, cells_as: Cells) -> Result<Option<Cell>, String> {
        let kind = attribute(start, "office:value-type")?.unwrap_or_default();
        let formula = attribute(start, "table:formula")?.is_some();
        let wrong = attribute(start, "calcext:value-type")?.as_deref() == Some("error");
        let value = match kind.as_str() {
            "float" | "percentage" | "currency" => attribute(start, "office:value")?,
            "date" => attribute(start, "office:date-value")?,
            "time" => attribute(start, "office:time-value")?,
            "boolean" => attribute(start, "office:boolean-value")?,
            _ => attribute(start, "office:string-value")?,
        };
        let shown = self.paragraphs()?;
        let text = shown.clone().unwrap_or_default();
        let typed = !matches!(kind.as_str(), "" | "string");
        if wrong || ((formula || typed) && is_error(text.trim())) {
            return Ok(Some(Cell::error(if text.is_empty() {
                "of a formula"
            } else {
                text.trim()
            })));
        }
        if typed && text.contains("###") {
            let help = "widen its column, and save the workbook";
            return Ok(Some(Cell::fault("shows ### in {}", Some(help))));
        }
        if kind.is_empty() && formula && text.is_empty() {
            return Ok(Some(Cell::no_value()));
        }
        let Some(value) = value.filter(|_| typed) else {
            let text = shown.or(attribute(start, "office:string-value")?).unwrap_or_default();
            return Ok((!text.is_empty()).then_some(Cell::Text(text)));
        };
        Ok(Some(match (kind.as_str(), cells_as) {
            ("boolean", _) => Cell::Text(value.to_lowercase()),
            ("float" | "percentage" | "currency", Cells::Typed) => number(&value)?,
            (_, Cells::Typed) => Cell::Text(value),
            (_, Cells::Text) => match (shown, kind.as_str()) {
                (None, _) => {
                    let help = "open the workbook, and save it, or format its cells as text";
                    Cell::fault("does not tell how the value in {} is shown", Some(help))
                }
                (Some(text), "date") => Cell::Text(printed::date(text.trim(), &value)),
                (Some(text), "time") => Cell::Text(text.trim().to_owned()),
                (Some(text), _) => match printed::number(text.trim(), &value) {
                    Some(text) => Cell::Text(text),
                    None => {
                        let text = text.trim().replace("{}", "{ }");
                        let what = format!(
                            "shows \"{text}\" in {{}}, which does not fit the value {value} that the cell has"
                        );
                        Cell::fault(what, Some("open the workbook, let it calculate, and save it"))
                    }
                },
            },
        }))
    }

    /// What is shown, up to the end of the cell; `None` if the file does not say.
    fn paragraphs(&mut self) -> Result<Option<String>, String> {
        let mut all: Option<String> = None;
        loop {
            match self.next()? {
                Next::Start(start) if start.name().0 == "text:p" => {
                    let paragraph = self.paragraph()?;
                    match &mut all {
                        Some(all) => {
                            all.push('\n');
                            all.push_str(&paragraph);
                        }
                        None => all = Some(paragraph),
                    }
                    if all.as_ref().is_some_and(|all| all.len() > MOST_TEXT) {
                        return Err("a cell has more than a megabyte of text".to_owned());
                    }
                }
                // A comment has paragraphs of its own.
                Next::Start(_) => self.skip()?,
                Next::End(_) => return Ok(all),
                Next::Text(_) => {}
            }
        }
    }

    fn paragraph(&mut self) -> Result<String, String> {
        let (mut text, mut depth) = (String::new(), 1_u64);
        while depth > 0 {
            match self.next()? {
                Next::Text(piece) => {
                    // White space in the file is one space, and none at the start.
                    for sign in piece.chars() {
                        let space = matches!(sign, ' ' | '\t' | '\r' | '\n');
                        if !space {
                            text.push(sign);
                        } else if !text.is_empty() && !text.ends_with(' ') {
                            text.push(' ');
                        }
                    }
                }
                Next::Start(start) => match start.name().0 {
                    "text:s" => {
                        let count = count(&start, "text:c")? as usize;
                        text.push_str(&" ".repeat(count.min(MOST_TEXT)));
                        self.skip()?;
                    }
                    "text:tab" | "text:line-break" => {
                        text.push(' ');
                        self.skip()?;
                    }
                    "office:annotation" | "text:note" | "text:ruby-text" => self.skip()?,
                    _ => depth += 1,
                },
                Next::End(_) => depth -= 1,
            }
            if text.len() > MOST_TEXT {
                return Err("a cell has more than a megabyte of text".to_owned());
            }
        }
        Ok(text)
    }
}

/// A number in shortest form.
fn number(value: &str) -> Result<Cell, String> {
    let number: f64 = value.trim().parse().map_err(|_| format!("\"{value}\" is no number"))?;
    Ok(Cell::Text(number.to_string()))
}

fn attribute(start: &BytesStart, name: &str) -> Result<Option<String>, String> {
    let found = start.try_get_attribute(name).map_err(|error| error.to_string())?;
    let Some(found) = found else { return Ok(None) };
    let value = found
        .normalized_value(quick_xml::XmlVersion::Explicit1_0)
        .map_err(|error| error.to_string())?;
    Ok(Some(value.into_owned()))
}

/// A number of times, 1 if not said.
fn count(start: &BytesStart, name: &str) -> Result<u32, String> {
    let Some(text) = attribute(start, name)? else { return Ok(1) };
    text.parse().map_err(|_| format!("{name} is \"{text}\", no number"))
}

/// Whether a text is an error value of LibreOffice.
fn is_error(text: &str) -> bool {
    let numbered = text.strip_prefix("Err:");
    numbered.is_some_and(|number| number.bytes().all(|digit| digit.is_ascii_digit()))
        || (text.starts_with('#')
            && text.len() > 1
            && text.ends_with(['!', '?', 'A'])
            && text.bytes().skip(1).any(|sign| sign.is_ascii_uppercase()))
}
