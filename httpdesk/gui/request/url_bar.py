"""Method, connection, URL and Send, and below them what will really be requested."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QSizePolicy, QVBoxLayout, QWidget

from httpdesk.gui import theme
from httpdesk.gui.request.connection_button import ConnectionButton
from httpdesk.gui.request.connection_choice import ConnectionChoice
from httpdesk.gui.request.method_button import MethodButton
from httpdesk.gui.request.resolved_line import ResolvedLine
from httpdesk.gui.request.url_base import UrlBase
from httpdesk.gui.request.url_field import UrlField
from httpdesk.gui.widgets.field_frame import FieldFrame
from httpdesk.gui.widgets.split_button import SplitButton

_HEIGHT: Final = 81
_FIELD: Final = 36
_MARGIN: Final = 12


class UrlBar(QWidget):
    """The block above the panes, over their whole width.

    Signals: `methodChosen(method)`, `urlEdited`, `urlPasted` behind it when all of the URL was
    pasted at once, `urlLeft` when the URL field lost the focus,
    `sendClicked`, `cancelClicked`, and `remedyRequested` from the link beside a problem.
    """

    methodChosen = Signal(str)
    urlEdited = Signal()
    urlPasted = Signal()
    urlLeft = Signal()
    sendClicked = Signal()
    cancelClicked = Signal()
    remedyRequested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.method = MethodButton()
        self.connection = ConnectionButton()
        self.base = UrlBase()
        self.field = UrlField()
        self.send = SplitButton(self.tr("Send"), "send", shortcut="Ctrl+Return")
        self.resolved = ResolvedLine()
        self._frame = FieldFrame(
            self.method, self.connection, field=self.field, height=_FIELD, prefix=self.base
        )
        self._build()
        self._connect()
        theme.follow(self._restyle)

    @property
    def send_menu(self) -> QMenu:
        """The menu of further ways to send; whoever knows them fills it."""
        return self.send.menu()

    def url(self) -> str:
        """Return the URL exactly as typed."""
        return self.field.text()

    def set_url(self, url: str) -> None:
        """Show another URL without telling of it."""
        self._quiet = True
        self.field.set_text(url)
        self._quiet = False

    def change_url(self, url: str) -> None:
        """Replace the URL so that the user can undo it, without telling of it."""
        self._quiet = True
        self.field.change_text(url)
        self._quiet = False

    def set_choice(self, choice: ConnectionChoice) -> None:
        """Show the connection in use, and its base URL before the text."""
        self.connection.set_choice(choice)
        self.base.set_base(choice.row.base_url if choice.row else "")

    def set_sending(self, sending: bool) -> None:
        """Turn Send into Cancel, or back; whoever pressed it keeps the focus."""
        self.send.set_cancel(sending)

    def focus_url(self) -> None:
        """Put the cursor into the URL with everything selected."""
        self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.field.selectAll()

    def select_part(self, position: int, length: int) -> None:
        """Put the cursor into the URL with a part of it selected."""
        self.field.setFocus(Qt.FocusReason.OtherFocusReason)
        self.field.select(position, length)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.color("surface"))
        painter.fillRect(0, self.height() - 1, self.width(), 1, theme.color("border"))

    def _build(self) -> None:
        self._quiet = False
        self._row = QHBoxLayout()
        self._row.addWidget(self._frame, 1)
        self._row.addWidget(self.send)
        self._column = QVBoxLayout(self)
        self._column.addLayout(self._row)
        self._column.addWidget(self.resolved)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def _connect(self) -> None:
        self.method.methodChosen.connect(self.methodChosen)
        self.field.textChanged.connect(self._on_text_changed)
        self.field.pasted.connect(self.urlPasted)
        self.field.left.connect(self.urlLeft)
        self.field.submitted.connect(self._on_submitted)
        self.send.clicked.connect(self._on_clicked)
        self.resolved.remedyRequested.connect(self.remedyRequested)

    def _on_text_changed(self) -> None:
        self.base.set_url(self.field.text())
        if not self._quiet:
            self.urlEdited.emit()

    def _on_submitted(self) -> None:
        # Enter never cancels what is under way.
        if not self.send.is_cancel:
            self.sendClicked.emit()

    def _on_clicked(self) -> None:
        if self.send.is_cancel:
            self.cancelClicked.emit()
        else:
            self.sendClicked.emit()

    def _restyle(self) -> None:
        margin = theme.scaled(_MARGIN)
        self._column.setContentsMargins(margin, margin, margin, theme.scaled(6) + 1)
        self._column.setSpacing(theme.scaled(2))
        self._row.setSpacing(theme.scaled(8))
        self.setFixedHeight(theme.scaled(_HEIGHT))
