r"""Filling variables in: look-up only, bounds, and naming what has no value."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from httpdesk.engine.template import MAX_DEPTH, MAX_LENGTH, MOST_NOTED, Filler, covered
from httpdesk.model.errors import UnknownVariables, VariableBound, VariableLimit, VariablePlace

NO_NAMES = st.text().filter(lambda text: "{{" not in text)
NAMES = st.text(min_size=1).filter(
    lambda name: name == name.strip() and not set(name) & set("{}\r\n")
)


def fill(text: str, **values: str) -> str:
    filler = Filler(values)
    filled = filler.fill(text, "url")
    assert not filler.problems()
    return filled.text


def chain(length: int) -> dict[str, str]:
    """Return v1 -> v2 -> ... -> v<length>, each but the last holding a reference to the next."""
    values = {f"v{n}": f"{{{{v{n + 1}}}}}" for n in range(1, length)}
    return {**values, f"v{length}": "end"}


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("{{a}}", "1"),
        ("{{ a }}-{{\ta\t}}", "1-1"),
        ("x{{a}}y{{b c}}z", "x1y2z"),
        (r"\{{a}}", "{{a}}"),
        (r"\{{a}} {{a}}", "{{a}} 1"),
        ('{"p":"C:\\\\{{a}}"}', '{"p":"C:\\\\1"}'),
        ("{{{a}}}", "{1}"),
        ("{{}} {{ }} {{\na}} {{a", "{{}} {{ }} {{\na}} {{a"),
        ("{a} }} { {a}}", "{a} }} { {a}}"),
    ],
)
def test_names_are_trimmed_and_looked_up(text: str, result: str) -> None:
    r"""Statements 82 and 83: `{{name}}` is replaced, `\{{` is literal, all else stays."""
    assert fill(text, a="1", **{"b c": "2"}) == result


@pytest.mark.parametrize("text", ["{{a.__class__}}", "{{1+1}}", "{{a|upper}}", "{{a[0]}}"])
def test_nothing_is_evaluated(text: str) -> None:
    """Statement 83: what looks like code is an unknown name."""
    filler = Filler({"a": "value"})
    assert filler.fill(text, "url").text == text
    (problem,) = filler.problems()
    assert isinstance(problem, UnknownVariables)
    assert problem.names == (text.strip("{}"),)


def test_values_may_hold_variables_and_escapes() -> None:
    assert fill("{{a}}!", a="<{{b}}>", b=r"\{{c}}") == "<{{c}}>!"


def test_all_unknown_names_are_listed_with_field_and_position() -> None:
    """Statement 83: nothing is sent and all are listed, in one error."""
    filler = Filler({"known": "1", "outer": "{{inner}}"})
    filler.fill("{{known}}/{{x}}/{{y}}", "url")
    filler.fill("a {{x}} {{outer}}", "header 2", row=1)
    (problem,) = filler.problems()
    assert isinstance(problem, UnknownVariables)
    assert problem.places == (
        VariablePlace("x", "url", 10),
        VariablePlace("y", "url", 16),
        VariablePlace("x", "header 2", 2, row=1),
        VariablePlace("inner", "header 2", 8, row=1, via="outer"),
    )
    assert problem.names == ("x", "y", "inner")
    assert not problem.cycle


@pytest.mark.parametrize(
    ("values", "names"),
    [
        ({"a": "{{a}}"}, {"a"}),
        ({"a": "x{{b}}", "b": "{{c}}y", "c": "{{a}}"}, {"a", "b", "c"}),
        ({"a": "{{b}}", "b": "{{c}}", "c": "{{b}}"}, {"b", "c"}),
        (
            {"a": "{{n0}}", **{f"n{i}": f"{{{{n{(i + 1) % 20}}}}}" for i in range(20)}},
            {f"n{i}" for i in range(20)},
        ),
    ],
)
def test_circles_are_named(values: dict[str, str], names: set[str]) -> None:
    """security.md R7: cycles are named, however long, and only the names on the circle."""
    filler = Filler(values)
    filled = filler.fill("{{a}}", "url")
    (problem,) = filler.problems()
    assert isinstance(problem, UnknownVariables)
    assert problem.cycle
    assert set(problem.names) == names
    assert filled.text == "{{a}}"
    assert not filled.complete


def test_eight_levels_are_filled_in_and_nine_are_refused() -> None:
    """security.md R7: eight levels."""
    assert fill("{{v1}}", **chain(MAX_DEPTH + 1)) == "end"
    filler = Filler(chain(MAX_DEPTH + 2))
    filler.fill("{{v1}} {{v2}}", "body")
    (problem,) = filler.problems()
    assert isinstance(problem, VariableLimit)
    assert (problem.name, problem.field, problem.bound) == ("v1", "body", VariableBound.DEPTH)
    assert problem.limit == MAX_DEPTH


def test_a_variable_bomb_is_refused_before_it_grows() -> None:
    """security.md R7: 1 MiB; a text that doubles at each of its levels never gets built."""
    bomb = {f"b{n}": f"{{{{b{n + 1}}}}}" * 64 for n in range(1, 7)}
    filler = Filler({**bomb, "b7": "x" * 64})
    assert filler.fill("{{b1}}", "body").text == "{{b1}}"
    (problem,) = filler.problems()
    assert isinstance(problem, VariableLimit)
    assert problem.bound is VariableBound.LENGTH


def test_the_bound_holds_for_what_variables_add_not_for_what_was_typed() -> None:
    big = "x" * (MAX_LENGTH - 10)
    typed = "y" * (2 * MAX_LENGTH)
    assert len(fill(typed + "{{big}}", big=big)) == len(typed) + len(big)
    filler = Filler({"big": big})
    filler.fill("{{big}}{{big}}", "body")
    assert [type(problem) for problem in filler.problems()] == [VariableLimit]


@given(NAMES, NO_NAMES, NO_NAMES, NO_NAMES)
def test_any_value_arrives_as_it_is(name: str, before: str, value: str, after: str) -> None:
    """A value without `{{` comes out character for character, wherever it stands."""
    if before.endswith(("\\", "{")) or (before + after).count("{{"):
        return
    assert fill(f"{before}{{{{{name}}}}}{after}", **{name: value}) == before + value + after


@given(st.text(alphabet="{}\\ab\n"), st.text(alphabet="{}ab"))
def test_escaping_every_pair_of_braces_gives_the_text_back(head: str, tail: str) -> None:
    r"""Statement 83: a text in which each `{{` is written `\{{` arrives as it was."""
    text = head.replace("\\", "") + tail
    assert fill(text.replace("{{", r"\{{"), a="no", b="no", ab="no") == text


@given(st.lists(st.sampled_from(["{{a}}", "{{long}}", "x", "yz", r"\{{", " "]), max_size=12))
def test_positions_lead_back_to_what_was_typed(pieces: list[str]) -> None:
    """Each typed character is found again; each filled-in one leads to its reference."""
    typed = "".join(pieces)
    filled = Filler({"a": "1", "long": "lllll"}).fill(typed, "url")
    for position, character in enumerate(filled.text):
        back = filled.typed_position(position)
        if character in "xyz ":
            assert typed[back] == character
        elif character == "l":
            assert typed.startswith("{{long}}", back)


def test_of_100_000_unknown_names_the_first_ones_are_told() -> None:
    """A file of a pull holds them; each would be a row of a list, made anew at each keystroke."""
    filler = Filler({})
    text = "".join(f"{{{{v{at}}}}}" for at in range(100_000))
    assert filler.fill(text, "url").text == text
    (problem,) = filler.problems()
    assert isinstance(problem, UnknownVariables)
    assert len(problem.places) == MOST_NOTED


def test_references_are_covered_in_a_time_that_grows_with_the_text() -> None:
    text = "{{a/b}}.h/{{c}}" * 60_000
    began = time.process_time()
    assert covered(text, lambda mark: "x" * (mark.end - mark.start)) == "xxxxxxx.h/xxxxx" * 60_000
    assert time.process_time() - began < 3
    assert covered(r"a\{{b", lambda _: "-") == "a-b"
