//! The optional file `tieout.toml`: where the claims are and how figures are read by default.

use std::path::{Path, PathBuf};

use schemars::JsonSchema;
use serde::Deserialize;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::declare::keys;
use super::read::Reader;
use super::table::Table;
use super::{read_text, shown, upward};
use crate::claim::{At, List, Text};
use crate::figure::{Convention, Style};
use crate::mistake::{Mistake, Place};
use crate::number::Number;

const NAME: &str = "tieout.toml";

/// What a project declares for all its reports. The nearest file counts; none are merged.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct SettingsSpec {
    /// Claims files, or folders of them, relative to this file.
    claims: Option<At<List<Text>>>,
    /// How numbers are written, unless a report says otherwise.
    style: Option<At<String>>,
    /// How figures were rounded, unless a report or claim says otherwise.
    convention: Option<Convention>,
    /// The probability, over the whole report, below which a sum that needs luck is improbable.
    improbable: Option<At<Text>>,
}

/// What the settings say of the claims.
#[derive(Default)]
pub(super) struct Settings {
    /// Where they are, if the settings say so.
    pub claims: Option<Vec<PathBuf>>,
}

/// Reads the nearest `tieout.toml` around a path, if there is one.
pub(super) fn find(around: &Path, reader: &mut Reader<'_>) -> Result<Settings, String> {
    let Some(folder) = upward(around, |folder| folder.join(NAME).is_file()) else {
        return Ok(Settings::default());
    };
    let path = folder.join(NAME);
    let text = read_text(&path).map_err(|why| format!("{} cannot be read: {why}", shown(&path)))?;
    let files = &mut reader.case.ledger.files;
    let file = files.add(shown(&path), &text);
    let mistakes = &mut reader.case.mistakes;
    let (table, errors) = DeTable::parse_recoverable(&text);
    for error in errors {
        let place = Place::new(file, error.span().unwrap_or(0..0));
        mistakes.push(Mistake::new(error.message().trim(), place).label("not valid TOML"));
    }
    let value = Spanned::new(0..0, DeValue::Table(table.into_inner()));
    let table = Table::new(value, file, format!("`{NAME}`"), mistakes);
    let spec = table.and_then(|table| table.read(&keys::<SettingsSpec>(), mistakes));
    let spec: SettingsSpec = spec.unwrap_or_default();
    if let Some(style) = spec.style {
        match style.value.parse::<Style>() {
            Ok(style) => reader.defaults.style = style,
            Err(why) => mistakes.push(Mistake::new(why, Place::new(file, style.span))),
        }
    }
    reader.defaults.convention = spec.convention;
    if let Some(level) = spec.improbable {
        let read = Number::decimal(&level.value.0).filter(|level| !level.is_negative());
        if read.is_none() {
            let what = format!("`{}` is not a probability", level.value.0);
            let mistake = Mistake::new(what, Place::new(file, level.span));
            mistakes.push(mistake.label("expected a number such as 0.001, or 0 for never"));
        }
        reader.case.improbable = read;
    }
    let claims =
        spec.claims.map(|list| list.value.0.iter().map(|claims| folder.join(&claims.0)).collect());
    Ok(Settings { claims })
}
