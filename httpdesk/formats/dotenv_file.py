"""Lines `NAME=value` of a `.env` file, read as the package that Bruno reads them with does.

Values stand plain, or between quotes and then over several lines; `#` begins a comment outside of
quotes. Nothing is filled in and nothing is executed.
"""

from __future__ import annotations

import re

from httpdesk.model.errors import FileNotUnderstood

MOST_BYTES = 1_000_000
_NAME = re.compile(r"[ \t]*(?:export[ \t]+)?([\w.-]+)[ \t]*(?:=|:(?=[ \t]))[ \t]*")
_EMPTY = re.compile(r"[ \t]*(?:#[^\n]*)?(?:\n|\Z)")
_QUOTES = {each: re.compile(rf"((?:\\{each}|[^{each}])*){each}{_EMPTY.pattern}") for each in "'\"`"}
_PLAIN = re.compile(r"[^#\n]*")


def read_dotenv(data: bytes, path: str = "") -> tuple[tuple[str, str], ...]:
    """Return the names and values in their order; raises FileNotUnderstood with the line."""
    try:
        text = data.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as error:
        raise FileNotUnderstood(path=path, reason="not UTF-8") from error
    found = []
    at = 0
    while at < len(text):
        empty = _EMPTY.match(text, at)
        if empty is not None:
            at = empty.end()
            continue
        name = _NAME.match(text, at)
        if name is None:
            line = text.count("\n", 0, at) + 1
            raise FileNotUnderstood(path=path, line=line, reason="not NAME=value")
        value, at = _value(text, name.end())
        found.append((name[1], value))
    return tuple(found)


def _value(text: str, at: int) -> tuple[str, int]:
    """Return the value that begins at `at`, and where the following line begins."""
    quote = text[at : at + 1]
    if quote in _QUOTES and quote:
        quoted = _QUOTES[quote].match(text, at + 1)
        if quoted is not None:
            return (_with_breaks(quoted[1]) if quote == '"' else quoted[1]), quoted.end()
    plain = _PLAIN.match(text, at)
    end = plain.end() if plain else at
    line_end = text.find("\n", end)
    return text[at:end].strip(), len(text) if line_end < 0 else line_end + 1


def _with_breaks(text: str) -> str:
    return text.replace("\\n", "\n").replace("\\r", "\r")
