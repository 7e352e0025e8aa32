//! Revision: a figure is what an earlier edition printed for the same quantity and period, or the
//! difference is small enough, or declared.

use schemars::JsonSchema;
use serde::Deserialize;

use super::{Check, Expanded};
use crate::claim::{At, List, Missing, Text};
use crate::figure::{Style, Terms};
use crate::finding::Judgement;
use crate::interval::{End, Interval};
use crate::ledger::{
    Cell, Claim, Content, Data, Edition, Halt, Instance, Kept, Pair, Quantity, Reprint, Stated,
    Twice, View, read_period,
};
use crate::mistake::{Mistake, Place, quoted_list};
use crate::number::Number;

/// The figure as printed now.
const NOW: &str = "the figure now";
/// What the earlier print allows for it.
const ALLOWED: &str = "the earlier print";

/// Figures that are printed again in a later edition, or in a later table.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Revision {
    /// The edition whose figures this edition prints again, by its label.
    pub since: Option<At<Text>>,
    /// With `since`: the claims that are compared; all, if not said.
    pub claims: Option<At<Vec<At<String>>>>,
    /// With `since`: the series that are compared; all, if not said.
    pub series: Option<At<List<String>>>,
    /// The earlier print: a figure, or a dataset that is a published table.
    pub old: Option<At<String>>,
    /// The later print: a figure, or a dataset that is a published table.
    pub new: Option<At<String>>,
    /// For tables: the columns that tell the rows apart, named alike in both.
    pub key: Option<At<List<String>>>,
    /// For tables: the columns that are compared; all that both have, if not said.
    pub columns: Option<At<Vec<At<String>>>>,
    /// For tables: the column with the period of each row, for `final`.
    pub period: Option<At<String>>,
    /// For tables: the flag after a cell that declares it to be revised.
    pub declared: Option<At<String>>,
    /// The most by which a figure may be revised, in units of its last digit.
    pub max_units: Option<At<Text>>,
    /// The most by which a figure may be revised, in percent of the earlier print.
    pub max_percent: Option<At<Text>>,
    /// Whether a revised figure must be declared; yes, if no limit is set.
    pub must_be_declared: Option<bool>,
    /// The periods whose figures are final, and not to be revised at all.
    #[serde(rename = "final")]
    pub finals: Option<At<List<Text>>>,
}

impl Check for Revision {
    fn judge(&self, view: &View) -> Result<Judgement, Halt> {
        if self.is_taken_apart(view) {
            let place = self.place(view);
            let now = view.quantity_at(NOW, place)?;
            return judged(&now, &view.quantity_at(ALLOWED, place)?);
        }
        let (Some(old), Some(new)) = (&self.old, &self.new) else {
            return Err(self.nothing(view).into());
        };
        let (before, now) = (view.stated(old)?, view.stated(new)?);
        before.comparable(&now)?;
        let claims = [old, new].map(|at| view.claim(at).ok());
        let declared = claims[1].is_some_and(|claim| claim.restates.is_some());
        let days = claims[1].or(claims[0]).and_then(Claim::days);
        let limits = self.limits(view)?;
        let print = (before.figure.as_deref(), &before.set);
        let allowed = limits.allowed(print, declared, days.is_some_and(|d| limits.is_final(d)));
        let text = limits.words(&before.text, &before.set, &allowed);
        let figure = before.figure.clone().filter(|_| allowed == before.set);
        judged(&now, &Quantity { set: allowed, text, figure, ..before })
    }

    fn subject(&self) -> String {
        let since = self.since.as_ref().map(|at| format!("since-{}", at.value.0));
        since.or_else(|| Some(self.new.as_ref()?.value.clone())).unwrap_or_default()
    }

    fn expand(&self, view: &View) -> Result<Option<Expanded>, Halt> {
        match (&self.since, &self.old, &self.new) {
            (Some(since), None, None) => self.since(view, since).map(Some),
            (None, Some(old), Some(new)) if self.is_taken_apart(view) => {
                self.tables(view, old, new).map(Some)
            }
            (None, Some(_), Some(_)) => Ok(None),
            _ => Err(self.nothing(view).into()),
        }
    }
}

