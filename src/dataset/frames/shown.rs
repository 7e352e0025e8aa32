//! Numbers of workbooks as their number formats show them.

/// A number in shortest decimal form, as a format code such as `0.0%` shows it, without
/// separators of thousands. Under a format that is not understood it keeps all its digits;
/// percentages are told in hundredths under any format.
pub(super) fn shown(number: &str, code: &str) -> String {
    // The first section is for positive numbers, and for all if there is no other.
    let code = code.split(';').next().unwrap_or_default();
    let percent = bare(code).contains('%');
    let core = code.strip_suffix('%').unwrap_or(code);
    let (whole, decimals) = core.split_once('.').unwrap_or((core, ""));
    let plain = matches!(whole, "0" | "#,##0") && decimals.bytes().all(|sign| sign == b'0');
    let known = plain && !core.ends_with('.');
    let (sign, digits) = number.strip_prefix('-').map_or(("", number), |rest| ("-", rest));
    let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
    if !whole.bytes().chain(part.bytes()).all(|digit| digit.is_ascii_digit()) {
        return number.to_owned();
    }
    let (mut whole, mut part) = (whole.to_owned(), part.to_owned());
    if percent {
        while part.len() < 2 {
            part.push('0');
        }
        whole.extend(part.drain(..2));
    }
    if known {
        (whole, part) = rounded(whole, &part, decimals.len());
    }
    let whole = whole.trim_start_matches('0');
    let whole = if whole.is_empty() { "0" } else { whole };
    let part = if known { part.as_str() } else { part.trim_end_matches('0') };
    let zero = whole == "0" && part.bytes().all(|digit| digit == b'0');
    let sign = if zero { "" } else { sign };
    let point = if part.is_empty() { "" } else { "." };
    let unit = if percent { "%" } else { "" };
    format!("{sign}{whole}{point}{part}{unit}")
}

/// Rounded to so many decimals, halves away from zero as workbooks do.
fn rounded(whole: String, part: &str, decimals: usize) -> (String, String) {
    let up = part.as_bytes().get(decimals).is_some_and(|digit| *digit >= b'5');
    let part: String = part.chars().chain(std::iter::repeat('0')).take(decimals).collect();
    let mut digits = format!("0{whole}{part}").into_bytes();
    if up {
        for digit in digits.iter_mut().rev() {
            if *digit < b'9' {
                *digit += 1;
                break;
            }
            *digit = b'0';
        }
    }
    let mut whole: String = digits.into_iter().map(char::from).collect();
    let part = whole.split_off(whole.len() - decimals);
    (whole, part)
}

/// A format code without the texts it quotes.
fn bare(code: &str) -> String {
    let (mut bare, mut quoted, mut signs) = (String::new(), false, code.chars());
    while let Some(sign) = signs.next() {
        match sign {
            '"' => quoted = !quoted,
            _ if quoted => {}
            // The next character is shown as it stands, or as a space as wide.
            '\\' | '_' | '*' => drop(signs.next()),
            _ => bare.push(sign),
        }
    }
    bare
}

#[cfg(test)]
mod tests {
    use super::shown;

    #[test]
    fn formats_are_followed() {
        for (number, code, text) in [
            ("41", "0.0", "41.0"),
            ("0.05", "0.0", "0.1"),
            ("-0.04", "0.0", "0.0"),
            ("9.96", "0.0", "10.0"),
            ("0.413", "0.0%", "41.3%"),
            ("0.285", "0%", "29%"),
            ("1", "0%", "100%"),
            ("0.4125", "0.0#%", "41.25%"),
            ("41.3", "0.0\"%\"", "41.3"),
            ("1234567", "#,##0", "1234567"),
            ("-7.5", "General", "-7.5"),
            ("1200", "General", "1200"),
        ] {
            assert_eq!(shown(number, code), text, "{number} under {code}");
        }
    }
}
