//! Plain numbers are decided as scaled integers. Whatever is decided so comes out as it would in
//! full; and most of what is plain is.

#[cfg(test)]
mod tests {
    use std::fmt::Write;
    use std::ops::ControlFlow;

    use crate::audit::{Case, Detail, rows};
    use crate::dataset::{
        Ask, Group, Measured, Rows, Scan, Source, Tables, Take, Texts, Trouble, Wanted,
    };
    use crate::finding::Verdict;
    use crate::project::load_text;
    use proptest::prelude::*;
    use proptest::sample::select;

    /// A table in memory.
    struct Cells {
        columns: Vec<String>,
        rows: Vec<Vec<String>>,
    }

    impl Tables for Cells {
        fn prepare(&self, _: &Source, _: &[Ask]) {}

        fn measure(&self, _: &Source, _: &Ask) -> Result<Measured, Trouble> {
            unreachable!("no measure is asked for")
        }

        fn groups(&self, _: &Source, _: &[String], _: &Ask) -> Result<Vec<Group>, Trouble> {
            unreachable!("no measure is asked for")
        }

        fn columns(&self, _: &Source) -> Result<Vec<String>, Trouble> {
            Ok(self.columns.clone())
        }

        fn rows(&self, _: &Source, wanted: &Wanted, take: Take) -> Result<(), Trouble> {
            assert!(wanted.condition.is_none());
            let at = |name: &String| self.columns.iter().position(|known| known == name).unwrap();
            let column = |name: &String| {
                let at = at(name);
                self.rows.iter().map(|row| Some(row[at].as_str())).collect::<Texts>()
            };
            // A flag such as `kind = 'part'`.
            let flag = |flag: &String| {
                let (name, value) = flag.split_once(" = ").unwrap();
                let (at, value) = (at(&name.to_owned()), value.trim_matches('\''));
                self.rows.iter().map(|row| row[at] == value).collect()
            };
            let _: ControlFlow<()> = take(Rows {
                numbers: (1..=self.rows.len() as u64).collect(),
                files: Texts::default(),
                within: Vec::new(),
                columns: wanted.columns.iter().map(column).collect(),
                flags: wanted.flags.iter().map(flag).collect(),
            });
            Ok(())
        }

        fn scans(&self) -> Vec<Scan> {
            Vec::new()
        }

        fn write(&self, _: &str, _: &[(String, Texts)]) -> Result<(), String> {
            Err("a table in memory".to_owned())
        }
    }

    fn case(claims: &str, columns: &[&str], rows: Vec<Vec<String>>) -> Case {
        let mut case = load_text("claims.toml", claims.to_owned());
        assert!(case.mistakes.is_empty(), "{:?}\n{claims}", case.mistakes);
        let columns = columns.iter().map(|&name| name.to_owned()).collect();
        case.ledger.tables = Some(Box::new(Cells { columns, rows }));
        case
    }

    /// That the fast path and the full one, which keeps every row, come to the same. Returns how many
    /// rows were decided fast, and how many are consistent.
    fn agree(case: &Case, rows: &[Vec<String>]) -> Result<[u64; 2], TestCaseError> {
        let mut sums = [0, 0];
        for assertion in &case.assertions {
            let count = |all| {
                rows::count(case, assertion, Detail { failing: all, all, ..Detail::default() })
                    .unwrap()
            };
            let ((quick, outcome), (slow, other)) = (count(false), count(true));
            prop_assert_eq!(format!("{outcome:?}"), format!("{other:?}"));
            prop_assert_eq!(&quick.mistakes, &slow.mistakes);
            prop_assert_eq!(slow.tally.quick, 0);
            let about = || format!("{assertion:?}\n{rows:?}");
            prop_assert_eq!(quick.tally.counts, slow.tally.counts, "{}", about());
            prop_assert_eq!(quick.tally.sums, slow.tally.sums, "{}", about());
            sums[0] += quick.tally.quick;
            sums[1] += quick.tally.count(Verdict::Consistent);
        }
        Ok(sums)
    }

