//! Editions beside each other, for pages and programs.

use serde_json::{Value, json};

use super::compare::{by, closing, conclusions, heading, shown, which};
use super::csv::field;
use super::{Look, gist, json::SCHEMA};
use crate::editions::{Chain, Class, Comparison, Print, Row};

/// The comparisons as one object, versioned, all figures included. Numbers are strings, exact, in
/// base units; `shown` has them in the units of the report.
pub fn compare_json(chain: &Chain) -> String {
    let comparisons: Vec<Value> = chain.comparisons().map(comparison).collect();
    let triangles: Vec<Value> = chain
        .triangles
        .iter()
        .map(|triangle| {
            let periods = triangle.periods.iter();
            let revisions = triangle.revisions.iter();
            json!({
                "series": triangle.series,
                "periods": periods
                    .map(|(period, cells)| json!({ "period": period, "printed": cells }))
                    .collect::<Vec<_>>(),
                "revisions": revisions
                    .map(|one| json!({
                        "between": one.what,
                        "periods": one.periods,
                        "mean": { "exact": one.mean.to_string(), "shown": one.shown.0 },
                        "mean_absolute": {
                            "exact": one.mean_absolute.to_string(),
                            "shown": one.shown.1,
                        },
                    }))
                    .collect::<Vec<_>>(),
            })
        })
        .collect();
    let whole = json!({
        "schema": SCHEMA,
        "tool": { "name": "tieout", "version": env!("CARGO_PKG_VERSION") },
        "editions": chain.sides.iter().map(|side| &side.label).collect::<Vec<_>>(),
        "comparisons": comparisons,
        "triangles": triangles,
    });
    serde_json::to_string_pretty(&whole).unwrap_or_default() + "\n"
}

fn comparison(comparison: &Comparison) -> Value {
    let counts: serde_json::Map<String, Value> = Class::ALL
        .iter()
        .map(|class| (class.word().replace([' ', '-'], "_"), comparison.count(*class).into()))
        .collect();
    let print = |print: Option<Print>| {
        print.map(|print| {
            json!({
                "claim": print.name,
                "printed": print.claim.figure.as_ref().map(|stated| stated.figure.text()),
                "period": print.period(),
            })
        })
    };
    let row = |row: &Row| {
        json!({
            "claim": row.name(),
            "series": row.new.or(row.old).map(|print| print.series()),
            "old": print(row.old),
            "new": print(row.new),
            "class": row.class.word(),
            "change": row.step.as_ref().map(|step| json!({
                "exact": step.change.to_string(),
                "shown": step.shown,
                "units": step.units.to_string(),
                "percent": step.percent.as_ref().map(ToString::to_string),
            })),
            "remarks": row.remarks,
            "look": row.class.needs_a_look(),
        })
    };
    let conclusion = |one: &crate::editions::Conclusion| {
        json!({
            "id": one.finding.id,
            "check": one.finding.check,
            "label": one.finding.label,
            "of": one.of,
            "with": one.with,
            "figures": which(one),
            "flip": one.flip.word(),
            "gist": gist(&one.finding),
            "remark": one.remark,
            "look": one.needs_a_look,
        })
    };
    json!({
        "old": comparison.old.label,
        "new": comparison.new.label,
        "figures": { "old": comparison.figures.0, "new": comparison.figures.1 },
        "rolled_off": comparison.rolled_off,
        "counts": counts,
        "over_data": { "old": comparison.over_data.0, "new": comparison.over_data.1 },
        "rows": comparison.rows.iter().map(row).collect::<Vec<_>>(),
        "conclusions": comparison.conclusions.iter().map(conclusion).collect::<Vec<_>>(),
    })
}

