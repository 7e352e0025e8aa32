//! Declarations of datasets.

use std::collections::BTreeMap;

use toml::Spanned;
use toml::de::DeValue;

use super::declare::keys;
use super::figures::{FigureReader, round};
use super::read::{Reader, beside};
use super::table::Table;
use crate::claim::{At, ColumnSpec, DataSpec, Symbol, Text};
use crate::dataset::Source;
use crate::figure::{Style, Terms, Unit};
use crate::ledger::{Column, Data};
use crate::mistake::{Mistake, Place};

impl Reader<'_> {
    pub(super) fn data(
        &mut self,
        name: &str,
        place: Place,
        value: Spanned<DeValue<'_>>,
        reader: &FigureReader,
        edition: usize,
    ) {
        let mistakes = &mut self.case.mistakes;
        let Some(mut table) = Table::new(value, reader.file, format!("dataset `{name}`"), mistakes)
        else {
            return;
        };
        let cells = table.split_off(&keys::<ColumnSpec>());
        let cells = cells.read::<ColumnSpec>(&keys::<ColumnSpec>(), mistakes);
        let known = [keys::<DataSpec>(), keys::<ColumnSpec>()].concat();
        let Some(spec) = table.read::<DataSpec>(&known, mistakes) else { return };
        let terms = Terms {
            convention: reader.convention.unwrap_or_default(),
            ties: reader.ties.unwrap_or_default(),
            ..Terms::default()
        };
        let plain = Column { style: reader.style, terms, ..Column::default() };
        let all = column(&cells.unwrap_or_default(), &plain, reader, mistakes);
        let columns = spec.columns.iter();
        let columns =
            columns.map(|(name, own)| (name.clone(), column(&own.value, &all, reader, mistakes)));
        let columns = columns.collect::<BTreeMap<_, _>>();
        let comma = |column: &Column| column.style == Style::Continental;
        let commas = columns.iter().map(|(name, column)| (name.clone(), comma(column))).collect();
        let mut decimals = BTreeMap::new();
        for (name, column) in &columns {
            decimals.extend(column.decimals.map(|places| (name.clone(), places)));
        }
        // What stands for nothing is no missing value: a mean would leave it out.
        let null = |symbol: &Symbol| !matches!(symbol, Symbol::Zero | Symbol::Negligible);
        let nulls = all.symbols.iter().filter(|(_, symbol)| null(symbol));
        let nulls = nulls.map(|(text, _)| text.clone()).collect();
        let source = Source {
            path: match spec.path.value.as_str() {
                "-" => "-".to_owned(),
                path if path.contains("://") => path.to_owned(),
                path => beside(self.case.ledger.files.name(reader.file), path),
            },
            format: spec.format,
            delimiter: character(spec.delimiter.as_ref(), "delimiter", reader, mistakes),
            quote: character(spec.quote.as_ref(), "quote", reader, mistakes),
            encoding: spec.encoding,
            header: spec.header.map(|header| header.value),
            sheet: spec.sheet,
            range: spec.range,
            nulls,
            decimals,
            decimals_of_others: all.decimals,
            commas,
            comma_of_others: comma(&all),
        };
        let key = spec.key.map(|key| key.value.0).unwrap_or_default();
        let data = Data { place, source, key, all, columns };
        let known = self.case.ledger.editions[edition].data.insert(name, data);
        let taken = known.err().map(|data| data.place);
        self.taken(format!("dataset `{name}`"), place, taken);
    }
}

/// How the cells of a column are read, where it says nothing as `base` does.
fn column(
    spec: &ColumnSpec,
    base: &Column,
    reader: &FigureReader,
    mistakes: &mut Vec<Mistake>,
) -> Column {
    let mut column = base.clone();
    let place = |at: &At<String>| Place::new(reader.file, at.span.clone());
    if let Some(unit) = &spec.unit {
        let (scale, unit_proper) = Unit::split_scale(&unit.value);
        column.scale = scale;
        match Unit::parse(unit_proper) {
            Ok(read) => column.unit = Some(read).filter(|unit| !unit.is_unstated()),
            Err(error) => mistakes.push(reader.mistake(error, &unit.value, place(unit))),
        }
    }
    if let Some(style) = &spec.style {
        match style.value.parse::<Style>() {
            Ok(read) => column.style = read,
            Err(why) => mistakes.push(Mistake::new(why, place(style))),
        }
    }
    let units = round(spec.round.as_ref(), reader.file, mistakes);
    if !units.is_empty() {
        column.terms.round = units;
    }
    column.terms.convention = spec.convention.unwrap_or(column.terms.convention);
    column.terms.ties = spec.ties.unwrap_or(column.terms.ties);
    column.of = spec.of.clone().or(column.of);
    column.decimals = spec.decimals.or(column.decimals);
    column.missing = spec.missing.unwrap_or(column.missing);
    column.symbols.extend(spec.symbols.clone());
    column.flags.extend(spec.flags.0.iter().map(|Text(flag)| flag.clone()));
    column
}

fn character(
    at: Option<&At<String>>,
    what: &str,
    reader: &FigureReader,
    mistakes: &mut Vec<Mistake>,
) -> Option<char> {
    let at = at?;
    let mut characters = at.value.chars();
    match (characters.next(), characters.next()) {
        (Some(one), None) if one.is_ascii() => Some(one),
        _ => {
            let place = Place::new(reader.file, at.span.clone());
            let mistake = Mistake::new(format!("a {what} is one character"), place);
            mistakes.push(mistake.label("expected one such as \";\""));
            None
        }
    }
}
