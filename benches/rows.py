#!/usr/bin/env python3
"""Times assertions over rows of printed figures, beside a plain float comparison in Polars.

    cargo build --release
    python3 benches/rows.py target/release/tieout FOLDER [--rows 1000000]

Needs numpy and polars. Makes a table of N rows as Parquet text columns: five parts and a total,
each rounded from two decimals to one, with ten wrong totals; and means of whole numbers with their
n. Prints wall time, most memory, and the ratio to the rival, which casts the same columns to
floats and compares with half a unit for each figure. Fails if other than ten rows are found.
"""

import argparse
import json
import os
import pathlib
import sys
import time

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
    pl.DataFrame(columns).write_parquet(path)


def timed(command, out):
    """Wall time in seconds and most memory in MB of a process."""
    start = time.monotonic()
    pid = os.fork()
    if pid == 0:
        os.dup2(os.open(out, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), 1)
        os.execv(command[0], command)
    _, _, used = os.wait4(pid, 0)
    return time.monotonic() - start, used.ru_maxrss / 1024


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
    for name, claims, wrong in (("footing", FOOTING, 10), ("grim", GRIM, 0)):
        file = options.folder / f"{name}.toml"
        file.write_text(claims.format(path="rows.parquet"))
        command = [options.binary, "check", str(file), "--output-format", "json"]
        best = min(timed(command, out) for _ in range(options.runs))
        counts = json.loads(out.read_text())["findings"][0]["rows"]["counts"]
        failed |= counts["inconsistent"] != wrong or sum(counts.values()) != options.rows
        print(f"  {name}: {best[0]:.2f} s ({best[0] / rival[0]:.2f} of the rival), {best[1]:.0f} MB; {counts}")
    sys.exit(failed)


if __name__ == "__main__":
    main()
