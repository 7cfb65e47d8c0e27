"""The request pane: Params, Headers, Body and Options under one row of tabs."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from httpdesk.gui import theme
from httpdesk.gui.request.body_bar import BodyControls
from httpdesk.gui.request.body_editor import BodyEditor
from httpdesk.gui.request.headers_tab import HeadersTab
from httpdesk.gui.request.options_tab import OptionsTab
from httpdesk.gui.request.params_tab import ParamsTab
from httpdesk.gui.widgets.labels import PlainLabel
from httpdesk.gui.widgets.tab_row import TabRow

PARAMS, HEADERS, BODY, OPTIONS = "params", "headers", "body", "options"
MERGED_WIDTH: Final = 640
_LEAST: Final = (320, 140)


class RequestPane(QWidget):
    """Four tabs with counts; wide enough, the body's kind moves up into the tab row.

    Signals: `edited` when the user changed anything in it.
    """

    edited = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.tabs = TabRow(self.tr("Request"))
        self.params = ParamsTab()
        self.headers = HeadersTab()
        self.body = BodyEditor()
        self.options = OptionsTab()
        self.controls = BodyControls()
        self.notice = PlainLabel("", px=12, color="text3", elide=True)
        self._notice_row = QWidget()
        self._stack = QStackedWidget()
        self._pages: dict[str, QWidget] = {
            PARAMS: self.params,
            HEADERS: self.headers,
            BODY: self.body,
            OPTIONS: self.options,
        }
        self._merged = False
        self._build()
        self._connect()
        self.retell()
        theme.follow(self._restyle)

    def show_tab(self, key: str) -> None:
        """Choose the tab of `key`."""
        self.tabs.set_current(key)

    def focus_content(self) -> None:
        """Put the focus into the chosen tab."""
        page = self._pages[self.tabs.current]
        target = page.nextInFocusChain() if page.focusPolicy().value == 0 else page
        (target or page).setFocus()

    def show_unapplied(self, unapplied: tuple[str, ...]) -> None:
        """Name what the request's file asks for and is kept but not used yet."""
        text = self.tr("Kept, but not used yet: {0}").format(", ".join(unapplied))
        self.notice.setText(text if unapplied else "")
        self._notice_row.setVisible(bool(unapplied))

    def retell(self) -> None:
        """Bring counts and dots of the tabs up to date."""
        for key, count in (
            (PARAMS, self.params.enabled_count()),
            (HEADERS, self.headers.enabled_count()),
        ):
            self.tabs.set_badge(key, str(count) if count else None)
        self.tabs.set_badge(BODY, self.body.badge())

    def set_tab_problems(self, problems: dict[str, str]) -> None:
        """Mark the tabs (by key) that hold a mistake; without one Options tells of changes."""
        changed = self.options.changed_options()
        for key in self._pages:
            if key in problems:
                self.tabs.set_dot(key, "red", problems[key])
            elif key == OPTIONS and changed:
                self.tabs.set_dot(key, "accent", self.tr("Changed: {0}").format(", ".join(changed)))
            else:
                self.tabs.set_dot(key, None)

    def minimumSizeHint(self) -> QSize:
        return QSize(theme.scaled(_LEAST[0]), theme.scaled(_LEAST[1]))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.color("surface"))
        if not self._notice_row.isHidden():
            line = self._notice_row.geometry()
            painter.fillRect(0, line.top(), line.width(), 1, theme.color("border"))

    def _build(self) -> None:
        titles = {
            PARAMS: self.tr("Params"),
            HEADERS: self.tr("Headers"),
            BODY: self.tr("Body"),
            OPTIONS: self.tr("Options"),
        }
        for key, title in titles.items():
            self.tabs.add_tab(key, title)
            self._stack.addWidget(self._pages[key])
        self.tabs.add_trailing(self.controls)
        notice = QHBoxLayout(self._notice_row)
        notice.setContentsMargins(theme.scaled(12), 0, theme.scaled(12), 0)
        notice.addWidget(self.notice)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.tabs)
        column.addWidget(self._stack, 1)
        column.addWidget(self._notice_row)
        self._notice_row.hide()
        self.controls.hide()

    def _connect(self) -> None:
        self.tabs.currentChanged.connect(self._on_tab_changed)
        self.body.attach(self.controls)
        for tab in (self.params, self.headers, self.body, self.options):
            tab.edited.connect(self.edited)

    def _on_tab_changed(self, key: str) -> None:
        self._stack.setCurrentWidget(self._pages[key])
        self._fit()

    def _fit(self) -> None:
        merged = self.width() >= theme.scaled(MERGED_WIDTH)
        if merged != self._merged:
            self._merged = merged
            self.body.set_merged(merged)
        self.controls.setVisible(merged and self.tabs.current == BODY)

    def _restyle(self) -> None:
        self._notice_row.setFixedHeight(theme.scaled(28))
        self._fit()
