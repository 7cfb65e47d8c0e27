"""Who may import whom: the contracts of pyproject.toml hold, and each of them catches its sin."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    """Run import-linter on the package in `folder` with the contracts beside it."""
    command = "from importlinter.cli import lint_imports_command as run; run(['--no-cache'])"
    return subprocess.run(
        [sys.executable, "-P", "-c", f"import sys; sys.path.insert(0, '.'); {command}"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )


def test_every_contract_is_kept() -> None:
    result = lint_imports(ROOT)
    assert result.returncode == 0, result.stdout + result.stderr
    assert "0 broken" in result.stdout


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """Give a copy of the package and its contracts, to sin in."""
    shutil.copytree(
        ROOT / "httpdesk", tmp_path / "httpdesk", ignore=shutil.ignore_patterns("__pycache__")
    )
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


SINS = {
    "a Qt import hidden in a function of the engine": (
        "engine/sin.py",
        "def hidden():\n    import PySide6.QtCore\n",
        "Qt only in gui",
    ),
    "an engine that reaches for an adapter": (
        "engine/sin.py",
        "import httpdesk.adapters.paths\n",
        "Layers",
    ),
    "a window that opens sockets": ("gui/sin.py", "import socket\n", "Network"),
    "a command line that builds its own adapter": (
        "cli/sin.py",
        "from httpdesk.adapters import paths\n",
        "handed ports",
    ),
    "a feature that knows another, for the type checker only": (
        "gui/request/sin.py",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import httpdesk.gui.response\n",
        "Feature folders",
    ),
    "a folder without a place in the layers": ("utils/__init__.py", "", "Layers"),
    "two modules that import each other": (
        "model/sin.py",
        "import httpdesk.model.other_sin\n",
        "No circles",
    ),
}


@pytest.mark.parametrize("sin", SINS)
def test_a_sin_is_caught(sin: str, copy: Path) -> None:
    file, text, contract = SINS[sin]
    path = copy / "httpdesk" / file
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)
    (copy / "httpdesk" / "model" / "other_sin.py").write_text("import httpdesk.model.sin\n")
    if "model/" not in file:
        (copy / "httpdesk" / "model" / "sin.py").write_text("")
    result = lint_imports(copy)
    assert result.returncode == 1, result.stdout + result.stderr
    broken = [line for line in result.stdout.splitlines() if line.endswith(" BROKEN")]
    assert any(contract in line for line in broken), result.stdout


def loaded_modules(statement: str) -> set[str]:
    """Return the top-level modules in a fresh process after `statement`."""
    code = f"{statement}\nimport sys\nprint(*{{name.partition('.')[0] for name in sys.modules}})"
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    return set(result.stdout.split())


def test_the_command_line_loads_no_qt() -> None:
    loaded = loaded_modules("import httpdesk.cli.main")
    assert "httpdesk" in loaded
    assert not loaded & {"PySide6", "shiboken6"}
