"""What the Wire tab says above the lines: what keeps them from being sent, and warnings."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication

from httpdesk.engine.resolve import Preview
from httpdesk.gui.item_models.wire_rows import Note
from httpdesk.gui.request.problems import sentence, warning_sentence
from httpdesk.model.errors import InvalidRequest
from httpdesk.model.exchange import WarningKind
from httpdesk.model.request import Request

_SAID = frozenset(WarningKind) - {WarningKind.SCHEME_ASSUMED}


def wire_notes(
    request: Request, problems: Sequence[InvalidRequest], found: Preview
) -> tuple[Note, ...]:
    """Return the problems, each with a way to its place, then the warnings."""
    if not request.url.strip():
        text = QCoreApplication.translate("WireTab", "Type a URL to see what will be sent.")
        return (Note(text),)
    wrong = [Note(sentence(problem), "circle-alert", "red", problem) for problem in problems]
    warned = [
        Note(warning_sentence(warning), "triangle-alert", "amber")
        for warning in found.warnings
        if warning.kind in _SAID
    ]
    return (*wrong, *warned)