    /// How a column is declared, and the kind of figures in it.
    #[derive(Clone, Copy, Debug)]
    struct Look {
        declared: &'static str,
        decimals: [u32; 2],
        /// How large, in units of the last digit.
        most: i64,
        after: &'static str,
    }

    const LOOKS: &[Look] = &[
        Look { declared: "", decimals: [0, 2], most: 400, after: "" },
        Look { declared: "", decimals: [1, 1], most: 40, after: "" },
        Look { declared: "unit = \"persons\"", decimals: [0, 0], most: 60, after: "" },
        Look { declared: "unit = \"%\"", decimals: [0, 1], most: 1000, after: "" },
        Look { declared: "unit = \"%\"", decimals: [1, 1], most: 1000, after: "%" },
        Look { declared: "unit = \"thousand persons\"", decimals: [0, 1], most: 300, after: "" },
        Look { declared: "unit = \"million USD\"", decimals: [0, 3], most: 9000, after: "" },
        Look { declared: "decimals = 1", decimals: [0, 1], most: 40, after: "" },
        Look { declared: "convention = \"half-even\"", decimals: [0, 1], most: 40, after: "" },
        Look { declared: "convention = \"down\"", decimals: [1, 1], most: 40, after: "" },
        Look { declared: "convention = \"exact\"", decimals: [1, 1], most: 20, after: "" },
        Look { declared: "round = \"5\"", decimals: [0, 0], most: 60, after: "" },
        Look {
            declared: "unit = \"persons\"\nround = \"10\"",
            decimals: [0, 0],
            most: 300,
            after: "",
        },
    ];

    /// A number as it is printed.
    fn print(mantissa: i64, decimals: u32, look: &Look) -> String {
        let (sign, digits) = (if mantissa < 0 { "-" } else { "" }, mantissa.unsigned_abs());
        let unit = 10u64.pow(decimals);
        let whole = (digits / unit).to_string();
        let mut text = sign.to_owned();
        for (at, digit) in whole.chars().enumerate() {
            let left = whole.len() - at;
            // Every third number has its thousands apart.
            if at > 0 && left.is_multiple_of(3) && mantissa % 3 == 0 {
                text.push(',');
            }
            text.push(digit);
        }
        if decimals > 0 {
            write!(text, ".{:0width$}", digits % unit, width = decimals as usize).unwrap();
        }
        text + look.after
    }

    /// Random digits for the cells of a table.
    fn seeds() -> impl Strategy<Value = Vec<Vec<(i64, bool)>>> {
        let cell = (0i64..1_000_000, prop::bool::weighted(0.06));
        prop::collection::vec(prop::collection::vec(cell, 4), 8)
    }

    fn cells(seeds: &[Vec<(i64, bool)>], look: &Look) -> Vec<Vec<String>> {
        let size = |(digits, negative): (i64, bool)| {
            let size = digits % (look.most + 1);
            if negative { -size } else { size }
        };
        let row = |row: &Vec<(i64, bool)>| {
            let [a, b, c, d] = [row[0], row[1], row[2], row[3]];
            let (mode, off) = (a.0 / 1000 % 5, d.0 / 1000 % 7 - 3);
            let (a, b, c) = (size(a), size(b), size(c));
            // Figures that have nothing to do with each other; or some that nearly do.
            let all = match mode {
                0 => [a, b, c, size(d)],
                1 => [a, b, c, a + b + c + off],
                2 => [a, b, c, a + b - c + off],
                3 => [a, a + off, a + off / 2, 2 * a + off],
                _ => [a, a * 21 / 20 + off / 2, a * 2 + off, a + a * 2 + off],
            };
            // Rounded figures are multiples of what they are rounded to.
            let base = if look.declared.contains("round") { 10 } else { 1 };
            let span = look.decimals[1] - look.decimals[0] + 1;
            let print = |(value, seed): (i64, &(i64, bool))| {
                let fewer = (seed.0 / 10_000) as u32 % span;
                let ten = 10i64.pow(fewer);
                print(value / ten / base * base, look.decimals[1] - fewer, look)
            };
            all.into_iter().zip(row).map(print).collect()
        };
        seeds.iter().map(row).collect()
    }

