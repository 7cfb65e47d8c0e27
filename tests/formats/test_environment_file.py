"""Environments as files: what is written reads back, an edit touches one line (statement 82)."""

from __future__ import annotations

import difflib
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from httpdesk.formats.environment_file import (
    edit_environment,
    new_environment,
    read_environment,
    storable,
)
from httpdesk.model.environment import Environment, ValueType, Variable
from httpdesk.model.errors import ConflictMarkers, FileNotUnderstood

TEXT = st.text(max_size=30)
VARIABLES = st.builds(
    Variable, TEXT, TEXT, st.booleans(), st.booleans(), st.sampled_from(ValueType), TEXT
)
ENVIRONMENTS = st.builds(
    Environment,
    TEXT.filter(bool),
    st.booleans(),
    TEXT,
    st.lists(VARIABLES, max_size=4).map(tuple),
    TEXT,
    TEXT,
    TEXT,
)
STAGING = b"""\
# for the team
name: Staging
color: "#aabbcc"   # blue
extends: base
variables:
  - name: host
    value: 'staging.acme.test'   # behind the proxy
  - name: port
    value: 8080
  - secret: true
    name: token
  - name: limit
    value:
      type: number
      data: "5"
  - name: region
    value:
      - title: Europe
        value: eu
      - title: America
        selected: true
        value: us
  - name: old
    value: gone
    disabled: true
    note: unknown keys stay
externalSecrets:
  type: aws-secrets-manager
  variables: []
"""


def edited(data: bytes, environment: Environment) -> list[str]:
    """Return the lines that differ after an edit."""
    after = edit_environment(data, environment)
    assert read_environment(after) == replace(
        storable(environment), unapplied=read_environment(data).unapplied
    )
    lines = difflib.ndiff(data.decode().splitlines(), after.decode().splitlines())
    return [line for line in lines if line[:1] in "+-"]


def with_variable(which: str, /, **changes: object) -> Environment:
    """Return Staging with one variable changed."""
    environment = read_environment(STAGING)
    rows = [
        replace(each, **changes) if each.name == which else each  # type: ignore[arg-type]
        for each in environment.variables
    ]
    return replace(environment, variables=tuple(rows))


def test_a_file_of_bruno_is_read() -> None:
    found = read_environment(STAGING)
    assert (found.name, found.color, found.extends) == ("Staging", "#aabbcc", "base")
    assert found.unapplied == ("externalSecrets",)
    assert found.variables == (
        Variable("host", "staging.acme.test"),
        Variable("port", "8080"),
        Variable("token", secret=True),
        Variable("limit", "5", type=ValueType.NUMBER),
        Variable("region", "us"),
        Variable("old", "gone", enabled=False),
    )


@settings(max_examples=150, deadline=None)
@given(ENVIRONMENTS)
def test_any_text_in_any_field_reads_back_equal(environment: Environment) -> None:
    """Property of issue 6: any text in any field saves and reloads equal."""
    assert read_environment(new_environment(environment)) == storable(environment)


@settings(max_examples=150, deadline=None)
@given(ENVIRONMENTS, ENVIRONMENTS)
def test_any_environment_becomes_any_other(before: Environment, after: Environment) -> None:
    changed = edit_environment(new_environment(before), after)
    assert read_environment(changed) == storable(after)


@settings(max_examples=100, deadline=None)
@given(ENVIRONMENTS)
def test_a_file_with_more_than_we_know_keeps_it(environment: Environment) -> None:
    changed = edit_environment(STAGING, environment).decode()
    assert "externalSecrets:\n  type: aws-secrets-manager" in changed
    assert changed.startswith("# for the team\n")


ODD = (
    b"{name: x, variables: [{name: a, value: b}, {secret: true, name: c}]}\n",
    b"name: x\nvariables: [{name: a, value: b}]\n",
    b"name: x\nvariables: []\n",
    b"name: x\nvariables:\n",
    b"name: x\nvariables:\n- &a {name: a, value: &v b}\n- *a\n- name: q\n  value: *v\n",
    b"name: |\n  x\ndescription:\n  content: >\n    folded\n  type: text/markdown\n",
    b"variables:\n  - just text\n  -\n    name: a\n\n    value: b",
)


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(ODD), ENVIRONMENTS)
def test_a_file_written_in_an_odd_way_can_be_edited(data: bytes, environment: Environment) -> None:
    assert read_environment(edit_environment(data, environment)) == storable(environment)


def test_saving_unedited_changes_no_byte() -> None:
    assert edit_environment(STAGING, read_environment(STAGING)) == STAGING
    windows = b"\xef\xbb\xbf" + STAGING.replace(b"\n", b"\r\n")
    assert edit_environment(windows, read_environment(windows)) == windows


