"""Every statement that is done is shown by a test that names its number."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]

DONE = (*range(1, 81), 82, 83, 84)
"""Numbers of behaviour.md: requests, responses, connections, tokens, history, and variables."""

DRIVING = ("adapters/", "cli/", "end2end/", "gui/")
"""Where tests look at a server's bytes, at what is printed, or at what is on screen."""

_CITED = re.compile(r"\bstatements?\s+(\d+(?:(?:,|,?\s+and|\s+to)\s+\d+)*)", re.IGNORECASE)
_NUMBERS = re.compile(r"(\d+)(?:\s+to\s+(\d+))?")


def cited(docstring: str) -> set[int]:
    """Return the statements that a docstring names: `Statements 1, 3 to 5 and 7`."""
    found: set[int] = set()
    for citation in _CITED.finditer(docstring):
        for first, last in _NUMBERS.findall(citation[1]):
            found |= set(range(int(first), int(last or first) + 1))
    return found


def named_tests(path: Path) -> Iterator[tuple[str, str]]:
    """Yield id and docstring of each test function."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            yield f"{path.relative_to(TESTS)}::{node.name}", ast.get_docstring(node) or ""


def test_citations_are_read() -> None:
    assert cited("Statement 4.") == {4}
    assert cited("Statements 1, 3 to 5 and 7: nothing of 9.") == {1, 3, 4, 5, 7}
    assert cited("Fails (statement 58),\nand statements 60\nand 61.") == {58, 60, 61}
    assert cited("security.md 4, fault 12; the statement is 8") == set()


@pytest.fixture(scope="module")
def table() -> dict[int, list[str]]:
    """Number -> ids of the tests that name it."""
    found: dict[int, list[str]] = defaultdict(list)
    for path in sorted(TESTS.rglob("test_*.py")):
        if "node_modules" not in path.parts:
            for test_id, docstring in named_tests(path):
                for number in cited(docstring):
                    found[number].append(test_id)
    return found


@pytest.mark.parametrize("number", DONE)
def test_a_test_shows_the_statement_on_the_wire_or_on_screen(
    table: dict[int, list[str]], number: int
) -> None:
    """Tests of single functions are welcome beside one that drives all of it."""
    driving = [test_id for test_id in table[number] if test_id.startswith(DRIVING)]
    assert driving, f"no test among {DRIVING} says 'Statement {number}' in its docstring"
