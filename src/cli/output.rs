//! Where the findings go: to standard output, to files, or both.

use std::fs::{self, File};
use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use tieout::audit::Case;
use tieout::mistake::nearest;
use tieout::render::{FORMATS, Format};

use super::{Global, complain, say};

#[derive(clap::Args, Default)]
pub struct Output {
    /// What to print on standard output [default: table, or nothing beside -o]
    #[arg(
        long, value_parser = formats(), value_name = "FORMAT", env = "TIEOUT_OUTPUT_FORMAT",
        hide_env = true
    )]
    output_format: Option<&'static Format>,
    /// Write to a file, in the format that its ending tells or that is named before it, as in
    /// `-o audit.json -o full=findings.log`; may be repeated; `-` is standard output
    #[arg(short, long, value_name = "[FORMAT=]FILE")]
    output: Vec<PathBuf>,
}

/// What is to be written, and where.
pub struct Plan {
    /// The format of standard output, if anything is to be printed there.
    pub stdout: Option<&'static Format>,
    /// The files, each with its format.
    pub files: Vec<(&'static Format, PathBuf)>,
}

fn formats() -> impl TypedValueParser<Value = &'static Format> {
    let value = |format: &Format| PossibleValue::new(format.name).help(format.summary);
    PossibleValuesParser::new(FORMATS.iter().map(value))
        .try_map(|name| Format::named(&name).ok_or("no such format"))
}

impl Output {
    /// Makes sense of the arguments, before anything is judged.
    pub fn plan(&self) -> Result<Plan> {
        self.plan_of(&FORMATS.iter().collect::<Vec<_>>())
    }

    /// What was asked for, where it may be any of these formats.
    pub fn new(output_format: Option<&'static Format>, output: Vec<PathBuf>) -> Self {
        Self { output_format, output }
    }

