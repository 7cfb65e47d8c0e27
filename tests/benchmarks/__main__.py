"""Runs the benchmarks: `python -m tests.benchmarks [NAME ...] [--smoke]`.

Every module of this folder with NAME, TARGETS and `run(smoke)` is one. Figures are ratios of one
run on one machine; compare ratios, not milliseconds.
"""

from __future__ import annotations

import argparse
import importlib
import importlib.metadata
import pkgutil
import platform
import shutil
import subprocess
from types import ModuleType

import tests.benchmarks
from tests.benchmarks.measure import Row, machine

PACKAGES = ("PySide6-Essentials", "requests", "urllib3")
_NEEDED = ("NAME", "TARGETS", "run")


def discover() -> dict[str, ModuleType]:
    """Return the benchmarks by name."""
    found = {}
    for info in pkgutil.iter_modules(tests.benchmarks.__path__):
        if info.name.startswith("__"):
            continue
        module = importlib.import_module(f"tests.benchmarks.{info.name}")
        if all(hasattr(module, name) for name in _NEEDED):
            found[module.NAME] = module
    return found


def versions() -> str:
    """Name what was measured with."""
    parts = [f"Python {platform.python_version()}"]
    parts += [f"{name} {importlib.metadata.version(name)}" for name in PACKAGES]
    program = shutil.which("curl")
    if program is not None:
        first = subprocess.run(
            [program, "--version"], check=True, capture_output=True, text=True
        ).stdout
        parts.append(" ".join(first.split()[:2]))
    return ", ".join(parts)


def table(rows: list[Row]) -> str:
    """Return the rows in aligned columns."""
    width = max(len(row.case) for row in rows)
    return "\n".join(_line(row, width) for row in rows)


def _line(row: Row, width: int) -> str:
    ratio = f"{row.ratio:6.2f} x" if row.ratio is not None else " " * 8
    verdict = {True: "reached", False: "MISSED", None: ""}[row.reached]
    reach = f"<= {row.reach:g}" if row.reach is not None else ""
    line = f"  {row.case:{width}} {row.value:12.3f} {row.unit:8} {ratio}  {reach:9} {verdict:8}"
    return f"{line} {row.note}".rstrip()


def main() -> int:
    """Run what was asked for; return 0 when all ran, whatever they measured."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help="run only these")
    parser.add_argument("--smoke", action="store_true", help="small sizes: does it run at all?")
    options = parser.parse_args()
    benchmarks = discover()
    unknown = [name for name in options.names if name not in benchmarks]
    if unknown:
        parser.error(f"unknown: {', '.join(unknown)}; there are {', '.join(sorted(benchmarks))}")
    print(f"{versions()}; {machine()}")
    for name in options.names or sorted(benchmarks):
        module = benchmarks[name]
        print(f"\n{module.NAME}  ({module.TARGETS})", flush=True)
        print(table(module.run(options.smoke)), flush=True)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
