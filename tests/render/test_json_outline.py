"""What of a page tells the next one: little of it, whatever the page holds."""

from __future__ import annotations

import tracemalloc

from httpdesk.render.json_outline import DEEPEST, LONGEST_NAME, MOST_ARRAYS, outline


def test_values_and_arrays_by_their_places() -> None:
    """RFC 6901."""
    found = outline('{"a/b": {"next": "?2", "n": 1}, "items": [1, [2]], "": []}')
    assert found is not None
    assert found.values == {"/a~1b/next": "?2", "/a~1b/n": "1"}
    assert {place: span.count for place, span in found.arrays.items()} == {"/items": 2, "/": 0}


def test_below_a_long_name_and_too_deep_nothing_is_noted() -> None:
    deep = '{"a":' * (DEEPEST + 1) + "1" + "}" * (DEEPEST + 1)
    long = '"' + "k" * LONGEST_NAME + '"'
    found = outline(f'{{"deep": {deep}, {long}: {{"a": 1, "b": []}}, {long}: [], "c": 2}}')
    assert found is not None
    assert found.values == {"/c": "2"}
    assert found.arrays == {}


def test_a_hostile_page_takes_no_more_memory_than_itself() -> None:
    """Security.md R2, T1: places of 100 kB each, or very many, would fill the memory."""
    members = ",".join(f'"a{number}":[]' for number in range(2 * MOST_ARRAYS))
    text = '{"' + "k" * 100_000 + '":{' + members + "}," + members + "}"
    tracemalloc.start()
    found = outline(text)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert found is not None
    assert len(found.arrays) == MOST_ARRAYS
    assert peak < 5_000_000
