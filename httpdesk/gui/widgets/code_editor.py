"""A text editor for JSON, XML and plain text up to about one megabyte."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from PySide6.QtCore import QEvent, QMimeData, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QHelpEvent,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QTextBlock,
    QTextCursor,
    QTextOption,
    QWheelEvent,
)
from PySide6.QtWidgets import QFrame, QPlainTextEdit, QToolTip, QWidget

from httpdesk.gui import theme
from httpdesk.gui.widgets import code_folds, code_typing
from httpdesk.gui.widgets.code_gutter import Gutter
from httpdesk.gui.widgets.code_marks import Problem, match_marks, problem_marks
from httpdesk.gui.widgets.code_typing import INDENT
from httpdesk.gui.widgets.code_units import unit_offset
from httpdesk.gui.widgets.folding import fold_end, opens_fold
from httpdesk.gui.widgets.highlighter import LANGUAGES, Formats
from httpdesk.gui.widgets.labels import plain_tooltip

_MARGIN_TOP = 4
_STALE = -1
_MANY = 2_000
_CTRL_SHIFT = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
_FOLD_KEYS = {
    Qt.Key.Key_BracketLeft: True,
    Qt.Key.Key_BraceLeft: True,
    Qt.Key.Key_BracketRight: False,
    Qt.Key.Key_BraceRight: False,
}


class CodeEditor(QPlainTextEdit):
    """Line numbers, folding, colours of visible lines, `{{variable}}` tints and a problem mark.

    Tab indents; Esc and then Tab leaves the editor; Ctrl+Shift+[ and ] fold and unfold. Only plain
    text can be pasted.
    Signals: `visibleLinesChanged` after scrolling, resizing or editing.
    """

    visibleLinesChanged = Signal()

    def __init__(self, name: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._language = "none"
        self._formats = Formats()
        self._generation = 0
        self._matches: Sequence[tuple[int, int]] = ()
        self._current_match = -1
        self._problem: Problem | None = None
        self._gutter = Gutter(self, self)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setAccessibleName(name)
        self.setAccessibleDescription(
            self.tr("Tab indents. Press Escape and then Tab to leave the editor.")
        )
        self.set_wrap(False)
        self._connect()
        theme.follow(self._restyle)

    def minimumSizeHint(self) -> QSize:
        """Return room for a line: with large text the bars around may need all else."""
        return QSize(super().minimumSizeHint().width(), theme.scaled(20))

    # What callers set

    def set_language(self, language: str) -> None:
        """Colour as one of `LANGUAGES`; raises `ValueError` on another one."""
        if language not in LANGUAGES:
            raise ValueError(language)
        self._language = language
        self._restain()

    @property
    def language(self) -> str:
        """The language in force."""
        return self._language

    def set_problem(self, line: int, column: int, text: str | None) -> None:
        """Underline the place of a mistake (line and column from 1); None takes the mark away."""
        self._problem = None if text is None else (line, column, text)
        self._mark()

    def set_read_only(self, read_only: bool) -> None:
        """Allow or forbid typing; the text can still be selected and copied by key."""
        self.setReadOnly(read_only)
        if read_only:
            self.setTextInteractionFlags(
                Qt.TextInteractionFlag.TextSelectableByMouse
                | Qt.TextInteractionFlag.TextSelectableByKeyboard
            )
        self.viewport().update()

    @property
    def read_only(self) -> bool:
        """Whether typing is forbidden."""
        return self.isReadOnly()

    def set_wrap(self, wrap: bool) -> None:
        """Break long lines at the edge, anywhere in a word, or scroll sideways."""
        mode = QPlainTextEdit.LineWrapMode
        self.setLineWrapMode(mode.WidgetWidth if wrap else mode.NoWrap)
        # WrapAtWordBoundary takes seconds on a line of 256 kB, WrapAnywhere does not.
        self.setWordWrapMode(
            QTextOption.WrapMode.WrapAnywhere if wrap else QTextOption.WrapMode.NoWrap
        )
        # Wrapped lines can still come out a pixel or two wider than the view.
        policy = Qt.ScrollBarPolicy
        self.setHorizontalScrollBarPolicy(
            policy.ScrollBarAlwaysOff if wrap else policy.ScrollBarAsNeeded
        )

    def set_matches(self, matches: Sequence[tuple[int, int]], current: int) -> None:
        """Mark found text: (position, length) in order of position, and which one is current."""
        self._matches, self._current_match = matches, current
        self._mark()

    def go_to(self, line: int, column: int = 1) -> None:
        """Put the cursor at a line and column, both from 1, and show it."""
        block = self.document().findBlockByNumber(line - 1)
        if not block.isValid():
            return
        cursor = QTextCursor(block)
        cursor.setPosition(block.position() + unit_offset(block.text(), column))
        self.reveal(cursor)

    def reveal(self, cursor: QTextCursor) -> None:
        """Make `cursor` the cursor, opening the fold that hides it."""
        if not cursor.block().isVisible():
            self._open_around(cursor.block())
        self.setTextCursor(cursor)
        if not self.viewport().rect().contains(self.cursorRect()):
            self.centerCursor()

    # Folding

    def is_foldable(self, block: QTextBlock) -> bool:
        """Return whether a fold begins in `block`."""
        return opens_fold(self._language, block.text())

    def is_folded(self, line: int) -> bool:
        """Return whether the lines after `line` (from 0) are hidden."""
        return code_folds.is_folded(self.document(), line)

    def toggle_fold(self, line: int) -> None:
        """Close or open the fold that begins in `line`, counted from 0."""
        document = self.document()
        first = document.findBlockByNumber(line + 1)
        if self.is_folded(line):
            self._show_blocks(first, code_folds.last_hidden(first), True)
            return
        end = fold_end(self._language, self.toPlainText(), line)
        if end > line + 1:
            self._leave_lines(line, end)
            self._show_blocks(first, document.findBlockByNumber(end - 1), False)

    def _fold_here(self, close: bool) -> None:
        """Close the innermost fold around the cursor, or open the one that begins at it."""
        header = self.textCursor().blockNumber()
        if close:
            header = self._innermost_header(header)
        if header >= 0 and self.is_folded(header) != close:
            self.toggle_fold(header)

    def _innermost_header(self, line: int) -> int:
        text = self.toPlainText()
        block = self.document().findBlockByNumber(line)
        while block.isValid():
            header = block.blockNumber()
            if self.is_foldable(block) and fold_end(self._language, text, header) >= line:
                return header
            block = block.previous()
        return -1

    def _leave_lines(self, line: int, end: int) -> None:
        """Take the cursor out of the lines that are about to be hidden."""
        if line < self.textCursor().blockNumber() < end:
            cursor = QTextCursor(self.document().findBlockByNumber(line))
            cursor.movePosition(QTextCursor.MoveOperation.EndOfBlock)
            self.setTextCursor(cursor)

    def _open_around(self, block: QTextBlock) -> None:
        first = code_folds.first_hidden(block)
        self._show_blocks(first, code_folds.last_hidden(first), True)

    def _show_blocks(self, first: QTextBlock, last: QTextBlock, visible: bool) -> None:
        code_folds.show_blocks(self.document(), first, last, visible)
        self._on_view_changed()
        self.viewport().update()

    # Colours and marks

    def visible_blocks(self) -> Iterator[tuple[QTextBlock, QRectF]]:
        """Yield the blocks on screen with their place in the viewport."""
        block = self.firstVisibleBlock()
        bottom = self.viewport().height()
        # Qt finds the place of a block by adding up all the ones before it: ask once only.
        place = self.blockBoundingGeometry(block).translated(self.contentOffset())
        while block.isValid() and place.top() <= bottom:
            yield block, place
            block = code_folds.next_visible(block)
            height = self.blockBoundingRect(block).height()
            place = QRectF(place.left(), place.bottom(), place.width(), height)

    def _stain(self) -> None:
        """Set the formats of visible blocks that have none of this generation."""
        generation = self._generation
        stale = [b for b, _ in self.visible_blocks() if b.userState() != generation]
        for block in stale:
            block.layout().setFormats(self._formats.ranges(self._language, block))
            block.setUserState(generation)
        if stale:
            start, last = stale[0].position(), stale[-1]
            self.document().markContentsDirty(start, last.position() + last.length() - start)

    def _restain(self) -> None:
        self._generation += 1
        self._stain()

    def _on_contents_change(self, position: int, _removed: int, added: int) -> None:
        if added > _MANY:
            self._generation += 1
            return
        block = self.document().findBlock(position)
        while block.isValid() and block.position() <= position + added:
            block.setUserState(_STALE)
            if not block.isVisible():
                self._open_around(block)
            block = block.next()

    def _on_view_changed(self) -> None:
        self._stain()
        self._mark()
        self._gutter.update()
        self.visibleLinesChanged.emit()

    def _mark(self) -> None:
        document = self.document()
        marks = problem_marks(document, self._problem)
        if self._matches:
            visible = [block for block, _ in self.visible_blocks()]
            marks = match_marks(document, self._matches, self._current_match, visible) + marks
        if marks or self.extraSelections():
            self.setExtraSelections(marks)

    # Keys and the clipboard

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key != Qt.Key.Key_Shift:
            # With this on, the next Tab moves the focus before it gets here.
            self.setTabChangesFocus(key == Qt.Key.Key_Escape)
        if key == Qt.Key.Key_Escape:
            event.ignore()
        elif key in _FOLD_KEYS and event.modifiers() & _CTRL_SHIFT == _CTRL_SHIFT:
            self._fold_here(_FOLD_KEYS[Qt.Key(key)])
        elif self.isReadOnly():
            super().keyPressEvent(event)
        elif key == Qt.Key.Key_Tab:
            code_typing.indent(self.textCursor())
        elif key == Qt.Key.Key_Backtab:
            code_typing.outdent(self.textCursor())
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and _is_plain(event):
            code_typing.new_line(self.textCursor(), self._language)
            self.ensureCursorVisible()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.setTabChangesFocus(False)
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.viewport().update()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scroll; Qt would also zoom a read-only text alone when Ctrl is held."""
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            event.ignore()
        else:
            super().wheelEvent(event)

    def insertFromMimeData(self, source: QMimeData) -> None:
        """Paste or drop as plain text, whatever else the clipboard offers."""
        if self.canInsertFromMimeData(source):
            self.textCursor().insertText(source.text())
            self.ensureCursorVisible()

    def canInsertFromMimeData(self, source: QMimeData) -> bool:
        """Take text; files are left to the pane the editor stands in."""
        return source.hasFormat("text/plain")

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        self._paint_current_line(painter)
        self._paint_guides(painter)
        painter.end()
        super().paintEvent(event)

    def _paint_current_line(self, painter: QPainter) -> None:
        if self.isReadOnly():
            return
        line = self.cursorRect()
        line.setLeft(0)
        line.setWidth(self.viewport().width())
        painter.fillRect(line, theme.color("alt" if not self.hasFocus() else "hover"))

    def _paint_guides(self, painter: QPainter) -> None:
        if self._language not in ("json", "xml", "graphql"):
            return
        step = self.fontMetrics().horizontalAdvance(" " * INDENT)
        left = self.contentOffset().x() + self.document().documentMargin()
        guide = theme.color("border")
        for block, place in self.visible_blocks():
            line = block.text()
            depth = (len(line) - len(line.lstrip(" "))) // INDENT
            for level in range(1, depth):
                x = round(left + level * step)
                painter.fillRect(QRect(x, int(place.top()), 1, int(place.height()) + 1), guide)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_gutter()
        self._on_view_changed()

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            self._show_problem(event)
            return True
        return super().viewportEvent(event)

    def _show_problem(self, event: QHelpEvent) -> None:
        block = self.cursorForPosition(event.pos()).block()
        if self._problem and block.blockNumber() == self._problem[0] - 1:
            QToolTip.showText(event.globalPos(), plain_tooltip(self._problem[2]), self)
        else:
            QToolTip.hideText()

    def _place_gutter(self) -> None:
        width = self._gutter.needed_width()
        top = theme.scaled(_MARGIN_TOP)
        self.setViewportMargins(width, top, 0, 0)
        self._gutter.setGeometry(0, top, width, self.height() - top)

    def _connect(self) -> None:
        self.document().contentsChange.connect(self._on_contents_change)
        self.textChanged.connect(self._on_view_changed)
        self.blockCountChanged.connect(self._place_gutter)
        self.verticalScrollBar().valueChanged.connect(self._on_view_changed)
        self.cursorPositionChanged.connect(self.viewport().update)

    def _restyle(self) -> None:
        self.setFont(theme.mono_font(12))
        self.document().setDocumentMargin(0)
        self.setTabStopDistance(self.fontMetrics().horizontalAdvance("  "))
        self._formats.clear()
        self._place_gutter()
        self._restain()
        self._mark()


def _is_plain(event: QKeyEvent) -> bool:
    """Return whether Enter is a new line; with Shift, Qt would put a U+2028 into the text."""
    others = Qt.KeyboardModifier.KeypadModifier | Qt.KeyboardModifier.ShiftModifier
    return event.modifiers() & ~others == Qt.KeyboardModifier.NoModifier
