"""The wire preview as text for a terminal (`--preview`)."""

from __future__ import annotations

from collections.abc import Iterator

from httpdesk.cli.compose import Composed
from httpdesk.engine.masking import telling_values
from httpdesk.engine.wire_lines import LineKind, Source, WireBlock, WireLine, WirePreview
from httpdesk.model.exchange import Origin
from httpdesk.render.units import format_size

_WIDEST = 72
"""Columns behind which the origins do not go, however long the lines are."""
_ORIGINS = {
    Origin.REQUEST: "this request",
    Origin.FOLDER: "folder",
    Origin.COLLECTION: "collection",
    Origin.ENVIRONMENT: "environment",
    Origin.CONNECTION: "connection",
    Origin.AUTH: "auth of",
    Origin.RUNTIME: "command line",
    Origin.RESPONSE: "response",
    Origin.WORKSPACE: "workspace",
    Origin.PROCESS: "system",
    Origin.GENERATED: "generated",
    Origin.URL: "URL",
    Origin.BODY: "body",
    Origin.RESPONSE_TYPE: "response type",
    Origin.COOKIES: "cookies",
    Origin.PROXY: "proxy",
    Origin.REDIRECT: "redirect",
    Origin.DEFAULT: "default",
}


def secrets_of(composed: Composed) -> tuple[tuple[str, str], ...]:
    """Return the secrets that came with the command and those that variables' names tell of."""
    variables = {name: value for name, (value, _) in composed.scope.flat().items()}
    variables |= dict(composed.request.variables)
    return (*composed.secrets, *telling_values(variables))


def wire_lines(wire: WirePreview, *, reveal: bool, origins: bool) -> Iterator[str]:
    """Yield the lines; credentials are masked, origins stand behind them as comments."""
    shown = [(_text(line, reveal), line) for line in wire.lines]
    widest = max((len(text) for text, _ in shown if len(text) <= _WIDEST), default=0)
    for text, line in shown:
        if not origins or (isinstance(line, WireLine) and line.kind is LineKind.END):
            yield text
        else:
            yield f"{text:<{widest}}  # {_origin(line.source)}"


def sizes(wire: WirePreview) -> str:
    """Return how many bytes there are."""
    body = format_size(wire.body_size or 0)
    return f"* head {wire.head_size:,} bytes, body {body}; nothing was sent"


def _text(line: WireLine | WireBlock, reveal: bool) -> str:
    if isinstance(line, WireBlock):
        return f"<{line.size or 0:,} bytes of {line.path}>"
    return line.shown(range(len(line.secrets)) if reveal else ())


def _origin(source: Source) -> str:
    words = _ORIGINS[source.origin]
    if source.row is not None:
        words = f"{'row' if source.origin is Origin.BODY else 'header'} {source.row + 1}"
    if source.level:
        words = f"{words} {source.level}"
    used = [f"{name} ({_ORIGINS[Origin(origin)]})" for name, origin in source.variables]
    return f"{words}, {', '.join(used)}" if used else words