@pytest.mark.parametrize(
    ("environment", "lines"),
    [
        (
            with_variable("host", value="x.test"),
            [
                "-     value: 'staging.acme.test'   # behind the proxy",
                "+     value: 'x.test'   # behind the proxy",
            ],
        ),
        (with_variable("port", value="81"), ["-     value: 8080", '+     value: "81"']),
        (with_variable("limit", value="6"), ['-       data: "5"', '+       data: "6"']),
        (
            with_variable("limit", type=ValueType.OBJECT),
            ["-       type: number", "+       type: object"],
        ),
        (with_variable("region", value="ca"), ["-         value: us", "+         value: ca"]),
        (with_variable("old", enabled=True), ["-     disabled: true"]),
        (with_variable("port", enabled=False), ["+     disabled: true"]),
        (with_variable("token", name="key"), ["-     name: token", "+     name: key"]),
        (with_variable("token", type=ValueType.NUMBER), ["+     type: number"]),
        (with_variable("port", description="TCP"), ["+     description: TCP"]),
        (
            replace(read_environment(STAGING), color="#ff0000"),
            ['- color: "#aabbcc"   # blue', '+ color: "#ff0000"   # blue'],
        ),
        (replace(read_environment(STAGING), extends=""), ["- extends: base"]),
        (replace(read_environment(STAGING), dotenv=".env"), ['+ dotEnvFilePath: ".env"']),
        (
            replace(read_environment(STAGING), protected=True),
            ["+   - name: httpdesk.protected", '+     value: "true"'],
        ),
    ],
)
def test_one_edit_is_a_line_of_difference(environment: Environment, lines: list[str]) -> None:
    assert edited(STAGING, environment) == lines


def test_a_variable_that_becomes_secret_leaves_no_value_in_the_file() -> None:
    for name in ("host", "region", "limit"):
        after = edit_environment(STAGING, with_variable(name, secret=True))
        held = next(each for each in read_environment(after).variables if each.name == name)
        assert held.secret
        assert not held.value
        assert with_variable(name).variables[0].name == "host"
    assert b"staging.acme" not in edit_environment(STAGING, with_variable("host", secret=True))
    assert b"Europe" not in edit_environment(STAGING, with_variable("region", secret=True))


def test_a_value_beside_the_word_secret_is_no_value() -> None:
    found = read_environment(b"variables:\n  - name: t\n    secret: true\n    value: leaked\n")
    assert found.variables == (Variable("t", secret=True),)


def test_protection_is_a_reserved_variable() -> None:
    environment = Environment("Production", protected=True, variables=(Variable("a", "1"),))
    data = new_environment(environment)
    assert b'  - name: httpdesk.protected\n    value: "true"\n' in data
    assert read_environment(data) == environment
    back = edit_environment(data, replace(environment, protected=False))
    assert b"httpdesk" not in back
    assert read_environment(back).variables == environment.variables


def test_a_row_of_the_reserved_name_protects() -> None:
    typed = Environment("P", variables=(Variable("httpdesk.protected", "TRUE"),))
    assert storable(typed) == Environment("P", protected=True)


def test_a_row_that_moves_takes_everything_along() -> None:
    environment = read_environment(STAGING)
    rows = (environment.variables[-1], *environment.variables[:-1])
    after = edit_environment(STAGING, replace(environment, variables=rows))
    assert read_environment(after).variables == rows
    assert after.count(b"note: unknown keys stay") == 1


def test_the_name_is_that_of_the_file_where_it_has_none() -> None:
    data = b"variables:\n- name: a\n  value: b\n"
    assert read_environment(data, default_name="local").name == "local"
    environment = Environment("local", variables=(Variable("a", "c"),))
    changed = edit_environment(data, environment, default_name="local")
    assert changed == b"variables:\n- name: a\n  value: c\n"
    empty = edit_environment(data, Environment("local"), default_name="local")
    assert read_environment(empty) == Environment("local")


@pytest.mark.parametrize(
    "data",
    [
        b"- a list\n",
        b"just text",
        b"variables: text\n",
        b"variables: {a: 1}\n",
        b"name: !!python/object x\n",
        b"a: &a [*a]\n",
        b"",
    ],
)
def test_a_file_that_is_none_is_refused(data: bytes) -> None:
    with pytest.raises(FileNotUnderstood):
        read_environment(data, "environments/x.yml")


def test_conflict_markers_are_told_with_their_line() -> None:
    data = b"name: x\n<<<<<<< HEAD\nvariables: []\n=======\n>>>>>>> other\n"
    with pytest.raises(ConflictMarkers) as caught:
        read_environment(data)
    assert caught.value.line == 2
