"""The query rows in the URL text of a file, put on and taken off (statements 1 to 5)."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from httpdesk.formats.query_text import encoded, join, split, verbatim
from tests.helpers.requests import URLS

plain_texts = st.text(max_size=8) | st.sampled_from(["+", "%2B", "a b", "é", "&", "=", "{{x}}", ""])


def test_rows_are_encoded_as_they_are_sent() -> None:
    """Statements 3 and 4."""
    rows = [("k", ""), ("q", "x y&é~"), ("", "no name"), ("v", "{{a b}} c")]
    assert encoded(rows) == "k=&q=x+y%26%C3%A9~&v={{a b}}+c"


@pytest.mark.parametrize(
    ("url", "whole"),
    [
        ("http://h/a", "http://h/a?y=2"),
        ("http://h/a?x=1#f", "http://h/a?x=1&y=2#f"),
        ("http://h/a?", "http://h/a?&y=2"),
        ("http://h/a?x=1&", "http://h/a?x=1&&y=2"),
        ("http://h/a#f?g", "http://h/a?y=2#f?g"),
    ],
)
def test_rows_stand_behind_the_own_query_and_come_off_again(url: str, whole: str) -> None:
    """Statement 1."""
    assert join(url, "y=2") == whole
    assert split(whole, [("y", "2")], encodes=False) == (url, 0)


@settings(max_examples=200, deadline=None)
@given(
    st.sampled_from(URLS) | st.text(max_size=12),
    st.lists(st.tuples(plain_texts.filter(bool), plain_texts), min_size=1, max_size=4),
)
def test_whatever_is_joined_is_split_the_same(url: str, rows: list[tuple[str, str]]) -> None:
    assert split(join(url, encoded(rows)), rows, encodes=False) == (url, 0)
    text = verbatim(rows, encodes=True)
    if text is not None:
        assert split(join(url, text), rows, encodes=True) == (url, 0)


@pytest.mark.parametrize("url", ["http://h/?d=%2B&e=%7E", "http://h/?t=a&t=b&t=a", "http://h/a?"])
def test_without_rows_a_url_stays_as_typed(url: str) -> None:
    """Statement 5."""
    assert split(url, [], encodes=False) == (url, 0)


def test_rows_that_mirror_another_spelling_leave_it_in_the_url() -> None:
    """Statement 5: `%2B` and `%7E` were typed so and are sent so."""
    rows = [("d", "+"), ("e", "~"), ("new", "1")]
    assert split("http://h/?d=%2B&e=%7E&new=1", rows, encodes=False) == ("http://h/?d=%2B&e=%7E", 2)


def test_rows_that_are_not_in_the_url_are_told() -> None:
    assert split("http://h/?a=1", [("b", "2")], encodes=False) is None
    assert split("http://h/", [("b", "2")], encodes=False) is None


def test_a_url_that_bruno_encodes_holds_the_rows_verbatim() -> None:
    rows = [("q", "old oak"), ("d", "%2B")]
    assert split("http://h/?q=old oak&d=%2B", rows, encodes=True) == ("http://h/", 0)
    assert split("http://h/?q=old oak&d=%2B", rows, encodes=False) == (
        "http://h/?q=old oak&d=%2B",
        2,
    )
    assert verbatim([("a", "x&y")], encodes=True) is None
    assert verbatim([("a", "x+y")], encodes=False) is None


@pytest.mark.parametrize("query", ["", "?a=1", "?" + "&".join(["h=v"] * 6_000)])
def test_thousands_of_rows_are_compared_in_seconds(query: str) -> None:
    """A file of a pull kept every other file from being opened for minutes."""
    rows = [("a", "2"), *[("h", "v")] * 12_000]
    began = time.process_time()
    assert split(f"http://h/{query}", rows, encodes=True) is None
    assert time.process_time() - began < 10
