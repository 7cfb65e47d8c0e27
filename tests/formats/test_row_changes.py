"""What became of rows, in a bounded time."""

from __future__ import annotations

import time
from dataclasses import replace
from random import Random

import pytest

from httpdesk.formats.environment_file import edit_environment, read_environment
from httpdesk.formats.row_changes import row_changes


def test_the_changes_lead_from_the_old_rows_to_the_new_ones() -> None:
    chance = Random(7)
    for _ in range(300):
        old, new = ([chance.choice("abc") for _ in range(chance.randrange(8))] for _ in range(2))
        made, at = [], 0
        for kind, start, end, new_start, new_end in row_changes(old, new):
            assert start == at
            assert (kind == "equal") == (old[start:end] == new[new_start:new_end])
            made += new[new_start:new_end]
            at = end
        assert (made, at) == (new, len(old))


@pytest.mark.parametrize("edited", [(4_000,), (1, 7_500)])
def test_thousands_of_rows_that_are_alike_are_edited_in_seconds(edited: tuple[int, ...]) -> None:
    """A file of a pull must not keep a save busy for minutes, with the folder locked."""
    data = b"name: a\nvariables:\n" + b"- name: a\n  value: b\n" * 8_000
    environment = read_environment(data)
    rows = list(environment.variables)
    for at in edited:
        rows[at] = replace(rows[at], value="c")
    began = time.process_time()
    changed = edit_environment(data, replace(environment, variables=tuple(rows)))
    assert time.process_time() - began < 8
    assert changed.count(b"value: c") == len(edited)
    assert len(changed) == len(data)
