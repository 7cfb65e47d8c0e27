"""What the views Pretty and Raw say of a text."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from httpdesk.gui.response.body_page import ShownBody
from httpdesk.gui.response.body_words import SAVE, json_fault_text, shortened_reason
from httpdesk.gui.response.notice_bar import Notice
from httpdesk.gui.response.text_page_source import Layout, is_html, is_other, largest_laid_out
from httpdesk.render.json_text import JsonError
from httpdesk.render.json_verdict import MOST_JUDGED, JsonVerdict
from httpdesk.render.pretty import RemarkKind
from httpdesk.render.units import format_size

translate = QCoreApplication.translate

GO_TO_ERROR = "go-to-error"
GO_TO_REMARK = "go-to-remark"


def check_notices(check: JsonVerdict, body: ShownBody, remark_line: int | None) -> list[Notice]:
    """Return what is to be said about a JSON text that was checked.

    `remark_line` is the line of the first remark in the view on screen, None while not known.
    """
    found = []
    if check.error is not None:
        found.append(_not_json_notice(check.error, body))
    if check.remarks and remark_line is not None:
        found.append(_remarks_notice(check, remark_line))
    if check.cut and check.error is None:
        words = translate("Body", "The first {0} were checked for faults of JSON.")
        found.append(Notice(words.format(format_size(MOST_JUDGED)), "slate"))
    return found


def layout_notices(layout: Layout, body: ShownBody) -> list[Notice]:
    """Return why a text is not laid out, or not to its end."""
    if layout is Layout.CUT:
        words = translate("Body", "The formatted text is too long and is cut.")
    elif layout is Layout.TOO_LARGE:
        words = translate("Body", "{0} of more than {1} is not formatted. Shown as received.")
        words = words.format(
            "HTML" if is_html(body) else "XML", format_size(largest_laid_out(body))
        )
    else:
        return []
    return [Notice(words, "slate")]


def copy_notice(most: int) -> Notice:
    """Return what is said when only a part was copied."""
    words = translate("Body", "Copied the first {0:,} characters. Save the body to have all of it.")
    return Notice(words.format(most), "slate", ((SAVE, translate("Body", "Save…")),))


def _not_json_notice(error: JsonError, body: ShownBody) -> Notice:
    """Statement 51: the text plus a notice with the position."""
    place = translate("Body", "Not JSON. Line {0:,}, column {1:,}: {2}.").format(
        error.line, error.column, json_fault_text(error.fault)
    )
    if is_other(body):
        place = translate("Body", "Not JSON but {0}. The response type is set to JSON.").format(
            body.fallback.value.upper()
        )
        return Notice(place, "amber")
    return Notice(place, "amber", ((GO_TO_ERROR, translate("Body", "Go to line")),))


def _remarks_notice(check: JsonVerdict, line: int) -> Notice:
    """Statement 52: repeated keys and NaN are flagged."""
    first, more = check.remarks[0], len(check.remarks) - 1 + check.more_remarks
    if first.kind is RemarkKind.REPEATED_KEY:
        sentence = translate("Body", "Line {0:,} repeats the key {1}.")
    else:
        sentence = translate("Body", "Line {0:,} holds {1}, which is not JSON.")
    words = sentence.format(line, shortened_reason(first.token))
    if more == 1:
        words = f"{words} " + translate("Body", "One more place is like this.")
    elif more > 1:
        words = f"{words} " + translate("Body", "{0:,} more places are like this.").format(more)
    return Notice(words, "amber", ((GO_TO_REMARK, translate("Body", "Go to line")),))