/// That the later print is among the values that the earlier one allows. Two prints of as many
/// digits are two numbers, even if one value lies at an end of both their sets.
fn judged(now: &Quantity, allowed: &Quantity) -> Result<Judgement, Halt> {
    now.comparable(allowed)?;
    let shown = now.show(&allowed.set);
    let figures = now.figure.as_ref().zip(allowed.figure.as_ref());
    let precise = figures
        .is_some_and(|(a, b)| a.last_place() == b.last_place() && a.hedge() == b.hedge());
    let open = |end: Option<&End>| end.map(|end| End { closed: false, ..end.clone() });
    let inner = Interval::new(open(allowed.set.lo()), open(allowed.set.hi()));
    let inner = inner.filter(|_| precise && now.set.touches(&allowed.set).is_some());
    let set = inner.unwrap_or_else(|| allowed.set.clone());
    let allowed = Quantity { set, ..allowed.clone() };
    Ok(Judgement::equal(now, &allowed).step(allowed.text.clone(), shown))
}

/// What may become of a figure.
struct Limits {
    units: Option<Number>,
    percent: Option<Number>,
    declare: bool,
    finals: Vec<Interval>,
}

impl Limits {
    fn is_final(&self, days: &Interval) -> bool {
        self.finals.contains(days)
    }

    /// The values that a later print may have: those of the earlier one, and those around its
    /// number that the limits leave.
    fn allowed(
        &self,
        (figure, set): (Option<&crate::figure::Figure>, &Interval),
        declared: bool,
        is_final: bool,
    ) -> Interval {
        if is_final || (self.declare && !declared) {
            return set.clone();
        }
        let around = match figure.and_then(|figure| figure.printed()) {
            Some(number) => Interval::point(number.clone()),
            None => set.clone(),
        };
        let widened = |reach: &Number| {
            let end = |end: Option<&End>, reach: &Number| {
                end.map(|end| End { at: &end.at + reach, closed: end.closed })
            };
            Interval::new(end(around.lo(), &-reach), end(around.hi(), reach))
        };
        let units = self.units.as_ref().zip(figure).and_then(|(units, figure)| {
            widened(&(units * figure.last_place()))
        });
        let percent = self.percent.as_ref().and_then(|percent| {
            let size = around.abs().hi()?.at.clone();
            widened(&(&(percent * &size) * &Number::ratio(1, 100)))
        });
        match (units, percent) {
            (Some(a), Some(b)) => a.intersect(&b).map_or_else(|| set.clone(), |both| both.hull(set)),
            (Some(one), None) | (None, Some(one)) => one.hull(set),
            (None, None) => Interval::all(),
        }
    }

    /// What a set of allowed values is called.
    fn words(&self, printed: &str, set: &Interval, allowed: &Interval) -> String {
        if allowed == set {
            return printed.to_owned();
        }
        let mut limits = Vec::new();
        if let Some(units) = &self.units {
            limits.push(format!("{units} units"));
        }
        if let Some(percent) = &self.percent {
            limits.push(format!("{percent} %"));
        }
        if limits.is_empty() {
            return format!("{printed}, revised as declared");
        }
        format!("{printed}, give or take {}", limits.join(" and "))
    }
}

impl Revision {
    /// Whether it is about an edition or a table, of which each part is judged by itself.
    fn is_taken_apart(&self, view: &View) -> bool {
        let data = &view.own_edition().data;
        let table = |at: &Option<At<String>>| at.as_ref().is_some_and(|at| data.get(&at.value).is_some());
        self.since.is_some() || table(&self.old) || table(&self.new)
    }

    fn place(&self, view: &View) -> Place {
        let since = self.since.as_ref().map(|at| view.place(at));
        let text = self.new.as_ref().or(self.old.as_ref()).map(|at| view.place(at));
        since.or(text).unwrap_or_else(|| Place::new(view.file, 0..0))
    }

    fn nothing(&self, view: &View) -> Mistake {
        let what = "a revision is between two prints: `since`, or `old` and `new`";
        let help = "name the edition as `since`, or two figures or tables as `old` and `new`";
        let mistake = match &self.since {
            Some(at) => Mistake::new(what, view.place(at)),
            None => match self.old.as_ref().or(self.new.as_ref()) {
                Some(at) => Mistake::new(what, view.place(at)),
                None => Mistake::nowhere(what),
            },
        };
        mistake.help(help)
    }

