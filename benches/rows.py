#!/usr/bin/env python3
"""Times assertions over rows of printed figures, beside a plain float comparison in Polars.

    cargo build --release
    python3 benches/rows.py target/release/tieout FOLDER [--rows 1000000]

Needs numpy and polars. Makes a table of N rows as Parquet text columns: five parts and a total,
each rounded from two decimals to one, with ten wrong totals; means of whole numbers with their n;
and figures for each other check that reads rows: parts of wholes with their share, amounts in two
currencies with their rate, levels with their change, a figure printed twice, dates with the years
between. Ten rows of each are wrong, of the means none. Prints wall time, most memory, the rows
a second, and the ratio to the rival, which casts the columns of the sum to floats and compares with
half a unit for each figure. Fails if other rows are found than those that are wrong.
"""

import argparse
import json
import os
import pathlib
import sys

from timing import timed

RIVAL = """
import sys, polars as pl
parts = [pl.col(f"p{n}").cast(pl.Float64) for n in range(5)]
off = (sum(parts) - pl.col("total").cast(pl.Float64)).abs() > 0.3000001
print(pl.scan_parquet(sys.argv[1]).select(off.sum()).collect(engine="streaming").item())
"""

FOOTING = """[data.m]
path = "{path}"

[[footing]]
each = "m"
parts = ["p0", "p1", "p2", "p3", "p4"]
total = "total"
complete = true
exclusive = true
"""

GRIM = """[data.m]
path = "{path}"

[[grim]]
each = "m"
claims = ["mean"]
n = "n"
"""

UNITS = """[data.m]
path = "{path}"

[data.m.columns]
part = {{ unit = "persons" }}
whole = {{ unit = "persons" }}
share = {{ unit = "%" }}
growth = {{ unit = "%" }}
begun = {{ unit = "date" }}
ended = {{ unit = "date" }}
lasted = {{ unit = "years" }}

"""

# By name: the assertion, and how many rows are wrong.
CHECKS = {
    "footing": (FOOTING, 10),
    "grim": (GRIM, 0),
    "share": (UNITS + '[[share]]\neach = "m"\npart = "part"\nwhole = "whole"\nshare = "share"\n', 10),
    "rate": (UNITS + '[[rate]]\neach = "m"\npairs = [["yuan", "dollars"]]\nrate = "rate"\n', 10),
    "change": (UNITS + '[[change]]\neach = "m"\nfrom = "before"\nto = "after"\nby = "growth"\n', 10),
    "same": (UNITS + '[[same]]\neach = "m"\nclaims = ["here", "there"]\n', 10),
    "order": (UNITS + '[[order]]\neach = "m"\nclaims = ["begun", "ended"]\n', 0),
    "elapsed": (
        UNITS + '[[elapsed]]\neach = "m"\nfrom = "begun"\nto = "ended"\nduration = "lasted"\n',
        10,
    ),
    "assert": (UNITS + '[[assert]]\neach = "m"\nthat = "part / whole == share and after > 0"\n', 10),
}


def table(rows, path):
    """Writes printed figures."""
    import numpy as np
    import polars as pl

    rng = np.random.default_rng(3)
    exact = [rng.integers(0, 10_000, rows) for _ in range(5)]
    printed = [(part + 5) // 10 for part in exact]
    total = (sum(exact) + 5) // 10
    total[rng.choice(rows, 10, replace=False)] += 100
    n = rng.integers(10, 100, rows)
    whole = rng.integers(0, 7 * n)
    hundredths = (200 * whole + n) // (2 * n)
    show = lambda values, unit: [f"{v // unit}.{v % unit:0{len(str(unit)) - 1}}" for v in values.tolist()]
    columns = {f"p{at}": show(part, 10) for at, part in enumerate(printed)}
    columns |= {"total": show(total, 10), "mean": show(hundredths, 100), "n": [str(v) for v in n]}
    some = lambda: rng.choice(rows, 10, replace=False)
    whole = rng.integers(1_000, 100_000, rows)
    part = rng.integers(0, whole)
    share = (2_000 * part + whole) // (2 * whole)
    share[some()] += 20
    dollars = rng.integers(1_000, 100_000, rows)
    rate = rng.integers(600, 800, rows)
    yuan = (dollars * rate + 50) // 100
    yuan[some()] += 10_000
    before = rng.integers(10_000, 100_000, rows)
    after = rng.integers(before // 2, before * 2)
    growth = np.floor_divide(2_000 * (after - before) + before, 2 * before)
    growth[some()] += 20
    here = rng.integers(100, 10_000, rows)
    there = here.copy()
    there[some()] += 200
    begun = rng.integers(0, 15_000, rows)
    years = rng.integers(1, 20, rows)
    ended = begun + years * 365 + years // 4 + rng.integers(30, 90, rows)
    lasted = years.copy()
    lasted[some()] += 3
    dates = lambda days: np.datetime_as_string(np.datetime64("1970-01-01") + days).tolist()
    text = lambda values: [str(v) for v in values.tolist()]
    signed = lambda values: [f"{'-' if v < 0 else ''}{abs(v) // 10}.{abs(v) % 10}" for v in values.tolist()]
    columns |= {"part": text(part), "whole": text(whole), "share": show(share, 10)}
    columns |= {"yuan": show(yuan, 10), "dollars": show(dollars, 10), "rate": show(rate, 100)}
    columns |= {"before": show(before, 10), "after": show(after, 10), "growth": signed(growth)}
    columns |= {"here": show(here, 10), "there": show(there, 10)}
    columns |= {"begun": dates(begun), "ended": dates(ended), "lasted": text(lasted)}
    pl.DataFrame(columns).write_parquet(path)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("binary", type=os.path.abspath)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    data, out = options.folder / "rows.parquet", options.folder / "out.json"
    table(options.rows, data)
    rival = min(timed([sys.executable, "-c", RIVAL, str(data)], out) for _ in range(options.runs))
    print(f"{options.rows} rows; rival {rival[0]:.2f} s, {rival[1]:.0f} MB")
    failed = False
    for name, (claims, wrong) in CHECKS.items():
        file = options.folder / f"{name}.toml"
        file.write_text(claims.format(path="rows.parquet"))
        command = [options.binary, "check", str(file), "--output-format", "json"]
        best = min(timed(command, out) for _ in range(options.runs))
        counts = json.loads(out.read_text())["findings"][0]["rows"]["counts"]
        failed |= counts["inconsistent"] != wrong or sum(counts.values()) != options.rows
        speed = options.rows / best[0] / 1e6
        ratio = best[0] / rival[0]
        print(f"  {name}: {best[0]:.2f} s, {speed:.1f} million rows/s ({ratio:.2f} of the rival), {best[1]:.0f} MB; {counts}")
    sys.exit(failed)


if __name__ == "__main__":
    main()
