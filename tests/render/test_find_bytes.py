"""Finding text in bodies of any size, forwards and backwards, here and elsewhere."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from httpdesk.render import find_bytes
from httpdesk.render.find_bytes import CHUNK, PATTERN_CHUNK, Pattern, find, find_back
from httpdesk.render.required_text import required_text
from httpdesk.render.rows import Match, Stopped, no_pause
from tests.helpers.bodies import BytesBody

EXACT = {"case_sensitive": True}


def places(data: bytes, pattern: Pattern, start: int = 0) -> list[tuple[int, int]]:
    return [(match.start, match.end) for match in find(BytesBody(data), pattern, start)]


def found(data: bytes, pattern: Pattern) -> list[str]:
    """Return the matched texts; backwards gives the same ones."""
    matches = list(find(BytesBody(data), pattern))
    assert list(find_back(BytesBody(data), pattern, len(data)))[::-1] == matches
    return [data[match.start : match.end].decode() for match in matches]


def test_text_is_found_in_any_case_or_as_it_is() -> None:
    data = "Straße STRASSE straße Ärger ärger".encode()
    assert found(data, Pattern("ärger")) == ["Ärger", "ärger"]
    assert found(data, Pattern("ärger", case_sensitive=True)) == ["ärger"]
    assert found(data, Pattern("STRASSE")) == ["STRASSE"]
    assert found(data, Pattern("str")) == ["Str", "STR", "str"]
    assert found(data, Pattern("")) == []


def test_whole_words_have_no_letters_beside_them() -> None:
    data = "id idle (id) _id äid id".encode()
    assert places(data, Pattern("id", whole_word=True)) == [(0, 2), (9, 11), (22, 24)]
    assert found(data, Pattern("i.", whole_word=True, regex=True)) == ["id", "id", "id"]


def test_expressions_work_on_lines_and_characters() -> None:
    data = "aé1\naé22\n\xff".encode("latin-1") + "é333 €\n".encode()
    assert [data[a:b] for a, b in places(data, Pattern("é.+$", regex=True))] == ["é333 €".encode()]
    data = "aé1\naé22\nÉ333 €\n".encode()
    assert found(data, Pattern(r"é\d+", regex=True)) == ["é1", "é22", "É333"]
    assert found(data, Pattern(r"^a", regex=True)) == ["a", "a"]
    assert found(data, Pattern(r"x*", regex=True)) == []


@pytest.mark.parametrize(
    "data", [b'{"id":5,"x":[1,2]}', b'{ "id" : 5,\n\t"x" : [ 1 , 2 ] }'], ids=["minified", "spaced"]
)
@pytest.mark.parametrize(
    ("text", "matches"),
    [('"id": 5', 1), ('"ID": 5,', 1), ('5,  "x": [', 1), ("1,2", 1), ('"id":6', 0), ('"id" 5', 0)],
)
def test_laid_out_text_is_found_whatever_space_the_bytes_have(
    data: bytes, text: str, matches: int
) -> None:
    assert len(found(data, Pattern(text, laid_out=True))) == matches
    exact = places(data, Pattern(text, laid_out=True, case_sensitive=True))
    assert len(exact) == (matches if text.islower() or "I" not in text else 0)


def test_space_within_words_counts_also_in_laid_out_text() -> None:
    data = b'{"a b":"c  d"}'
    assert found(data, Pattern("a b", laid_out=True)) == ["a b"]
    assert found(data, Pattern('"a b": "c  d"', laid_out=True)) == ['"a b":"c  d"']
    assert found(data, Pattern("c d", laid_out=True)) == []
    assert found(data, Pattern(":", laid_out=True)) == [":"]


@pytest.mark.parametrize(
    ("text", "faulty"), [("(", True), ("a{99999999999}", True), ("a+", False), ("[", True)]
)
def test_an_expression_tells_its_fault(text: str, faulty: bool) -> None:
    assert bool(Pattern(text, regex=True).fault) is faulty
    assert Pattern(text).fault == ""


@pytest.mark.parametrize(
    ("pattern", "chunk"),
    [
        (Pattern("needle"), CHUNK),
        (Pattern("näedle"), PATTERN_CHUNK),
        (Pattern("n.edle", regex=True), PATTERN_CHUNK),
    ],
)
@pytest.mark.parametrize("shift", range(-8, 9))
def test_what_lies_across_two_chunks_is_found_once(
    pattern: Pattern, chunk: int, shift: int
) -> None:
    word = pattern.text.replace(".", "e").encode()
    before = b"x" * (chunk + shift)
    data = before + word + b"y" * chunk + word
    second = len(data) - len(word)
    assert places(data, pattern) == [(len(before), len(before) + len(word)), (second, len(data))]
    assert found(data, pattern) == [word.decode()] * 2


@settings(max_examples=100, deadline=None)
@given(
    st.text("aAbé\n\N{KELVIN SIGN}k ", max_size=60),
    st.text("aAbék", min_size=1, max_size=3),
    st.booleans(),
    st.integers(0, 20),
)
def test_matches_are_those_of_a_search_in_one_go(
    text: str, wanted: str, sensitive: bool, start: int
) -> None:
    data = text.encode()
    body = data[start:].decode("utf-8", "replace")
    flags = re.NOFLAG if sensitive else re.IGNORECASE
    expected = [match[0] for match in re.finditer(re.escape(wanted), body, flags)]
    pattern = Pattern(wanted, case_sensitive=sensitive, regex=True)
    assert [data[a:b].decode() for a, b in places(data, pattern, start)] == expected
    if sensitive:
        pattern = Pattern(wanted, case_sensitive=True)
        assert [data[a:b].decode() for a, b in places(data, pattern, start)] == expected


@pytest.mark.parametrize(
    ("expression", "text"),
    [
        ("needle", "needle"),
        (r"needle \d+ in", "needle "),
        (r"ab?cd*ef+ghi", "ghi"),
        (r"abc+de", "abc"),
        (r"[abc]xyz[^]x]", "xyz"),
        (r"\(call\)", ""),
        (r"\.json\?", ".json?"),
        (r"a{2,3}bcd", "bcd"),
        ("(abc)def", ""),
        ("abc|def", ""),
        (r"\x41\bword", "word"),
        (".*", ""),
        ("", ""),
    ],
)
def test_the_text_that_every_match_holds(expression: str, text: str) -> None:
    assert required_text(expression) == text


@pytest.mark.filterwarnings("ignore::FutureWarning")  # of sets within sets
@settings(max_examples=200, deadline=None)
@given(st.text("ab.*+?[]^{}1,\\(|)$", max_size=8), st.text("ab.1\n", max_size=12))
def test_every_match_holds_the_required_text(expression: str, text: str) -> None:
    if Pattern(expression, regex=True).fault:
        return
    for match in re.finditer(expression, text, re.MULTILINE):
        assert required_text(expression) in match[0]


@pytest.mark.parametrize("text", [b"x", "é".encode()])
def test_a_search_passes_over_what_cannot_match(text: bytes) -> None:
    data = text * 3 * CHUNK + b"Needle 12" + text * CHUNK + b"needle 3"
    first, second = data.index(b"Needle"), data.index(b"needle")
    pattern = Pattern(r"needle \d+", regex=True)
    assert places(data, pattern) == [(first, first + 9), (second, second + 8)]


def elsewhere_of(body: BytesBody, asked: list[str]) -> Callable[..., Iterator[bytes]]:
    def elsewhere(task: str, arguments: Mapping[str, object]) -> Iterator[bytes]:
        asked.append(task)
        function = getattr(find_bytes, task.removeprefix("find_bytes:"))
        yield from function(body, **arguments)

    return elsewhere


def test_a_large_body_is_searched_elsewhere_after_its_first_part() -> None:
    part = b"needle" + b"x" * (1024 * 1024 - 6)
    body = BytesBody(part * 20)
    asked: list[str] = []
    expected = [Match(at, at + 6) for at in range(0, body.size, len(part))]
    forwards = find(body, Pattern("NEEDLE"), elsewhere=elsewhere_of(body, asked))
    assert next(forwards) == expected[0]
    assert not asked
    assert [expected[0], *forwards] == expected
    back = find_back(body, Pattern("needle"), body.size, elsewhere=elsewhere_of(body, asked))
    assert list(back) == expected[::-1]
    assert asked == ["find_bytes:find_elsewhere", "find_bytes:find_back_elsewhere"]


def test_expressions_are_never_searched_here_when_there_is_an_elsewhere() -> None:
    body = BytesBody(b"one two")
    asked: list[str] = []
    pattern = Pattern(r"\w+", regex=True)
    matches = list(find(body, pattern, elsewhere=elsewhere_of(body, asked)))
    assert matches == [Match(0, 3), Match(4, 7)]
    back = list(find_back(body, pattern, 7, elsewhere=elsewhere_of(body, asked)))
    assert back == matches[::-1]
    assert len(asked) == 2


def test_searching_pauses_and_can_be_stopped() -> None:
    calls = 0

    def pause() -> None:
        nonlocal calls
        calls += 1
        if calls == 9:
            raise Stopped

    with pytest.raises(Stopped):
        list(find(BytesBody(b"x" * CHUNK * 20), Pattern("y"), pause=pause))
    calls = 0
    with pytest.raises(Stopped):
        list(find(BytesBody(b"x" * CHUNK), Pattern("x"), pause=pause))
    body = BytesBody(b"x")
    body.close()
    with pytest.raises(Stopped):
        list(find(body, Pattern("x"), pause=no_pause))
