//! How far to look when all figures are taken together.

use std::str::FromStr;
use std::time::{Duration, Instant};

use tieout::audit::BUDGET;
use tieout::ledger::Stop;

/// Limits of the search for figures that clash.
#[derive(Clone, Copy)]
pub struct Budget {
    /// How long it may take in all.
    pub time: Duration,
    /// How many cases may be looked into for each group of assertions.
    pub cases: usize,
}

impl Default for Budget {
    fn default() -> Self {
        Self { time: Duration::from_secs(60), cases: BUDGET }
    }
}

impl FromStr for Budget {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let expected = || "expected seconds, or seconds and cases, such as 60 or 60,20000";
        let (seconds, cases) = text.split_once(',').map_or((text, None), |(a, b)| (a, Some(b)));
        let seconds = seconds.trim().trim_end_matches('s').parse().map_err(|_| expected())?;
        let cases = cases.map(|cases| cases.trim().parse()).transpose().map_err(|_| expected())?;
        Ok(Self { time: Duration::from_secs(seconds), cases: cases.unwrap_or(BUDGET) })
    }
}

impl Budget {
    /// Whether the time is up that begins now.
    pub fn stop(self) -> Stop {
        let start = Instant::now();
        Box::new(move || start.elapsed() > self.time)
    }
}
