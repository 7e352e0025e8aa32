//! The audit as JSON: one object, versioned, in a fixed order, with exact numbers as strings.
//! `docs/findings.schema.json` describes it.

use serde_json::{Map, Value, json};

use crate::audit::Audit;
use crate::finding::{Finding, RowFinding, Side, Tally, Verdict};
use crate::interval::{End, Interval};
use crate::ledger::Used;
use crate::mistake::{Files, Mistake, Place};

/// The version of the format. It changes when a field changes its meaning or goes away.
pub const SCHEMA: u32 = 1;

/// The whole audit, consistent findings included. Numbers are strings, exact, in base units
/// (percentages as fractions of one, dates as days since 1970-01-01); `shown` has them in the
/// units of the report.
pub fn json(audit: &Audit) -> String {
    let ledger = &audit.case.ledger;
    let editions: Vec<Value> = ledger
        .editions
        .iter()
        .map(|edition| {
            json!({
                "edition": edition.label,
                "title": edition.title,
                "claims": edition.claims.len(),
            })
        })
        .collect();
    // A waived finding is counted as that only, so that the counts add up to the assertions.
    let mut counts: Map<String, Value> = Verdict::ALL
        .iter()
        .map(|verdict| (verdict.word().replace(' ', "_"), audit.count(*verdict).into()))
        .collect();
    counts.insert("waived".to_owned(), audit.waived().into());
    let shown = |finding: &&Finding| !(audit.only_new && finding.waived.is_some());
    let mut findings: Vec<&Finding> = audit.findings.iter().filter(shown).collect();
    findings.sort_by_key(|finding| finding.place);
    let findings: Vec<Value> = findings.iter().map(|f| finding(f, audit)).collect();
    let mistakes: Vec<Value> = audit.mistakes().iter().map(|m| mistake(m, &ledger.files)).collect();
    let whole = json!({
        "schema": SCHEMA,
        "tool": { "name": "tieout", "version": env!("CARGO_PKG_VERSION") },
        "editions": editions,
        "assertions": audit.findings.len(),
        "counts": counts,
        "findings": findings,
        "mistakes": mistakes,
        "warnings": audit.warnings.iter().map(|m| mistake(m, &ledger.files)).collect::<Vec<_>>(),
    });
    serde_json::to_string_pretty(&whole).unwrap_or_default() + "\n"
}

fn finding(finding: &Finding, audit: &Audit) -> Value {
    let ledger = &audit.case.ledger;
    let judgement = finding.judgement.as_ref();
    let steps: Vec<Value> = judgement
        .iter()
        .flat_map(|judgement| &judgement.steps)
        .map(|step| json!({ "what": step.what, "works": step.works }))
        .collect();
    let branches: Vec<Value> = finding
        .branches
        .iter()
        .map(|b| json!({ "answer": b.answer, "verdict": b.verdict.word(), "remark": b.remark }))
        .collect();
    let turns: Vec<Value> =
        finding.turns_on.iter().map(|t| json!({ "asks": t.asks, "how": t.how })).collect();
    let mends: Vec<Value> = finding
        .mends
        .iter()
        .map(|m| {
            json!({
                "claim": m.name,
                "printed": m.printed,
                "would_tie": m.would_tie,
                "slip": m.slip,
            })
        })
        .collect();
    json!({
        "id": finding.id,
        "check": finding.check,
        "edition": ledger.editions.get(finding.edition).map(|edition| &edition.label),
        "label": finding.label,
        "verdict": finding.verdict.word(),
        "severity": finding.severity.to_string(),
        "waived": finding.waived.as_ref().map(|waived| json!({
            "reason": waived.reason,
            "by": waived.by,
            "until": waived.until,
            "place": place(waived.place, &ledger.files),
        })),
        "place": place(finding.place, &ledger.files),
        "stated": judgement.map(|judgement| side(&judgement.stated)),
        "allowed": judgement.map(|judgement| side(&judgement.allowed)),
        "gap": judgement
            .filter(|judgement| !judgement.miss.is_zero())
            .map(|j| json!({ "exact": j.miss.to_string(), "shown": j.distance })),
        "margin": judgement.and_then(|j| {
            let margin = j.margin.as_ref()?;
            Some(json!({ "exact": margin.to_string(), "shown": j.distance }))
        }),
        "last_digit": judgement.and_then(|j| Some(j.last_place.as_ref()?.to_string())),
        "meets_only_at": judgement.and_then(|judgement| judgement.touches.clone()),
        "notes": judgement.map_or(&[][..], |judgement| &judgement.notes),
        "reason": finding.reason,
        "probability": finding.probability.as_ref().map(ToString::to_string),
        "turns_on": turns,
        "branches": branches,
        "would_tie": mends,
        "figures": finding.figures.iter().map(|used| figure(used, &ledger.files)).collect::<Vec<_>>(),
        "steps": steps,
        "mistakes": finding.mistakes.iter().map(|m| mistake(m, &ledger.files)).collect::<Vec<_>>(),
        "rows": finding.rows.as_ref().map(|tally| rows(tally)),
    })
}

/// The count by verdict, and the rows that are kept, the worst first.
fn rows(tally: &Tally) -> Value {
    let counts: Map<String, Value> = Verdict::ALL
        .iter()
        .map(|verdict| (verdict.word().replace(' ', "_"), tally.count(*verdict).into()))
        .collect();
    let row = |row: &RowFinding| {
        let judgement = row.finding.judgement.as_ref();
        json!({
            "row": row.row,
            "file": row.file,
            "label": row.label,
            "verdict": row.finding.verdict.word(),
            "stated": judgement.map(|judgement| side(&judgement.stated)),
            "allowed": judgement.map(|judgement| side(&judgement.allowed)),
            "gap": judgement.map(|j| json!({ "exact": j.miss.to_string(), "shown": j.distance })),
            "reason": row.finding.reason,
        })
    };
    json!({
        "data": tally.data,
        "judged": tally.judged(),
        "one_is_a": tally.noun,
        "counts": counts,
        "worst": tally.worst.iter().map(row).collect::<Vec<_>>(),
        "troubles": tally.troubles,
        "notes": tally.notes,
    })
}

fn figure(used: &Used, files: &Files) -> Value {
    json!({
        "name": used.name,
        "printed": used.figure.text(),
        "unit": used.figure.unit().label(),
        "of": used.of,
        "set": interval(&used.rung.set),
        "shown": used.figure.show(&used.rung.set),
        "why": used.figure.why(&used.rung),
        "place": place(used.place, files),
    })
}

fn side(side: &Side) -> Value {
    json!({
        "what": side.what,
        "printed": side.printed,
        "set": side.set.as_ref().map(interval),
        "shown": side.shown,
    })
}

/// A range with exact ends; an absent end is null.
fn interval(set: &Interval) -> Value {
    let end =
        |end: Option<&End>| end.map(|e| json!({ "at": e.at.to_string(), "closed": e.closed }));
    json!({ "low": end(set.lo()), "high": end(set.hi()) })
}

fn place(place: Place, files: &Files) -> Value {
    let (line, column) = files.line_column(place);
    json!({ "file": files.name(place.file), "line": line, "column": column })
}

fn mistake(mistake: &Mistake, files: &Files) -> Value {
    json!({
        "what": mistake.what,
        "place": mistake.place.map(|at| place(at, files)),
        "expected": mistake.label,
        "help": mistake.help,
    })
}
