"""The real window with everything real behind it, driven the way a user drives it.

    desk = Desk()
    desk.type_url("http://127.0.0.1:8080/")
    desk.press_send()
    assert desk.status == "200 OK"

Waits are for facts, with a limit; each raises AssertionError that says what did not come.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from PySide6.QtCore import (
    QCoreApplication,
    QDeadlineTimer,
    QEvent,
    QEventLoop,
    QModelIndex,
    QPoint,
    Qt,
    QTimer,
)
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget
from shiboken6 import isValid

from httpdesk.gui.application import make_application
from httpdesk.gui.documents import Document
from httpdesk.gui.item_models.item_key import ItemKey
from httpdesk.gui.main_window import MainWindow
from httpdesk.gui.request_page import RequestPage
from httpdesk.gui.session import Session
from httpdesk.gui.theme import ThemeManager
from httpdesk.model.exchange import Exchange
from httpdesk.wiring import window_ports
from tests.helpers.page_tools import shown_text

LIMIT_MS = 15_000


def wait_until(fact: Callable[[], object], what: str, limit_ms: int = LIMIT_MS) -> None:
    """Let the window live until `fact()` is true."""
    loop, deadline = QEventLoop(), QDeadlineTimer(limit_ms)
    pulse = QTimer(interval=5)
    pulse.start()
    while not fact():
        assert not deadline.hasExpired(), f"waited {limit_ms} ms for: {what}"
        loop.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)


class Desk:
    """One running window; `close` ends it as the user would."""

    def __init__(self, theme: str = "light", size: tuple[int, int] = (1440, 900)) -> None:
        running = QApplication.instance()
        self.application = running if isinstance(running, QApplication) else make_application()
        self.ports = window_ports()
        self.themes = ThemeManager(self.ports.resources)
        self.themes.apply(self.application, theme)
        self.window = MainWindow(self.ports, self.themes)
        self.window.resize(*size)
        painted: list[bool] = []
        self.window.painted.connect(lambda: painted.append(True))
        self.window.show()
        wait_until(lambda: painted, "the first paint")
        self.session = Session(self.window)
        ready: list[bool] = []
        self.session.ready.connect(lambda: ready.append(True))
        self.session.begin()
        wait_until(lambda: ready, "the last run's tabs")

    def close(self) -> None:
        """Close the window; every thread has to end."""
        self.window.close()
        if self.ports.sample_server.made is not None:
            self.ports.sample_server.made.stop()
        if self.ports.transport.made is not None:
            self.ports.transport.made.close()
        if self.ports.offload.made is not None:
            self.ports.offload.made.close()
        if self.ports.cookies.made is not None:
            self.ports.cookies.made.close()
        if self.ports.drafts.made is not None:
            self.ports.drafts.made.close()
        if self.ports.history.made is not None:
            self.ports.history.made.close()
        assert self.session.threads_ended, "a worker did not end"
        self.themes.deleteLater()
        self.window.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        assert not isValid(self.window), "the window was not freed"

    def settle(self) -> None:
        """Let everything that is due be laid out and painted."""
        done: list[bool] = []
        QTimer.singleShot(250, lambda: done.append(True))
        wait_until(lambda: done, "the window to settle")

    # What is on screen

    @property
    def page(self) -> RequestPage:
        """The page in front."""
        page = self.window.editors.current_page
        assert page is not None, "no tab is open"
        return page

    @property
    def document(self) -> Document:
        """The document in front."""
        document = self.session.documents.current
        assert document is not None, "no tab is open"
        return document

    @property
    def exchange(self) -> Exchange:
        """The exchange on screen."""
        exchange = self.document.exchange
        assert exchange is not None, "there is no response yet"
        return exchange

    @property
    def status(self) -> str:
        """The words of the status pill."""
        return self.page.viewer.status.pill.text()

    @property
    def body(self) -> str:
        """The text of the response's body; "" while no text is on screen."""
        return shown_text(self.page.viewer.body)

    @property
    def tab_titles(self) -> list[str]:
        """The words of the tabs."""
        bar = self.window.editors.tabs.bar
        return [bar.tabText(place) for place in range(bar.count())]

    def tree(self) -> list[str]:
        """Return the names in the tree, indented by two blanks for each level."""
        model = self.session.collections.model

        def rows(parent, depth: int) -> Iterator[str]:  # type: ignore[no-untyped-def]
            for row in range(model.rowCount(parent)):
                index = model.index(row, 0, parent)
                yield "  " * depth + index.data()
                yield from rows(index, depth + 1)

        return list(rows(QModelIndex(), 0))

    def messages(self) -> list[str]:
        """Return the texts of the notifications on screen."""
        return [message.label.text() for message in self.session.notices.shown()]

    # What the user does

    def trigger(self, action_id: str) -> None:
        """Run a command as a menu or a shortcut does; it has to be enabled."""
        action = self.window.actions_[action_id]
        assert action.isEnabled(), f"{action_id} is disabled"
        action.trigger()

    @property
    def focus(self) -> QWidget:
        """The widget that has the keyboard."""
        focus = self.application.focusWidget()
        assert focus is not None, "nothing has the keyboard"
        return focus

    def type_here(self, text: str) -> None:
        """Type where the focus is."""
        QTest.keyClicks(self.focus, text)

    def press(self, key: Qt.Key, modifiers: Qt.KeyboardModifier | None = None) -> None:
        """Press a key where the focus is."""
        # On a screen without a window manager no window is the active one.
        focused: tuple[QWidget | None, ...] = (
            self.application.focusWidget(),
            self.window.focusWidget(),
        )
        target = next((widget for widget in focused if widget is not None), self.window)
        QTest.keyClick(target, key, modifiers or Qt.KeyboardModifier.NoModifier)

    def type(self, widget: QWidget, text: str) -> None:
        """Type into a widget."""
        widget.setFocus()
        QTest.keyClicks(widget, text)

    def type_url(self, url: str) -> None:
        """Type a URL into the tab in front, in a new one when there is none."""
        if self.window.editors.current_page is None:
            self.trigger("request.new")
        self.page.editor.url_bar.focus_url()
        field = self.page.editor.url_bar.field
        field.selectAll()
        QTest.keyClicks(field, url)

    def press_send(self) -> Exchange:
        """Click Send and wait until the exchange is on screen."""
        before = self.document.exchange
        shown: list[bool] = []
        self.page.viewer.bodyShown.connect(lambda: shown.append(True))
        self.click(self.page.editor.url_bar.send)
        wait_until(lambda: self.document.exchange is not before, "an exchange")
        wait_until(lambda: shown, "the response on screen")
        return self.exchange

    def click(self, widget: QWidget, at: QPoint | None = None) -> None:
        """Click what the user sees there, left of the middle unless `at` says where."""
        point = at or QPoint(widget.width() // 3, widget.height() // 2)
        target = widget.childAt(point) or widget
        QTest.mouseClick(
            target,
            Qt.MouseButton.LeftButton,
            Qt.KeyboardModifier.NoModifier,
            target.mapFrom(widget, point),
        )

    def open_sample(self) -> str:
        """Open the sample collection and return its folder."""
        opened: list[str] = []
        self.session.workspace.collectionOpened.connect(opened.append)
        self.trigger("collection.sample")
        wait_until(lambda: opened, "the sample collection")
        return opened[0]

    def open_item(self, root: str, path: str) -> None:
        """Open a request of a collection by its row in the tree."""
        panel = self.session.collections
        panel.select(ItemKey(root, path))
        panel.tree.setFocus()
        self.press(Qt.Key.Key_Return)
        wait_until(lambda: self._shows(root, path), f"{path} in a tab")

    def _shows(self, root: str, path: str) -> bool:
        document = self.session.documents.current
        return document is not None and (document.root, document.path) == (root, path)

    def fill_form(self, **texts: str) -> None:
        """Fill the small form that is open, and accept it with Enter."""
        form = self.session.notices.form()
        wait_until(form.isVisible, "the form")
        field: QWidget | None = None
        for key, text in texts.items():
            field = form.field(key)
            assert isinstance(field, QLineEdit)
            field.selectAll()
            self.type(field, text)
        QTest.keyClick(field or form.accept_button, Qt.Key.Key_Return)

    def save_as(self, name: str) -> None:
        """Save the request in front under a name, where the form proposes."""
        self.trigger("request.save-as")
        self.fill_form(name=name)
        wait_until(lambda: self.document.path and not self.document.edited, f"{name} to be saved")


@contextmanager
def open_desk(theme: str = "light", size: tuple[int, int] = (1440, 900)) -> Iterator[Desk]:
    """Open the window and close it at the end."""
    desk = Desk(theme, size)
    try:
        yield desk
    finally:
        desk.close()
