"""`.env` files mean what they mean to the package that Bruno reads them with (statement 82)."""

from __future__ import annotations

import json
import subprocess

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from httpdesk.formats.dotenv_file import read_dotenv
from httpdesk.model.errors import FileNotUnderstood
from tests.adapters.test_collection_with_bru import NPM

SAMPLE = b"""\
# comment
PLAIN=value
SPACED = some words   # and a comment
export EXPORTED=yes
EMPTY=
HASH=a#b
SINGLE='a # b \\n'
DOUBLE="line one\\nline two"
BACK=`it's "both"`
LINES="first
second"
COLON: value
DOLLAR=$HOME ${PLAIN} `id`
ESCAPED="say \\"hi\\""
UNCLOSED="abc
PLAIN=later
"""


def test_the_lines_mean_what_the_peer_says() -> None:
    package = NPM / "dotenv"
    script = (
        f"const d=require({json.dumps(str(package))});"
        "process.stdout.write(JSON.stringify(d.parse(require('fs').readFileSync(0))))"
    )
    run = subprocess.run(
        ["node", "-e", script], input=SAMPLE, capture_output=True, timeout=30, check=True
    )
    assert dict(read_dotenv(SAMPLE)) == json.loads(run.stdout)


def test_nothing_is_filled_in_or_run() -> None:
    assert dict(read_dotenv(SAMPLE))["DOLLAR"] == "$HOME ${PLAIN} `id`"


def test_line_ends_of_windows_and_a_byte_order_mark_do_no_harm() -> None:
    assert read_dotenv(b"\xef\xbb\xbfA=1\r\nB=2\r\n") == (("A", "1"), ("B", "2"))


@pytest.mark.parametrize(("data", "line"), [(b"A=1\nwhat is this\n", 2), (b"=x", 1), (b"\xff", 0)])
def test_a_line_that_is_none_is_told(data: bytes, line: int) -> None:
    with pytest.raises(FileNotUnderstood) as caught:
        read_dotenv(data, ".env")
    assert (caught.value.path, caught.value.line) == (".env", line)


@settings(max_examples=200, deadline=None)
@given(st.dictionaries(st.text("AZaz_09.-", min_size=1), st.text("abc #='\" \t$\n")))
def test_what_stands_between_backticks_is_itself(values: dict[str, str]) -> None:
    text = "\n".join(f"{name}=`{value}`" for name, value in values.items())
    assert dict(read_dotenv(text.encode())) == values
