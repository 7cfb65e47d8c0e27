"""An editor on screen, as a request page shows it."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from httpdesk.gui.request.editor import RequestEditor
from httpdesk.gui.tables.flat_table import FlatTable
from httpdesk.model.request import Request


class Page:
    """A window with the editor, and hands that type in it."""

    def __init__(self, qtbot: QtBot, width: int = 520) -> None:
        self.qtbot = qtbot
        self.editor = RequestEditor()
        self.bar, self.pane = self.editor.url_bar, self.editor.pane
        self.window = QWidget()
        column = QVBoxLayout(self.window)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.bar)
        column.addWidget(self.pane, 1)
        self.window.resize(width, 500)
        qtbot.addWidget(self.window)
        self.window.show()
        self.window.activateWindow()
        qtbot.waitUntil(self.window.isActiveWindow)
        self.edits: list[Request] = []
        self.sent: list[Request] = []
        self.editor.edited.connect(self.edits.append)
        self.editor.sendRequested.connect(self.sent.append)

    @property
    def request(self) -> Request:
        """What the editor gives."""
        return self.editor.request()

    def focus(self, widget: QWidget) -> None:
        """Put the focus on a widget and wait until it is there."""
        widget.setFocus(Qt.FocusReason.OtherFocusReason)
        self.qtbot.waitUntil(lambda: self.focused() is widget)

    def type_url(self, text: str) -> None:
        """Type into the URL field, from its beginning."""
        self.bar.focus_url()
        self.qtbot.keyClicks(self.bar.field, text)

    def keys(self, *keys: Qt.Key | str, modifier: Qt.KeyboardModifier | None = None) -> None:
        """Press keys, or type text, wherever the focus is."""
        # The focus moves as keys are pressed: the first letter typed in a table opens a cell.
        single = [one for key in keys for one in (key if isinstance(key, str) else [key])]
        for key in single:
            target = self.focused()
            assert target is not None
            if isinstance(key, str):
                self.qtbot.keyClicks(target, key)
            elif modifier is None:
                self.qtbot.keyClick(target, key)
            else:
                self.qtbot.keyClick(target, key, modifier)

    def focused(self) -> QWidget | None:
        """Return what has the focus; without a screen a closed pop-up leaves no active window."""
        return QApplication.focusWidget() or self.window.focusWidget()

    def cell_editor(self) -> QLineEdit:
        """Return the open cell."""
        found = self.focused()
        assert isinstance(found, QLineEdit)
        return found

    def settle(self) -> None:
        """Bring the preview up to date, as the event loop does a moment later."""
        self.editor.refresh()

    def start_table(self, tab: str, table: FlatTable) -> None:
        """Show a tab and put the focus on the first cell of its table."""
        self.pane.show_tab(tab)
        table.setFocus(Qt.FocusReason.TabFocusReason)
        self.qtbot.waitUntil(table.hasFocus)


@pytest.fixture
def page(qtbot: QtBot) -> Page:
    """Give a narrow page with an empty request."""
    return Page(qtbot)


@pytest.fixture
def wide_page(qtbot: QtBot) -> Page:
    """Give a page wide enough to merge rows."""
    return Page(qtbot, 900)
