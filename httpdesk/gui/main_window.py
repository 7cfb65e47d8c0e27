"""The window as it is first painted: its floor plan and nothing that start-up can do without.

Tabs, collections, sending and the commands come with `session.Session`, one turn of the event loop
after the first paint.
"""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QKeyEvent, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QMainWindow, QVBoxLayout, QWidget

from httpdesk.gui import theme
from httpdesk.gui.actions import ActionTable
from httpdesk.gui.editor_area import EditorArea
from httpdesk.gui.first_run import FirstRunPage
from httpdesk.gui.ports import WindowPorts
from httpdesk.gui.sidebar import Sidebar, default_width
from httpdesk.gui.status_line import StatusLine
from httpdesk.gui.theme import ThemeManager
from httpdesk.gui.top_bar import TopBar
from httpdesk.gui.widgets.focus_ring import FocusRing
from httpdesk.gui.widgets.section import HLine
from httpdesk.gui.widgets.splitter import Splitter
from httpdesk.gui.window_state import WindowState

LEAST_SIZE = (880, 600)


class MainWindow(QMainWindow):
    """One window on one workspace."""

    painted = Signal()
    """Once, after the first paint."""
    closing = Signal()
    resized = Signal()
    escapePressed = Signal()

    def __init__(self, ports: WindowPorts, themes: ThemeManager) -> None:
        super().__init__()
        self.ports = ports
        self.themes = themes
        self.state = WindowState(ports.window_state_file)
        self._was_painted = False
        self._build_widgets()
        self._build_layout()
        self._restore_geometry()

    def _build_widgets(self) -> None:
        self.setWindowTitle("HTTPDesk")
        self.setMinimumSize(*LEAST_SIZE)
        self.actions_ = ActionTable(self)
        self.top_bar = TopBar(self.actions_)
        self.top_line = HLine()
        self.sidebar = Sidebar(self.actions_)
        self.first_run = FirstRunPage(self.actions_)
        self.editors = EditorArea(self.first_run)
        self.status_line = StatusLine()
        self.splitter = Splitter(Qt.Orientation.Horizontal)
        self.focus_ring = FocusRing(self)

    def _build_layout(self) -> None:
        self.splitter.addWidget(self.sidebar)
        self.splitter.addWidget(self.editors)
        self.splitter.setStretchFactor(1, 1)
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.top_bar)
        column.addWidget(self.top_line)
        column.addWidget(self.splitter, 1)
        column.addWidget(HLine())
        column.addWidget(self.status_line)
        self.setCentralWidget(body)
        self.first_run.url.setFocus()

    def _restore_geometry(self) -> None:
        self.state.restore_geometry(self)
        self.splitter.setSizes(self.state.sizes("sidebar"))
        theme.follow(self._fit_sidebar)
        self.splitter.splitterMoved.connect(
            lambda: self.state.keep_sizes("sidebar", self.splitter.sizes())
        )
        self.sidebar.setVisible(self.state.flag("sidebar", True))

    def _fit_sidebar(self) -> None:
        """Give the sidebar the width for this window, unless the user chose one."""
        if not self.state.sizes("sidebar"):
            width = default_width(self.width())
            self.splitter.setSizes([width, self.width() - width])

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._was_painted:
            self._was_painted = True
            QTimer.singleShot(0, self.painted.emit)

    def closeEvent(self, event: QCloseEvent) -> None:
        self.state.keep_geometry(self)
        # Hiding takes the focus from a field that may have something to say yet.
        self.hide()
        self.closing.emit()
        super().closeEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.top_bar.command.updateGeometry()
        self._fit_sidebar()
        self.resized.emit()

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Go with Tab through the window as it is read, whenever its parts were made."""
        from httpdesk.gui.widgets.reading_order import next_stop

        target = next_stop(self, self.focusWidget(), forward)
        if target is not None:
            reasons = Qt.FocusReason
            target.setFocus(reasons.TabFocusReason if forward else reasons.BacktabFocusReason)
        return target is not None

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.escapePressed.emit()
        else:
            super().keyPressEvent(event)