    fn limits(&self, view: &View) -> Result<Limits, Halt> {
        let number = |at: &Option<At<Text>>, name: &str| match at {
            None => Ok(None),
            Some(at) => match Number::decimal(&at.value.0).filter(|number| *number >= 0) {
                Some(number) => Ok(Some(number)),
                None => {
                    let what = format!("`{name}` is \"{}\"", at.value.0);
                    let mistake = Mistake::new(what, view.place(at));
                    Err(Halt::from(mistake.label("expected a number, zero or above")))
                }
            },
        };
        let units = number(&self.max_units, "max_units")?;
        let percent = number(&self.max_percent, "max_percent")?;
        let mut finals = Vec::new();
        for text in self.finals.iter().flat_map(|list| &list.value.0) {
            let read = read_period(&text.0, view.own_edition().style).map_err(|error| {
                let place = self.finals.as_ref().map_or_else(|| self.place(view), |at| view.place(at));
                Halt::from(Mistake::new(error.message, place).label("expected periods such as 2024"))
            })?;
            finals.extend(read.rungs(&Terms::default()).into_iter().next().map(|rung| rung.set));
        }
        let declare = self.must_be_declared.unwrap_or(units.is_none() && percent.is_none());
        Ok(Limits { units, percent, declare, finals })
    }

    /// The claims of this edition against those of another.
    fn since(&self, view: &View, since: &At<Text>) -> Result<Expanded, Halt> {
        let tables = [&self.period, &self.declared].into_iter().flatten().next();
        let odd = tables.map(|at| view.place(at));
        let lists = self.key.as_ref().map(|at| view.place(at));
        let lists = lists.or_else(|| self.columns.as_ref().map(|at| view.place(at)));
        if let Some(place) = odd.or(lists) {
            let what = "this is for tables, and `since` is about claims";
            return Err(Mistake::new(what, place).help("name the tables as `old` and `new`").into());
        }
        let label = since.value.0.as_str();
        let editions = &view.ledger.editions;
        let older: Vec<&Edition> = editions
            .iter()
            .enumerate()
            .filter(|(at, edition)| *at != view.edition && edition.label == label)
            .map(|(_, edition)| edition)
            .collect();
        if older.is_empty() {
            return Err(view.ledger.no_edition(label, view.edition, view.place(since)).into());
        }
        let limits = self.limits(view)?;
        let own = view.own_edition();
        let mut all = Expanded { noun: "figure", data: format!("edition {label}"), ..Expanded::default() };
        for (name, claim, asked) in self.wanted(view, own)? {
            let earlier = older.iter().find_map(|edition| edition.earlier_print(name, claim));
            let Some((before_name, before)) = earlier else {
                if asked {
                    let trouble = Some(format!("edition {label} does not print `{name}`"));
                    all.parts.push(Instance { label: name.to_owned(), trouble, ..Instance::default() });
                }
                continue;
            };
            let figures = before.figure.as_ref().zip(claim.figure.as_ref());
            let (Some((a, b)), Some(reprint)) = (figures, Reprint::of(before, claim)) else {
                let gone = before.figure.is_some();
                let why = if gone { "has no figure any more" } else { "had no figure" };
                let trouble = Some(format!("`{name}` {why}"));
                all.parts.push(Instance { label: name.to_owned(), trouble, ..Instance::default() });
                continue;
            };
            let row = 0;
            let mut part = Instance { label: name.to_owned(), row, ..Instance::default() };
            match reprint.kept {
                Kept::Same => all.held += 1,
                Kept::Rebased(basis) => {
                    let why = reprint.remark.unwrap_or_default();
                    let why = format!("`{name}` is not comparable as printed ({}): {why}", basis.word());
                    part.trouble = Some(why);
                    all.parts.push(part);
                }
                Kept::Rerounded | Kept::Revised => {
                    let ends = claim.days().is_some_and(|days| limits.is_final(days));
                    let cells = cells((a, b), &limits, claim.restates(label), ends);
                    let [mut now, mut allowed] = cells;
                    now.name = name.to_owned();
                    allowed.name = format!("{before_name}@{label}");
                    if before_name != name {
                        part.label = format!("{name} (`{before_name}` before)");
                    }
                    allowed.of = now.of.clone();
                    put(&mut part, now, allowed);
                    all.parts.push(part);
                }
            }
        }
        Ok(all)
    }