    /// Assertions on four columns of one unit.
    const ALIKE: &[&str] = &[
        "[[footing]]\nparts = [\"a\", \"b\", \"c\"]\ntotal = \"d\"\ncomplete = true\nexclusive = true",
        "[[footing]]\nparts = [\"a\", \"b\"]\nless = [\"c\"]\ntotal = \"d\"",
        "[[footing]]\nparts = [\"a\", \"b\", \"c\"]\ntotal = \"d\"",
        "[[footing]]\nparts = [\"a\", \"b\"]\ntotal = \"d\"\ncomplete = true\nexclusive = false",
        "[[footing]]\nparts = [\"a\", \"b\"]\ntotal = \"d\"\ncomplete = false\nexclusive = true",
        "[[same]]\nclaims = [\"a\", \"b\", \"c\"]",
        "[[order]]\nclaims = [\"a\", \"b\", \"c\"]",
        "[[order]]\nclaims = [\"a\", \"b\"]\nstrict = true",
        "[[rate]]\npairs = [[\"a\", \"b\"], [\"c\", \"d\"]]",
        "[[change]]\nfrom = \"a\"\nto = \"b\"\ndirection = \"rise\"",
        "[[change]]\nfrom = \"a\"\nto = \"b\"\ndirection = \"fall\"",
        "[[change]]\nfrom = \"a\"\nto = \"b\"\nby = \"5%\"",
        "[[change]]\nfrom = \"a\"\nto = \"b\"\nby = \"40%\"\ndirection = \"fall\"",
        "[[change]]\nfrom = \"a\"\nto = \"b\"\nby = \"doubled\"\ndirection = \"rise\"",
        "[[share]]\npart = \"a\"\nwhole = \"b\"\nshare = \"95%\"",
        "[[share]]\npart = \"a\"\nwhole = \"b\"\nshare = \"50%\"",
        "[[assert]]\nthat = \"a + b - c == d\"",
        "[[assert]]\nthat = \"a * b <= c * d\"",
        "[[assert]]\nthat = \"(a - b) / c < d / b\"",
        "[[assert]]\nthat = \"max(a, b) == c or abs(a - b) > d\"",
        "[[assert]]\nthat = \"not a == b\"",
        "[[assert]]\nthat = \"a != b\"",
        "[[assert]]\nthat = \"if a > b then c >= min(a, d)\"",
        "[[assert]]\nthat = \"a <= b < c\"",
        "[[assert]]\nthat = \"sum(a, b, c) ^ 2 >= d ^ 2\"",
        "[[assert]]\nthat = \"-a + b > c - d\"",
    ];

    /// TIEOUT_FUZZ_CASES makes the runs longer.
    fn config(few: u32) -> ProptestConfig {
        let set = std::env::var("TIEOUT_FUZZ_CASES").ok().and_then(|n| n.parse().ok());
        ProptestConfig {
            cases: set.unwrap_or(few),
            failure_persistence: None,
            ..Default::default()
        }
    }

    /// Assertions over the rows of a dataset, with the keys that all of them have.
    fn claims<'a>(
        declared: &str,
        assertions: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> String {
        let mut text = format!("[data.t]\npath = \"t.csv\"\n{declared}\n");
        for (assertion, lift) in assertions {
            write!(text, "{assertion}\neach = \"t\"\n{lift}\n").unwrap();
        }
        text
    }

    /// Assertions on columns of several units, of which `b` has persons, `c` percent, `d` points.
    const UNLIKE: &[&str] = &[
        "[[share]]\npart = \"a\"\nwhole = \"b\"\nshare = \"c\"",
        "[[change]]\nfrom = \"a\"\nto = \"b\"\nby = \"c\"",
        "[[change]]\nfrom = \"a\"\nto = \"b\"\nby = \"c\"\ndirection = \"rise\"",
        "[[change]]\nfrom = \"a\"\nto = \"b\"\nby = \"c\"\ndirection = \"fall\"",
        "[[change]]\nfrom = \"c\"\nto = \"e\"\nby = \"d\"",
        "[[grim]]\nclaims = [\"c\"]\nn = \"b\"",
        "[[grim]]\nclaims = [\"a\", \"c\"]\nn = \"b\"\nitems = 3",
        "[[assert]]\nthat = \"b * c >= a\"",
        "[[assert]]\nthat = \"c + d == e\"",
        "[[footing]]\nparts = [\"c\", \"e\"]\ntotal = \"100%\"",
    ];

