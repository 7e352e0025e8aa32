//! What an assertion says, in a form that stays as it is when a file is only laid out anew.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// The keys that name an assertion or weigh it, and change nothing of what is judged.
const ASIDE: [&str; 3] = ["id", "label", "severity"];

/// The entries of an assertion, in order of their keys. Comments, the quotes and the layout of
/// values are not part of it; runs of blanks within a text count as one. Kept in files as a
/// fingerprint, so this must not change.
pub(super) fn of(entries: &DeTable<'_>) -> String {
    let mut out = String::new();
    table(entries, &ASIDE, &mut out);
    out
}

fn table(entries: &DeTable<'_>, aside: &[&str], out: &mut String) {
    let mut entries: Vec<(&str, &Spanned<DeValue<'_>>)> =
        entries.iter().map(|(key, value)| (key.get_ref().as_ref(), value)).collect();
    entries.retain(|(key, _)| !aside.contains(key));
    entries.sort_by_key(|(key, _)| *key);
    out.push('{');
    for (key, entry) in entries {
        text(key, out);
        out.push('=');
        value(entry.get_ref(), out);
        out.push(';');
    }
    out.push('}');
}

fn value(one: &DeValue<'_>, out: &mut String) {
    match one {
        DeValue::Table(entries) => table(entries, &[], out),
        DeValue::Array(items) => {
            out.push('[');
            for item in items.iter() {
                value(item.get_ref(), out);
                out.push(';');
            }
            out.push(']');
        }
        DeValue::String(words) => {
            text(&words.split_whitespace().collect::<Vec<_>>().join(" "), out);
        }
        DeValue::Integer(number) => out.push_str(number.as_str()),
        DeValue::Float(number) => out.push_str(number.as_str()),
        DeValue::Boolean(yes) => out.push_str(if *yes { "true" } else { "false" }),
        DeValue::Datetime(date) => out.push_str(&date.to_string()),
    }
}

/// With its length before it, so that nothing in it can pass for what comes after it.
fn text(text: &str, out: &mut String) {
    out.push_str(&format!("{}:{text}", text.len()));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_the_same_in_every_version() {
        let text = "that = 'a + b == c'\nround = 10\ngiven = { a = { exact = true } }";
        assert_eq!(said(text), "{5:given={1:a={5:exact=true;};};5:round=10;4:that=10:a + b == c;}");
    }

    fn said(text: &str) -> String {
        let (table, errors) = DeTable::parse_recoverable(text);
        assert!(errors.is_empty(), "{text}");
        of(table.get_ref())
    }

    #[test]
    fn layout_comments_and_names_say_nothing() {
        let plain = said("parts = ['a', 'b']\ntotal = '100%'\n");
        for same in [
            "total = \"100%\" # of all\nparts = [\n  \"a\", # first\n  \"b\",\n]\n",
            "id = 'x'\nlabel = 'y'\nseverity = 'note'\nparts = ['a', 'b']\ntotal = '100%'\n",
            "total = '100%'\nparts = ['a', ' b ']\n",
        ] {
            assert_eq!(said(same), plain, "{same}");
        }
    }

    #[test]
    fn all_else_does() {
        let texts = [
            "parts = ['a', 'b']",
            "parts = ['b', 'a']",
            "parts = ['a', 'b']\nround = 10",
            "parts = ['a', 'b']\nround = '10'",
            "parts = ['a', 'b']\ngiven = { a = { round = 1 } }",
            "parts = ['a', 'b']\ngiven = { b = { round = 1 } }",
            "parts = ['a', 'b']\nwhen = { id = 'x' }",
            "parts = ['ab']",
            "parts = ['a b']",
            "parts = [['a'], 'b']",
            "parts = 'a'",
        ];
        let said: std::collections::BTreeSet<String> = texts.into_iter().map(said).collect();
        assert_eq!(said.len(), texts.len());
    }
}