    /// The claims that are compared, and whether they were asked for by name.
    fn wanted<'v>(
        &self,
        view: &View<'v>,
        own: &'v Edition,
    ) -> Result<Vec<(&'v str, &'v Claim, bool)>, Halt> {
        let series = |name: &str, claim: &Claim| {
            let wanted = self.series.as_ref();
            wanted.is_none_or(|list| list.value.0.iter().any(|one| one == claim.series(name)))
        };
        if let Some(list) = &self.series {
            let known: Vec<&str> = own.claims.iter().map(|(name, claim)| claim.series(name)).collect();
            if let Some(lone) = list.value.0.iter().find(|one| !known.contains(&one.as_str())) {
                let what = format!("no claim is of the series `{lone}`");
                let mistake = Mistake::new(what, view.place(list));
                return Err(mistake.did_you_mean(lone, known).into());
            }
        }
        let Some(claims) = &self.claims else {
            let all = own.claims.iter().filter(|(name, claim)| series(name, claim));
            return Ok(all.map(|(name, claim)| (name, claim, false)).collect());
        };
        let mut wanted = Vec::new();
        for at in &claims.value {
            let Some((name, claim)) = own.claims.iter().find(|(name, _)| *name == at.value) else {
                let what = format!("no claim is named `{}`", at.value);
                let mistake = Mistake::new(what, view.place(at)).label("not declared as a claim");
                return Err(mistake.did_you_mean(&at.value, own.claims.names()).into());
            };
            if series(name, claim) {
                wanted.push((name, claim, true));
            }
        }
        Ok(wanted)
    }

    /// The cells of a table against those of an earlier one.
    fn tables(&self, view: &View, old: &At<String>, new: &At<String>) -> Result<Expanded, Halt> {
        let (before, now) = (view.dataset(old)?, view.dataset(new)?);
        let Some(key) = self.key.as_ref().filter(|key| !key.value.0.is_empty()) else {
            let what = "two tables need a `key`";
            let mistake = Mistake::new(what, view.place(new));
            return Err(mistake.help("name the columns that tell the rows apart").into());
        };
        if let Some(place) = self.claims.as_ref().map(|at| view.place(at)) {
            let what = "`claims` are of an edition, not of a table";
            return Err(Mistake::new(what, place).help("name the columns in `columns`").into());
        }
        let (ours, theirs) = (view.columns_of(now)?, view.columns_of(before)?);
        for (data, known) in [(now, &ours), (before, &theirs)] {
            let lists = key.value.0.iter().map(|name| (name, view.place(key)));
            let columns = self.columns.iter().flat_map(|list| &list.value);
            let columns = columns.map(|at| (&at.value, view.place(at)));
            if let Some((name, place)) = lists.chain(columns).find(|(name, _)| !known.contains(name)) {
                return Err(data.no_column(name, known, place).into());
            }
        }
        if let Some(period) = self.period.as_ref().filter(|at| !ours.contains(&at.value)) {
            return Err(now.no_column(&period.value, &ours, view.place(period)).into());
        }
        let limits = self.limits(view)?;
        let period = self.period.as_ref().map(|at| at.value.as_str());
        if !limits.finals.is_empty() && period.is_none() {
            let what = "`final` needs the column of the periods";
            return Err(Mistake::new(what, view.place(new)).help("name it as `period`").into());
        }
        let mut all = Expanded { noun: "cell", data: new.value.clone(), ..Expanded::default() };
        let columns: Vec<String> = match &self.columns {
            Some(list) => list.value.iter().map(|at| at.value.clone()).collect(),
            None => {
                let lone = |own: &[String], others: &[String]| {
                    let lone = own.iter().filter(|name| !others.contains(name)).cloned();
                    lone.collect::<Vec<_>>()
                };
                for (side, lone) in [(new, lone(&ours, &theirs)), (old, lone(&theirs, &ours))] {
                    if !lone.is_empty() {
                        let list = quoted_list(lone.iter().map(String::as_str), "and");
                        all.notes.push(format!("only {} has {list}", side.value));
                    }
                }
                let common = ours.iter().filter(|name| theirs.contains(name));
                let figures = common.filter(|name| !key.value.0.contains(name));
                figures.filter(|name| period != Some(name.as_str())).cloned().collect()
            }
        };
        let flag = self.declared.as_ref().map(|at| at.value.as_str());
        let key = &key.value.0;
        let twice = Twice { old: before, new: now, key, columns: &columns, with: period, flag };
        let paired = twice.read(view.tables()?).map_err(|(of_old, trouble)| {
            let (data, at) = if of_old { (before, old) } else { (now, new) };
            Halt::from(view.blame(data, trouble, view.place(at), None))
        })?;
        if let Some((of_old, label, first, second)) = paired.repeated {
            let data = if of_old { before } else { now };
            let path = &data.source.path;
            let what = format!("rows {first} and {second} of {path} both have {label}");
            let place = self.key.as_ref().map_or_else(|| self.place(view), |at| view.place(at));
            let mistake = Mistake::new(what, place);
            return Err(mistake.label("expected columns that tell rows apart").into());
        }
        all.held = paired.held;
        for pair in paired.pairs {
            all.parts.push(cell_part(pair, &limits, now));
        }
        for (label, row) in &paired.dropped {
            let trouble = Some(format!("{} has no row for {label} of {}", new.value, old.value));
            all.parts.push(Instance { label: label.clone(), row: *row, trouble, ..Instance::default() });
        }
        if let (count, Some(first)) = paired.added {
            let more = if count > 1 { format!(" and {} more", count - 1) } else { String::new() };
            all.notes.push(format!("new rows: {first}{more}"));
        }
        if paired.filled > 0 {
            all.notes.push(format!("missing before, and printed now: {}", paired.filled));
        }
        if paired.words > 0 {
            let words = paired.words;
            all.notes.push(format!("the same words in both tables, and no figures: {words}"));
        }
        if paired.missing > 0 {
            let missing = paired.missing;
            all.notes.push(format!("missing in both tables, and so not compared: {missing}"));
        }
        Ok(all)
    }
}