    /// Assertions on groups, series and hierarchies.
    const TOGETHER: &[(&str, &str)] = &[
        ("[[order]]\nclaims = [\"previous.a\", \"a\"]", "along = \"p\""),
        ("[[order]]\nclaims = [\"previous.a\", \"a\"]", "along = \"p\"\nby = \"g\""),
        (
            "[[change]]\nfrom = \"previous.a\"\nto = \"a\"\nby = \"20%\"",
            "along = \"p\"\nwithin = \"g\"",
        ),
        ("[[assert]]\nthat = \"previous.a + b == a\"", "along = \"p\""),
        ("[[same]]\nclaims = [\"a\"]", "by = \"g\""),
        ("[[order]]\nclaims = [\"a\", \"b\"]", "by = \"g\""),
        ("[[share]]\npart = \"a\"\nwhole = \"b\"\nshare = \"20%\"", "by = \"p\""),
        ("[[footing]]\nparts = [\"a\"]\ntotal = \"b\"", "by = \"g\""),
        (
            "[[footing]]\nparts = [\"k = 'part'\"]\ntotal = \"k = 'total'\"\ncomplete = true\nexclusive = true",
            "down = \"a\"\nby = \"g\"",
        ),
        (
            "[[footing]]\nparts = [\"a\"]\ntotal = \"a\"\ncomplete = true\nexclusive = true",
            "code = \"h\"",
        ),
    ];

