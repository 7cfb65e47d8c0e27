"""The URL as typed: one line, parts in colour, variables marked."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Final

from PySide6.QtCore import QEvent, QMimeData, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QHelpEvent,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QSyntaxHighlighter,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QWheelEvent,
)
from PySide6.QtWidgets import QFrame, QMenu, QPlainTextEdit, QSizePolicy, QToolTip, QWidget

from httpdesk.engine.template import Mark, covered, has_value, marks
from httpdesk.gui import theme
from httpdesk.gui.tables.completion import VariableCompleter
from httpdesk.gui.tables.exact_text import document_text, replace_text
from httpdesk.gui.tables.variable_text import paint_variable_text
from httpdesk.gui.widgets.labels import plain_tooltip

_ORIGIN: Final = re.compile(r"\s*(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*://)?(?P<host>[^/?#]*)")
_LINE_BREAK: Final = re.compile(r"[ \t]*[\r\n\u2028\u2029]+[ \t]*")
_LEAST_BASE: Final = 64
_DROP: Final = 2
_LONGEST_COLOURED: Final = 20_000
_NOT_LEFT: Final = (Qt.FocusReason.PopupFocusReason, Qt.FocusReason.ActiveWindowFocusReason)
"""Reasons for which the focus comes back by itself."""


class UrlField(QPlainTextEdit):
    """A single line that Enter submits; pasted line breaks are left out.

    Signals: `submitted` on Enter, `left` when the focus went elsewhere, `focused(bool)`, and
    `pasted` when all of the text was pasted at once; `editRequested(name)` when the value of a
    variable is to be edited where it comes from.
    """

    submitted = Signal()
    left = Signal()
    focused = Signal(bool)
    pasted = Signal()
    editRequested = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.variables: Mapping[str, str] = {}
        """Name -> what a tooltip says of it."""
        self.setAccessibleName(self.tr("URL"))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTabChangesFocus(True)
        self.setPlaceholderText(self.tr("Enter a URL"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMinimumWidth(0)
        self.colours = UrlColours(self.document())
        self.completer = VariableCompleter(self, self)
        # For the window's focus ring: the frame around the field shows the focus.
        self.setProperty("showsOwnFocus", True)
        theme.follow(self._restyle)

    def text(self) -> str:
        """Return the URL exactly as typed."""
        return document_text(self.document())

    def set_text(self, text: str) -> None:
        """Show another URL and forget the undo steps; the same one is left alone."""
        if text != self.text():
            self.setPlainText(text)

    def change_text(self, text: str) -> None:
        """Replace the URL in a way that the user can undo."""
        replace_text(self.document(), text)

    def select(self, position: int, length: int) -> None:
        """Select part of the URL."""
        cursor = self.textCursor()
        end = len(self.text())
        cursor.setPosition(min(position, end))
        cursor.setPosition(min(position + length, end), QTextCursor.MoveMode.KeepAnchor)
        self.setTextCursor(cursor)

    def set_variables(self, sources: Mapping[str, str]) -> None:
        """Say which variables there are, each with what a tooltip says of it."""
        self.variables = sources
        self.colours.set_known(sources.keys())
        self.completer.set_names(sources.keys())

    def text_before_cursor(self) -> str:
        """Return the URL up to the cursor."""
        return self.text()[: self.textCursor().position()]

    def text_after_cursor(self) -> str:
        """Return the URL from the cursor on."""
        return self.text()[self.textCursor().position() :]

    def replace_before_cursor(self, length: int, text: str) -> None:
        """Put `text` in place of the characters in front of the cursor."""
        cursor = self.textCursor()
        cursor.setPosition(cursor.position() - length, QTextCursor.MoveMode.KeepAnchor)
        cursor.insertText(text)
        self.setTextCursor(cursor)

    def cursor_place(self) -> QRect:
        """Return where the cursor is."""
        return self.cursorRect()

    def sizeHint(self) -> QSize:
        height = self.fontMetrics().lineSpacing() + 2 + 2 * theme.scaled(_DROP)
        return QSize(theme.scaled(240), height)

    def minimumSizeHint(self) -> QSize:
        return QSize(theme.scaled(80), self.sizeHint().height())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self.completer.takes(event):
            event.ignore()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._enter(event)
        elif event.key() == Qt.Key.Key_Space and event.modifiers() == _CONTROL:
            self.completer.offer_all()
        elif event.matches(QKeySequence.StandardKey.InsertLineSeparator):
            event.ignore()
        elif event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Escape):
            # Nothing to do in a single line; the window may use them.
            event.ignore()
        elif event.key() == Qt.Key.Key_I and event.modifiers() == _CONTROL:
            self._open_variable(self.cursorRect().bottomLeft(), self.textCursor().position())
        else:
            super().keyPressEvent(event)
            if event.text():
                self.completer.offer()

    def insertFromMimeData(self, source: QMimeData) -> None:
        """Paste or drop as one line."""
        text = one_line(source.text())
        self.textCursor().insertText(text)
        self.ensureCursorVisible()
        if text and text == self.text():
            self.pasted.emit()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.focused.emit(True)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.focused.emit(False)
        if event.reason() not in _NOT_LEFT:
            self.left.emit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.verticalScrollBar().setValue(0)

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            self._show_variable(event.pos(), self.cursorForPosition(event.pos()).position())
            return True
        return super().viewportEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        if self.hasFocus() or self._fits():
            super().paintEvent(event)
        else:
            self._paint_shortened()

    def _fits(self) -> bool:
        return self.fontMetrics().horizontalAdvance(self.text()) <= self.viewport().width()

    def _paint_shortened(self) -> None:
        """Paint the URL with its base elided in the middle: the end of the path says most."""
        text = self.text()
        origin, insecure = origin_of(text)
        rest = text[len(origin) :]
        scheme = "http://" if insecure else ""
        host = re.sub(r"^\s*https?://", "", origin, flags=re.IGNORECASE)
        metrics, room = self.fontMetrics(), self.viewport().rect()
        spare = room.width() - metrics.horizontalAdvance(scheme + rest)
        least = min(metrics.horizontalAdvance(host), theme.scaled(_LEAST_BASE))
        if not any(marks(host)):  # the name of a variable says nothing when it is cut
            host = metrics.elidedText(host, Qt.TextElideMode.ElideMiddle, max(spare, least))
        left = room.width() - metrics.horizontalAdvance(scheme + host)
        rest = metrics.elidedText(rest, Qt.TextElideMode.ElideLeft, left)
        painter = QPainter(self.viewport())
        for piece, token in ((scheme, "amber"), (host, "text3"), (rest, "text")):
            known = self.variables.keys()
            taken = paint_variable_text(painter, room, piece, self.font(), token, known=known)
            room.setLeft(taken.left() + taken.width())

    def _enter(self, event: QKeyEvent) -> None:
        plain = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if plain in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier):
            self.submitted.emit()
        else:
            event.ignore()

    def _open_variable(self, point: QPoint, position: int) -> None:
        """Say what a variable is, and lead to where it is edited."""
        mark = mark_at(self.text(), position)
        if mark is None or mark.name is None:
            return
        name = mark.name
        told = self.variables.get(name, self.tr("{0} has no value.").format(name))
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for line in told.split("\n"):
            menu.addAction(line.replace("&", "&&")).setEnabled(False)
        words = self.tr("Edit value…") if name in self.variables else self.tr("Add value…")
        menu.addAction(words).triggered.connect(lambda: self.editRequested.emit(name))
        menu.popup(self.viewport().mapToGlobal(point))
        menu.setActiveAction(menu.actions()[-1])

    def _show_variable(self, point: QPoint, position: int) -> None:
        mark = mark_at(self.text(), position)
        name = mark.name if mark else None
        if name is None:
            QToolTip.hideText()
            return
        told = self.variables.get(name, self.tr("{0} has no value.").format(name))
        QToolTip.showText(self.viewport().mapToGlobal(point), plain_tooltip(told), self)

    def _restyle(self) -> None:
        font = theme.mono_font(13)
        self.setFont(font)
        # The placeholder is painted with this one, which a style sheet keeps as it was at first.
        self.viewport().setFont(font)
        self.document().setDocumentMargin(0)
        # Centred in its frame, the text then stands on the line of the method beside it.
        self.setViewportMargins(0, 2 * theme.scaled(_DROP), 0, 0)
        self.setFixedHeight(self.sizeHint().height())
        self.setCursorWidth(1)
        self.colours.rehighlight()


class UrlColours(QSyntaxHighlighter):
    """Scheme and host dim (http in amber), variables on a tint, unknown ones red and wavy."""

    def __init__(self, document: QTextDocument) -> None:
        super().__init__(document)
        self._known: frozenset[str] | None = None

    def set_known(self, names: Collection[str]) -> None:
        """Say which variables have a value."""
        known = frozenset(names)
        if known != self._known:
            self._known = known
            self.rehighlight()

    def highlightBlock(self, text: str) -> None:
        if len(text) > _LONGEST_COLOURED:
            return
        origin, insecure = origin_of(text)
        self.setFormat(0, len(origin), _format("text3"))
        if insecure:
            self.setFormat(len(origin) - len(origin.lstrip()), len("http://"), _format("amber"))
        self.setFormat(len(origin), len(text) - len(origin), _format("text"))
        for mark in marks(text):
            if mark.name is not None:
                unknown = self._known is not None and not has_value(mark.name, self._known)
                self.setFormat(mark.start, mark.end - mark.start, _variable_format(unknown))


def one_line(text: str) -> str:
    """Return pasted text as one line: line breaks with the blanks around them are left out."""
    return _LINE_BREAK.sub("", text.strip())


def origin_of(text: str) -> tuple[str, bool]:
    """Return scheme and host as typed, and whether the scheme is http."""
    # A variable may hold `/`, `?` or `#` in its name, which end no host.
    hidden = covered(text, lambda mark: "x" * (mark.end - mark.start))
    found = _ORIGIN.match(hidden)
    assert found is not None  # every part of the pattern is optional
    return text[: found.end("host")], (found["scheme"] or "").lower() == "http://"


def mark_at(text: str, position: int) -> Mark | None:
    """Return the variable at a position of `text`, or None."""
    return next((mark for mark in marks(text) if mark.start <= position <= mark.end), None)


_CONTROL: Final = Qt.KeyboardModifier.ControlModifier


def _format(token: str) -> QTextCharFormat:
    made = QTextCharFormat()
    made.setForeground(theme.color(token))
    return made


def _variable_format(unknown: bool) -> QTextCharFormat:
    made = _format("red" if unknown else "accent_text")
    made.setBackground(QColor(theme.color("red_tint" if unknown else "accent_tint")))
    if unknown:
        made.setUnderlineStyle(QTextCharFormat.UnderlineStyle.WaveUnderline)
        made.setUnderlineColor(theme.color("red"))
    return made
