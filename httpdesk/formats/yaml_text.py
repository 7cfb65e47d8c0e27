"""Text and plain data as YAML that every reader gives back unchanged.

The forms are chosen so that YAML 1.1 and 1.2 readers agree: what either could take for a number,
a date, a truth value or null is quoted.
"""

from __future__ import annotations

import re
from typing import Any

STEP = "  "

_ESCAPED = re.compile(
    "[\x00-\x08\x0a-\x1f\x7f-\xa0\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ufffe\uffff]"
)
"""What stands escaped between quotes: controls, line breaks, marks that turn text around."""
_SHORT = {"\0": "\\0", "\t": "\\t", "\n": "\\n", "\r": "\\r"}
_PLAIN = re.compile(r"[^\W]|[/_$(]")
_PLAIN_BAD = re.compile(r"[\t\\]|: |:$| #|^\s|\s$|[^\S ]")
_FLOW_BAD = re.compile(r"[,\[\]{}:#&*!|>'\"%@`?]")
_AMBIGUOUS = re.compile(
    r"(?:null|true|false|yes|no|on|off|y|n)$|[-+.]?[0-9][0-9a-fox_.,:+\-tz ]*$|\.(?:inf|nan)$",
    re.IGNORECASE,
)


class Plain(str):
    """Text that stood plain in a file and is written plain again, so that `10` stays a number."""

    __slots__ = ()


class Quoted(str):
    """Text that is written between double quotes even where it would be safe plain."""

    __slots__ = ()


def scalar(value: Any, *, flow: bool = False) -> str:
    """Return text, a number, a truth value or None on one line, plain where that is safe."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if not isinstance(value, str):
        return repr(value)
    if isinstance(value, Plain) and not (
        _ESCAPED.search(value) or (flow and _FLOW_BAD.search(value))
    ):
        return value
    if isinstance(value, Quoted):
        return quoted(value)
    return value if _is_plain(value, flow=flow) else quoted(value)


def quoted(text: str) -> str:
    """Return `text` between double quotes."""
    text = without_surrogates(text).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{_ESCAPED.sub(_escape, text)}"'


def single_quoted(text: str) -> str | None:
    """Return `text` between single quotes, or None when it needs escapes."""
    if _ESCAPED.search(text) or "\t" in text or without_surrogates(text) != text:
        return None
    return "'" + text.replace("'", "''") + "'"


def literal(
    text: str, indent: str, newline: str = "\n", *, keep: bool = False
) -> tuple[str, str] | None:
    """Return the header and the lines of a literal block, or None when it would not read back.

    The lines come without a last line break. With `keep` the block may end in blank lines: they
    count, so nothing else may follow it but what is less indented.
    """
    body = text.removesuffix("\n")
    if not body or body[0] in " \t\n" or (body.endswith("\n") and not keep):
        return None
    if _ESCAPED.search(body.replace("\n", "")) or without_surrogates(text) != text:
        return None
    lines = body.split("\n")
    if any(line and not line.strip() for line in lines):
        return None
    shown = newline.join(indent + line if line else "" for line in lines)
    if keep and text.endswith("\n"):
        return "|+", shown
    return ("|" if text.endswith("\n") else "|-"), shown


def block(data: Any, indent: str, newline: str = "\n") -> str:
    """Return what follows `key:` for a value: ` text`, or lines that are indented below it.

    `indent` is the indentation of the lines below; the result has no last line break.
    """
    if isinstance(data, dict) and data:
        return newline + newline.join(_entries(data, indent, newline))
    if isinstance(data, list) and data:
        return newline + newline.join(item(each, indent, newline) for each in data)
    if isinstance(data, dict | list):
        return " {}" if isinstance(data, dict) else " []"
    if isinstance(data, str) and "\n" in data:
        parts = literal(data, indent, newline)
        if parts is not None:
            return f" {parts[0]}{newline}{parts[1]}"
    return f" {scalar(data)}"


def item(data: Any, indent: str, newline: str = "\n") -> str:
    """Return one item of a sequence whose dash stands at `indent`; no last line break."""
    if isinstance(data, dict) and data:
        lines = newline.join(_entries(data, indent + STEP, newline))
        return f"{indent}- {lines[len(indent) + len(STEP) :]}"
    return f"{indent}-{block(data, indent + STEP, newline)}"


def flow(data: Any) -> str:
    """Return plain data on one line, in braces and brackets."""
    if isinstance(data, dict):
        return "{" + ", ".join(f"{key}: {flow(value)}" for key, value in data.items()) + "}"
    if isinstance(data, list):
        return "[" + ", ".join(flow(value) for value in data) + "]"
    return scalar(data, flow=True)


def document(data: dict[str, Any], newline: str = "\n") -> str:
    """Return a whole file: the top-level keys, blank lines between the blocks."""
    parts = [_entry(key, value, "", newline) for key, value in data.items()]
    text = parts[0]
    for part in parts[1:]:
        text += newline * 2 + part
    return text + newline


def without_surrogates(text: str) -> str:
    """Return `text` with lone surrogates, which no file can hold, replaced by U+FFFD."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _entries(data: dict[str, Any], indent: str, newline: str) -> list[str]:
    return [_entry(key, value, indent, newline) for key, value in data.items()]


def _entry(key: str, value: Any, indent: str, newline: str) -> str:
    return f"{indent}{scalar(key)}:{block(value, indent + STEP, newline)}"


def _is_plain(text: str, *, flow: bool) -> bool:
    return bool(
        _PLAIN.match(text)
        and not _PLAIN_BAD.search(text)
        and not _ESCAPED.search(text)
        and not _AMBIGUOUS.match(text)
        and not (flow and _FLOW_BAD.search(text))
        and without_surrogates(text) == text
    )


def _escape(match: re.Match[str]) -> str:
    char = match[0]
    if char in _SHORT:
        return _SHORT[char]
    code = ord(char)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"
