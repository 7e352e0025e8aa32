#!/usr/bin/env python3
"""Times tieout as a whole process, beside the script that people write today.

    cargo build --release && python3 benches/speed.py target/release/tieout

Prints, for the shipped report and for a generated project of 20 000 claims and 10 000 assertions,
the least and the median wall time over several runs, the most memory, and the ratio to the rival:
a Python script on fractions and tomllib that judges the footings, shares, changes and orders of
the same files, for one rounding convention and without findings.
"""

import os
import random
import statistics
import sys
import tempfile
import time

FOOTINGS, SHARES, CHANGES, ORDERS = 2_500, 2_500, 2_500, 2_500  # 10 000 assertions


def generate(folder):
    """A project of 20 000 claims in 20 files; about one assertion in fifty cannot hold."""
    rng = random.Random(67)
    os.makedirs(os.path.join(folder, "claims"))
    files = 20
    for number in range(files):
        lines = [f'[report]\nedition = "{number}"\ntitle = "Generated {number}"\n']
        checks = []
        claims = 0

        def claim(value):
            nonlocal claims
            claims += 1
            lines.append(f'[claim.c{claims}]\nvalue = "{value}"\n')
            return f"c{claims}"

        def slip():
            return rng.random() < 0.02

        for _ in range(FOOTINGS // files):
            true = [rng.randint(1_000, 90_000) / 100 for _ in range(2)]
            total = round(sum(true), 1) + (5 if slip() else 0)
            parts = [claim(f"{v:.1f} USD") for v in true]
            whole = claim(f"{total:.1f} USD")
            listed = ", ".join(f'"{p}"' for p in parts)
            checks.append(f'[[footing]]\nparts = [{listed}]\ntotal = "{whole}"\ncomplete = true\nexclusive = true\n')
        for _ in range(SHARES // files):
            whole = rng.randint(500, 90_000)
            part = rng.randint(1, whole)
            share = 100 * part / whole + (3 if slip() else 0)
            a, b, c = claim(f"{part} persons"), claim(f"{whole} persons"), claim(f"{share:.1f}%")
            checks.append(f'[[share]]\npart = "{a}"\nwhole = "{b}"\nshare = "{c}"\n')
        for _ in range(CHANGES // files):
            old = rng.randint(1_000, 9_000) / 10
            new = old * rng.uniform(0.8, 1.3)
            by = 100 * (new / old - 1) + (6 if slip() else 0)
            a, b, c = claim(f"€{old:.1f} million"), claim(f"€{new:.1f} million"), claim(f"{by:.1f}%")
            checks.append(f'[[change]]\nfrom = "{a}"\nto = "{b}"\nby = "{c}"\n')
        for _ in range(ORDERS // files):
            low = rng.randint(1, 500)
            high = low + rng.randint(-2 if slip() else 1, 40)
            a, b = claim(f"{low}.0 km"), claim(f"{high}.0 km")
            checks.append(f'[[order]]\nclaims = ["{a}", "{b}"]\n')
        while claims < 1_000:
            claim(f"{rng.randint(1, 99)}%")
        with open(os.path.join(folder, "claims", f"report-{number:02}.toml"), "w") as out:
            out.write("\n".join(lines + checks))


RIVAL = r"""
import glob, sys, tomllib
from fractions import Fraction as F

def read(text):
    number = text.replace("\u20ac", "").split(" ")[0].rstrip("%").replace(",", "")
    places = len(number.partition(".")[2])
    half = F(0) if "persons" in text else F(1, 2) / 10**places
    return F(number) - half, F(number) + half

def meets(a, b):
    return a[0] <= b[1] and b[0] <= a[1]

failed = 0
for path in sorted(glob.glob(sys.argv[1] + "/claims/*.toml")):
    file = tomllib.load(open(path, "rb"))
    claims = {name: read(claim["value"]) for name, claim in file["claim"].items()}
    for f in file.get("footing", ()):
        parts = [claims[p] for p in f["parts"]]
        failed += not meets((sum(p[0] for p in parts), sum(p[1] for p in parts)), claims[f["total"]])
    for s in file.get("share", ()):
        a, b, c = claims[s["part"]], claims[s["whole"]], claims[s["share"]]
        failed += not meets((100 * a[0] / b[1], 100 * a[1] / b[0]), c)
    for s in file.get("change", ()):
        a, b, c = claims[s["from"]], claims[s["to"]], claims[s["by"]]
        failed += not meets((100 * (b[0] / a[1] - 1), 100 * (b[1] / a[0] - 1)), c)
    for o in file.get("order", ()):
        failed += claims[o["claims"][0]][0] > claims[o["claims"][1]][1]
print(failed)
"""


def run(command, folder):
    """Wall seconds and peak megabytes of one process, output thrown away."""
    start = time.perf_counter()
    pid = os.fork()
    if pid == 0:
        null = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):
            os.dup2(null, stream)
        os.chdir(folder)
        os.execvp(command[0], command)
    _, status, usage = os.wait4(pid, 0)
    seconds = time.perf_counter() - start
    if os.waitstatus_to_exitcode(status) not in (0, 1):
        sys.exit(f"{command} ended with {os.waitstatus_to_exitcode(status)}")
    return seconds, usage.ru_maxrss / 1024


def measure(name, command, folder, runs):
    run(command, folder)  # once to warm the file cache
    times, memory = zip(*(run(command, folder) for _ in range(runs)))
    least, median = min(times), statistics.median(times)
    print(f"{name:<44} {least * 1e3:8.1f} ms {median * 1e3:8.1f} ms {max(memory):7.1f} MB")
    return median


def main():
    tieout = os.path.abspath(sys.argv[1] if len(sys.argv) > 1 else "target/release/tieout")
    here = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    print(f"{'':<44} {'least':>11} {'median':>11} {'memory':>10}")
    measure("shipped report: tieout check", [tieout, "check"], here, 30)
    with tempfile.TemporaryDirectory() as folder:
        generate(folder)
        ours = measure("20 000 claims, 10 000 assertions: tieout", [tieout, "check"], folder, 7)
        rival = [sys.executable, "-c", RIVAL, folder]
        theirs = measure("the same files: Python on fractions", rival, folder, 7)
        print(f"ratio, rival to tieout (medians): {theirs / ours:.2f}")


main()
