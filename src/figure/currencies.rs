//! Currency signs, names and codes.

use super::read::phrase;
use super::tokens::{Kind, Token};
use super::unit::{Dimension, Part, Unit};
use crate::number::Number;

const DOLLARS: &[&str] = &["USD", "CAD", "AUD", "NZD", "HKD", "SGD", "TWD", "MXN", "BRL"];

/// Currency signs and names, each with the codes it may stand for, the usual one first.
const CURRENCIES: &[(&str, &[&str])] = &[
    ("$", DOLLARS),
    ("€", &["EUR"]),
    ("£", &["GBP", "EGP", "SYP", "LBP"]),
    ("¥", &["JPY", "CNY"]),
    ("元", &["CNY"]),
    ("円", &["JPY"]),
    ("₹", &["INR"]),
    ("₩", &["KRW", "KPW"]),
    ("₽", &["RUB"]),
    ("₺", &["TRY"]),
    ("₫", &["VND"]),
    ("₱", &["PHP"]),
    ("฿", &["THB"]),
    ("₦", &["NGN"]),
    ("₴", &["UAH"]),
    ("us$", &["USD"]),
    ("$us", &["USD"]),
    ("rs", &["INR", "PKR", "LKR", "NPR"]),
    ("kr", &["SEK", "NOK", "DKK", "ISK"]),
    ("zł", &["PLN"]),
    ("a$", &["AUD"]),
    ("au$", &["AUD"]),
    ("c$", &["CAD"]),
    ("ca$", &["CAD"]),
    ("hk$", &["HKD"]),
    ("nz$", &["NZD"]),
    ("s$", &["SGD"]),
    ("nt$", &["TWD"]),
    ("mx$", &["MXN"]),
    ("r$", &["BRL"]),
    ("cn¥", &["CNY"]),
    ("jp¥", &["JPY"]),
    ("dollar", DOLLARS),
    ("us dollar", &["USD"]),
    ("american dollar", &["USD"]),
    ("canadian dollar", &["CAD"]),
    ("australian dollar", &["AUD"]),
    ("hong kong dollar", &["HKD"]),
    ("euro", &["EUR"]),
    ("pound", &["GBP", "EGP", "SYP", "LBP"]),
    ("pound sterling", &["GBP"]),
    ("pounds sterling", &["GBP"]),
    ("british pound", &["GBP"]),
    ("yuan", &["CNY"]),
    ("chinese yuan", &["CNY"]),
    ("renminbi", &["CNY"]),
    ("rmb", &["CNY"]),
    ("yen", &["JPY"]),
    ("japanese yen", &["JPY"]),
    ("won", &["KRW", "KPW"]),
    ("south korean won", &["KRW"]),
    ("north korean won", &["KPW"]),
    ("rupee", &["INR", "PKR", "LKR", "NPR"]),
    ("indian rupee", &["INR"]),
    ("rouble", &["RUB"]),
    ("ruble", &["RUB"]),
    ("swiss franc", &["CHF"]),
    ("franc", &["CHF", "XAF", "XOF", "CDF", "RWF", "GNF"]),
    ("krona", &["SEK", "ISK"]),
    ("kronor", &["SEK"]),
    ("krone", &["NOK", "DKK"]),
    ("kroner", &["NOK", "DKK"]),
    ("zloty", &["PLN"]),
    ("baht", &["THB"]),
    ("dong", &["VND"]),
    ("rupiah", &["IDR"]),
    ("ringgit", &["MYR"]),
    ("peso", &["MXN", "PHP", "ARS", "CLP", "COP"]),
    ("rand", &["ZAR"]),
    ("naira", &["NGN"]),
    ("lira", &["TRY"]),
    ("hryvnia", &["UAH"]),
    ("taka", &["BDT"]),
    ("riyal", &["SAR", "QAR", "YER"]),
    ("dirham", &["AED", "MAD"]),
    ("dinar", &["KWD", "IQD", "JOD", "DZD", "TND", "RSD"]),
    ("shilling", &["KES", "TZS", "UGX", "SOS"]),
];

/// Codes of ISO 4217 in use, parted by spaces.
const CODES: &str = "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL \
    BSD BTN BWP BYN BZD CAD CDF CHF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR \
    FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY \
    KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU \
    MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD \
    RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SYP SZL THB TJS TMT TND TOP TRY TTD \
    TWD TZS UAH UGX USD UYU UZS VES VND VUV WST XAF XCD XOF XPF YER ZAR ZMW ZWG";

pub(super) fn currency(code: &str) -> Unit {
    Unit::part(Part {
        dimension: Dimension::Currency(code.to_owned()),
        label: code.to_owned(),
        single: code.to_owned(),
        factor: Number::one(),
        power: 1,
    })
}

fn is_sign(token: &Token) -> bool {
    matches!(token.kind, Kind::Sign(_))
}

/// A currency sign, name or code at the start of the tokens: what it may mean, the usual one
/// first, and how many tokens it takes.
pub(super) fn find_currency(tokens: &[Token]) -> Option<(Vec<String>, usize)> {
    let first = tokens.first()?;
    if first.text.len() == 3 && CODES.split(' ').any(|code| code == first.text) {
        return Some((vec![first.text.to_owned()], 1));
    }
    (1..=tokens.len().min(3)).rev().find_map(|length| {
        let run = &tokens[..length];
        let phrase = match run {
            [a, b] if (is_sign(a) || is_sign(b)) && a.at.end == b.at.start => {
                format!("{}{}", a.word, b.word)
            }
            _ => phrase(run),
        };
        let single = phrase.strip_suffix('s').unwrap_or(&phrase);
        let known = CURRENCIES.iter().find(|(name, _)| *name == phrase || *name == single)?;
        Some((known.1.iter().map(|code| (*code).to_owned()).collect(), length))
    })
}
