"""The filter of JSON, XML and HTML: an expression whose result takes the place of the body."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QSignalBlocker, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QToolButton, QVBoxLayout, QWidget

from httpdesk.gui import icons, theme
from httpdesk.gui.messages import message_for
from httpdesk.gui.response.body_words import shortened_reason
from httpdesk.gui.response.latest_job import LatestJob
from httpdesk.gui.widgets.buttons import IconButton
from httpdesk.gui.widgets.labels import PlainLabel
from httpdesk.gui.widgets.section import HLine
from httpdesk.gui.widgets.segmented import Segmented
from httpdesk.model.offload_errors import OffloadFailed
from httpdesk.model.storage_errors import StorageFailed
from httpdesk.render.content_type import Rendering
from httpdesk.render.json_filter import (
    LARGEST_BODY,
    FilterFacts,
    FilterFault,
    Language,
)
from httpdesk.render.rows import Stopped
from httpdesk.render.units import format_size

if TYPE_CHECKING:
    from httpdesk.engine.cancel import CancelToken
    from httpdesk.engine.offload import Scratch
    from httpdesk.gui.response.body_page import PageTools, ShownBody
    from httpdesk.model.response import BodyHandle

translate = QCoreApplication.translate
_PATIENCE_MS = 300
"""How long after the last key an expression is run."""
_LONGEST_RUN_S = 30.0
_LONGEST_FAULT = 300
_LANGUAGES = (Language.JSON_PATH, Language.JQ, Language.XPATH)
_EXAMPLES = ("$.items[?@.price > 10]", ".items[] | select(.price > 10)", "//item[price > 10]")
_OF_RENDERING = {
    Rendering.JSON: (Language.JSON_PATH, Language.JQ),
    Rendering.XML: (Language.XPATH,),
    Rendering.HTML: (Language.XPATH,),
}
_TASKS = {
    Rendering.JSON: "json_filter:apply",
    Rendering.XML: "xml_filter:apply",
    Rendering.HTML: "xml_filter:apply_html",
}


@dataclass(frozen=True, slots=True)
class _Filtered:
    facts: FilterFacts
    result: Scratch | None = field(repr=False)


class JsonFilter(QWidget):
    """JSONPath or jq, or XPath for markup; the expression stays for the request's next response.

    Signals:
        resultChanged: `result` is another one.
        closed: the filter was closed, and the whole body is shown again.
    """

    resultChanged = Signal()
    closed = Signal()

    def __init__(self, tools: PageTools, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.result: BodyHandle | None = None
        """What the expression found, as a body; None while there is no expression."""
        self._tools = tools
        self._body: BodyHandle | None = None
        self._task = ""
        self._job = LatestJob(tools.jobs, self)
        self._wait = QTimer(self, interval=_PATIENCE_MS, singleShot=True)
        self.language = Segmented(["JSONPath", "jq", "XPath"], self.tr("Filter language"))
        self.field = QLineEdit()
        self.field.setAccessibleName(self.tr("Filter expression"))
        self.field.setClearButtonEnabled(True)
        for button in self.field.findChildren(QToolButton):
            button.setAccessibleName(self.tr("Clear"))
        for action in self.field.findChildren(QAction):
            icons.keep_icon(action, "x", "text3")
        self.status = PlainLabel("", px=12, color="text3")
        self.fault = PlainLabel("", px=12, color="red", wrap=True)
        self.close_button = IconButton("x", self.tr("Close filter"), shortcut="Esc")
        self._row = QHBoxLayout()
        for widget in (self.language, self.field, self.status, self.close_button):
            self._row.addWidget(widget, 1 if widget is self.field else 0)
        self._layout = QVBoxLayout(self)
        self._layout.addLayout(self._row)
        self._layout.addWidget(self.fault)
        self._layout.addWidget(HLine())
        self.fault.hide()
        self._connect()
        self.hide()
        theme.follow(self._restyle)

    def _connect(self) -> None:
        self.field.textChanged.connect(self._wait.start)
        self.field.returnPressed.connect(self.apply)
        self.language.currentChanged.connect(self._on_language)
        self._wait.timeout.connect(self.apply)
        self._job.finished.connect(self._on_filtered)
        self.close_button.clicked.connect(self.close_filter)

    @property
    def busy(self) -> bool:
        """Whether a result is still to come."""
        return self._job.running or self._wait.isActive()

    def open(self) -> None:
        """Show the filter with the keyboard in its field."""
        self.show()
        self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.field.selectAll()
        self.apply()

    def close_filter(self) -> None:
        """Hide the filter and give the whole body back."""
        self.hide()
        self._drop()
        self._set_result(None)
        self.closed.emit()

    def filtered(self, body: ShownBody) -> ShownBody:
        """Return what was found as a body of its own; the body itself without a result."""
        return (
            body
            if self.result is None
            else replace(body, handle=self.result, whole=True, filtered=True)
        )

    def set_body(self, body: ShownBody | None) -> None:
        """Filter another body from now on, at once when there is an expression."""
        self._drop()
        self._body = body.handle if body is not None and can_filter(body) else None
        self.result = None
        if body is not None:
            self._task = _TASKS.get(body.rendering, "")
            self._offer(_OF_RENDERING.get(body.rendering, ()))
        if self._body is None:
            self.hide()
        self.apply()

    def _offer(self, languages: tuple[Language, ...]) -> None:
        """Offer these languages; an expression in another one is no use any more."""
        for index, language in enumerate(_LANGUAGES):
            self.language.button(index).setVisible(language in languages)
        if languages and _LANGUAGES[self.language.current] not in languages:
            with QSignalBlocker(self.field), QSignalBlocker(self.language):
                self.field.clear()
                self.language.set_current(_LANGUAGES.index(languages[0]))
            self.field.setPlaceholderText(_EXAMPLES[self.language.current])
            self._tell("")

    def apply(self) -> None:
        """Run the expression on the body."""
        self._drop()
        expression = self.field.text().strip()
        if self._body is None or self.isHidden():
            return
        if not expression:
            self._tell("")
            self._set_result(None)
            return
        language = _LANGUAGES[self.language.current]
        arguments = {"language": language.value, "expression": expression}
        self._job.start(partial(_filter, self._body, self._task, arguments, self._tools))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close_filter()
        else:
            super().keyPressEvent(event)

    def _drop(self) -> None:
        self._wait.stop()
        self._job.drop()

    def _on_language(self, index: int) -> None:
        self.field.setPlaceholderText(_EXAMPLES[index])
        self.apply()

    def _on_filtered(self, result: object) -> None:
        if isinstance(result, OffloadFailed | StorageFailed):
            self._tell("", message_for(result).text)
        if not isinstance(result, _Filtered):
            return
        if result.facts.fault:
            is_xml = _LANGUAGES[self.language.current] is Language.XPATH
            self._tell("", xml_fault_text(result.facts) if is_xml else fault_text(result.facts))
            return
        self._tell(count_text(result.facts))
        self._set_result(result.result)

    def _tell(self, status: str, fault: str = "") -> None:
        self.status.setText(status)
        self.fault.setText(shortened_reason(fault, _LONGEST_FAULT))
        self.fault.setVisible(bool(fault))

    def _set_result(self, result: BodyHandle | None) -> None:
        if result is not self.result:
            self.result = result
            self.resultChanged.emit()

    def _restyle(self) -> None:
        self._layout.setContentsMargins(0, theme.scaled(4), 0, 0)
        self._layout.setSpacing(theme.scaled(4))
        self._row.setContentsMargins(theme.scaled(12), 0, theme.scaled(8), 0)
        self._row.setSpacing(theme.scaled(8))
        self.fault.setContentsMargins(theme.scaled(12), 0, theme.scaled(8), 0)
        self.field.setFont(theme.mono_font(12))
        self.field.setPlaceholderText(_EXAMPLES[self.language.current])


def can_filter(body: ShownBody) -> bool:
    """Return whether a body is JSON, XML or HTML and there to its end."""
    return body.rendering in _OF_RENDERING and not body.growing


def count_text(facts: FilterFacts) -> str:
    """Return how much a filter found: `3 of 41`, `3 results`."""
    count = f"{facts.count:,}" + ("+" if facts.cut else "")
    if facts.total is not None:
        return translate("Filter", "{0} of {1:,}").format(count, facts.total)
    if facts.count == 1:
        return translate("Filter", "1 result")
    return translate("Filter", "{0} results").format(count)


def fault_text(facts: FilterFacts) -> str:
    """Return why there is no result, and where the expression is wrong."""
    fault = FilterFault(facts.fault)
    if fault is FilterFault.EXPRESSION and facts.column:
        return translate("Filter", "Column {0}: {1}").format(facts.column, facts.detail)
    if fault is FilterFault.BODY:
        return translate("Filter", "The body can't be read as JSON: {0}").format(facts.detail)
    if fault is FilterFault.TOO_LARGE:
        words = translate("Filter", "The body or the result is larger than {0}")
        return words.format(format_size(LARGEST_BODY))
    if fault is FilterFault.TOO_DEEP:
        return translate("Filter", "The body is nested too deep for this language")
    return facts.detail


def xml_fault_text(facts: FilterFacts) -> str:
    """Return why XPath has no result."""
    fault = FilterFault(facts.fault)
    if fault is FilterFault.BODY:
        return translate("Filter", "The body can't be read as XML: {0}").format(facts.detail)
    if fault is FilterFault.TOO_LARGE:
        words = translate("Filter", "The body or the result is larger than {0}")
        return words.format(format_size(int(facts.detail)))
    return fault_text(facts)


def _filter(
    body: BodyHandle,
    task: str,
    arguments: dict[str, str],
    tools: PageTools,
    cancel: CancelToken,
) -> _Filtered | OffloadFailed | StorageFailed | None:
    """Run an expression beside the window; None when the result is not wanted any more."""
    try:
        pieces = tools.offload().run(task, arguments, body, cancel, patience_s=_LONGEST_RUN_S)
        line, _, rest = next(pieces).partition(b"\n")
        facts = FilterFacts.from_line(line)
        if facts.fault:
            return _Filtered(facts, None)
        result = tools.new_scratch()
        result.write(rest)
        for piece in pieces:
            result.write(piece)
    except Stopped:
        return None
    except (OffloadFailed, StorageFailed) as error:
        return error
    return _Filtered(facts, result)
