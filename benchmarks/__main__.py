"""``make bench``: run every benchmark and write docs/performance.md."""

import importlib
import os
import platform
import sys
from datetime import UTC, datetime
from math import isinf

from benchmarks.harness import ROOT, Row

MODULES = ("pages", "forward", "microscope", "inside", "classroom")
HEAD = """# Performance

Written by `make bench`. Each figure is a ratio to something measured in the same run, since machines
differ and are shared. U is the time from a click to the painted result on an empty Streamlit page
with this project's settings, which are faster than Streamlit's own (first row).

Measured on {date}, {cores} cores, Python {python}, load {load} at the start.

| what | measured | ratio | goal | met |
|---|---|---|---|---|
"""


def main() -> None:
    """Run the benchmarks named on the command line, or all, and write the report if all ran."""
    names = sys.argv[1:] or MODULES
    head = HEAD.format(
        date=datetime.now(UTC).date(),
        cores=os.cpu_count(),
        python=platform.python_version(),
        load=f"{os.getloadavg()[0]:.1f}",
    )
    rows = [row for name in names for row in importlib.import_module(f"benchmarks.{name}").measure()]
    report = head + "".join(_line(row) for row in rows)
    print(report)
    if not sys.argv[1:]:
        (ROOT / "docs" / "performance.md").write_text(report, encoding="utf-8")


def _line(row: Row) -> str:
    goal, met = f"≤ {row.goal:.2f}", "yes" if row.met else "**no**"
    if isinf(row.goal):  # only there to compare with
        goal = met = ""
    return f"| {row.name} | {row.measured} | {row.ratio:.2f} | {goal} | {met} |\n"


main()
