"""Retry options as reserved variables of a request file (storage.md)."""

from __future__ import annotations

import difflib
from dataclasses import replace

import pytest

from httpdesk.formats.opencollection import edit_request, new_request, read_request
from httpdesk.model.request import Options, Request

FILE = b"""\
info:
  name: Jobs
  type: http
http:
  method: GET
  url: http://h/
runtime:
  variables:
    - name: page # the first one
      value: "1"
    - name: httpdesk.retry.max
      value: "3" # as agreed
    - {name: httpdesk.retry.delay, value: 500}
    - {name: httpdesk.retry.backoff, value: true}
    - {name: httpdesk.retry.all, value: "true"}
    - {name: httpdesk.retry.safe-only, value: "true"}
    - {name: httpdesk.retry.429, value: "true"}
    - {name: httpdesk.timeout.total, value: "60000"}
    - {name: httpdesk.cookies, value: "false"}
    - {name: httpdesk.response.full, value: "true"}
    - {name: httpdesk.debug, value: "true"}
"""
EVERY = Options(
    retry_max=3,
    retry_delay_ms=500,
    retry_backoff=True,
    retry_all=True,
    retry_safe_only=True,
    retry_on_429=True,
    total_timeout_ms=60_000,
    use_cookies=False,
    full_response=True,
    debug=True,
)


def changed(before: bytes, after: bytes) -> list[str]:
    lines = difflib.ndiff(before.decode().splitlines(), after.decode().splitlines())
    return [line for line in lines if line[0] in "+-"]


def test_every_option_is_read() -> None:
    request = read_request(FILE)
    assert request.options == EVERY
    assert request.variables == (("page", "1"),)
    assert request.unapplied == ()


def test_defaults_are_left_out_and_the_others_come_back() -> None:
    assert b"httpdesk." not in new_request(Request(url="http://h/"))
    request = Request(url="http://h/", options=EVERY)
    assert read_request(new_request(request)).options == EVERY


def test_another_count_is_a_one_line_diff() -> None:
    """storage.md, "Writing rules": the comment stays."""
    request = read_request(FILE)
    assert edit_request(FILE, request) == FILE
    five = replace(request, options=replace(EVERY, retry_max=5))
    assert changed(FILE, edit_request(FILE, five)) == [
        '-       value: "3" # as agreed',
        '+       value: "5" # as agreed',
    ]


def test_back_to_the_default_takes_the_row_out() -> None:
    request = read_request(FILE)
    plain = replace(request, options=replace(EVERY, retry_on_429=False))
    assert changed(FILE, edit_request(FILE, plain)) == [
        '-     - {name: httpdesk.retry.429, value: "true"}'
    ]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("httpdesk.retry.max", "91"),
        ("httpdesk.retry.max", "-1"),
        ("httpdesk.retry.max", "many"),
        ("httpdesk.retry.max", "1.5"),
        ("httpdesk.retry.delay", "9" * 30),
        ("httpdesk.retry.backoff", "perhaps"),
        ("httpdesk.retry.429", "1"),
        ("httpdesk.timeout.total", "1m"),
    ],
)
def test_a_wrong_value_is_kept_and_told(name: str, value: str) -> None:
    """It is not used, said, and still there after another option is changed."""
    text = (
        "info: {name: x, type: http}\nhttp: {method: GET, url: http://h/}\nruntime:\n"
        f"  variables:\n    - name: {name}\n      value: {value!r} # mine\n"
    ).encode()
    request = read_request(text)
    assert request.options == Options()
    assert request.unapplied == (f"{name}: {value[:40]}",)
    edited = replace(request, options=Options(retry_all=True))
    after = edit_request(text, edited)
    assert f"value: {value!r} # mine".encode() in after
    assert read_request(after).options == Options(retry_all=True)
    if name == "httpdesk.retry.max":
        mended = edit_request(text, replace(request, options=Options(retry_max=4)))
        assert len(changed(text, mended)) == 2
        assert read_request(mended).unapplied == ()


def test_zero_in_total_is_no_limit() -> None:
    """Statement 67: 0 means none."""
    text = FILE.replace(b"60000", b"0")
    assert read_request(text).options.total_timeout_ms is None


def test_removed_headers_are_names_between_commas() -> None:
    request = Request(url="http://h/", options=Options(removed_headers=("Accept", "User-Agent")))
    data = new_request(request)
    assert b"name: httpdesk.headers.remove\n      value: Accept, User-Agent\n" in data
    assert read_request(data).options == request.options
    by_hand = data.replace(b"Accept, User-Agent", b"'Accept,user-agent , ,accept'")
    assert read_request(by_hand).options.removed_headers == ("Accept", "user-agent")


def test_what_is_no_header_name_is_kept_and_told() -> None:
    request = Request(url="http://h/", options=Options(removed_headers=("Accept",)))
    broken = new_request(request).replace(b"value: Accept", b"value: 'Accept:'")
    read = read_request(broken)
    assert read.options == Options()
    assert read.unapplied == ("httpdesk.headers.remove: Accept:",)
