"""The error view: what happened, why, what left the computer, the proof, and what to do."""

from __future__ import annotations

import re
from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication, QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from httpdesk.gui import icons, theme
from httpdesk.gui.messages import TRY_AGAIN, Message, Remedy, message_of, secret_name
from httpdesk.gui.response.error_evidence import (
    Detail,
    Evidence,
    details_for,
    error_icon,
    evidence_for,
)
from httpdesk.gui.response.error_fields import ASKING, fields_for
from httpdesk.gui.widgets.buttons import TextButton
from httpdesk.gui.widgets.flow_layout import FlowLayout
from httpdesk.gui.widgets.framed import Framed
from httpdesk.gui.widgets.labels import PlainLabel
from httpdesk.gui.widgets.section import HLine, SectionHeader, VLine
from httpdesk.model.errors import Cancelled, SecretsFailed
from httpdesk.model.exchange import Exchange

_DETAILS = 248
_EDGE, _SIDE_EDGE = 12, 16
_NARROW = 600
"""Below this width Details stand under the text."""
_LONG_RUN = re.compile(r"\S{24}(?=\S{5})")


class ErrorView(QScrollArea):
    """Shows the error of one exchange.

    Signals: `remedyRequested(key)` when a button or link was used.
    """

    remedyRequested = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._text = ""
        self._content: _Content | None = None

    def show_exchange(self, exchange: Exchange) -> None:
        """Show the exchange's error; it must have one."""
        message = message_of(exchange)
        assert message is not None
        details = details_for(exchange)
        self._text = _as_text(message, details)
        self._content = _Content(exchange, message, details)
        self._content.remedyRequested.connect(self.remedyRequested)
        self._content.copyRequested.connect(self.copy_details)
        self._content.set_narrow(self.width() < theme.scaled(_NARROW))
        self.setWidget(self._content)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._content is not None:
            self._content.set_narrow(self.width() < theme.scaled(_NARROW))

    @property
    def content(self) -> _Content | None:
        """What is shown now."""
        return self._content

    def answers(self) -> dict[str, str]:
        """Return what was typed into the fields of the error."""
        asked = self._content.asked if self._content is not None else None
        return asked.answers() if asked is not None else {}

    def offer_session(
        self, words: str, for_session: Callable[[], object], again: Callable[[], object]
    ) -> None:
        """Say below the fields that the secret could not be kept, and what can be done."""
        asked = self._content.asked if self._content is not None else None
        if asked is not None:
            asked.offer_session(words, for_session, again)

    def copy_details(self) -> None:
        """Put everything that is known of the error on the clipboard."""
        QGuiApplication.clipboard().setText(self._text)


