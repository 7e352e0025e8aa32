#!/usr/bin/env python3
"""Times measures over one large dataset, beside the group_by that one would write by hand.

    cargo build --release
    python3 benches/scan.py target/release/tieout FOLDER [--rows N] [--claims 200] [--csv]

Needs numpy and polars. Makes a survey of N rows and printed claims of which one in twenty is
wrong, checks all verdicts, and prints wall time, most memory and the ratio to the rival: one
streaming group_by of Python Polars over the same five columns with the same sums.
"""

import argparse
import json
import os
import pathlib
import sys

from timing import timed

KEYS = ["year", "region", "sector", "size_class", "status"]
LABELS = {
    "region": [f"R{n:02}" for n in range(1, 13)],
    "sector": [f"S{n:02}" for n in range(1, 21)],
    "size_class": ["micro", "small", "medium", "large", "huge"],
    "status": ["complete", "partial", "refused", "ineligible"],
}

RIVAL = """
import sys, polars as pl
path = sys.argv[1]
data = pl.scan_csv(path) if path.endswith(".csv") else pl.scan_parquet(path)
weighed = pl.col("weight") * pl.col("score")
groups = data.group_by("year", "region", "sector", "size_class", "status").agg(
    pl.len(), pl.col("qty").cast(pl.Int64).sum(), pl.col("price").sum(), pl.col("turnover").sum(),
    pl.col("weight").filter(pl.col("score").is_not_null()).sum(), weighed.sum().alias("weighed"),
).collect(engine="streaming")
print(groups.height)
"""


def survey(rows, folder, csv):
    """Writes the data, and returns whole-number sums by group, so that truth has no error."""
    import numpy as np
    import polars as pl

    rng = np.random.default_rng(11)
    labelled = {}
    for name, labels in LABELS.items():
        odds = np.arange(len(labels) + 8, 8, -1, dtype=float)
        codes = rng.choice(len(labels), rows, p=odds / odds.sum()).astype(np.uint32)
        labelled[name] = pl.Series(labels).gather(pl.Series(codes))
    cents, quantity = rng.integers(50, 20_000, rows), rng.integers(1, 100, rows).astype(np.int32)
    weight, score = rng.integers(500, 4_000, rows), rng.integers(0, 101, rows)
    missing = rng.random(rows) < 0.03
    whole = pl.DataFrame({
        "year": rng.integers(2019, 2025, rows).astype(np.int16), **labelled, "qty": quantity,
        "cents": cents, "turn": cents * quantity, "w": weight, "s": score, "gone": missing,
    })
    data = whole.select(
        pl.int_range(1, rows + 1).alias("id"), *KEYS, (pl.col("cents") % 10 < 3).alias("member"),
        (pl.col("w") / 1000).alias("weight"), "qty", (pl.col("cents") / 100).alias("price"),
        (pl.col("turn") / 100).alias("turnover"),
        pl.when(~pl.col("gone")).then(pl.col("s") / 10).alias("score"),
    )
    data.write_parquet(folder / "data.parquet", compression="snappy", row_group_size=1 << 20)
    if csv:
        data.write_csv(folder / "data.csv")
    there = ~pl.col("gone")
    return whole.group_by(KEYS).agg(
        n=pl.len(), qty=pl.col("qty").cast(pl.Int64).sum(), cents=pl.col("cents").sum(),
        turn=pl.col("turn").sum(), w=pl.col("w").filter(there).sum(),
        ws=(pl.col("w") * pl.col("s")).filter(there).sum(),
    )


def half_up(over, under, places):
    """A quotient of whole numbers with so many decimals."""
    scaled = (2 * over * 10**places + under) // (2 * under)
    whole, rest = divmod(scaled, 10**places)
    return f"{whole}.{rest:0{places}}" if places else str(whole)


