"""Colours of JSON, XML, GraphQL and `{{variable}}` for the lines that are on screen.

Formats are set on the layouts of single blocks, never on a whole document: a document of 5 MB would
take seconds, a screen takes two milliseconds. `QSyntaxHighlighter` has no such mode.
"""

from __future__ import annotations

import re
from typing import Final

from PySide6.QtGui import QTextBlock, QTextCharFormat, QTextLayout

from httpdesk.gui import theme
from httpdesk.gui.widgets.code_units import code_units

LANGUAGES: Final = ("json", "xml", "graphql", "log", "text", "none")

_LONGEST = 10_000
_LOOK_BACK = 200
_QUOTES: Final = '"""'

# The possessive "*+" gives up at once where backtracking would try a hostile line again and again.
_VARIABLE: Final = re.compile(r"\{\{[^{}]++\}\}")
_JSON: Final = re.compile(
    r'(?P<syntax_key>"(?:[^"\\]|\\.)*+")(?=\s*+:)'
    r'|(?P<syntax_string>"(?:[^"\\]|\\.)*+"?)'
    r"|(?P<syntax_number>-?\b\d++(?:\.\d++)?(?:[eE][+-]?\d++)?\b)"
    r"|(?P<syntax_literal>\b(?:true|false|null)\b)"
    r"|(?P<syntax_punctuation>[{}\[\],:]++)"
)
_JSON_REST: Final = re.compile(r'(?:[^"\\]|\\.)*+"?')
_XML: Final = re.compile(
    r"(?P<comment><!--.*?(?:-->|$))"
    r"|(?P<cdata><!\[CDATA\[.*?(?:\]\]>|$))"
    r"|(?P<syntax_literal><[?!][^>]*+>?|&[\w#]++;)"
    r"""|(?P<tag></?[\w:.-]++(?:"[^"]*+"|'[^']*+'|[^<>"'])*+["']?>?)"""
)
_XML_TAG: Final = re.compile(
    r"(?P<open></?)(?P<syntax_key>[\w:.-]++)"
    r"|(?P<syntax_number>[\w:.-]++)(?=\s*+=)"
    r"""|(?P<syntax_string>"[^"]*+"?|'[^']*+'?)"""
    r"|(?P<close>/?>)"
)
_GRAPHQL: Final = re.compile(
    r"(?P<comment>#.*)"
    r'''|(?P<syntax_string>"""(?:.*?"""|.*)|"(?:[^"\\]|\\.)*+"?)'''
    r"|(?P<variable>\$[A-Za-z_]\w*+)"
    r"|(?P<syntax_key>\b[A-Za-z_]\w*+(?=\s*+:))"
    r"|(?P<syntax_literal>@\w++|\b(?:true|false|null|query|mutation|subscription|fragment)\b"
    r"|\bon\b(?=\s++[A-Za-z_]))"
    r"|(?P<syntax_number>-?\b\d++(?:\.\d++)?(?:[eE][+-]?\d++)?\b)"
    r"|(?P<syntax_punctuation>\.\.\.|[{}()\[\],:!=|&]++)"
)
_LOG: Final = re.compile(
    r"(?P<syntax_key>^\d[\dT:.-]++Z)|(?P<syntax_literal>(?<=Z )(?:info|warning|error)\b)"
    r"|(?P<red>^! .*+)|(?P<comment>^\* .*+)|(?P<syntax_punctuation>^[<>](?= |$))"
)
_TOKEN_OF: Final = {
    "variable": "syntax_number",
    "block": "syntax_string",
    "comment": "text3",
    "cdata": "syntax_string",
    "open": "syntax_punctuation",
    "close": "syntax_punctuation",
}

Span = tuple[int, int, str]


def spans(language: str, line: str, inside: str = "") -> list[Span]:
    """Return (start, length, colour token) of one line.

    `inside` is what the line begins in: "comment" or "cdata" (XML), "block" (a GraphQL string),
    "string" (JSON whose lines are broken).
    """
    line = line[:_LONGEST]
    if language == "json":
        return _json_spans(line, inside)
    if language == "log":
        return _matches(_LOG, line, 0, len(line))
    if language == "xml":
        return _xml_spans(line, inside)
    if language == "graphql":
        return _graphql_spans(line, inside)
    return []


def variables(line: str) -> list[tuple[int, int]]:
    """Return start and length of every `{{variable}}` in one line."""
    found = _VARIABLE.finditer(line[:_LONGEST])
    return [(match.start(), match.end() - match.start()) for match in found]


