"""Controls of a connection's form: each has a value, and tells when the user edits it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from PySide6.QtCore import Signal, SignalInstance
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QCheckBox,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QSizePolicy,
    QWidget,
)

from httpdesk.gui import theme
from httpdesk.gui.widgets.buttons import TextButton
from httpdesk.gui.widgets.choice import Choice
from httpdesk.gui.widgets.file_field import FileField, certificate_files
from httpdesk.gui.widgets.number_field import NumberField
from httpdesk.gui.widgets.scaled_layout import keep_scaled
from httpdesk.gui.widgets.segmented import Segmented
from httpdesk.model.request import Header

_LINE = 18
_AROUND = 10
_FIRST_PORT = 8765


class Control(Protocol):
    """What the form asks of all of them; `put` tells nobody."""

    @property
    def edited(self) -> SignalInstance: ...

    def value(self) -> Any: ...

    def put(self, value: Any) -> None: ...


class TextControl(QLineEdit):
    """A line of text; `mono` for addresses and identifiers."""

    edited = Signal()

    def __init__(self, name: str, hint: str = "", *, mono: bool = True, width: int = 0) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setPlaceholderText(hint)
        self._mono, self._width = mono, width
        self.textEdited.connect(lambda _: self.edited.emit())
        theme.follow(self._restyle)

    def value(self) -> Any:
        """Return the text without the blanks around it."""
        return self.text().strip()

    def put(self, value: Any) -> None:
        """Show a text; the cursor stays when it is the same one."""
        if value != self.value():
            self.setText(value)
            self.setCursorPosition(0)

    def _restyle(self) -> None:
        self.setFont(theme.mono_font(12) if self._mono else theme.ui_font(13))
        if self._width:
            self.setFixedWidth(theme.scaled(self._width))


class HostsControl(TextControl):
    """Hosts with commas or blanks between them."""

    def value(self) -> Any:
        """Return the hosts."""
        return tuple(self.text().replace(",", " ").split())

    def put(self, value: Any) -> None:
        """Show hosts."""
        if value != self.value():
            self.setText(", ".join(value))


class SegmentControl(Segmented):
    """A few values side by side."""

    edited = Signal()

    def __init__(self, name: str, options: Sequence[tuple[Any, str]]) -> None:
        super().__init__([words for _, words in options], name)
        self._values = [value for value, _ in options]
        self._showing = False
        self.setFocusProxy(self.button(0))
        self.currentChanged.connect(self._tell)

    def value(self) -> Any:
        """Return the value that is chosen."""
        return self._values[self.current]

    def put(self, value: Any) -> None:
        """Choose a value."""
        self._showing = True
        self.set_current(self._values.index(value))
        self._showing = False

    def _tell(self, index: int) -> None:
        self.setFocusProxy(self.button(index))
        if not self._showing:
            self.edited.emit()


class MenuControl(Choice):
    """One of several values in a menu."""

    edited = Signal()

    def __init__(self, name: str, options: Sequence[tuple[Any, str]]) -> None:
        super().__init__(name, [words for _, words in options])
        # The longest words may be cut where there is little room.
        self.setMinimumContentsLength(12)
        self.setSizeAdjustPolicy(Choice.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self._values = [value for value, _ in options]
        self._showing = False
        self.currentIndexChanged.connect(self._tell)

    def value(self) -> Any:
        """Return the value that is chosen."""
        return self._values[self.currentIndex()]

    def put(self, value: Any) -> None:
        """Choose a value."""
        self._showing = True
        self.setCurrentIndex(self._values.index(value))
        self._showing = False

    def _tell(self, _: int) -> None:
        if not self._showing:
            self.edited.emit()


class SwitchControl(QCheckBox):
    """Yes or no."""

    edited = Signal()

    def __init__(self, words: str) -> None:
        super().__init__(words)
        self.setAccessibleName(words)
        self.clicked.connect(lambda _: self.edited.emit())

    def value(self) -> Any:
        """Return whether it is on."""
        return self.isChecked()

    def put(self, value: Any) -> None:
        """Switch it."""
        self.setChecked(bool(value))


class PathControl(FileField):
    """The path of a PEM or PKCS#12 file."""

    edited = Signal()

    def __init__(self, name: str) -> None:
        super().__init__(name, certificate_files())
        self.line.textEdited.connect(lambda _: self.edited.emit())
        self.finished.connect(self.edited)

    def value(self) -> Any:
        """Return the path."""
        return self.text()

    def put(self, value: Any) -> None:
        """Show a path."""
        self.set_text(value)