def claims(cube, count, path, target):
    """Writes claims as a report would print them; returns the names of the wrong ones."""
    import random

    import polars as pl

    rng = random.Random(5)
    lines, checks, wrong = [f'[data.survey]\npath = "{path}"\n'], [], set()
    kinds = ["count"] * 6 + ["share"] * 4 + ["sum"] * 4 + ["mean"] * 2 + ["wmean"] + ["parts"] * 3
    for at in range(count):
        kind, name, bad = kinds[at % 20], f"c{at}", at % 20 == (at // 20) % 20
        picked = {column: rng.choice(LABELS[column]) for column in rng.sample(["region", "sector", "size_class"], 2)}
        if rng.random() < 0.5:
            picked["year"] = rng.randint(2019, 2024)
        where = " AND ".join(f"{c} = {v!r}" for c, v in picked.items())
        rows = cube.filter(**picked).sum()
        total = lambda field: int(rows[field][0])
        if kind == "count":
            value, measure = f"{total('n') + bad}", 'measure = "count(*)"'
        elif kind == "share":
            of = cube.filter(**picked, status="complete")["n"].sum()
            value, measure = half_up(100 * int(of) + 30 * bad * total("n") // 100, total("n"), 1) + "%", 'share = "status = \'complete\'"'
        elif kind == "sum":
            value, measure = half_up(total("turn") + bad * 30_000_000, 10**8, 1) + " million EUR", 'sum = "turnover"'
        elif kind == "mean":
            value, measure = half_up(total("cents") + 3 * bad * total("n"), 100 * total("n"), 2) + " EUR", 'mean = "price"'
        elif kind == "wmean":
            value, measure = half_up(total("ws") + bad * total("w"), 10 * total("w"), 2), 'mean = "score"\nweight = "weight"'
        else:
            parts = " + ".join(f"sum(CASE WHEN region = '{r}' THEN qty ELSE 0 END)" for r in LABELS["region"])
            value, measure = f"{int(bad)}", f'measure = "{parts} - sum(qty)"'
            where = " AND ".join(f"{c} = {v!r}" for c, v in picked.items() if c != "region") or "year > 0"
        if bad:
            wrong.add(name)
        convention = "exact" if kind in ("count", "parts") else "half-up"
        lines.append(f'[claim.{name}]\nvalue = "{value}"\nconvention = "{convention}"\n')
        checks.append(f'[[tie-out]]\nid = "{name}"\nclaim = "{name}"\ndata = "survey"\n{measure}\nwhere = "{where}"\n')
    target.write_text("\n".join(lines + checks))
    return wrong


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("binary", type=os.path.abspath)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--claims", type=int, default=200)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--csv", action="store_true")
    options = parser.parse_args()
    folder = options.folder
    folder.mkdir(parents=True, exist_ok=True)
    cube = survey(options.rows, folder, options.csv)
    failed = False
    for name in ["data.parquet"] + ["data.csv"] * options.csv:
        rival = [timed([sys.executable, "-c", RIVAL, str(folder / name)], folder / "rival.txt") for _ in range(options.runs)]
        base = min(rival)
        print(f"{name}: rival {base[0]:.2f} s, {min(m for _, m in rival):.0f} MB")
        for count in (options.claims, 10 * options.claims):
            target = folder / f"claims{count}.toml"
            wrong = claims(cube, count, name, target)
            out = folder / "out.json"
            command = [options.binary, "check", str(target), "--output-format", "json"]
            runs = [timed(command, out) for _ in range(options.runs)]
            findings = json.loads(out.read_text())["findings"]
            bad = {f["id"].removeprefix("tie-out/") for f in findings if f["verdict"] == "inconsistent"}
            good = [f for f in findings if f["verdict"] == "consistent"]
            right = bad == wrong and len(good) == count - len(wrong)
            failed |= not right
            best, memory = min(runs)[0], max(m for _, m in runs)
            verdicts = "all verdicts right" if right else f"WRONG: {sorted(bad ^ wrong)[:9]}, {len(good)} consistent"
            print(f"  {count} claims: {best:.2f} s ({best / base[0]:.2f} of the rival), {memory:.0f} MB; {verdicts}")
    sys.exit(failed)


if __name__ == "__main__":
    main()
