"""What a collection or folder says, in its file: one edit is one line, nothing else is touched."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from httpdesk.formats.level_file import edit_level, read_level, storable_level
from httpdesk.formats.opencollection import new_folder, read_request_defaults
from httpdesk.formats.yaml_tree import data_of, parse
from httpdesk.model.auth_choice import AuthWord
from httpdesk.model.environment import ValueType, Variable
from httpdesk.model.level import Level
from httpdesk.model.request import Header, Options
from tests.formats.test_opencollection_write import changed_lines
from tests.helpers.requests import levels

DATA = Path(__file__).parents[1] / "data" / "collections"
FILES = [*sorted(DATA.rglob("folder.yml")), *sorted(DATA.rglob("opencollection.yml"))]

FOLDER = b"""# ours
info: {name: Orders, type: folder, seq: 3}
request:
  headers:
    - name: X-Team   # who asks
      value: 'orders'
  variables:
    - name: size
      value: {type: number, data: "20"}
    - name: base
      value:
        - {title: a, value: "http://a"}
        - {title: b, selected: true, value: "http://b"}
    - name: httpdesk.retry.max
      value: "3"
    - {name: off, value: x, disabled: true}
  settings:
    http:
      timeout: 2500
      omitHeaders: [X-Old]
    graphql: {timeout: 9}
  scripts:
    - {type: before-request, code: "say()"}
docs: |
  Orders first.
unknown: kept
"""


def test_a_folder_is_read_with_all_its_rows() -> None:
    level = read_level(FOLDER)
    assert level == Level(
        name="Orders",
        headers=(Header("X-Team", "orders"),),
        variables=(
            Variable("size", "20", type=ValueType.NUMBER),
            Variable("base", "http://b"),
            Variable("off", "x", enabled=False),
        ),
        options=Options(retry_max=3, timeout_ms=2500),
        notes="Orders first.\n",
        unapplied=("scripts: before-request",),
    )


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.parent.name)
def test_an_unedited_save_changes_no_byte(path: Path) -> None:
    data = path.read_bytes()
    assert edit_level(data, read_level(data)) == data
    assert edit_level(FOLDER, read_level(FOLDER)) == FOLDER


def with_options(level: Level, **values: object) -> Level:
    return replace(level, options=replace(level.options, **values))  # type: ignore[arg-type]


def with_variable(level: Level, at: int, **values: object) -> Level:
    rows = list(level.variables)
    rows[at] = replace(rows[at], **values)  # type: ignore[arg-type]
    return replace(level, variables=tuple(rows))


@pytest.mark.parametrize(
    ("change", "diff"),
    [
        (
            lambda e: replace(e, headers=(Header("X-Team", "sales"),)),
            ["-       value: 'orders'", "+       value: 'sales'"],
        ),
        (
            lambda e: with_variable(e, 0, value="50"),
            [
                '-       value: {type: number, data: "20"}',
                '+       value: {type: number, data: "50"}',
            ],
        ),
        (
            lambda e: with_variable(e, 1, value="http://c"),
            [
                '-         - {title: b, selected: true, value: "http://b"}',
                '+         - {title: b, selected: true, value: "http://c"}',
            ],
        ),
        (
            lambda e: with_variable(e, 2, enabled=True),
            [
                "-     - {name: off, value: x, disabled: true}",
                "+     - {name: off, value: x}",
            ],
        ),
        (lambda e: with_options(e, retry_max=5), ['-       value: "3"', '+       value: "5"']),
        (
            lambda e: with_options(e, retry_max=0),
            ["-     - name: httpdesk.retry.max", '-       value: "3"'],
        ),
        (
            lambda e: with_options(e, timeout_ms=30),
            ["-       timeout: 2500", "+       timeout: 30"],
        ),
        (lambda e: with_options(e, timeout_ms=None), ["-       timeout: 2500"]),
        (lambda e: with_options(e, follow_redirects=False), ["+       followRedirects: false"]),
        (lambda e: replace(e, auth=AuthWord.NONE), ["+   auth: none"]),
        (lambda e: replace(e, notes="Now.\n"), ["-   Orders first.", "+   Now."]),
    ],
)
def test_one_edit_changes_its_lines_only(change: Callable[[Level], Level], diff: list[str]) -> None:
    edited = edit_level(FOLDER, change(read_level(FOLDER)))
    assert sorted(changed_lines(FOLDER, edited)) == sorted(diff)


def test_a_default_that_is_stated_stands_in_the_file() -> None:
    level = Level("F", options=Options(stated=("retry_max", "timeout_ms", "connection")))
    data = edit_level(new_folder("F"), level)
    assert b'- name: httpdesk.retry.max\n      value: "0"' in data
    assert b"timeout: 0" in data
    assert b"connection" not in data
    assert read_level(data).options.said() == ("timeout_ms", "retry_max")
    assert read_request_defaults(data).options == read_level(data).options


def test_a_word_in_place_of_a_setting_says_nothing() -> None:
    data = b"info: {name: F}\nrequest:\n  settings:\n    http: {timeout: inherit}\n"
    assert read_level(data).options.said() == ()


def test_a_folder_stays_one_when_all_it_said_is_gone() -> None:
    data = b"request:\n  headers:\n    - {name: a, value: b}\n"
    left = edit_level(data, Level())
    assert data_of(parse(left).root) == {"info": {"type": "folder"}}


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(levels, levels, st.sampled_from(["\n", "\r\n"]))
def test_any_level_saves_and_reloads_equal(one: Level, two: Level, newline: str) -> None:
    empty = new_folder("x").replace(b"\n", newline.encode())
    data = edit_level(empty, one)
    assert read_level(data) == storable_level(one)
    assert edit_level(data, one) == data
    edited = edit_level(data, two)
    assert read_level(edited) == storable_level(two)
    assert read_level(edit_level(edited, one)) == storable_level(one)


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from([FOLDER, *(path.read_bytes() for path in FILES)]), levels)
def test_any_edit_of_a_foreign_file_keeps_the_rest(data: bytes, other: Level) -> None:
    edited = edit_level(data, other)
    assert replace(read_level(edited), unapplied=()) == storable_level(other)
    before, after = data_of(parse(data).root), data_of(parse(edited).root)
    for key in ("config", "extensions", "unknown", "bundled"):
        assert before.get(key) == after.get(key)
    assert read_level(edited).unapplied == read_level(data).unapplied


def test_a_value_that_is_none_is_kept_told_and_not_used() -> None:
    rows = "{name: httpdesk.retry.max, value: many}, {name: httpdesk.no-such, value: x}"
    data = f"info: {{name: F}}\nrequest: {{variables: [{rows}]}}\n".encode()
    level = read_level(data)
    assert level.options == Options()
    assert level.unapplied == ("httpdesk.no-such", "httpdesk.retry.max: many")
    edited = edit_level(data, replace(level, notes="n"))
    assert b"value: many" in edited
    assert b"no-such" in edited