    proptest! {
        #![proptest_config(config(10))]

        #[test]
        fn columns_of_one_unit(seeds in seeds(), look in select(LOOKS)) {
            let rows = cells(&seeds, &look);
            let text = claims(look.declared, ALIKE.iter().map(|&assertion| (assertion, "")));
            agree(&case(&text, &["a", "b", "c", "d"], rows.clone()), &rows)?;
        }

        #[test]
        fn columns_of_several_units(seeds in seeds(), finer in 0u32..2) {
            let plain = &LOOKS[0];
            let row = |row: &Vec<(i64, bool)>| {
                let part = 1 + row[0].0 % 300;
                let whole = part + row[1].0 % 200;
                // Often a share or a change that fits, now and then one that is off.
                let share = row[2].0 % 2 == 0;
                let tenths = if share { part * 1000 / whole } else { (whole - part) * 1000 / part };
                let unit = 10i64.pow(finer);
                let percent = tenths * unit / 10 + row[2].0 % 4 / 3 * (row[3].0 % 5 - 2);
                let points = row[3].0 % 30 - 9;
                let sign = if row[0].1 { -1 } else { 1 };
                vec![
                    print(sign * part, row[3].0 as u32 / 7 % 2, plain),
                    print(whole, 0, plain),
                    print(percent, finer, plain),
                    print(points, finer, plain),
                    print(percent + points + row[1].0 % 3 - 1, finer, plain),
                ]
            };
            let declared = "[data.t.columns]\nb = { unit = \"persons\" }\nc = { unit = \"%\" }\n\
                            d = { unit = \"points\" }\ne = { unit = \"%\" }\n";
            let rows: Vec<_> = seeds.iter().map(row).collect();
            let text = claims(declared, UNLIKE.iter().map(|&assertion| (assertion, "")));
            agree(&case(&text, &["a", "b", "c", "d", "e"], rows.clone()), &rows)?;
        }

        #[test]
        fn dates(
            days in prop::collection::vec((1990i64..2030, 1i64..13, 1i64..32, 0i64..9, 0usize..5), 12),
            unit in select(vec!["years", "months", "days", "weeks"]),
            declared in any::<bool>(),
        ) {
            let per = match unit { "years" => 12, "months" => 1, _ => 0 };
            let row = |(year, month, day, count, form): &(i64, i64, i64, i64, usize)| {
                let months = month - 1 + count * per;
                let date = |year: i64, month: i64, day: i64| match form {
                    0 => format!("{year}-{month:02}"),
                    1 if declared => year.to_string(),
                    _ => format!("{year}-{month:02}-{:02}", day.min(28)),
                };
                let later = if per == 0 { day + count } else { day + *form as i64 % 2 };
                let to = date(year + months / 12, months % 12 + 1, later);
                let stated = if unit == "weeks" { count / 7 } else { *count };
                vec![date(*year, *month, *day), to, stated.to_string()]
            };
            let dates = if declared { "a = { unit = \"date\" }\nb = { unit = \"date\" }\n" } else { "" };
            let declared = format!("[data.t.columns]\nn = {{ unit = \"{unit}\" }}\n{dates}");
            let assertions = [
                "[[elapsed]]\nfrom = \"a\"\nto = \"b\"\nduration = \"n\"",
                "[[elapsed]]\nfrom = \"a\"\nto = \"b\"\nduration = \"3 years\"",
                "[[elapsed]]\nfrom = \"2000-02-29\"\nto = \"b\"\nduration = \"10 years\"",
                "[[order]]\nclaims = [\"a\", \"b\"]",
                "[[assert]]\nthat = \"b - a >= 300 days\"",
            ];
            let rows: Vec<_> = days.iter().map(row).collect();
            let text = claims(&declared, assertions.map(|assertion| (assertion, "")));
            agree(&case(&text, &["a", "b", "n"], rows.clone()), &rows)?;
        }

        #[test]
        fn series_groups_and_hierarchies(seeds in seeds(), look in select(LOOKS)) {
            let mut rows = cells(&seeds, &look);
            for (at, row) in rows.iter_mut().enumerate() {
                // Three parts and a total in a group of four.
                let total = at % 4 == 3;
                row.push(format!("g{}", at / 4));
                row.push((if total { "total" } else { "part" }).to_owned());
                row.push((2000 + at).to_string());
                row.push(format!("{}{}", ["x", "y"][at % 8 / 4], if total { String::new() } else { at.to_string() }));
            }
            let text = claims(look.declared, TOGETHER.iter().copied());
            agree(&case(&text, &["a", "b", "c", "d", "g", "k", "p", "h"], rows.clone()), &rows)?;
        }
    }

    /// Digits that look random, for figures that are far from zero.
    fn some_seeds(rows: usize, most: i64) -> Vec<Vec<(i64, bool)>> {
        let mut state = 1u64;
        let mut next = |below: i64| {
            state =
                state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963);
            (state >> 33) as i64 % below
        };
        let mut cell = || {
            let size = most / 2 + next(most / 2);
            (next(900_000 / (most + 1)) * (most + 1) + size, false)
        };
        (0..rows).map(|_| (0..4).map(|_| cell()).collect()).collect()
    }

    #[test]
    fn what_is_plain_and_holds_is_decided_fast() {
        let mut each = [[0, 0]; ALIKE.len()];
        for look in &LOOKS[..8] {
            let mut sums = [0, 0];
            let rows = cells(&some_seeds(14, look.most), look);
            for (assertion, own) in ALIKE.iter().zip(&mut each) {
                let text = claims(look.declared, [(*assertion, "")]);
                let case = case(&text, &["a", "b", "c", "d"], rows.clone());
                let [quick, holds] = agree(&case, &rows).unwrap();
                sums = [sums[0] + quick, sums[1] + holds];
                *own = [own[0] + quick, own[1] + holds];
            }
            assert!(sums[0] * 100 >= sums[1] * 95, "{sums:?}: {}", look.declared);
        }
        for (assertion, [quick, holds]) in ALIKE.iter().zip(each) {
            // Sums that are off by as much as can be are looked at in full.
            assert!(holds > 0 && quick * 10 >= holds * 6, "{quick} of {holds}: {assertion}");
        }
    }
}
