"""The sample collection through the real engine: every request does what its notes promise."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from httpdesk.adapters.collection_files import CollectionFiles
from httpdesk.adapters.resource_files import resource_path
from httpdesk.model.collection import ItemKind
from tests.cli.conftest import Cli

ROOT = resource_path("sample")
FILES = sorted(
    path.relative_to(ROOT).as_posix()
    for path in ROOT.rglob("*.yml")
    if path.name not in ("opencollection.yml", "folder.yml")
)
SIGNED_IN = "first-steps/see-who-is-signed-in.yml"
"""The one that wants a token first."""


def expected_status(path: str) -> str:
    """Return the status that the request's notes name; 200 goes without saying."""
    notes = CollectionFiles(ROOT).load(str(ROOT), path).request.notes
    found = re.match(r"Answers (\d{3}) ", notes)
    return found[1] if found else "200"


def test_the_notes_name_what_is_unusual() -> None:
    unusual = {path: status for path in FILES if (status := expected_status(path)) != "200"}
    assert unusual == {
        "orders/create-an-order.yml": "201",
        "orders/delete-an-order.yml": "204",
        "responses/an-order-that-is-not-there.yml": "404",
    }


def test_a_server_at_another_port_gets_no_token(cli: Cli) -> None:
    """The sample server takes a free port where its usual one is busy (statement 21)."""
    result = cli("send", str(ROOT / SIGNED_IN))
    assert result.status == 1
    assert "the connection Sample sign-in may not go to this host" in result.err
    assert "401 Unauthorized" in result.err


@pytest.mark.parametrize("path", [path for path in FILES if path != SIGNED_IN])
def test_each_request_brings_the_status_it_documents(cli: Cli, path: str) -> None:
    status = expected_status(path)
    result = cli("send", str(ROOT / path), "-v", "--success", status)
    assert result.status == 0, result.err
    assert "Warning" not in result.err
    assert "> X-Sample: collection" in result.err


def test_the_tree_is_readable_ordered_and_small(tmp_path: Path) -> None:
    collection = CollectionFiles(tmp_path).open(str(ROOT))
    assert collection.name == "HTTPDesk sample"
    assert [item.name for item in collection.items] == ["First steps", "Orders", "Responses"]
    requests = [item for item in collection.walk() if item.kind is ItemKind.REQUEST]
    assert all(item.problem is None for item in collection.walk())
    assert sorted(item.path for item in requests) == FILES
    assert 12 <= len(requests) <= 15
    assert [item.name for item in collection.items[1].children] == [
        "List open orders",
        "Create an order",
        "Read an order",
        "Change an order",
        "Delete an order",
    ]


def test_rows_and_url_agree(tmp_path: Path) -> None:
    """A query in the URL mirrors the rows, as Bruno writes it; it is sent once."""
    store = CollectionFiles(tmp_path)
    request = store.load(str(ROOT), "orders/list-open-orders.yml").request
    assert request.url == "{{sample_url}}/orders"
    assert [(row.name, row.value) for row in request.params] == [("status", "open")]


def test_the_json_leaves_as_it_stands_in_the_file(cli: Cli) -> None:
    result = cli("send", str(ROOT / "first-steps/send-json.yml"))
    sent = json.loads(result.out)["body"]["text"]
    assert '"price": 39.90,' in sent


def test_the_files_are_plain_and_pretty() -> None:
    for path in ROOT.rglob("*"):
        if path.is_dir():
            continue
        text = path.read_bytes().decode("utf-8")
        ending = ".yaml" if path.parent.name == "connections" else ".yml"
        assert path.suffix == ending
        assert text.endswith("\n")
        assert "\t" not in text
        assert not re.search(r" +$", text, re.MULTILINE)
        assert max(map(len, text.splitlines())) <= 100
        assert re.fullmatch(r"[a-z0-9-]+\.ya?ml", path.name)
