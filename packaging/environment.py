"""The virtual environment of the checkout: made from the locks, renewed when they change."""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

from console import SetUpFailed, run, say

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
STAMP = VENV / "httpdesk-set-up.json"
"""What the environment was made from; written last, so a half-made one has none."""

RUN_LOCK = ROOT / "requirements.lock"
DEV_LOCK = ROOT / "requirements-dev.lock"
"""Holds all of RUN_LOCK with the same versions, and the tools."""

RUN_LISTS = (ROOT / "packaging" / "debian-run.txt",)
SCREEN_LISTS = (*RUN_LISTS, ROOT / "packaging" / "debian-screen.txt")
DEV_LISTS = (*RUN_LISTS, ROOT / "packaging" / "debian-test.txt")


def set_up_to_run(*, yes: bool, screen: bool) -> None:
    """Make sure that the window can start, with `screen` on a virtual one; raises SetUpFailed."""
    _set_up(RUN_LOCK, SCREEN_LISTS if screen else RUN_LISTS, yes=yes)


def set_up_to_develop(*, yes: bool) -> None:
    """Make sure that tests, checks and benchmarks can run; raises SetUpFailed."""
    _set_up(DEV_LOCK, DEV_LISTS, yes=yes)


def site_packages() -> Path:
    """Return the folder of the environment's packages."""
    found = sorted([*VENV.glob("lib/python3.*/site-packages"), *VENV.glob("Lib/site-packages")])
    if not found:
        raise SetUpFailed(f"{VENV} is damaged; remove it and try again.")
    return found[0]


def digest(path: Path) -> str:
    """Return what tells this text from another."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _set_up(lock: Path, lists: Sequence[Path], *, yes: bool) -> None:
    old = _read_stamp()
    identity = _identity()
    locked = digest(lock)
    reusable = (
        PYTHON.exists() and identity.items() <= old.items() and old.get(lock.name, locked) == locked
    )
    system = _ensure_system(old, lists, new_venv=not reusable, yes=yes)
    if not reusable:
        _make_venv()
    if not reusable or lock.name not in old:
        _install(lock)
    new = {**(old if reusable else {}), **identity, **system, lock.name: locked}
    if new != old:
        STAMP.write_text(json.dumps(new, indent=2), encoding="utf-8")


def _read_stamp() -> dict[str, str]:
    try:
        stamp = json.loads(STAMP.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return stamp if isinstance(stamp, dict) else {}


def _identity() -> dict[str, str]:
    """Return what an environment must have been made for to be of use here and now."""
    return {"python": _version(), "checkout": str(ROOT), RUN_LOCK.name: digest(RUN_LOCK)}


def _version() -> str:
    return f"{sys.version_info.major}.{sys.version_info.minor}"


def _ensure_system(
    old: dict[str, str], lists: Sequence[Path], *, new_venv: bool, yes: bool
) -> dict[str, str]:
    """Install missing system packages; return the part of the stamp that spares the next look."""
    key = "+".join(path.stem for path in lists)
    without_pip = new_venv and importlib.util.find_spec("ensurepip") is None
    if not without_pip and old.get(key) == _system_state(lists):
        return {key: old[key]}
    import system_packages

    needs = [need for path in lists for need in system_packages.read_list(path)]
    if without_pip:
        needs.insert(0, system_packages.venv_need())
    system_packages.ensure(needs, yes=yes)
    return {key: _system_state(lists)}


def _system_state(lists: Sequence[Path]) -> str:
    """Return a text that changes with the lists and with every package put in or taken out."""
    status = Path("/var/lib/dpkg/status")
    changed = status.stat().st_mtime_ns if status.exists() else 0
    return " ".join([str(changed), *(digest(path)[:16] for path in lists)])


def _base_python() -> str:
    """Return the interpreter itself when this runs inside some virtual environment."""
    return str(getattr(sys, "_base_executable", sys.executable))


def _make_venv() -> None:
    version = ".".join(map(str, sys.version_info[:3]))
    say(f"{'Renewing' if VENV.exists() else 'Making'} .venv with Python {version}.")
    if VENV.is_symlink() or VENV.is_file():
        raise SetUpFailed(f"{VENV} is in the way; remove it and try again.")
    if VENV.exists():
        shutil.rmtree(VENV)
    if run([_base_python(), "-m", "venv", str(VENV)]) != 0:
        raise SetUpFailed("The environment could not be made, see above.")


def _install(lock: Path) -> None:
    say(f"Installing the packages of {lock.name}; this takes a minute or two the first time.")
    quiet = [] if sys.stderr.isatty() else ["--quiet"]
    pip = [str(PYTHON), "-m", "pip", "--disable-pip-version-check", "--no-input", "install"]
    # Nothing is resolved: the lock names every package, and each with its hashes.
    if run([*pip, *quiet, "--no-deps", "--require-hashes", "-r", str(lock)]) != 0:
        raise SetUpFailed(
            "The packages could not be installed, see above. They come from PyPI: check the"
            " network and the proxy settings, then run the same command again."
        )
    # The checkout itself is put on the path as it stands; that needs no build and no copy.
    (site_packages() / "httpdesk-checkout.pth").write_text(f"{ROOT}\n", encoding="utf-8")
