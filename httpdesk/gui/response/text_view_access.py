"""What a painted text is to those who listen to the screen: a read-only text and its current line.

PySide cannot give out an interface for the text itself; its value is the row that the caret is in.
"""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtGui import QAccessible, QAccessibleInterface
from PySide6.QtWidgets import QAccessibleWidget

from httpdesk.gui.response.text_view_caret import CaretView

SPOKEN = 500
"""Characters of a row that are told."""

_asked: list[bool] = []


class TextAccess(QAccessibleWidget):
    """Tells role, state and current line of one view."""

    def __init__(self, view: CaretView) -> None:
        super().__init__(view, QAccessible.Role.EditableText, view.accessibleName())
        self._view = view

    def text(self, kind: QAccessible.Text) -> str:
        """Return the row of the caret as the value."""
        if kind is QAccessible.Text.Value:
            return self._view.spoken_row(self._view.selection.caret.row)
        return super().text(kind)

    def state(self) -> QAccessible.State:
        """Return that it is text of many lines which can only be read."""
        state = super().state()
        state.readOnly = state.multiLine = state.selectableText = True
        return state


def tell_of_texts() -> None:
    """Have views of text tell of themselves; done once."""
    if not _asked:
        _asked.append(True)
        QAccessible.installFactory(_access)


def _access(_kind: str, asked: QObject) -> QAccessibleInterface | None:
    if not isinstance(asked, CaretView):
        return None
    # The view keeps it: Qt does not, and asks for it again.
    if asked.access is None:
        asked.access = TextAccess(asked)
    return asked.access