    /// Makes sense of the arguments, where only some formats can be written. The first is the
    /// default.
    pub fn plan_of(&self, known: &[&'static Format]) -> Result<Plan> {
        let mut plan = Plan { stdout: self.output_format, files: Vec::new() };
        if self.output.is_empty() {
            plan.stdout = self.output_format.or(known.first().copied());
        }
        let mut printed = false;
        for argument in &self.output {
            let (named, path) = parse(argument, known)?;
            if path == Path::new("-") {
                let format = named.or(self.output_format).or(known.first().copied());
                let other = named.zip(self.output_format).is_some_and(|(a, b)| a.name != b.name);
                if printed || other {
                    bail!("standard output takes one format; write the others to files");
                }
                (printed, plan.stdout) = (true, format);
                continue;
            }
            let shown = path.display();
            let ending = path.file_name().and_then(|name| Format::of_file(&name.to_string_lossy()));
            let ending = ending.filter(|format| known.iter().any(|one| one.name == format.name));
            let Some(format) = named.or(ending) else {
                let names: Vec<&str> = known.iter().map(|format| format.name).collect();
                bail!(
                    "{shown}: its ending tells no format; name one, as in `-o json={shown}` \
                     (formats: {})",
                    names.join(", ")
                );
            };
            if plan.files.iter().any(|(_, other)| *other == path) {
                bail!("{shown} is named twice; each output needs a file of its own");
            }
            let folder = folder(&path);
            if !folder.is_dir() {
                bail!("{shown} cannot be written: there is no folder {}", folder.display());
            }
            if path.is_dir() {
                bail!("{shown} cannot be written: it is a folder; name a file in it");
            }
            plan.files.push((format, path));
        }
        Ok(plan)
    }
}

impl Plan {
    /// Refuses to write over what was read.
    pub fn spare_inputs(&self, case: &Case) -> Result<()> {
        let same = |a: &Path, b: &str| {
            fs::canonicalize(a).is_ok_and(|a| fs::canonicalize(b).is_ok_and(|b| a == b))
        };
        let ledger = &case.ledger;
        let data = ledger.editions.iter().flat_map(|edition| edition.data.iter());
        let mut read: Vec<&str> = data.map(|(_, data)| data.source.path.as_str()).collect();
        read.extend(ledger.files.names());
        for (_, file) in &self.files {
            if read.iter().any(|input| same(file, input)) {
                bail!("{} is what the audit reads; write to another file", file.display());
            }
        }
        Ok(())
    }
}

impl Plan {
    /// Writes the files, says which, and prints the rest. Files come first: they are there even if
    /// nobody reads what is printed. `text` is told whether it is for a terminal.
    pub fn write(
        &self,
        global: &Global,
        text: impl Fn(&Format, bool) -> Result<String>,
    ) -> Result<()> {
        let mut files = Vec::new();
        for (format, path) in &self.files {
            files.push((path.clone(), text(format, false)?));
        }
        let printed = self.stdout.map(|format| text(format, std::io::stdout().is_terminal()));
        let printed = printed.transpose()?;
        write_all(&files)?;
        if let Some(printed) = printed {
            say(&printed)?;
        }
        if !global.quiet {
            for (format, path) in &self.files {
                complain(&format!("wrote {} ({})", path.display(), format.name));
            }
        }
        Ok(())
    }
}

/// The format named before the first `=`, if one is, and the file.
fn parse(argument: &Path, known: &[&'static Format]) -> Result<(Option<&'static Format>, PathBuf)> {
    let parts = argument.to_str().and_then(|text| text.split_once('='));
    // A path with `=` in it is told by what no name of a format has.
    let word = |name: &str| !name.is_empty() && name.chars().all(|c| c.is_ascii_alphabetic());
    let Some((name, path)) = parts.filter(|(name, _)| word(name)) else {
        return Ok((None, argument.to_owned()));
    };
    let Some(format) = known.iter().copied().find(|format| format.name == name) else {
        let names = || known.iter().map(|format| format.name);
        let near = nearest(name, names()).map(|near| format!("; did you mean `{near}`?"));
        bail!(
            "`{name}` in `-o {name}={path}` is not a format{} (formats: {}; \
             a file of that name is `./{name}={path}`)",
            near.unwrap_or_default(),
            names().collect::<Vec<_>>().join(", ")
        );
    };
    if path.is_empty() {
        bail!("`-o {name}=` names no file");
    }
    Ok((Some(format), PathBuf::from(path)))
}

fn folder(path: &Path) -> &Path {
    let folder = path.parent().unwrap_or(path);
    if folder == Path::new("") { Path::new(".") } else { folder }
}

/// Writes files, each whole or not at all: first beside where they go, then, when all are there,
/// in their place.
pub fn write_all(files: &[(PathBuf, String)]) -> Result<()> {
    let mut staged = Vec::new();
    for (path, text) in files {
        let shown = || format!("{} cannot be written", path.display());
        match Staged::new(path, text) {
            Ok(one) => staged.push((one, shown())),
            Err(error) => return Err(error).with_context(shown),
        }
    }
    for (one, shown) in staged {
        one.place().context(shown)?;
    }
    Ok(())
}

/// A text in a file of its own, to be moved to its place. It is removed if that does not happen.
struct Staged {
    /// Where it is; none for what is no file, such as a pipe, and is written to at once.
    temporary: Option<PathBuf>,
    target: PathBuf,
}

impl Staged {
    fn new(path: &Path, text: &str) -> std::io::Result<Self> {
        // A link stays a link; what it leads to is replaced.
        let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        let before = fs::metadata(&target).ok();
        if before.as_ref().is_some_and(|before| !before.is_file()) {
            fs::OpenOptions::new().write(true).open(&target)?.write_all(text.as_bytes())?;
            return Ok(Self { temporary: None, target });
        }
        if before.as_ref().is_some_and(|before| before.permissions().readonly()) {
            return Err(std::io::ErrorKind::PermissionDenied.into());
        }
        let mut name = std::ffi::OsString::from(".");
        name.push(target.file_name().unwrap_or_default());
        name.push(format!(".{}.tmp", std::process::id()));
        let temporary = target.with_file_name(name);
        let mut file = File::create_new(&temporary)?;
        let staged = Self { temporary: Some(temporary), target };
        file.write_all(text.as_bytes())?;
        if let Some(before) = before {
            file.set_permissions(before.permissions())?;
        }
        file.sync_all()?;
        Ok(staged)
    }

    fn place(mut self) -> std::io::Result<()> {
        if let Some(temporary) = &self.temporary {
            fs::rename(temporary, &self.target)?;
            self.temporary = None;
        }
        Ok(())
    }
}

impl Drop for Staged {
    fn drop(&mut self) {
        if let Some(temporary) = &self.temporary {
            let _ = fs::remove_file(temporary);
        }
    }
}
