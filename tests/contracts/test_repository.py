"""Rules for every file of the repository that no linter knows."""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
GUI = ROOT / "httpdesk" / "gui"
MOST_LINES = 500


@cache
def files() -> tuple[Path, ...]:
    """Return the repository's own files; new ones that are not committed yet count too."""
    listed = subprocess.run(
        # The checkout may belong to another user, as in a container.
        ["git", "-c", "safe.directory=*", "ls-files", "-z", "-co", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    paths = (ROOT / name for name in listed.stdout.decode().split("\0") if name)
    return tuple(path for path in paths if path.is_file())


def sources(folder: Path) -> list[Path]:
    """Return the Python files below a folder."""
    return [path for path in files() if path.suffix == ".py" and path.is_relative_to(folder)]


@cache
def tree(path: Path) -> ast.Module:
    """Return the parsed file."""
    return ast.parse(path.read_text(encoding="utf-8"))


def calls(path: Path, *names: str) -> Iterator[ast.Call]:
    """Give each call of a function or method with one of these names."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Call):
            called = node.func
            name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
            if name in names:
                yield node


def place(path: Path, node: ast.expr) -> str:
    """Return where something stands, to click on."""
    return f"{path.relative_to(ROOT)}:{node.lineno}"


# Put together here, so that this file does not break the rule itself.
FOREIGN_TEXTS = {
    "the address of a package registry": "|".join(
        re.escape(host + domain)
        for host, domain in (
            ("files.pythonhosted", ".org"),
            ("pypi", ".org/simple"),
            ("registry.npmjs", ".org"),
            ("deb.debian", ".org"),
        )
    ),
    "a path of one machine": r"(?<![\w./}~-])/(work|" + r"root|home/(?!user\b|\.\.\.)\w+)/",
}


@pytest.mark.parametrize("what", FOREIGN_TEXTS)
def test_no_file_tells_where_it_was_written(what: str) -> None:
    pattern = re.compile(FOREIGN_TEXTS[what].encode())
    found = [
        f"{path.relative_to(ROOT)}: {match.group().decode()}"
        for path in files()
        if path.suffix not in {".png", ".woff", ".woff2"}
        for match in pattern.finditer(path.read_bytes())
    ]
    assert found == []


def pictures(path: Path) -> set[ast.expr]:
    """Return the labels that are made without a text and never get one."""
    with_text = {
        ast.unparse(call.func.value)
        for call in calls(path, "setText")
        if isinstance(call.func, ast.Attribute)
    }
    return {
        node.value
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Assign)
        and isinstance(node.value, ast.Call)
        and not node.value.args
        and ast.unparse(node.targets[0]) not in with_text
    }


def test_labels_show_plain_text() -> None:
    """A label that guesses would run a server's HTML; `widgets.PlainLabel` does not."""
    found = [
        place(path, call)
        for path in sources(GUI)
        if not path.is_relative_to(GUI / "widgets")
        for call in calls(path, "QLabel")
        if call not in pictures(path)
    ]
    assert found == []


def test_nothing_asks_with_a_message_box() -> None:
    """QMessageBox guesses rich text as a label does."""
    found = [
        place(path, call)
        for path in sources(GUI)
        for call in calls(path, "QMessageBox", "critical", "warning", "information", "question")
        if "QMessageBox" in ast.unparse(call.func)
    ]
    assert found == []


def is_safe_tooltip(argument: ast.expr) -> bool:
    """Tell whether a tooltip is escaped, or fixed words that need no escape."""
    if isinstance(argument, ast.IfExp):
        return is_safe_tooltip(argument.body) and is_safe_tooltip(argument.orelse)
    if isinstance(argument, ast.Constant):
        return True
    if not isinstance(argument, ast.Call):
        return False
    name = ast.unparse(argument.func).rpartition(".")[2]
    fixed = all(isinstance(inner, ast.Constant) for inner in argument.args)
    return "tooltip" in name.lower() or (name == "tr" and fixed)


def test_tooltips_are_escaped() -> None:
    """Qt guesses here as well, so a name from a file goes through `plain_tooltip`."""
    found = [
        place(path, call)
        for path in sources(GUI)
        for call in calls(path, "setToolTip")
        if not is_safe_tooltip(call.args[-1])
    ]
    assert found == []


def test_one_file_starts_threads_in_the_window() -> None:
    found = [
        place(path, call)
        for path in sources(GUI)
        if path != GUI / "jobs.py"
        for call in calls(path, "QThread", "QThreadPool", "Thread", "ThreadPoolExecutor")
    ]
    assert found == []


def test_nothing_pumps_the_event_loop() -> None:
    found = [
        place(path, call)
        for path in sources(ROOT / "httpdesk")
        for call in calls(path, "processEvents", "QEventLoop")
    ]
    assert found == []


def test_translated_texts_are_fixed() -> None:
    """The extractor lists an f-string, but the filled text never matches: format after tr()."""
    found = [
        place(path, call)
        for path in sources(GUI)
        for call in calls(path, "tr")
        if not isinstance(call.args[0], ast.Constant)
    ]
    assert found == []


def test_tests_wait_for_facts_and_not_for_time() -> None:
    found = [
        place(path, call)
        for path in sources(ROOT / "tests")
        for call in calls(path, "wait")
        if ast.unparse(call.func) == "qtbot.wait"
    ]
    assert found == []


def test_no_file_has_outgrown_its_idea() -> None:
    found = [
        f"{path.relative_to(ROOT)}: {length} lines"
        for path in sources(ROOT / "httpdesk")
        if (length := len(path.read_text(encoding="utf-8").splitlines())) > MOST_LINES
    ]
    assert found == []


def test_every_module_says_what_it_is_for() -> None:
    found = [
        str(path.relative_to(ROOT))
        for path in files()
        if path.suffix == ".py" and not ast.get_docstring(tree(path))
    ]
    assert found == []
