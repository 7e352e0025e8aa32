#!/usr/bin/env python3
"""Times the search for figures to look at first, beside HiGHS on the same sums.

    pip install highspy numpy
    cargo bench --no-default-features --bench joint --no-run     # prints where the program is
    python3 benches/joint.py PROGRAM [--tables 20] [--seconds 60]

Three kinds of tables, of figures that were each rounded to whole units, of which some are then
misprinted (digits swapped, one changed, ten times as much, a tenth):

* balance: four regions of 4 by 7 cells, their totals, and the nation: 200 figures, 60 sums, 0 to 5
  misprinted. Only figures that stand in two sums at least are, for one that stands in one sum could
  not be told from its neighbours.
* nation: 90 districts in nine regions, each a table of 9 by 9 cells with its totals: 10,000 figures,
  3,000 sums, 5 misprinted.
* blocks: 1,000 tables of 20 figures that have nothing to do with each other, one misprinted in each
  of the first ten, twice as many elsewhere.

The rival solves a mixed-integer program on the same rows (a figure may leave its set if its switch
is on; as few switches as can be) and stops at the first optimum. For `balance` it is then asked for
another one of the same size, and so on: an independent count of all smallest sets.

Fails if the misprinted figures are not among the smallest sets listed; if there is another one
although none can be; if the rival finds fewer figures, or another number of sets; if a table without
misprints is accused; or if it takes longer than is wanted.

When must the misprinted set M be the only smallest one? It is enough that (1) each of M stands in
two sums at least, (2) no figure, of M or not, stands in sums of two different members of M, unless
it is one of M itself and the sums are its own, (3) two sums share one figure at most, and (4) every
sum with a member of M is off by more than rounding explains. For then a set as small as M needs a
figure in each of these sums; by (2) each figure serves one member of M, so there is one for each;
and by (3) a figure that serves all sums of a member is that member.
"""

import argparse
import json
import random
import statistics
import subprocess
import sys
import time
from collections import Counter

WANTED = {"balance": (0.015, 0.5), "nation": (5, 5), "blocks": (1, 1)}


def footed(rng, rows, columns, low=200, high=9000):
    """A table of true values with totals in its last row and column."""
    table = [[rng.uniform(low, high) for _ in range(columns)] for _ in range(rows)]
    for row in table:
        row.append(sum(row))
    table.append([sum(column) for column in zip(*table)])
    return table


def added(tables):
    """The table of which each cell is the sum of those of the tables."""
    return [[sum(cells) for cells in zip(*rows)] for rows in zip(*tables)]


class Report:
    """Figures as printed, and which of them are sums of which."""

    def __init__(self):
        self.values, self.sums, self.wrong = [], [], []

    def table(self, table):
        """Prints a table; returns the places of its cells."""
        places = []
        for row in table:
            places.append(list(range(len(self.values), len(self.values) + len(row))))
            self.values += [round(value) for value in row]
        return places

    def foot(self, places, rows=True, columns=True, last=True):
        """Says that rows (all, or but the last) and columns (all, or only the last) add up."""
        if rows:
            self.sums += [[row[-1], *row[:-1]] for row in (places if last else places[:-1])]
        turned = [list(column) for column in zip(*places)]
        self.sums += [[column[-1], *column[:-1]] for column in (turned if columns else turned[-1:])]

    def total(self, whole, parts):
        """Says that each cell of a table is the sum of those of others."""
        for row, rows in zip(whole, zip(*parts)):
            self.sums += [[cell, *cells] for cell, cells in zip(row, zip(*rows))]

    def degrees(self):
        return Counter(place for line in self.sums for place in line)

    def misprint(self, rng, many):
        """Misprints figures that stand in two sums at least."""
        told = sorted(place for place, times in self.degrees().items() if times >= 2)
        self.wrong = sorted(rng.sample(told, many))
        for place in self.wrong:
            self.values[place] = misprinted(self.values[place], rng)

    def must_be_only(self):
        """Whether no other set of figures as small can explain it: see above."""
        lines = {place: [] for place in self.wrong}
        for line in self.sums:
            here = [place for place in self.wrong if place in line]
            if len(here) > 1:
                return False
            if here:
                off = abs(self.values[line[0]] - sum(self.values[place] for place in line[1:]))
                if 2 * off <= len(line):
                    return False
                lines[here[0]].append(set(line))
        owner = {}
        for place, own in lines.items():
            inside = Counter(figure for line in own for figure in line)
            if len(own) < 2 or any(n > 1 and f != place for f, n in inside.items()):
                return False
            for figure in inside:
                if owner.setdefault(figure, place) != place:
                    return False
        return True


