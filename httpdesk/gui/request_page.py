"""One tab's page: the URL block on top, below it the request beside or above the response."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent, QTextCursor
from PySide6.QtWidgets import QVBoxLayout, QWidget

from httpdesk.engine.ports import Progress
from httpdesk.gui import theme
from httpdesk.gui.documents import Document
from httpdesk.gui.jobs import JobRunner
from httpdesk.gui.page import Page
from httpdesk.gui.request.editor import RequestEditor
from httpdesk.gui.response.viewer import ResponseViewer
from httpdesk.gui.widgets.splitter import Splitter

SIDE_BY_SIDE_FROM = 1000


class RequestPage(Page):
    """Lays the request editor and the response viewer out; the window wires them."""

    splitterMoved = Signal(str, list)
    """(name of the orientation, sizes)."""
    oriented = Signal()
    """The panes lie another way now."""

    def __init__(self, document: Document, jobs: JobRunner, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.document = document
        self.editor = RequestEditor(self)
        self.viewer = ResponseViewer(jobs)
        self.splitter = Splitter(Qt.Orientation.Horizontal)
        self._layout_mode = "auto"
        self._sizes: dict[str, list[int]] = {}
        self._maximised: QWidget | None = None
        self._build_layout()
        self.splitter.splitterMoved.connect(self._note_sizes)
        theme.follow(self._orient)

    def _build_layout(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.editor.url_bar)
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

    def begin(self) -> None:
        """Put the focus into the URL."""
        self.editor.url_bar.field.moveCursor(QTextCursor.MoveOperation.End)
        self.editor.url_bar.field.setFocus(Qt.FocusReason.OtherFocusReason)

    def panes(self) -> list[tuple[QWidget, QWidget | None]]:
        """Return the URL bar, the request and the response."""
        editor, viewer = self.editor, self.viewer
        return [
            (editor.url_bar, editor.url_bar.field),
            (editor.pane, editor.pane.tabs.bar),
            (viewer, viewer.tabs.bar),
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
        self.editor.set_boundary(self.document.boundary)
        self.editor.set_request(self.document.request)
        if not self.document.sending:
            self.show_exchange()

    def show_exchange(self) -> None:
        """Show the exchange that the document has on screen, or the words for none."""
        exchange = self.document.exchange
        self.editor.url_bar.set_sending(False)
        self.editor.set_boundary(self.document.boundary)
        self.editor.show_sent(exchange)
        if exchange is None:
            self.viewer.show_empty()
        else:
            self.viewer.show_exchange(exchange)
            self.viewer.set_history(self.document.shown + 1, len(self.document.exchanges))

    def show_sending(self, progress: Progress) -> None:
        """Show that a send is under way."""
        self.editor.url_bar.set_sending(True)
        self.viewer.show_sending(progress)
