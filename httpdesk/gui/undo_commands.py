"""Undo and Redo: of the text or table that has the focus first, then of the whole request.

Every text and table goes back through what was typed in it since it was filled. Where that ends,
Undo goes on through the changes of the request, in whichever of its tabs they were made, and
through those of the last run of the program.
"""

from __future__ import annotations

from functools import partial
from typing import Protocol, runtime_checkable

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QAbstractItemDelegate,
    QAbstractItemView,
    QApplication,
    QLineEdit,
    QPlainTextEdit,
    QWidget,
)
from shiboken6 import isValid

from httpdesk.gui.documents import Document
from httpdesk.gui.draft_keeper import DraftKeeper
from httpdesk.gui.page_places import keeping_places
from httpdesk.gui.parts import Handlers, WindowParts
from httpdesk.model.request import Request

_KEYS = (QKeySequence.StandardKey.Undo, QKeySequence.StandardKey.Redo)


@runtime_checkable
class Undoing(Protocol):
    """Something with undo steps of its own, such as the rows of a table."""

    def can_undo(self) -> bool:
        """Return whether there is a change to take back."""

    def can_redo(self) -> bool:
        """Return whether a change was taken back."""

    def undo(self) -> None:
        """Take the last change back."""

    def redo(self) -> None:
        """Make it again."""


class UndoCommands(QObject):
    """Handlers of Undo and Redo."""

    def __init__(self, parts: WindowParts, keeper: DraftKeeper) -> None:
        super().__init__(parts.window)
        self._parts = parts
        self._keeper = keeper
        self._watched: QWidget | None = None
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        application.focusChanged.connect(self._watch)

    def handlers(self) -> Handlers:
        """Return the handlers by action."""
        return {
            "edit.undo": partial(self._go, back=True),
            "edit.redo": partial(self._go, back=False),
        }

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Leave the keys to the commands: a text takes them also when its own steps have ended."""
        is_ours = (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and any(event.matches(key) for key in _KEYS)
        )
        if is_ours:
            event.ignore()
        return is_ours

    def _watch(self, _before: QWidget | None, now: QWidget | None) -> None:
        if self._watched is not None and isValid(self._watched):
            self._watched.removeEventFilter(self)
        self._watched = None
        if now is not None and now.window() is self._parts.window and _is_text(now):
            self._watched = now
            now.installEventFilter(self)

    def _go(self, *, back: bool) -> None:
        focused = self._parts.window.focusWidget()
        if own_step(focused, back=back):
            return
        document, page = self._parts.document, self._parts.page
        if document is None or page is None:
            return
        elsewhere = not page.isAncestorOf(focused) and _is_text(focused)
        if not elsewhere and not self._go_in_table(focused, document, back=back):
            self._go_in(document, back=back)

    @staticmethod
    def _go_in_table(focused: QWidget | None, document: Document, *, back: bool) -> bool:
        """End the edit of a cell, and go on through the steps of its table that are seen."""
        table = _table_of(focused)
        if table is None or focused is None:
            return False
        table.closeEditor(focused, QAbstractItemDelegate.EndEditHint.NoHint)
        before = document.request
        while own_step(table, back=back):
            if document.request != before:
                return True
        return False

    def _go_in(self, document: Document, *, back: bool) -> None:
        before = document.request
        with keeping_places(self._parts.editors.page(document)):
            found = self._parts.documents.undo(document, back=back)
        if found:
            self._say_where(before, document.request, back=back)
        elif document.steps is not None and not document.steps.complete:
            self._keeper.load_steps(document, partial(self._go_on, document, back=back))
        else:
            nothing = self.tr("Nothing to undo") if back else self.tr("Nothing to redo")
            self._parts.status_line.say(nothing)

    def _say_where(self, before: Request, now: Request, *, back: bool) -> None:
        """Name the tabs in which something has changed: they may not be in front."""
        words = {
            "params": self.tr("Params"),
            "path_params": self.tr("Params"),
            "headers": self.tr("Headers"),
            "body": self.tr("Body"),
            "options": self.tr("Options"),
            "notes": self.tr("Notes"),
        }
        changed = [name for name in words if getattr(before, name) != getattr(now, name)]
        if changed:
            said = self.tr("Undone in {0}") if back else self.tr("Made again in {0}")
            tabs = ", ".join(dict.fromkeys(words[name] for name in changed))
            self._parts.status_line.say(said.format(tabs))

    def _go_on(self, document: Document, *, back: bool) -> None:
        if self._parts.document is document:
            self._go_in(document, back=back)


def own_step(widget: QWidget | None, *, back: bool) -> bool:
    """Take a step in the widget's own undo; return False when it has none left."""
    if isinstance(widget, QPlainTextEdit):
        return not widget.isReadOnly() and _text_step(widget, back=back)
    undoing = widget if isinstance(widget, QLineEdit) else getattr(widget, "rows", None)
    if isinstance(undoing, QLineEdit):
        can = undoing.isUndoAvailable() if back else undoing.isRedoAvailable()
    elif isinstance(undoing, Undoing):
        can = undoing.can_undo() if back else undoing.can_redo()
    else:
        return False
    if can:
        (undoing.undo if back else undoing.redo)()
    return can


def _text_step(widget: QPlainTextEdit, *, back: bool) -> bool:
    """Take a step that is seen: laying a text out anew is one for Qt, too."""
    document, before = widget.document(), widget.toPlainText()
    while document.isUndoAvailable() if back else document.isRedoAvailable():
        (widget.undo if back else widget.redo)()
        if widget.toPlainText() != before:
            return True
    return False


def _is_text(widget: QWidget | None) -> bool:
    return isinstance(widget, QPlainTextEdit | QLineEdit)


def _table_of(widget: QWidget | None) -> QAbstractItemView | None:
    """Return the table in which a cell is being edited."""
    parent = widget.parentWidget() if isinstance(widget, QLineEdit) else None
    table = parent.parentWidget() if parent is not None else None
    return table if isinstance(table, QAbstractItemView) else None