def misprinted(value, rng):
    digits = str(value)
    kind = rng.choice(["swapped", "tenfold", "changed", "tenth"])
    if kind == "swapped":
        for _ in range(10):
            at = rng.randrange(len(digits) - 1)
            if digits[at] != digits[at + 1] and not (at == 0 and digits[1] == "0"):
                break
        new = int(digits[:at] + digits[at + 1] + digits[at] + digits[at + 2 :])
    elif kind == "tenfold":
        new = value * 10
    elif kind == "tenth":
        new = round(value / 10)
    else:
        at = rng.randrange(max(1, len(digits) - 1))
        new = int(digits[:at] + rng.choice([d for d in "123456789" if d != digits[at]]) + digits[at + 1 :])
    return new if abs(new - value) >= 20 else value + 90


def balance(seed, wrong):
    rng = random.Random(1000 * wrong + seed)
    report = Report()
    tables = [footed(rng, 4, 7) for _ in range(4)]
    nation = report.table(added(tables))
    regions = [report.table(table) for table in tables]
    report.total(nation, regions)
    for places in regions:
        report.foot(places, columns=False, last=False)
    assert (len(report.values), len(report.sums)) == (200, 60)
    report.misprint(rng, wrong)
    return report


def nation(seed, wrong):
    rng = random.Random(seed)
    report = Report()
    districts = [[footed(rng, 9, 9) for _ in range(10)] for _ in range(9)]
    regions = [added(tables) for tables in districts]
    top = report.table(added(regions))
    middle = [report.table(table) for table in regions]
    bottom = [[report.table(table) for table in tables] for tables in districts]
    report.total(top, middle)
    for whole, parts in zip(middle, bottom):
        report.total(whole, parts)
    for places in [top, *middle, *(places for row in bottom for places in row)]:
        report.foot(places)
    assert (len(report.values), len(report.sums)) == (10_000, 3_000)
    report.misprint(rng, wrong)
    return report


def blocks(seed, wrong):
    rng = random.Random(seed)
    report = Report()
    all_places = []
    for _ in range(1_000):
        places = report.table(footed(rng, 3, 4))
        report.foot(places)
        all_places.append(places)
    # One figure in each of ten blocks, of those in two sums: inside the table, and its margins.
    for places in rng.sample(all_places, wrong):
        place = rng.choice([place for row in places for place in row])
        report.values[place] = misprinted(report.values[place], rng)
        report.wrong.append(place)
    report.wrong.sort()
    return report


def ask(program, reports, most):
    """What the program answers, and how long it took for each."""
    lines = []
    for report in reports:
        figures = [[f"{value - 1}.5", f"{value}.5"] for value in report.values]
        lines.append(json.dumps({"figures": figures, "sums": report.sums, "most": most}))
    run = subprocess.run([program, "--bench"], input="\n".join(lines), capture_output=True, text=True, check=True)
    return [json.loads(line) for line in run.stdout.splitlines()]


class Rival:
    """As few figures as can be that must leave their sets, by HiGHS."""

    def __init__(self, report, limit):
        import highspy
        import numpy as np

        many = len(report.values)
        self.report = report
        self.solver = highspy.Highs()
        self.solver.setOptionValue("output_flag", False)
        self.solver.setOptionValue("time_limit", float(limit))
        self.solver.setOptionValue("mip_rel_gap", 0.0)
        self.solver.setOptionValue("threads", 1)
        self.many = many
        self.model = highspy
        inf = highspy.kHighsInf
        big = 20.0 * max(report.values)
        lp = highspy.HighsLp()
        rows = [[(place, 1.0 if at else -1.0) for at, place in enumerate(line)] for line in report.sums]
        low, high = [0.0] * len(rows), [0.0] * len(rows)
        for place, value in enumerate(report.values):
            rows += [[(place, 1.0), (many + place, -big)], [(place, 1.0), (many + place, big)]]
            low += [-inf, value - 0.5]
            high += [value + 0.5, inf]
        lp.num_col_, lp.num_row_ = 2 * many, len(rows)
        lp.col_cost_ = np.array([0.0] * many + [1.0] * many)
        lp.col_lower_ = np.array([-inf] * many + [0.0] * many)
        lp.col_upper_ = np.array([inf] * many + [1.0] * many)
        lp.row_lower_, lp.row_upper_ = np.array(low), np.array(high)
        lp.integrality_ = [highspy.HighsVarType.kContinuous] * many + [highspy.HighsVarType.kInteger] * many
        lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        lp.a_matrix_.start_ = np.array([0, *np.cumsum([len(row) for row in rows])])
        lp.a_matrix_.index_ = np.array([place for row in rows for place, _ in row])
        lp.a_matrix_.value_ = np.array([factor for row in rows for _, factor in row])
        self.solver.passModel(lp)

    def next(self):
        """One more smallest set, or None if the time is over or there is none."""
        self.solver.run()
        if self.solver.getModelStatus() != self.model.HighsModelStatus.kOptimal:
            return None
        values = self.solver.getSolution().col_value
        found = [place for place in range(self.many) if values[self.many + place] > 0.5]
        switches = [self.many + place for place in found]
        self.solver.addRow(-self.model.kHighsInf, len(found) - 1.0, len(found), switches, [1.0] * len(found))
        return found

    def holds(self, found):
        """Whether the sums can hold if these figures may be anything: without switches, whose
        tolerance, times the large factor, lets more pass than rounding does."""
        solver = self.model.Highs()
        solver.setOptionValue("output_flag", False)
        inf = self.model.kHighsInf
        for place, value in enumerate(self.report.values):
            free = place in found
            solver.addVar(-inf if free else value - 0.5, inf if free else value + 0.5)
        for line in self.report.sums:
            solver.addRow(0.0, 0.0, len(line), line, [-1.0] + [1.0] * (len(line) - 1))
        solver.run()
        return solver.getModelStatus() == self.model.HighsModelStatus.kOptimal


