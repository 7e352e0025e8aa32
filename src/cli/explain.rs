//! `tieout explain`.

use std::io::IsTerminal;

use anyhow::{Result, bail};
use tieout::audit::Audit;
use tieout::checks::Kind;
use tieout::render;

use super::input::Input;
use super::{Global, look, report_mistakes, say};

#[derive(clap::Args)]
pub struct Explain {
    /// The name of a check, or the id of a finding such as footing/shares
    name: Option<String>,
    #[command(flatten)]
    input: Input,
}

impl Explain {
    pub fn run(&self, global: &Global) -> Result<u8> {
        let Some(name) = self.name.as_deref() else {
            say(&render::list_checks())?;
            return Ok(0);
        };
        if let Some(kind) = Kind::named(name) {
            say(kind.page)?;
            return Ok(0);
        }
        if !name.contains('/') {
            let kinds = tieout::checks::KINDS.iter().map(|kind| kind.name);
            let near = tieout::mistake::nearest(name, kinds);
            let near = near.map_or(String::new(), |near| format!("; did you mean `{near}`?"));
            bail!("no check is called `{name}`{near} (`tieout explain` lists them)");
        }
        let case = self.input.load()?;
        let audit = Audit::whole(&case);
        let finding = match audit.named(name) {
            Ok(at) => &audit.findings[at],
            Err(why) => {
                report_mistakes(&audit, global);
                bail!("{why} (`tieout check -v` lists them all)");
            }
        };
        say(&render::explain(&audit, finding, look(global, std::io::stdout().is_terminal())))?;
        Ok(0)
    }
}
