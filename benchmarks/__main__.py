"""``make bench``: run every benchmark and write docs/performance.md."""

import importlib
import os
import platform
import sys
from datetime import UTC, datetime

from benchmarks.harness import ROOT, Row

MODULES = ("pages", "forward", "microscope", "inside")
HEAD = """# Performance

Written by `make bench`. Each figure is a ratio to something measured in the same run, since machines
differ and are shared. U is the time from a click to the painted result on an empty Streamlit page.

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
    met = "yes" if row.met else "**no**"
    return f"| {row.name} | {row.measured} | {row.ratio:.2f} | ≤ {row.goal:.2f} | {met} |\n"


main()
