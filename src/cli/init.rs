//! `tieout init`.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use tieout::project;

use super::say;

#[derive(clap::Args)]
pub struct Init {
    /// The folder to make it in
    #[arg(default_value = ".")]
    folder: PathBuf,
    /// An empty claims file, without the example
    #[arg(long)]
    bare: bool,
}

impl Init {
    pub fn run(&self) -> Result<u8> {
        let folder = self.folder.as_path();
        let files = project::starter(self.bare);
        for file in &files {
            let path = folder.join(file.path);
            if path.exists() {
                bail!("{} is there already; nothing was written", path.display());
            }
        }
        for file in &files {
            let path = folder.join(file.path);
            if let Some(parent) = path.parent() {
                fs::create_dir_all(parent)
                    .with_context(|| format!("{} cannot be made", parent.display()))?;
            }
            fs::write(&path, file.text)
                .with_context(|| format!("{} cannot be written", path.display()))?;
            say(&format!("wrote {}\n", path.display()))?;
        }
        let go = if folder == Path::new(".") {
            String::new()
        } else {
            format!("cd {} && ", folder.display())
        };
        say(&format!("next: {go}tieout check\n"))?;
        Ok(0)
    }
}
