"""Which lines of JSON, GraphQL or XML can be folded, and where the fold ends."""

from __future__ import annotations

import re
from typing import Final

_JSON_TOKENS: Final = re.compile(r'"(?:[^"\\\n]|\\.)*+"?|[{}\[\]]')
_BRACKETS: Final = ("json", "graphql")
_XML_OPEN: Final = re.compile(r"^\s*<([^\s<>/!?]+)(?:\s[^<>]*)?(?<!/)>\s*$")


def opens_fold(language: str, line: str) -> bool:
    """Return whether something begins in `line` that ends in a later one."""
    if language in _BRACKETS:
        return _depth(line) > 0
    if language == "xml":
        return _XML_OPEN.match(line) is not None
    return False


def fold_end(language: str, text: str, start: int) -> int:
    """Return the line number (from 0) where the fold of line `start` ends, `start` if nowhere.

    Pretty text is answered by indentation at the speed of `re`; other JSON by counting brackets.
    """
    offset = _offset(text, start)
    line = text[offset : text.find("\n", offset) if "\n" in text[offset:] else len(text)]
    if not opens_fold(language, line):
        return start
    indent = re.escape(line[: len(line) - len(line.lstrip())])
    closing = r"[}\]]" if language in _BRACKETS else "</"
    match = re.compile(rf"\n{indent}(?=[^\s])").search(text, offset)
    if match and re.match(closing, text[match.end() : match.end() + 2]):
        return start + text.count("\n", offset, match.start() + 1)
    return _counted_end(text, offset, start) if language in _BRACKETS else start


def _counted_end(text: str, offset: int, start: int) -> int:
    depth = 0
    line_end = text.find("\n", offset)
    for match in _JSON_TOKENS.finditer(text, offset):
        bracket = match.group()
        depth += bracket in ("{", "[")
        depth -= bracket in ("}", "]")
        if depth <= 0 and match.start() > line_end:
            return start + text.count("\n", offset, match.start())
    return start


def _depth(line: str) -> int:
    depth = 0
    for match in _JSON_TOKENS.finditer(line):
        bracket = match.group()
        if bracket in ("{", "["):
            depth += 1
        elif bracket in ("}", "]"):
            depth = max(depth - 1, 0)
    return depth


def _offset(text: str, line: int) -> int:
    offset = 0
    for _ in range(line):
        offset = text.find("\n", offset) + 1
    return offset