/// One line a figure and comparison, with a header.
pub fn compare_csv(chain: &Chain) -> String {
    let mut text = "old_edition,new_edition,claim,series,old_period,new_period,old,new,class,\
                    change,units,percent,look,remarks\n"
        .to_owned();
    for comparison in chain.comparisons() {
        for row in &comparison.rows {
            let printed = |print: Option<Print>| {
                let stated = print.and_then(|print| print.claim.figure.as_ref());
                stated.map_or("", |stated| stated.figure.text()).to_owned()
            };
            let period = |print: Option<Print>| {
                print.and_then(|print| print.period()).unwrap_or_default().to_owned()
            };
            let step = row.step.as_ref();
            let cells = [
                comparison.old.label.clone(),
                comparison.new.label.clone(),
                row.name().to_owned(),
                row.new.or(row.old).map_or("", |print| print.series()).to_owned(),
                period(row.old),
                period(row.new),
                printed(row.old),
                printed(row.new),
                row.class.word().to_owned(),
                step.map_or_else(String::new, |step| step.shown.clone()),
                step.map_or_else(String::new, |step| step.units.to_string()),
                step.and_then(|step| step.percent.as_ref()).map_or_else(String::new, |percent| {
                    super::compare::three_digits(percent).to_string()
                }),
                if row.class.needs_a_look() { "yes" } else { "no" }.to_owned(),
                row.remarks.join("; "),
            ];
            text.push_str(&cells.map(field).join(","));
            text.push('\n');
        }
    }
    text
}

/// The same tables as on the terminal, as Markdown.
pub fn compare_markdown(chain: &Chain, look: Look) -> String {
    let mut text = String::new();
    for comparison in chain.comparisons() {
        text.push_str(&format!("## {}\n\n", heading(comparison)));
        let mut rows = shown(comparison, look).peekable();
        if rows.peek().is_some() {
            text.push_str(&line(
                &["claim", "old", "new", "class", "by how much"].map(str::to_owned),
            ));
            text.push_str("|---|---|---|---|---|\n");
        }
        for row in rows {
            let printed = |print: Option<Print>| {
                print.map_or_else(|| "–".to_owned(), |print| print.text().to_owned())
            };
            let mut said = vec![by(row)];
            said.extend(row.remarks.iter().cloned());
            said.retain(|words| !words.is_empty());
            let class = row.class.word();
            let class =
                if row.class.needs_a_look() { format!("**{class}**") } else { class.to_owned() };
            let cells =
                [row.name().to_owned(), printed(row.old), printed(row.new), class, said.join("; ")];
            text.push_str(&line(&cells));
        }
        text.push('\n');
        let mut open = conclusions(comparison, look).peekable();
        if open.peek().is_some() {
            let head = ["conclusion", "of", "with the figures of", "what comes out"];
            text.push_str(&line(&head.map(str::to_owned)));
            text.push_str("|---|---|---|---|\n");
        }
        let mut any = false;
        for one in open {
            any = true;
            let mut said = vec![one.flip.word().to_owned(), gist(&one.finding)];
            said.extend(one.remark.clone());
            let name = format!("{} (`{}`)", super::title(&one.finding), one.finding.id);
            let with = format!("{}, {}", one.with, which(one));
            text.push_str(&line(&[name, one.of.clone(), with, said.join("; ")]));
        }
        if any {
            text.push('\n');
        }
        text.push_str("| class | figures |\n|---|--:|\n");
        for class in Class::ALL {
            let count = comparison.count(class);
            if count > 0 {
                text.push_str(&format!("| {} | {count} |\n", class.word()));
            }
        }
        text.push_str(&format!("| total | {} |\n\n", comparison.rows.len()));
        text.push_str(&format!("{}\n\n", closing(comparison)));
    }
    for triangle in &chain.triangles {
        text.push_str(&format!("## Prints of {} by edition\n\n", triangle.series));
        let labels = chain.sides.iter().map(|side| side.label.clone());
        let head: Vec<String> = std::iter::once("period".to_owned()).chain(labels).collect();
        text.push_str(&line(&head));
        text.push_str(&format!("|---|{}\n", "--:|".repeat(chain.sides.len())));
        for (period, cells) in &triangle.periods {
            let cells = cells.iter().map(|cell| cell.clone().unwrap_or_else(|| "–".to_owned()));
            let cells: Vec<String> = std::iter::once(period.clone()).chain(cells).collect();
            text.push_str(&line(&cells));
        }
        text.push_str("\n| revision | periods | mean | mean absolute |\n|---|--:|--:|--:|\n");
        for one in &triangle.revisions {
            let (mean, absolute) = one.shown.clone();
            text.push_str(&line(&[one.what.clone(), one.periods.to_string(), mean, absolute]));
        }
        text.push('\n');
    }
    text.truncate(text.trim_end().len());
    text + "\n"
}

fn line(cells: &[String]) -> String {
    let cell = |text: &String| text.replace('|', "\\|").replace('\n', " ");
    format!("| {} |\n", cells.iter().map(cell).collect::<Vec<_>>().join(" | "))
}
