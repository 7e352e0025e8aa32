#!/usr/bin/env python3
"""Times the comparison of editions, and of tables that are published twice.

    cargo build --release
    python3 benches/compare.py target/release/tieout FOLDER [--claims 20000] [--rows 100000]

Needs numpy and polars. Makes two editions of N claims, of which ten are revised, two swapped, and a
tenth rolled to the next period, with an assertion for each five claims; and two tables of R rows and
ten columns of decimals, of which ten cells are revised and a tenth printed with one more digit, once
with the rows in one order and once shuffled. The rival reads both tables, casts the cells to floats,
joins by key, and counts the cells that are apart by more than half a digit. Prints wall time, most
memory and the ratio. Fails if other figures or cells are found than those that were changed, if the
editions take more than a second, or the tables more than 1.5 times as long as the rival.
"""

import argparse
import json
import os
import pathlib
import random
import sys

from timing import timed

RIVAL = """
import sys, polars as pl
old, new, columns = sys.argv[1], sys.argv[2], int(sys.argv[3])
read = lambda path: pl.scan_csv(path)
both = read(old).join(read(new), on="id", suffix="_new")
apart = [((pl.col(f"c{n}") - pl.col(f"c{n}_new")).abs() > 0.0500001).sum() for n in range(columns)]
print(both.select(pl.sum_horizontal(apart)).collect(engine="streaming").item())
"""

TABLES = """[data.old]
path = "{old}"

[data.new]
path = "{new}"

[[revision]]
old = "old"
new = "new"
key = "id"
"""


def editions(claims, folder):
    """Writes two editions, and returns how many figures of which class there are."""
    rng = random.Random(7)
    values = [rng.randrange(1_000, 999_999) for _ in range(claims)]
    names = [f"claim_{at}" for at in range(claims)]
    later = list(values)
    rolled = set(range(0, claims, 10))
    still = [at for at in range(claims) if at not in rolled]
    revised = still[:10]
    for at in revised:
        later[at] += 1_000_003
    for at in rolled:
        later[at] += 1
    later[still[20]], later[still[30]] = later[still[30]], later[still[20]]
    for label, of in [("2030", values), ("2031", later)]:
        lines = [f'[report]\nedition = "{label}"\nperiod = 2030\n']
        for at, (name, value) in enumerate(zip(names, of)):
            period = f'period = {label}\n' if at in rolled else ""
            lines.append(f'[claim.{name}]\nvalue = "{value:,} persons"\n{period}')
        for at in range(0, claims - 1, 5):
            low, high = (at, at + 1) if of[at] <= of[at + 1] else (at + 1, at)
            lines.append(f'[[order]]\nclaims = ["{names[low]}", "{names[high]}"]\n')
        (folder / f"{label}.toml").write_text("\n".join(lines))
    return {"revised": 10, "swapped": 2, "rolled": len(rolled)}


def tables(rows, columns, folder):
    """Writes the table once, revised, and revised with its rows in another order."""
    import numpy as np

    rng = np.random.default_rng(5)
    tenths = rng.integers(100, 99_999, (rows, columns))
    old = [[f"{v // 10}.{v % 10}" for v in row] for row in tenths.tolist()]
    new = [list(row) for row in old]
    # A tenth has one more digit of the same value.
    for row in range(0, rows, 10):
        new[row] = [f"{cell}{(row // 10) % 5}" for cell in old[row]]
    for at in rng.choice(rows, 10, replace=False).tolist():
        column = at % columns
        new[at][column] = f"{tenths[at, column] // 10 + 7}.{tenths[at, column] % 10}"
    header = ",".join(["id"] + [f"c{n}" for n in range(columns)])
    lines = lambda cells: [f"unit {at:07},{','.join(row)}" for at, row in enumerate(cells)]
    write = lambda name, of: (folder / name).write_text("\n".join([header] + of) + "\n")
    write("old.csv", lines(old))
    after = lines(new)
    write("new.csv", after)
    random.Random(3).shuffle(after)
    write("shuffled.csv", after)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("binary", type=os.path.abspath)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--claims", type=int, default=20_000)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--columns", type=int, default=10)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--only", choices=["editions", "tables"])
    options = parser.parse_args()
    folder = options.folder
    folder.mkdir(parents=True, exist_ok=True)
    out, failed = folder / "out.json", False
    if options.only != "tables":
        planted = editions(options.claims, folder)
        command = [options.binary, "compare", str(folder / "2030.toml"), str(folder / "2031.toml")]
        command += ["--output-format", "json"]
        best = min(timed(command, out) for _ in range(options.runs))
        counts = json.loads(out.read_text())["comparisons"][0]["counts"]
        found = {name: counts[name] for name in planted}
        failed |= found != planted or best[0] > 1
        print(f"{options.claims} claims twice: {best[0]:.2f} s, {best[1]:.0f} MB; {found}")
    if options.only != "editions":
        tables(options.rows, options.columns, folder)
        for name in ["new", "shuffled"]:
            paths = [str(folder / "old.csv"), str(folder / f"{name}.csv")]
            rival = [sys.executable, "-c", RIVAL, *paths, str(options.columns)]
            theirs = min(timed(rival, out) for _ in range(options.runs))
            apart = int(out.read_text())
            claims = folder / f"{name}.toml"
            claims.write_text(TABLES.format(old="old.csv", new=f"{name}.csv"))
            command = [options.binary, "check", str(claims), "--output-format", "json"]
            ours = min(timed(command, out) for _ in range(options.runs))
            counts = json.loads(out.read_text())["findings"][0]["rows"]["counts"]
            failed |= counts["inconsistent"] != 10 or apart != 10
            failed |= sum(counts.values()) != options.rows * options.columns
            ratio = ours[0] / theirs[0]
            failed |= ratio > 1.5
            print(
                f"{options.rows} × {options.columns} cells twice, {name}: {ours[0]:.2f} s, {ours[1]:.0f} MB; "
                f"rival {theirs[0]:.2f} s, {theirs[1]:.0f} MB; ratio {ratio:.2f}"
            )
    sys.exit(failed)


if __name__ == "__main__":
    main()
