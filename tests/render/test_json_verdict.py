"""Whether a body of any size is JSON, against the scanner of texts that are held whole."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from httpdesk.render import json_judge, json_verdict
from httpdesk.render.json_text import JsonFault, JsonSyntaxError, located, scan
from httpdesk.render.json_verdict import JsonVerdict, judge
from httpdesk.render.pretty import Remark, RemarkKind, pretty_json
from httpdesk.render.rows import Stopped, no_pause
from tests.helpers.bodies import BytesBody
from tests.helpers.json_cases import BROKEN, KEPT


@pytest.fixture(autouse=True, params=["small windows", "windows"])
def windows(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Make windows so small that everything is cut somewhere."""
    if request.param == "small windows":
        monkeypatch.setattr(json_judge, "WINDOW", 16)
        monkeypatch.setattr(json_judge, "LONG_STRING", 64)


def fault_of(text: str, *, whole: bool) -> JsonSyntaxError | None:
    try:
        for _ in scan(text, whole=whole):
            pass
    except JsonSyntaxError as error:
        return error
    return None


def same_as_whole_text(data: bytes, *, whole: bool = True) -> None:
    text = data.decode().removeprefix("\ufeff")
    verdict = judge(BytesBody(data), whole=whole)
    fault = fault_of(text, whole=whole) if text.strip(" \t\r\n") else None
    if fault is None:
        assert verdict.error is None
        same_remarks(data, verdict, pretty_json(text, whole=whole).remarks)
        return
    expected = located(text, fault)
    assert verdict.error is not None
    found = (verdict.error.fault, verdict.error.line, verdict.error.column)
    assert found == (expected.fault, expected.line, expected.column)
    before = data[: verdict.error.offset].decode("utf-8", "replace").removeprefix("\ufeff")
    assert len(before) == fault.offset


def same_remarks(data: bytes, verdict: JsonVerdict, expected: tuple[Remark, ...]) -> None:
    assert [(each.kind, each.token) for each in verdict.remarks] == [
        (each.kind, each.token[:200]) for each in expected
    ]
    for each in verdict.remarks:
        assert data[each.start : each.end].decode()[:200] == each.token


DOCUMENTS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text('a"\\é€\x00 ', max_size=9),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text("ab\\", max_size=2), inner),
    max_leaves=20,
)


@settings(max_examples=150, deadline=None)
@given(
    DOCUMENTS, st.sampled_from([None, 1]), st.integers(0, 300), st.sampled_from(' ,:{}[]"x\\1-.')
)
def test_documents_and_their_faults_are_found_as_in_a_text_held_whole(
    document: object, indent: int | None, at: int, change: str
) -> None:
    """Statements 51 and 52."""
    text = json.dumps(document, indent=indent, ensure_ascii=at % 2 == 0)
    same_as_whole_text(text.encode())
    same_as_whole_text((text[:at] + change + text[at + 1 :]).encode())
    same_as_whole_text(text[:at].encode(), whole=False)


@settings(max_examples=150, deadline=None)
@given(st.text('{}[],:"a\\u0eé1-. \nNtrul', max_size=40))
@example('{"a":1,"\\u0061":2,"a":3}')
@example('[NaN,-Infinity,{"a":NaN}]')
@example("\ufeff[1,]")
def test_noise_is_judged_as_in_a_text_held_whole(text: str) -> None:
    """Statement 51."""
    same_as_whole_text(text.encode())
    verdict = judge(BytesBody(text.encode()), whole=False)
    assert verdict.error in (None, judge(BytesBody(text.encode())).error)


def test_the_corpus_is_judged_as_in_a_text_held_whole() -> None:
    for case in (*KEPT, *BROKEN):
        try:
            case.decode()
        except UnicodeDecodeError:
            continue
        same_as_whole_text(case)


def test_values_may_follow_one_another_where_they_are_lines() -> None:
    data = b'{"a":1}\n"x" 1 [2]\n{"b":3}'
    assert judge(BytesBody(data), several=True) == JsonVerdict()
    error = judge(BytesBody(data)).error
    assert error is not None
    assert (error.fault, error.line, error.column) == (JsonFault.EXTRA, 2, 1)


def test_a_string_longer_than_every_window_is_judged_in_parts() -> None:
    text = b'{"a":"' + "é\\n".encode() * 2_000_000
    assert judge(BytesBody(text + b'","b":1}')).error is None
    error = judge(BytesBody(text + b'\x00","b":1}')).error
    assert error is not None
    assert (error.fault, error.offset, error.column) == (JsonFault.STRING, len(text), 6_000_007)


def test_repeated_keys_are_counted_beyond_the_first_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    """Statement 52."""
    verdict = judge(BytesBody(b"{" + b'"a":[1],' * 100 + b'"b":2}'))
    assert len(verdict.remarks) == 50
    assert verdict.more_remarks == 49
    assert {each.kind for each in verdict.remarks} == {RemarkKind.REPEATED_KEY}
    monkeypatch.setattr(json_judge, "MOST_KEYS", 10)
    many = b"{" + b",".join(b'"%d":0' % number for number in range(50)) + b',"1":0}'
    assert not judge(BytesBody(many)).keys_known


def test_a_large_body_is_judged_elsewhere() -> None:
    body = BytesBody(b'[{"a":1,"a":2},' + b"1," * 400_000 + b"]")
    asked: list[str] = []

    def elsewhere(task: str, arguments: Mapping[str, object]) -> Iterator[bytes]:
        asked.append(task)
        assert task == "json_verdict:judge_elsewhere"
        yield from json_verdict.judge_elsewhere(body, **arguments)  # type: ignore[arg-type]

    verdict = judge(body, no_pause, elsewhere)
    assert asked
    assert verdict == judge(body)
    assert verdict.error is not None
    assert verdict.error.fault is JsonFault.VALUE
    assert verdict.remarks[0].start == 8


def test_judging_can_be_stopped() -> None:
    def pause() -> None:
        raise Stopped

    with pytest.raises(Stopped):
        judge(BytesBody(b"[1,2,3," * 100_000), pause)
    body = BytesBody(b"[]")
    body.close()
    with pytest.raises(Stopped):
        judge(body)


def test_of_a_very_large_body_the_beginning_is_judged(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is said holds for the beginning, whose end in the middle of a value is no fault."""
    monkeypatch.setattr(json_verdict, "MOST_JUDGED", 20)
    fine = judge(BytesBody(b'{"a": 1, "b": [1, 2, 3], "c": }'))
    assert (fine.error, fine.cut) == (None, True)
    wrong = judge(BytesBody(b'{"a" 1, "b": [1, 2, 3], "c": 4}'))
    assert wrong.error is not None
    assert (wrong.error.offset, wrong.cut) == (5, True)
    assert not judge(BytesBody(b'{"a": 1}')).cut
