"""A text editor for JSON, XML and plain text up to about one megabyte."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from PySide6.QtCore import QEvent, QMimeData, QRect, QRectF, Qt, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QHelpEvent,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QTextBlock,
    QTextCharFormat,
    QTextCursor,
    QTextOption,
)
from PySide6.QtWidgets import QFrame, QPlainTextEdit, QTextEdit, QToolTip, QWidget

from httpdesk.gui import theme
from httpdesk.gui.widgets.code_gutter import Gutter
from httpdesk.gui.widgets.folding import fold_end, opens_fold
from httpdesk.gui.widgets.highlighter import LANGUAGES, Formats
from httpdesk.gui.widgets.labels import plain_tooltip

_INDENT = 2
_MARGIN_TOP = 4
_CLEAN, _STALE = 1, -1


class CodeEditor(QPlainTextEdit):
    """Line numbers, folding, colours of visible lines, `{{variable}}` tints and a problem mark.

    Tab indents; Esc and then Tab leaves the editor. Only plain text can be pasted.
    Signals: `visibleLinesChanged` after scrolling, resizing or editing.
    """

    visibleLinesChanged = Signal()

    def __init__(self, name: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._language = "none"
        self._formats = Formats()
        self._folded: dict[int, int] = {}
        self._matches: Sequence[tuple[int, int]] = ()
        self._current_match = -1
        self._problem: tuple[int, int, str] | None = None
        self._leaves_on_tab = False
        self._gutter = Gutter(self, self)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setAccessibleName(name)
        self.setAccessibleDescription(
            self.tr("Tab indents. Press Escape and then Tab to leave the editor.")
        )
        self.set_wrap(False)
        self._connect()
        theme.follow(self._restyle)

    # What callers set

    def set_language(self, language: str) -> None:
        """Colour as "json", "xml", "text" or "none"; raises `ValueError` on another one."""
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
        """Allow or forbid typing; the text can still be selected and searched by key."""
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
        cursor.setPosition(block.position() + min(column - 1, block.length() - 1))
        self.reveal(cursor)

    def reveal(self, cursor: QTextCursor) -> None:
        """Make `cursor` the cursor, opening the folds that hide it."""
        for start, end in list(self._folded.items()):
            if start < cursor.blockNumber() <= end:
                self.toggle_fold(start)
        self.setTextCursor(cursor)
        self.centerCursor()

    # Folding

    def is_foldable(self, block: QTextBlock) -> bool:
        """Return whether a fold begins in `block`."""
        return opens_fold(self._language, block.text())

    def is_folded(self, line: int) -> bool:
        """Return whether the fold that begins in `line` (from 0) is closed."""
        return line in self._folded

    def toggle_fold(self, line: int) -> None:
        """Close or open the fold that begins in `line`, counted from 0."""
        if line in self._folded:
            self._show_lines(line, self._folded.pop(line), True)
            for inner, end in self._folded.items():
                self._show_lines(inner, end, False)
            return
        end = fold_end(self._language, self.toPlainText(), line)
        if end > line + 1:
            self._folded[line] = end - 1
            self._show_lines(line, end - 1, False)

    def _show_lines(self, line: int, end: int, visible: bool) -> None:
        first = block = self.document().findBlockByNumber(line + 1)
        while block.isValid() and block.blockNumber() <= end:
            block.setVisible(visible)
            block.setLineCount(max(block.layout().lineCount(), 1) if visible else 0)
            last, block = block, block.next()
        length = last.position() + last.length() - first.position()
        self.document().markContentsDirty(first.position(), length)
        self.viewport().update()
        self._gutter.update()

    # Colours and marks

    def visible_blocks(self) -> Iterator[tuple[QTextBlock, QRectF]]:
        """Yield the blocks on screen with their place in the viewport."""
        block = self.firstVisibleBlock()
        offset = self.contentOffset()
        bottom = self.viewport().height()
        while block.isValid():
            place = self.blockBoundingGeometry(block).translated(offset)
            if place.top() > bottom:
                return
            if block.isVisible():
                yield block, place
            block = block.next()

    def _stain(self) -> None:
        """Set the formats of visible blocks that have none yet."""
        stale = [b for b, _ in self.visible_blocks() if b.userState() != _CLEAN]
        for block in stale:
            block.layout().setFormats(self._formats.ranges(self._language, block))
            block.setUserState(_CLEAN)
        if stale:
            start, last = stale[0].position(), stale[-1]
            self.document().markContentsDirty(start, last.position() + last.length() - start)

    def _restain(self) -> None:
        block = self.document().firstBlock()
        while block.isValid():
            block.setUserState(_STALE)
            block = block.next()
        self._stain()

    def _on_contents_change(self, position: int, _removed: int, added: int) -> None:
        document = self.document()
        block = document.findBlock(position)
        end = position + added
        while block.isValid() and block.position() <= end:
            block.setUserState(_STALE)
            block = block.next()
        if self._folded:
            self._unfold_all()

    def _unfold_all(self) -> None:
        for line, end in self._folded.items():
            self._show_lines(line, end, True)
        self._folded.clear()

    def _on_view_changed(self) -> None:
        self._stain()
        self._mark()
        self._gutter.update()
        self.visibleLinesChanged.emit()

    def _mark(self) -> None:
        self.setExtraSelections([*self._match_marks(), *self._problem_marks()])

    def _match_marks(self) -> list[QTextEdit.ExtraSelection]:
        visible = [block for block, _ in self.visible_blocks()]
        if not self._matches or not visible:
            return []
        first, last = visible[0].position(), visible[-1].position() + visible[-1].length()
        return [
            self._selection(position, length, index == self._current_match)
            for index, (position, length) in enumerate(self._matches)
            if first <= position < last
        ]

    def _selection(self, position: int, length: int, current: bool) -> QTextEdit.ExtraSelection:
        mark = QTextEdit.ExtraSelection()
        cursor = QTextCursor(self.document())
        cursor.setPosition(position)
        cursor.setPosition(position + length, QTextCursor.MoveMode.KeepAnchor)
        format_ = QTextCharFormat()
        format_.setBackground(theme.color("accent" if current else "amber_tint"))
        format_.setForeground(theme.color("on_accent" if current else "text"))
        mark.cursor, mark.format = cursor, format_
        return mark

    def _problem_marks(self) -> list[QTextEdit.ExtraSelection]:
        if self._problem is None:
            return []
        line, column, _text = self._problem
        block = self.document().findBlockByNumber(line - 1)
        if not block.isValid():
            return []
        start = block.position() + min(max(column - 1, 0), max(block.length() - 2, 0))
        mark = self._selection(start, min(1, block.length() - 1), False)
        format_ = QTextCharFormat()
        format_.setUnderlineStyle(QTextCharFormat.UnderlineStyle.WaveUnderline)
        format_.setUnderlineColor(theme.color("red"))
        mark.format = format_
        return [mark]

    # Keys and the clipboard

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        leaves = self._leaves_on_tab
        self._leaves_on_tab = key == Qt.Key.Key_Escape
        if key == Qt.Key.Key_Escape:
            event.ignore()
        elif key in (Qt.Key.Key_Tab, Qt.Key.Key_Backtab) and (leaves or self.isReadOnly()):
            self.focusNextPrevChild(key == Qt.Key.Key_Tab)
        elif key == Qt.Key.Key_Tab:
            self._indent()
        elif key == Qt.Key.Key_Backtab:
            self._outdent()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and _is_plain(event):
            self._new_line()
        else:
            super().keyPressEvent(event)

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Move the focus on; Qt asks with Tab, which `keyPressEvent` has decided already."""
        return super().focusNextPrevChild(forward)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._leaves_on_tab = False
        self.viewport().update()

    def insertFromMimeData(self, source: QMimeData) -> None:
        """Paste or drop as plain text, whatever else the clipboard offers."""
        if source.hasText():
            self.textCursor().insertText(source.text())
            self.ensureCursorVisible()

    def canInsertFromMimeData(self, source: QMimeData) -> bool:
        return source.hasText()

    def _indent(self) -> None:
        cursor = self.textCursor()
        if not cursor.hasSelection():
            column = cursor.positionInBlock()
            cursor.insertText(" " * (_INDENT - column % _INDENT))
            return
        self._for_each_line(lambda line: line.insertText(" " * _INDENT))

    def _outdent(self) -> None:
        self._for_each_line(_remove_indent)

    def _for_each_line(self, change: Callable[[QTextCursor], object]) -> None:
        cursor = self.textCursor()
        document = self.document()
        first = document.findBlock(cursor.selectionStart()).blockNumber()
        last = document.findBlock(cursor.selectionEnd()).blockNumber()
        cursor.beginEditBlock()
        for number in range(first, last + 1):
            change(QTextCursor(document.findBlockByNumber(number)))
        cursor.endEditBlock()

    def _new_line(self) -> None:
        cursor = self.textCursor()
        before = cursor.block().text()[: cursor.positionInBlock()]
        indent = before[: len(before) - len(before.lstrip())]
        deeper = self._language == "json" and before.rstrip().endswith(("{", "["))
        cursor.insertText("\n" + indent + " " * (_INDENT if deeper else 0))
        self.ensureCursorVisible()

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
        if self._language not in ("json", "xml"):
            return
        step = self.fontMetrics().horizontalAdvance(" " * _INDENT)
        left = self.contentOffset().x() + self.document().documentMargin()
        guide = theme.color("border")
        for block, place in self.visible_blocks():
            line = block.text()
            depth = (len(line) - len(line.lstrip(" "))) // _INDENT
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
        self.updateRequest.connect(self._on_update_request)

    def _on_update_request(self, _rect: QRect, dy: int) -> None:
        if dy:
            self._gutter.scroll(0, dy)

    def _restyle(self) -> None:
        self.setFont(theme.mono_font(12))
        self.document().setDocumentMargin(0)
        self.setTabStopDistance(self.fontMetrics().horizontalAdvance("  "))
        self._formats.clear()
        self._place_gutter()
        self._restain()
        self._mark()


def _is_plain(event: QKeyEvent) -> bool:
    held = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    return held == Qt.KeyboardModifier.NoModifier


def _remove_indent(cursor: QTextCursor) -> None:
    line = cursor.block().text()
    for _ in range(min(_INDENT, len(line) - len(line.lstrip(" ")))):
        cursor.deleteChar()
