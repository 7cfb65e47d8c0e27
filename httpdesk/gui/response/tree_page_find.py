"""The find bar of a JSON tree: text as received, in keys and values."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from httpdesk.gui import theme
from httpdesk.gui.response.tree_page_loader import FoundInTree, TreeLoader
from httpdesk.gui.widgets.buttons import IconButton
from httpdesk.gui.widgets.labels import PlainLabel

_PATIENCE_MS = 200


class TreeFind(QWidget):
    """Goes from match to match, around the body.

    Signals:
        matched(FoundInTree): a match is to be shown.
        closed: the bar was closed.
    """

    matched = Signal(object)
    closed = Signal()

    def __init__(self, loader: TreeLoader, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._loader = loader
        self._match: FoundInTree | None = None
        self._searching = False
        self._wait = QTimer(self, interval=_PATIENCE_MS, singleShot=True)
        self.field = QLineEdit()
        self.field.setPlaceholderText(self.tr("Find in keys and values"))
        self.field.setAccessibleName(self.tr("Find text"))
        self.status = PlainLabel("", px=12, color="text3")
        self.previous = IconButton("arrow-up", self.tr("Previous match"), shortcut="Shift+F3")
        self.next = IconButton("arrow-down", self.tr("Next match"), shortcut="F3")
        self.close_button = IconButton("x", self.tr("Close find"), shortcut="Esc")
        self._layout = QHBoxLayout(self)
        self._layout.addWidget(self.field, 1)
        for widget in (self.status, self.previous, self.next, self.close_button):
            self._layout.addWidget(widget)
        self._connect()
        self.hide()
        theme.follow(self._restyle)

    def _connect(self) -> None:
        self.field.textChanged.connect(self._on_text)
        self._wait.timeout.connect(self._find_here)
        self._loader.found.connect(self._on_found)
        self.next.clicked.connect(self.find_next)
        self.previous.clicked.connect(self.find_previous)
        self.close_button.clicked.connect(self.close_bar)

    @property
    def busy(self) -> bool:
        """Whether a match is being looked for."""
        return self._searching or self._wait.isActive()

    def open(self) -> None:
        """Show the bar with the keyboard in its field."""
        self.show()
        self.field.selectAll()
        self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def close_bar(self) -> None:
        """Hide the bar; the match stays chosen."""
        self._drop()
        self.hide()
        self.closed.emit()

    def forget(self) -> None:
        """Begin at the top of another body."""
        self._drop()
        self._match = None
        self.status.setText("")

    def find_next(self) -> None:
        """Go to the next match, from the first again after the last."""
        self._find(self._match.match.end if self._match is not None else 0)

    def find_previous(self) -> None:
        """Go to the match before, from the last again before the first."""
        self._find(self._match.match.start if self._match is not None else 0, back=True)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        back = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        if event.key() == Qt.Key.Key_Escape:
            self.close_bar()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            (self.find_previous if back else self.find_next)()
        else:
            super().keyPressEvent(event)

    def _on_text(self) -> None:
        self._loader.stop_finding()
        self._searching = False
        self._wait.start()

    def _find_here(self) -> None:
        self._find(self._match.match.start if self._match is not None else 0)

    def _find(self, start: int, *, back: bool = False) -> None:
        self._drop()
        text = self.field.text()
        if not text or not self._loader.is_open:
            self.status.setText("")
            return
        self._searching = True
        self.status.setText(self.tr("Searching…"))
        self._loader.find(text, start, back=back)

    def _on_found(self, found: FoundInTree | None) -> None:
        self._searching = False
        if found is None:
            self.status.setText(self.tr("No match"))
            return
        self._match = found
        self.status.setText(self.tr("From the other end") if found.wrapped else "")
        self.matched.emit(found)

    def _drop(self) -> None:
        self._wait.stop()
        self._loader.stop_finding()
        self._searching = False

    def _restyle(self) -> None:
        self._layout.setContentsMargins(theme.scaled(12), 4, theme.scaled(8), 4)
        self._layout.setSpacing(theme.scaled(4))