/// Two cells of a table as something to judge.
fn cell_part(pair: Pair, limits: &Limits, now: &Data) -> Instance {
    let label = format!("{} (row {})", pair.label, pair.row);
    let mut part = Instance { label, row: pair.row, ..Instance::default() };
    let why = |cell: &Cell| match &cell.content {
        Content::Absent(why) => Some(format!("{} is {why}", cell.name)),
        Content::Unreadable(what) => Some(format!("{}: {what}", cell.name)),
        _ => None,
    };
    part.trouble = why(&pair.old).or_else(|| why(&pair.new));
    if part.trouble.is_some() {
        return part;
    }
    let style = now.column(&pair.column).style;
    let is_final = pair.with.as_deref().is_some_and(|text| ends(limits, text, style));
    match (&pair.old.content, &pair.new.content) {
        (Content::Figure(a), Content::Figure(b)) => {
            if let Err(mismatch) = a.figure.unit().compare(b.figure.unit()) {
                part.trouble = Some(format!("not comparable as printed: {mismatch}"));
                return part;
            }
            let [now, allowed] = cells((a, b), limits, pair.flagged, is_final);
            let now = Cell { name: pair.new.name, of: pair.new.of, ..now };
            put(&mut part, now, Cell { name: pair.old.name, ..allowed });
        }
        _ => put(&mut part, pair.new, pair.old),
    }
    part
}

fn ends(limits: &Limits, text: &str, style: Style) -> bool {
    let Ok(period) = read_period(text, style) else { return false };
    period.rungs(&Terms::default()).first().is_some_and(|rung| limits.is_final(&rung.set))
}

/// The later print, and what the earlier one allows for it.
fn cells((old, new): (&Stated, &Stated), limits: &Limits, declared: bool, ends: bool) -> [Cell; 2] {
    let set = &old.rungs[0].set;
    let allowed = limits.allowed((Some(&*old.figure), set), declared, ends);
    let text = limits.words(old.figure.text(), set, &allowed);
    let content =
        if allowed == *set { Content::Figure(old.clone()) } else { Content::Known(allowed, text) };
    let unit = Some(old.figure.unit().clone());
    let now = Content::Figure(new.clone());
    [
        Cell { name: NOW.to_owned(), content: now, unit: Some(new.figure.unit().clone()), of: None, spot: None },
        Cell { name: ALLOWED.to_owned(), content, unit, of: None, spot: None },
    ]
}

fn put(part: &mut Instance, now: Cell, allowed: Cell) {
    part.own_names = true;
    part.cells.insert(NOW.to_owned(), (Missing::Refuse, vec![now]));
    part.cells.insert(ALLOWED.to_owned(), (Missing::Refuse, vec![allowed]));
}
