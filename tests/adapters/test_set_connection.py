"""A folder or collection names the connection of its requests; only one line changes."""

from __future__ import annotations

import difflib
from pathlib import Path

import pytest

from httpdesk.adapters.collection_files import CollectionFiles
from httpdesk.formats import opencollection
from httpdesk.model.connection import CONNECTION_VARIABLE
from httpdesk.model.request import Request

NAME = CONNECTION_VARIABLE


def diff(before: str, after: str) -> list[str]:
    """Return the lines that were taken out and put in."""
    lines = difflib.ndiff(before.splitlines(), after.splitlines())
    return [line for line in lines if line[0] in "+-"]


def set_to(text: str, name: str | None) -> str:
    return opencollection.edit_connection(text.encode(), name).decode()


HELD = """# ours
info: {name: F}
request:
  auth: inherit  # stays
  variables:
    - name: a   # first
      value: 1
    - name: httpdesk.connection
      value: Orders
"""


def test_one_line_says_another_name() -> None:
    assert diff(HELD, set_to(HELD, "Shop: 2")) == [
        "-       value: Orders",
        '+       value: "Shop: 2"',
    ]
    assert diff(HELD, set_to(HELD, "none")) == ["-       value: Orders", "+       value: none"]
    assert set_to(HELD, "Orders") == HELD


def test_inheriting_takes_the_row_out() -> None:
    gone = set_to(HELD, None)
    assert diff(HELD, gone) == ["-     - name: httpdesk.connection", "-       value: Orders"]
    assert set_to(gone, None) == gone
    assert diff(gone, set_to(gone, "Orders")) == [f"+     - name: {NAME}", "+       value: Orders"]


START = "info: {name: F}\nrequest:\n  variables:\n"


@pytest.mark.parametrize(
    "text",
    [
        "info: {name: F}\n",
        "info:\n  name: F\nrequest:\n",
        "info:\n  name: F\nrequest:\n  variables:\n",
        "info:\n  name: F\nrequest:\n  variables: []\n",
        "info:\n  name: F\nrequest: {variables: [{name: a, value: b}]}\n",
        "info:\n  name: F\nrequest:\n  headers:\n    - {name: X-A, value: b}\n",
        START + f"    - {{name: {NAME}, value: Off, disabled: true}}\n",
        START + f"    - {{name: {NAME}, value: A}}\n    - {{name: {NAME}, value: B}}\n",
        f"request: {{variables: [{{name: {NAME}, value: A}}]}}\n",
        f"request:\n  variables:\n    - name: {NAME}\n      value: A\n",
        START + f"    - name: {NAME}\n      value: {{type: string, data: A}}\n",
    ],
)
@pytest.mark.parametrize("name", ["Orders", "none", None])
def test_whatever_the_file_looks_like(text: str, name: str | None) -> None:
    """The name is there afterwards, and all else that was."""
    before = opencollection.read_request_defaults(text.encode())
    after = opencollection.read_request_defaults(set_to(text, name).encode())
    assert dict(after.variables).get(NAME) == name
    others = [pair for pair in before.variables if pair[0] != NAME]
    assert [pair for pair in after.variables if pair[0] != NAME] == others
    assert after.headers == before.headers
    assert ("disabled: true" in text) == ("disabled: true" in set_to(text, name))


def test_folders_and_the_collection_name_one(tmp_path: Path) -> None:
    store = CollectionFiles(tmp_path / "own")
    root = str(tmp_path / "c")
    store.create(root, "C")
    (tmp_path / "c" / "Plain").mkdir()
    store.add(root, "Plain", Request(name="R", url="http://h/"))

    def names() -> list[str | None]:
        found = store.defaults(root, "Plain/R.yml")
        return [dict(level.variables).get(NAME) for _, level in found]

    store.set_connection(root, "", "Orders")
    assert names() == ["Orders"]
    store.set_connection(root, "Plain", None)
    assert not (tmp_path / "c" / "Plain" / "folder.yml").exists()
    store.set_connection(root, "Plain", "none")
    assert names() == ["Orders", "none"]
    store.set_connection(root, "", None)
    store.set_connection(root, "Plain", None)
    assert names() == [None, None]
    assert [item.name for item in store.open(root).items] == ["Plain"]