class _Content(QWidget):
    """One error; made anew for each, because its parts differ."""

    remedyRequested = Signal(str)
    copyRequested = Signal()

    def __init__(self, exchange: Exchange, message: Message, details: tuple[Detail, ...]) -> None:
        super().__init__()
        self.title = PlainLabel(message.title, px=16, weight=600, wrap=True)
        self.text = PlainLabel(message.text, color="text2", wrap=True)
        self.buttons: list[TextButton] = []
        self._edge = _SIDE_EDGE
        self._icon = QLabel()
        self._icon_name = error_icon(exchange.error) if exchange.error else ""
        self._tone = "slate" if isinstance(exchange.error, Cancelled) else "red"
        self.evidence = evidence_for(exchange)
        self._layout = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(0)
        self._side = self._build_side(details)
        self._across, self._down = HLine(), VLine()
        self._layout.addWidget(self._build_main(exchange, message), 1)
        self._layout.addWidget(self._down)
        self._layout.addWidget(self._across)
        self._layout.addWidget(self._side)
        theme.follow(self._restyle)

    def set_narrow(self, narrow: bool) -> None:
        """Put Details under the text, or to its right."""
        direction = QBoxLayout.Direction
        self._layout.setDirection(direction.TopToBottom if narrow else direction.LeftToRight)
        self._down.setVisible(not narrow)
        self._across.setVisible(narrow)
        self._side.setMinimumWidth(0 if narrow else theme.scaled(_DETAILS))
        self._side.setMaximumWidth(16_777_215 if narrow else theme.scaled(_DETAILS))
        self._edge = _EDGE if narrow else _SIDE_EDGE
        self._restyle()

    def _build_main(self, exchange: Exchange, message: Message) -> QWidget:
        main = QWidget()
        self._main = QVBoxLayout(main)
        heading = QHBoxLayout()
        heading.setSpacing(10)
        heading.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        heading.addWidget(self.title, 1)
        self._main.addLayout(heading)
        self._main.addWidget(self.text)
        keys = tuple(remedy.key for remedy in message.remedies)
        error = exchange.error
        named = secret_name(error.name) if isinstance(error, SecretsFailed) else ""
        self.asked = fields_for(keys, named)
        if self.asked is not None:
            asking = next(key for key in keys if key in ASKING)
            self.asked.entered.connect(lambda: self.remedyRequested.emit(asking))
            self._main.addWidget(self.asked)
        self._main.addSpacing(4)
        if self.asked is None:
            self._add_evidence()
        self._main.addLayout(self._build_remedies(message.remedies))
        if message.unsafe is not None:
            self._main.addLayout(self._build_unsafe(message.unsafe, message.unsafe_warning))
        if self.asked is not None:
            self._add_evidence()
        self._main.addStretch(1)
        return main

    def _add_evidence(self) -> None:
        """Show the proof; fields that the remedy needs go before it."""
        if self.evidence:
            self._main.addWidget(_EvidenceCard(self.evidence))
            self._main.addSpacing(4)

    def _build_remedies(self, remedies: tuple[Remedy, ...]) -> FlowLayout:
        row = FlowLayout(8)
        for position, remedy in enumerate(remedies):
            again = remedy.key == TRY_AGAIN
            if position == 0:
                button = TextButton(remedy.label, kind="primary")
            elif again:
                button = TextButton(remedy.label, kind="flat", icon="rotate-cw")
            else:
                button = TextButton(remedy.label)
            self._wire(button, remedy.key)
            row.addWidget(button)
        return row

    def _build_unsafe(self, remedy: Remedy, warning: str) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        link = TextButton(remedy.label, kind="link")
        link.setAccessibleDescription(warning)
        self._wire(link, remedy.key)
        row.addWidget(link)
        row.addWidget(PlainLabel(warning, px=12, color="text3", wrap=True), 1)
        return row

    def _wire(self, button: TextButton, key: str) -> None:
        button.clicked.connect(lambda: self.remedyRequested.emit(key))
        self.buttons.append(button)

    def _build_side(self, details: tuple[Detail, ...]) -> QWidget:
        side = QWidget()
        self._side_layout = QVBoxLayout(side)
        self._labels: list[PlainLabel] = []
        for detail in details:
            heading = SectionHeader(detail.title)
            self._side_layout.addWidget(heading)
            shown = breakable(detail.text)
            text = PlainLabel(shown, px=12, mono=detail.mono, wrap=True, selectable=True)
            text.setMinimumWidth(1)
            self._labels += [heading, text]
            self._side_layout.addWidget(text)
            self._side_layout.addSpacing(4)
        self._side_layout.addStretch(1)
        copy = TextButton(self.tr("Copy details"), kind="flat", icon="copy")
        copy.clicked.connect(self.copyRequested)
        self.copy = copy
        self._side_layout.addWidget(copy, 0, Qt.AlignmentFlag.AlignLeft)
        return side

    def _restyle(self) -> None:
        self._icon.setPixmap(icons.pixmap(self._icon_name, self._tone, theme.scaled(20)))
        edge, top = theme.scaled(_EDGE), theme.scaled(14)
        self._main.setContentsMargins(edge, top, theme.scaled(16), edge)
        self._main.setSpacing(theme.scaled(8))
        # The button's words stand under the headings: its padding takes part of the margin.
        padding = theme.scaled(8)
        left = theme.scaled(self._edge) - padding
        self._side_layout.setContentsMargins(left, top, theme.scaled(self._edge), edge)
        self._side_layout.setSpacing(theme.scaled(4))
        for label in self._labels:
            label.setContentsMargins(padding, 0, 0, 0)


class _EvidenceCard(Framed):
    """Lines with a check or a cross, what they are about, and a remark at the right."""

    def __init__(self, lines: tuple[Evidence, ...]) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)
        self._icons: list[tuple[QLabel, bool]] = []
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 10, 12, 10)
        layout.setSpacing(8)
        for line in lines:
            layout.addLayout(self._build_line(line))
        theme.follow(self._restyle)

    def _build_line(self, line: Evidence) -> QHBoxLayout:
        mark = QLabel()
        mark.setAccessibleName(self.tr("Good") if line.good else self.tr("At fault"))
        self._icons.append((mark, line.good))
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(mark, 0, Qt.AlignmentFlag.AlignTop)
        subject = PlainLabel(line.subject, px=12, mono=True, elide=True)
        row.addWidget(subject, 1)
        remark = PlainLabel(line.remark, px=12, color="text3" if line.good else "red", elide=True)
        row.addWidget(remark)
        return row

    def _restyle(self) -> None:
        for mark, good in self._icons:
            name, tone = ("circle-check", "green") if good else ("circle-x", "red")
            mark.setPixmap(icons.pixmap(name, tone, theme.scaled(16)))


def breakable(text: str) -> str:
    """Return `text` with places to break lines in runs that would be wider than the column."""
    return _LONG_RUN.sub("\\g<0>\u200b", text)


def _as_text(message: Message, details: tuple[Detail, ...]) -> str:
    """Return everything as lines of text for the clipboard."""
    lines = [message.title, message.text, ""]
    lines.extend(f"{detail.title}: {detail.text}" for detail in details)
    return "\n".join(lines)
