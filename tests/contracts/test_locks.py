"""The locks install from any index, and only what was meant."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).resolve().parents[2]
RUN_LOCK = ROOT / "requirements.lock"
DEV_LOCK = ROOT / "requirements-dev.lock"
HASH = re.compile(r"--hash=sha256:[0-9a-f]{64}$")


def blocks(lock: Path) -> list[tuple[str, list[str]]]:
    """Return (requirement, hashes) for each entry."""
    entries: list[tuple[str, list[str]]] = []
    for raw in lock.read_text(encoding="utf-8").splitlines():
        line = raw.removesuffix("\\").strip()
        if line.startswith("--hash"):
            entries[-1][1].append(line)
        elif line and not line.startswith("#"):
            entries.append((line, []))
    return entries


def pins(lock: Path) -> set[str]:
    """Return `name==version` for each entry."""
    return {requirement.partition(";")[0].strip() for requirement, _ in blocks(lock)}


@pytest.mark.parametrize("lock", [RUN_LOCK, DEV_LOCK], ids=lambda lock: lock.name)
def test_a_lock_names_no_host_and_hashes_everything(lock: Path) -> None:
    assert "://" not in lock.read_text(encoding="utf-8")
    assert not re.search(r"--(extra-)?index-url|--find-links|file:", lock.read_text("utf-8"))
    for requirement, hashes in blocks(lock):
        assert "==" in requirement
        assert hashes, f"{requirement} has no hash"
        assert all(HASH.match(text) for text in hashes)


def test_the_tools_move_no_version_of_what_is_shipped() -> None:
    assert pins(RUN_LOCK) < pins(DEV_LOCK)


def test_every_declared_dependency_is_locked_within_its_range() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    for declared, lock in (
        (project["dependencies"], RUN_LOCK),
        (project["optional-dependencies"]["dev"], DEV_LOCK),
    ):
        locked = dict(pin.split("==") for pin in pins(lock))
        for text in declared:
            requirement = Requirement(text)
            version = locked[canonicalize_name(requirement.name)]
            assert requirement.specifier.contains(version), f"{text} is locked to {version}"


def test_pyside_stays_below_the_release_that_aborts_on_python_3_11() -> None:
    locked = dict(pin.split("==") for pin in pins(RUN_LOCK))
    assert Version("6.8") <= Version(locked["pyside6-essentials"]) < Version("6.12")
    assert locked["shiboken6"] == locked["pyside6-essentials"]
    assert not {"pyside6", "pyside6-addons"} & set(locked)


def test_the_npm_lock_names_no_registry_and_checks_everything() -> None:
    lock = json.loads((ROOT / "tests" / "npm" / "package-lock.json").read_text(encoding="utf-8"))
    packages = {name: entry for name, entry in lock["packages"].items() if name}
    assert packages
    assert not [name for name, entry in packages.items() if "resolved" in entry]
    assert not [name for name, entry in packages.items() if "integrity" not in entry]
