"""The quick look at a file's first lines says what the parser says, or nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from httpdesk.formats import opencollection
from httpdesk.formats.head_scan import scan
from httpdesk.model.collection import ItemKind
from httpdesk.model.errors import FileNotUnderstood
from httpdesk.model.request import Request
from tests.helpers.requests import requests

DATA = Path(__file__).parents[1] / "data" / "collections"
FILES = sorted(DATA.rglob("*.yml"))
HEAD = "info:\n  name: {}\n  type: http\n  seq: 2\n\nhttp:\n  method: GET\n  url: {}\n"


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(DATA)))
def test_it_agrees_with_the_parser(path: Path) -> None:
    data = path.read_bytes()
    found = scan(data)
    assert found is None or found == opencollection.read_head(data)


def test_files_of_bruno_need_no_parser() -> None:
    names = ("Plants/Photo.yml", "Plants/Plant one.yml", "Plants/Raw.yml", "Forms/Sign in.yml")
    for name in names:
        assert scan((DATA / "garden" / name).read_bytes()) is not None


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(requests)
def test_it_agrees_with_the_parser_on_any_file_of_ours(request_: Request) -> None:
    data = opencollection.new_request(request_, 2.0)
    found = scan(data)
    assert found is None or found == opencollection.read_head(data)


@pytest.mark.parametrize(
    "name", ["a", "é 😀 x", '"a: b"', "a # no", "a: b", "null", "~", "a b  c", "'x'"]
)
@pytest.mark.parametrize("url", ["http://h/a?b=c#d", '"{{b}}/x"', "x\n    y", "null", "", "x\ty"])
def test_it_agrees_on_text_in_any_form(name: str, url: str) -> None:
    data = HEAD.format(name, url).encode()
    found = scan(data)
    try:
        expected = opencollection.read_head(data)
    except FileNotUnderstood:
        assert found is None
    else:
        assert found in (None, expected)


def test_what_it_finds() -> None:
    found = scan(HEAD.format("A b", "http://h/?a=1").replace("GET", "post").encode())
    assert found is not None
    assert (found.kind, found.name, found.method) == (ItemKind.REQUEST, "A b", "POST")
    assert (found.url, found.seq) == ("http://h/?a=1", 2.0)


def test_a_conflict_is_left_to_the_parser() -> None:
    data = HEAD.format("a", "b") + "<<<<<<< HEAD\n"
    assert scan(data.encode()) is None