def state_before(language: str, block: QTextBlock) -> str:
    """Return what `block` begins inside of, "" for nothing; looks back 200 lines."""
    if language == "xml":
        return xml_state_before(block)
    return "block" if language == "graphql" and _is_in_block_string(block) else ""


def xml_state_before(block: QTextBlock) -> str:
    """Return whether `block` begins inside a comment or CDATA, looking back 200 lines."""
    walk, seen = block.previous(), 0
    while walk.isValid() and seen < _LOOK_BACK:
        state = xml_state_after(walk.text()[:_LONGEST])
        if state is not None:
            return state
        walk, seen = walk.previous(), seen + 1
    return ""


def xml_state_after(line: str) -> str | None:
    """Return what a line of XML leaves open, "" when it closed something, None for neither."""
    last: dict[int, str] = {
        line.rfind("<!--"): "comment",
        line.rfind("<![CDATA["): "cdata",
        line.rfind("-->"): "",
        line.rfind("]]>"): "",
    }
    where = max(last)
    return None if where < 0 else last[where]


def _json_spans(line: str, inside: str) -> list[Span]:
    rest = _JSON_REST.match(line) if inside else None
    end = rest.end() if rest is not None else 0
    found = [(0, end, "syntax_string")] if end else []
    # Each match is one group: asking for all of them takes four times as long.
    for match in _JSON.finditer(line, end):
        start = match.start()
        found.append((start, match.end() - start, match.lastgroup or "text"))
    return found


def _xml_spans(line: str, inside: str) -> list[Span]:
    found: list[Span] = []
    start = 0
    if inside:
        end = line.find("-->" if inside == "comment" else "]]>")
        start = len(line) if end < 0 else end + 3
        found.append((0, start, _TOKEN_OF[inside]))
    for match in _XML.finditer(line, start):
        if match["tag"]:
            found += _matches(_XML_TAG, line, *match.span())
        else:
            found += _of_match(match)
    return found


def _is_in_block_string(block: QTextBlock) -> bool:
    walk, seen, quotes = block.previous(), 0, 0
    while walk.isValid() and seen < _LOOK_BACK:
        line = walk.text()[:_LONGEST]
        quotes += 0 if line.lstrip().startswith("#") else line.count(_QUOTES)
        walk, seen = walk.previous(), seen + 1
    return quotes % 2 == 1


def _graphql_spans(line: str, inside: str) -> list[Span]:
    if not inside:
        return _matches(_GRAPHQL, line, 0, len(line))
    end = line.find(_QUOTES)
    start = len(line) if end < 0 else end + len(_QUOTES)
    return [(0, start, _TOKEN_OF[inside]), *_matches(_GRAPHQL, line, start, len(line))]


def _matches(pattern: re.Pattern[str], line: str, start: int, end: int) -> list[Span]:
    return [span for match in pattern.finditer(line, start, end) for span in _of_match(match)]


def _of_match(match: re.Match[str]) -> list[Span]:
    return [
        (match.start(name), len(text), _TOKEN_OF.get(name, name))
        for name, text in match.groupdict().items()
        if text
    ]


class Formats:
    """The character formats of the theme in force, one object for each token."""

    def __init__(self) -> None:
        self._made: dict[str, QTextCharFormat] = {}

    def clear(self) -> None:
        """Forget every format, after a change of theme."""
        self._made.clear()

    def of(self, token: str) -> QTextCharFormat:
        """Return the format of a colour token, or of "variable"."""
        found = self._made.get(token)
        if found is None:
            found = self._made[token] = QTextCharFormat()
            if token == "variable":
                found.setBackground(theme.color("accent_tint"))
                token = "accent_text"
            found.setForeground(theme.color(token))
        return found

    def ranges(self, language: str, block: QTextBlock) -> list[QTextLayout.FormatRange]:
        """Return the ranges to set on the layout of `block`."""
        line = code_units(block.text()[:_LONGEST])
        inside = state_before(language, block)
        tinted = [(start, length, "variable") for start, length in variables(line)]
        return [self._range(*span) for span in [*spans(language, line, inside), *tinted]]

    def _range(self, start: int, length: int, token: str) -> QTextLayout.FormatRange:
        made = QTextLayout.FormatRange()
        made.start, made.length, made.format = start, length, self.of(token)
        return made