def judged(name, reports, answers, rivals, faults):
    """Prints a line for tables of a kind, and notes what is not as it must be."""
    times = [answer["seconds"] for answer in answers]
    listed = only = must = 0
    for at, (report, answer) in enumerate(zip(reports, answers)):
        where = f"{name}, table {at}"
        sets = answer["sets"]
        listed += report.wrong in sets
        only += sets == [report.wrong]
        must += report.must_be_only()
        if answer["cut"] is not None or report.wrong not in sets:
            faults.append(f"{where}: misprinted {report.wrong}, listed {sets[:3]} {answer['cut']}")
        if report.must_be_only() and sets != [report.wrong]:
            faults.append(f"{where}: {report.wrong} must be the only one, listed {len(sets)}")
    line = f"{name:22} {statistics.median(times):8.4f} s  worst {max(times):8.4f} s"
    line += f"  listed {listed}/{len(reports)}  only one {only}, must be {must}"
    if rivals:
        line += f"  HiGHS {statistics.median(rivals):8.4f} s  worst {max(rivals):8.4f} s"
    print(line, flush=True)
    return times


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program")
    parser.add_argument("--tables", type=int, default=20, help="tables for each number of misprints")
    parser.add_argument("--seconds", type=float, default=60, help="given to the rival for one table")
    parser.add_argument("--most", type=int, default=100, help="sets listed at most")
    of = parser.parse_args()
    faults, all_times = [], []
    for wrong in range(6):
        reports = [balance(seed, wrong) for seed in range(of.tables)]
        answers = ask(of.program, reports, of.most)
        rivals = []
        for at, (report, answer) in enumerate(zip(reports, answers)):
            rival = Rival(report, of.seconds)
            start = time.monotonic()
            first = rival.next()
            rivals.append(time.monotonic() - start)
            sets = answer["sets"]
            if first is None or len(first) != len(sets[0]):
                faults.append(f"balance {wrong}, table {at}: {sets[:1]}, but HiGHS has {first}")
            elif first:
                found, size = [sorted(first)], len(first)
                while len(found) <= of.most and (more := rival.next()) and len(more) == size:
                    found.append(sorted(more))
                found = [places for places in found if rival.holds(places)]
                if sorted(found) != sorted(sets):
                    faults.append(f"balance {wrong}, table {at}: {len(sets)} sets, HiGHS has {len(found)}")
        all_times += judged(f"balance, {wrong} of 200", reports, answers, rivals, faults)
    large = [nation(seed, 5) for seed in range(3)]
    answers = ask(of.program, large, of.most)
    rivals = []
    start = time.monotonic()
    if Rival(large[0], of.seconds).next() is None:
        print(f"HiGHS has no optimum of the nation after {of.seconds:.0f} s")
    rivals.append(time.monotonic() - start)
    nation_times = judged("nation, 5 of 10,000", large, answers, rivals, faults)
    apart = [blocks(seed, 10) for seed in range(3)]
    block_times = judged("blocks, 10 of 20,000", apart, ask(of.program, apart, of.most), [], faults)
    for name, times in [("balance", all_times), ("nation", nation_times), ("blocks", block_times)]:
        median, worst = WANTED[name]
        if statistics.median(times) > median or max(times) > worst:
            faults.append(f"{name}: median {statistics.median(times):.4f} s, worst {max(times):.4f} s")
    print("\n".join(faults) or "as wanted", file=sys.stderr)
    sys.exit(bool(faults))


if __name__ == "__main__":
    main()