class PairsControl(QPlainTextEdit):
    """Names with values, one pair on a line; it grows with its lines and never scrolls.

    Lines that are no pair yet are kept while the page is open, and are no part of the value.
    """

    edited = Signal()

    def __init__(self, name: str, mark: str, hint: str) -> None:
        super().__init__()
        self._mark, self._showing = mark, False
        self.setAccessibleName(name)
        self.setPlaceholderText(hint)
        self.setTabChangesFocus(True)
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.textChanged.connect(self._on_changed)
        theme.follow(self._restyle)

    def value(self) -> Any:
        """Return (name, value) pairs."""
        pairs = []
        for line in self.toPlainText().splitlines():
            name, mark, value = line.partition(self._mark)
            if mark and name.strip():
                pairs.append((name.strip(), value.strip()))
        return tuple(pairs)

    def put(self, value: Any) -> None:
        """Show pairs."""
        if value != self.value():
            gap = " " if self._mark == ":" else ""
            self._showing = True
            self.setPlainText("\n".join(f"{name}{self._mark}{gap}{each}" for name, each in value))
            self._showing = False

    def _on_changed(self) -> None:
        self._restyle()
        if not self._showing:
            self.edited.emit()

    def _restyle(self) -> None:
        self.setFont(theme.mono_font(12))
        lines = max(self.document().blockCount(), 2)
        self.setFixedHeight(theme.scaled(lines * _LINE + _AROUND))


class HeadersControl(PairsControl):
    """Headers, one on a line; a switched-off one has # before its name."""

    def value(self) -> Any:
        """Return the headers."""
        return tuple(
            Header(name.lstrip("# "), value, enabled=not name.startswith("#"))
            for name, value in super().value()
        )

    def put(self, value: Any) -> None:
        """Show headers."""
        if value != self.value():
            super().put(tuple((("" if h.enabled else "# ") + h.name, h.value) for h in value))


class PortControl(QWidget):
    """A port that the system chooses, 0, or a fixed one."""

    edited = Signal()

    def __init__(self, name: str) -> None:
        super().__init__()
        self.mode = SegmentControl(
            name, ((False, self.tr("Any free port")), (True, self.tr("Fixed")))
        )
        self.number = NumberField(self.tr("Number of the port"), 1, 65535)
        self.number.setValue(_FIRST_PORT)
        row = QHBoxLayout(self)
        keep_scaled(row, spacing=8)
        row.addWidget(self.mode)
        row.addWidget(self.number)
        row.addStretch(1)
        self.setFocusProxy(self.mode)
        self.number.hide()
        self.mode.edited.connect(self._tell)
        self.number.valueChanged.connect(lambda _: self._tell())

    def value(self) -> Any:
        """Return the port."""
        return self.number.value() if self.mode.value() else 0

    def put(self, value: Any) -> None:
        """Show a port."""
        self.blockSignals(True)
        self.mode.put(bool(value))
        if value:
            self.number.setValue(value)
        self.number.setVisible(bool(value))
        self.blockSignals(False)

    def _tell(self) -> None:
        self.number.setVisible(self.mode.value())
        self.edited.emit()


class CopyLine(QWidget):
    """A text that is read and copied, not edited."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.line = QLineEdit()
        self.line.setReadOnly(True)
        self.line.setAccessibleName(name)
        self.copy = TextButton(self.tr("Copy"))
        self.copy.setAccessibleName(self.tr("Copy: {0}").format(name))
        row = QHBoxLayout(self)
        keep_scaled(row, spacing=8)
        row.addWidget(self.line, 1)
        row.addWidget(self.copy)
        self.setFocusProxy(self.line)
        self.copy.clicked.connect(self.take)
        theme.follow(self._restyle)

    def take(self) -> None:
        """Put the text on the clipboard."""
        QGuiApplication.clipboard().setText(self.line.text())

    def _restyle(self) -> None:
        self.line.setFont(theme.mono_font(12))
