"""What a start loads, and what it leaves for later."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

HEAVY = (
    "asyncio",
    "email",
    "http.client",
    "keyring",
    "msgspec",
    "requests",
    "ruamel",
    "sqlite3",
    "ssl",
    "urllib3",
    "yaml",
)
"""Modules that no first paint needs; together they would double the time to it."""

LATE = (
    "difflib",
    "httpdesk.engine.resolve",
    "httpdesk.formats",
    "httpdesk.gui.connections.page",
    "httpdesk.gui.environments.page",
    "httpdesk.gui.history",
    "httpdesk.gui.levels",
    "httpdesk.gui.merge",
    "httpdesk.gui.notes",
    "httpdesk.gui.request.editor",
    "httpdesk.gui.request_page",
    "httpdesk.gui.response.viewer",
    "httpdesk.gui.tables",
)
"""Modules of our own that the wired window does not need either, before a page is asked for."""


def loaded_by(arguments: list[str], timeout: float = 30.0) -> set[str]:
    """Return the modules loaded when the program ends."""
    code = (
        "import sys\nfrom httpdesk.app import main\n"
        f"status = main({arguments!r})\nsys.stdout.flush()\n"
        "print('\\nLOADED', status, *sys.modules)"
    )
    result = subprocess.run(
        [sys.executable, "-P", "-c", code],
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        check=False,
        timeout=timeout,
    )
    assert result.returncode == 0, result.stderr
    mark, status, *modules = result.stdout.splitlines()[-1].split()
    assert (mark, status) == ("LOADED", "0"), result.stdout + result.stderr
    assert result.stderr == ""
    return set(modules)


def test_the_first_paint_needs_no_network_library() -> None:
    loaded = loaded_by(["--quit-when-ready"])
    assert "PySide6.QtWidgets" in loaded
    assert sorted(loaded.intersection(HEAVY)) == []
    assert "httpdesk.gui.session" in loaded
    assert sorted(loaded.intersection(LATE)) == []


@pytest.mark.parametrize("word", ["--version", "--help"])
def test_the_command_line_loads_no_qt(word: str) -> None:
    loaded = loaded_by([word])
    assert "httpdesk.cli.main" in loaded
    assert not [name for name in loaded if name.partition(".")[0] in ("PySide6", "shiboken6")]
    assert not loaded.intersection({"requests", "urllib3", "yaml", "ruamel"})
