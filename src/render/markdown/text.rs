//! Texts in which nothing is taken for Markdown.

/// Text in which nothing is markup: no emphasis, HTML, tables, links, mentions or formulas.
pub fn plain(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    let mut before = ' ';
    for c in text.trim_end().chars() {
        match c {
            '\n' => escaped.push_str("<br>"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '&' => escaped.push_str("&amp;"),
            // Between two of these GitHub sees a formula, escaped or not.
            '$' => escaped.push_str("<span>$</span>"),
            // What would be a mention, an issue or an address.
            '@' | '#' if !before.is_alphanumeric() => {
                escaped.push_str(&format!("{c}<!-- -->"));
            }
            '/' if before == ':' => escaped.push_str("<!-- -->/"),
            '.' if escaped.ends_with("www") => escaped.push_str("<!-- -->."),
            '(' if before == ']' => escaped.push_str("\\("),
            '\\' | '`' | '*' | '_' | '|' | '~' => escaped.extend(['\\', c]),
            c if c.is_control() => escaped.push(' '),
            c => escaped.push(c),
        }
        before = c;
    }
    escaped
}

/// Text as code: exactly as it is, in a table, too.
pub fn code(text: &str) -> String {
    let text = text.replace('|', "\\|").replace(['\n', '\r'], " ");
    if text.is_empty() {
        return text;
    }
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    let room = if text.starts_with('`') || text.ends_with('`') { " " } else { "" };
    format!("{fence}{room}{text}{room}{fence}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_text_is_markup() {
        for (text, escaped) in [
            ("a|b", "a\\|b"),
            ("<b>5 & 6</b>", "&lt;b&gt;5 &amp; 6&lt;/b&gt;"),
            ("[6115, 6125] (CNY), [a](b)", "[6115, 6125] (CNY), [a]\\(b)"),
            ("sold_once*", "sold\\_once\\*"),
            ("$890–$4,500", "<span>$</span>890–<span>$</span>4,500"),
            ("a\nb", "a<br>b"),
            ("ask @me, #7, a@2024", "ask @<!-- -->me, #<!-- -->7, a@2024"),
            ("https://x.org, www.x.org", "https:<!-- -->//x.org, www<!-- -->.x.org"),
        ] {
            assert_eq!(plain(text), escaped);
        }
    }

    #[test]
    fn code_keeps_its_backticks() {
        assert_eq!(code("$890|`a`"), "`` $890\\|`a` ``");
        assert_eq!(code("41%"), "`41%`");
        assert_eq!(code(""), "");
    }
}
