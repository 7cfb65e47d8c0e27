"""The line below the URL: what will really be requested, or what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from PySide6.QtCore import QEvent, QRect, QSize, Qt, Signal
from PySide6.QtGui import QGuiApplication, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QWidget

from httpdesk.engine.masking import MASK, Masker, mask_url
from httpdesk.gui import theme
from httpdesk.gui.widgets.buttons import IconButton, TextButton
from httpdesk.gui.widgets.concealed_copy import copy_concealed
from httpdesk.gui.widgets.labels import PlainLabel, plain_tooltip
from httpdesk.gui.widgets.scaled_layout import keep_scaled

HEIGHT: Final = 24
"""The text takes 16 of it; the copy button needs a target of 24."""


class ResolvedLine(QWidget):
    """The exact URL with a copy button; a problem takes its place, with a link to where it is.

    Signals: `remedyRequested` when the link is used; for a variable without a value
    `addRequested(name)` when it is to get one, and `switchRequested` for another environment.
    """

    remedyRequested = Signal()
    addRequested = Signal(str)
    switchRequested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._exact = ""
        self._hides = False
        """Whether the URL holds a secret."""
        self._elsewhere = False
        self.url = MiddleLabel(self)
        self.problem = PlainLabel("", px=12, color="red", elide=True)
        self.remedy = TextButton(self.tr("Show"), kind="link")
        self.add = TextButton(self.tr("Add value"), kind="link")
        self.switch = TextButton(self.tr("Switch environment"), kind="link")
        self._missing = ""
        self.hint = PlainLabel("", px=11, color="text3", elide=True)
        self.copy = IconButton("copy", self.tr("Copy resolved URL"), size=24, color="text3")
        self._secured: tuple[bool, bool] | None = None
        self.lock = IconButton("lock", "", size=24, color="text3")
        """What the history keeps of the request; a menu of the window is put on it."""
        self._build()
        self.show_secured(inputs=True, outputs=True)
        self.copy.clicked.connect(self.copy_url)
        self.remedy.clicked.connect(self.remedyRequested)
        self.add.clicked.connect(lambda: self.addRequested.emit(self._missing))
        self.switch.clicked.connect(self.switchRequested)
        self.show_url("", "", "")
        theme.follow(self._restyle)

    def show_url(self, url: str, display: str, hint: str, secrets: Iterable[str] = ()) -> None:
        """Show the URL with secrets as bullets; `display` has the host as typed (statement 9).

        What is hidden is told by names, and by the values in `secrets` (statements 76 and 80).
        """
        self._exact = url
        # The bullets that stand for a connection's key are escaped where they are in the query.
        masker = Masker((*secrets, MASK))
        shown = masker.text(mask_url(url))
        self._hides = shown != url
        if display != url:
            typed = masker.text(mask_url(display))
            shown = self.tr("{0}  (typed as {1})").format(shown, typed)
        self.url.set_text(shown)
        self.hint.setText(hint)
        self._show(problem=False)

    def show_problem(self, text: str, *, elsewhere: bool, missing: str = "") -> None:
        """Show what keeps the request from being sent, with a link when it is not the URL.

        `missing` is the name of a variable that can be given a value.
        """
        self.problem.setText(text)
        self._elsewhere, self._missing = elsewhere, missing
        self.add.setAccessibleName(self.tr("Add value of {0}").format(missing))
        self._show(problem=True)

    def show_hint(self, text: str) -> None:
        """Show a quiet word where there is nothing to resolve yet."""
        self.show_url("", "", text)

    def show_secured(self, *, inputs: bool, outputs: bool) -> None:
        """Show a closed lock while the history keeps nothing of one of the two (statement 78)."""
        if self._secured == (inputs, outputs):
            return
        self._secured = inputs, outputs
        words = {
            (True, True): self.tr("Secure inputs and outputs: the history keeps neither"),
            (True, False): self.tr("Secure inputs: the history keeps the response alone"),
            (False, True): self.tr("Secure outputs: the history keeps what is sent alone"),
            (False, False): self.tr("The history keeps what is sent and the response"),
        }
        self.lock.set_name(words[inputs, outputs])
        self.lock.set_icon(*(("lock", "text3") if inputs or outputs else ("lock-open", "amber")))

    @property
    def shows_problem(self) -> bool:
        """Whether the line says what is wrong."""
        return not self.problem.isHidden()

    @property
    def text(self) -> str:
        """What the line says now."""
        return self.problem.text() if self.shows_problem else self.url.text()

    def _build(self) -> None:
        row = QHBoxLayout(self)
        keep_scaled(row, spacing=8)
        for widget in (self.url, self.copy, self.problem, self.remedy, self.add, self.switch):
            row.addWidget(widget)
        # The hint takes what the URL leaves, never the other way round.
        self.hint.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        row.addWidget(self.hint, 1)
        row.addStretch(0)
        row.addWidget(self.lock)
        self.url.setAccessibleName(self.tr("Resolved URL"))

    def _show(self, *, problem: bool) -> None:
        self.problem.setVisible(problem)
        self.remedy.setVisible(problem and self._elsewhere)
        for link in (self.add, self.switch):
            link.setVisible(problem and bool(self._missing))
        self.url.setVisible(not problem and bool(self._exact))
        self.copy.setVisible(not problem and bool(self._exact))
        self.hint.setVisible(not problem and bool(self.hint.text()))

    def copy_url(self) -> None:
        """Put the exact URL on the clipboard, secrets and all; one with secrets not for long."""
        if self._hides:
            copy_concealed(self._exact)
        else:
            QGuiApplication.clipboard().setText(self._exact)

    def _restyle(self) -> None:
        self.setFixedHeight(theme.scaled(HEIGHT))


class MiddleLabel(QLabel):
    """One line of data, elided in the middle; the whole text is the tooltip."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        theme.follow(self._restyle)

    def set_text(self, text: str) -> None:
        """Show `text`."""
        if text != self.text():
            self.setText(text)
            self.setAccessibleDescription(text)
            self.updateGeometry()

    def minimumSizeHint(self) -> QSize:
        return QSize(theme.scaled(24), super().minimumSizeHint().height())

    def sizeHint(self) -> QSize:
        width = self.fontMetrics().horizontalAdvance(self.text()) + 1
        return QSize(width, super().sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        room: QRect = self.contentsRect()
        painter.setFont(self.font())
        painter.setPen(theme.color("text3"))
        shown = self.fontMetrics().elidedText(
            self.text(), Qt.TextElideMode.ElideMiddle, room.width()
        )
        painter.drawText(room, int(Qt.AlignmentFlag.AlignVCenter), shown)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip:
            cut = self.sizeHint().width() > self.width()
            self.setToolTip(plain_tooltip(self.text()) if cut else "")
        return super().event(event)

    def _restyle(self) -> None:
        self.setFont(theme.mono_font(11))
        palette = self.palette()
        palette.setColor(QPalette.ColorRole.WindowText, theme.color("text3"))
        self.setPalette(palette)
        self.updateGeometry()
