"""One tab's page: the URL block on top, below it the request beside or above the response."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent, QTextCursor
from PySide6.QtWidgets import QVBoxLayout, QWidget
from shiboken6 import isValid

from httpdesk.engine.ports import Progress
from httpdesk.gui import theme
from httpdesk.gui.documents import Document
from httpdesk.gui.page import Page
from httpdesk.gui.request.editor import RequestEditor
from httpdesk.gui.response.body_page import PageTools
from httpdesk.gui.response.viewer import ResponseViewer
from httpdesk.gui.widgets.action_bar import ActionBar
from httpdesk.gui.widgets.splitter import Splitter
from httpdesk.model.exchange import Exchange
from httpdesk.model.questions import Question
from httpdesk.model.request import Request

SIDE_BY_SIDE_FROM = 1000


class RequestPage(Page):
    """Lays the request editor and the response viewer out; the window wires them."""

    splitterMoved = Signal(str, list)
    """(name of the orientation, sizes)."""
    oriented = Signal()
    """The panes lie another way now."""

    def __init__(self, document: Document, tools: PageTools, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.document = document
        self.editor = RequestEditor(self)
        self.viewer = ResponseViewer(tools)
        self.action_bar = ActionBar()
        self.splitter = Splitter(Qt.Orientation.Horizontal)
        self._layout_mode = "auto"
        self._sizes: dict[str, list[int]] = {}
        self._maximised: QWidget | None = None
        self._focus_before: QWidget | None = None
        """What had the focus when a question took it."""
        self._at_send: tuple[QWidget | None, Request | None] = (None, None)
        """What had the focus when the send began, and the request as it was then."""
        self._build_layout()
        self.splitter.splitterMoved.connect(self._note_sizes)
        theme.follow(self._orient)

    def _build_layout(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.editor.url_bar)
        column.addWidget(self.action_bar)
        column.addWidget(self.splitter, 1)
        self.splitter.addWidget(self.editor.pane)
        self.splitter.addWidget(self.viewer)
        self.splitter.setChildrenCollapsible(False)

    # Layout

    def set_layout_mode(self, mode: str) -> None:
        """Lay out as `auto`, `side-by-side` or `stacked`."""
        self._layout_mode = mode
        self._orient()

    @property
    def is_stacked(self) -> bool:
        """Whether the response is below the request."""
        return self.splitter.orientation() == Qt.Orientation.Vertical

    def set_sizes(self, name: str, sizes: list[int]) -> None:
        """Give the sizes that an orientation was left with."""
        self._sizes[name] = sizes
        if name == self._orientation_name() and len(sizes) == self.splitter.count():
            self.splitter.setSizes(sizes)

    def maximise(self, pane: QWidget) -> None:
        """Show one pane alone, or both again."""
        alone = self._maximised is not pane
        self._maximised = pane if alone else None
        for each in (self.editor.pane, self.viewer):
            each.setVisible(not alone or each is pane)

    def take_focus(self) -> None:
        """Put the focus on a question that waits, else where it was in this tab."""
        if self.viewer.is_asking:
            self.viewer.question.take_focus()
        else:
            super().take_focus()

    def begin(self) -> None:
        """Put the focus into the URL."""
        self.editor.url_bar.field.moveCursor(QTextCursor.MoveOperation.End)
        self.editor.url_bar.field.setFocus(Qt.FocusReason.OtherFocusReason)

    def panes(self) -> list[tuple[QWidget, QWidget | None]]:
        """Return the URL bar, what is offered below it, the request and the response."""
        editor, viewer = self.editor, self.viewer
        return [
            (editor.url_bar, editor.url_bar.field),
            (self.action_bar, self.action_bar.main_button),
            (editor.pane, editor.pane.tabs.bar),
            (viewer, viewer.question.safe_answer if viewer.is_asking else viewer.tabs.bar),
        ]

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._orient()

    def _orient(self) -> None:
        side = self._layout_mode == "side-by-side" or (
            self._layout_mode == "auto" and self.width() >= theme.scaled(SIDE_BY_SIDE_FROM)
        )
        wanted = Qt.Orientation.Horizontal if side else Qt.Orientation.Vertical
        if wanted != self.splitter.orientation():
            self.splitter.setOrientation(wanted)
            sizes = self._sizes.get(self._orientation_name())
            if sizes:
                self.splitter.setSizes(sizes)
            else:
                self.splitter.reset()
            self.oriented.emit()

    def _orientation_name(self) -> str:
        horizontal = self.splitter.orientation() == Qt.Orientation.Horizontal
        return "side-by-side" if horizontal else "stacked"

    def _note_sizes(self) -> None:
        name = self._orientation_name()
        self._sizes[name] = self.splitter.sizes()
        self.splitterMoved.emit(name, self._sizes[name])

    # Content

    def show_content(self) -> None:
        """Show the document's request and, when nothing is being sent, its exchange."""
        self.editor.set_made(self.document.made)
        self.editor.set_request(self.document.request)
        if not self.document.sending:
            self.show_exchange()

    def show_exchange(self) -> None:
        """Show the exchange that the document has on screen, or the words for none."""
        exchange = self.document.exchange
        self.viewer.example.hide()
        self.editor.url_bar.set_sending(False)
        self.editor.set_made(self.document.made)
        self.editor.show_sent(exchange)
        if exchange is None:
            self.viewer.show_empty()
        else:
            self.viewer.show_exchange(exchange)
            self.viewer.set_history(self.document.shown + 1, len(self.document.exchanges))

    def show_example(self, exchange: Exchange, name: str) -> None:
        """Show an example in place of the response, until the next send or the way back."""
        self.viewer.show_exchange(exchange)
        self.viewer.example.show_name(name)

    def show_sending(self, progress: Progress) -> None:
        """Show that a send is under way."""
        self._at_send = (self.window().focusWidget(), self.editor.request())
        self.editor.url_bar.set_sending(True)
        self.viewer.example.hide()
        self.viewer.show_sending(progress)

    # Questions

    def show_question(self, question: Question) -> None:
        """Ask in the response pane.

        The focus goes there when it is on this page, unless the user is typing: no keystroke that
        was meant for a field answers a question.
        """
        if self._maximised is self.editor.pane:
            self.maximise(self.editor.pane)
        focused = self.window().focusWidget()
        has_focus = self.isAncestorOf(focused)
        self._focus_before = focused if has_focus else None
        self.viewer.show_question(question)
        if has_focus and not self._is_typing(focused):
            self.viewer.question.take_focus()

    def _is_typing(self, focused: QWidget) -> bool:
        """Return whether `focused` is a field that was gone to, or changed, since Send."""
        if not focused.testAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled):
            return False
        focused_then, request = self._at_send
        return focused is not focused_then or self.editor.request() != request

    def end_question(self) -> None:
        """Take the question away; the focus goes back to where it was."""
        had_focus = self.viewer.question.isAncestorOf(self.window().focusWidget())
        before, self._focus_before = self._focus_before, None
        self.viewer.end_question()
        if had_focus and before is not None and isValid(before) and before.isVisibleTo(self):
            before.setFocus(Qt.FocusReason.OtherFocusReason)

    def focus_question(self) -> None:
        """Put the focus on the safe answer."""
        self.viewer.show_asked()
        self.viewer.question.take_focus()
