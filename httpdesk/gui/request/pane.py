"""The request pane: Params, Headers, Body, Auth, Options, Notes and Wire in one row of tabs."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Final, cast

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QStackedWidget, QVBoxLayout, QWidget

from httpdesk.engine.inherited_options import InheritedOption, inherited_options
from httpdesk.gui import theme
from httpdesk.gui.item_models.rows import is_enabled
from httpdesk.gui.notes.notes_tab import NotesTab
from httpdesk.gui.options.options_tab import OptionsTab
from httpdesk.gui.request.auth_tab import AuthTab
from httpdesk.gui.request.body_bar import BodyControls, body_badge
from httpdesk.gui.request.body_editor import BodyEditor
from httpdesk.gui.request.headers_tab import HeadersTab
from httpdesk.gui.request.params_tab import ParamsTab
from httpdesk.gui.request.taken_row import TakenRow
from httpdesk.gui.request.wire_tab import WireTab
from httpdesk.gui.widgets.labels import PlainLabel
from httpdesk.gui.widgets.scaled_layout import keep_scaled
from httpdesk.gui.widgets.tab_row import TabRow
from httpdesk.model.collection import Defaults, Scope
from httpdesk.model.request import Request

PARAMS, HEADERS, BODY, OPTIONS = "params", "headers", "body", "options"
AUTH, NOTES, WIRE = "auth", "notes", "wire"
TABS: Final = (PARAMS, HEADERS, BODY, AUTH, OPTIONS, NOTES, WIRE)
MERGED_WIDTH: Final = 640
_LEAST: Final = (320, 140)
_LEAST_ROWS: Final = 76

Page = ParamsTab | HeadersTab | BodyEditor | AuthTab | OptionsTab | NotesTab | WireTab
_MAKERS: Final[Mapping[str, Callable[[], Page]]] = {
    PARAMS: ParamsTab,
    HEADERS: HeadersTab,
    BODY: BodyEditor,
    AUTH: AuthTab,
    OPTIONS: OptionsTab,
    NOTES: NotesTab,
    WIRE: WireTab,
}


class RequestPane(QWidget):
    """Seven tabs with counts; wide enough, the body's kind moves up into the tab row.

    A tab is made when it is first shown or asked for: most requests are opened and sent without
    a look at all of them, and twenty open requests would hold four thousand widgets.
    Signals: `edited` when the user changed anything in it, `tabBuilt(key)` to fill a new tab.
    """

    edited = Signal()
    tabBuilt = Signal(str)
    levelAsked = Signal(str)
    """Path of the folder, "" for the collection, of which the user wants to see the page."""
    linkRequested = Signal(str)
    """The address of a link in the notes that the user agreed to open."""
    examplesMenuAsked = Signal(QMenu)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.tabs = TabRow(self.tr("Request"))
        self.controls = BodyControls()
        self.notice = PlainLabel("", px=12, color="text3", elide=True)
        self._notice_row = QWidget()
        self.taken = TakenRow()
        self._stack = QStackedWidget()
        self._pages: dict[str, Page] = {}
        self._merged = False
        self.inherited: dict[str, InheritedOption] = {}
        """The options that collection, folders and environment hand down."""
        self._levels: dict[tuple[str, str], str] = {}
        """The path of each level by its origin and name."""
        self._has_notes = False
        self._build()
        self.tabs.currentChanged.connect(self._on_tab_changed)
        self._page(PARAMS)
        theme.follow(self._restyle)

    @property
    def params(self) -> ParamsTab:
        """The Params tab."""
        return cast("ParamsTab", self._page(PARAMS))

    @property
    def headers(self) -> HeadersTab:
        """The Headers tab."""
        return cast("HeadersTab", self._page(HEADERS))

    @property
    def body(self) -> BodyEditor:
        """The Body tab."""
        return cast("BodyEditor", self._page(BODY))

    @property
    def auth(self) -> AuthTab:
        """The Auth tab."""
        return cast("AuthTab", self._page(AUTH))

    @property
    def options(self) -> OptionsTab:
        """The Options tab."""
        return cast("OptionsTab", self._page(OPTIONS))

    @property
    def notes(self) -> NotesTab:
        """The Notes tab."""
        return cast("NotesTab", self._page(NOTES))

    @property
    def wire(self) -> WireTab:
        """The Wire tab."""
        return cast("WireTab", self._page(WIRE))

    @property
    def content(self) -> QWidget:
        """What the chosen tab shows."""
        return self._page(self.tabs.current)

    def is_built(self, key: str) -> bool:
        """Return whether the tab has been made."""
        return key in self._pages

    def show_tab(self, key: str) -> None:
        """Choose the tab of `key`."""
        self.tabs.set_current(key)

    def tab_keys(self) -> tuple[str, ...]:
        """Return the keys of the tabs from left to right."""
        return TABS

    def find(self) -> None:  # type: ignore[override]
        """Open the search in the text on screen, if there is any."""
        if self.tabs.current == BODY:
            self.body.open_search()

    def set_known(self, key: str, names: Collection[str]) -> None:
        """Say to a tab which variables have a value."""
        page = self._page(key)
        if not isinstance(page, AuthTab | OptionsTab | NotesTab | WireTab):
            page.set_known(names)

    def hand_down(self, defaults: Defaults, scope: Scope) -> None:
        """Say what collection, folders and environment say for the request."""
        self.inherited = inherited_options(defaults, scope)
        self._levels = {(origin, level.name): level.path for origin, level in defaults}

    def show_unapplied(self, unapplied: tuple[str, ...]) -> None:
        """Name what the request's file asks for and is kept but not used yet."""
        text = self.tr("Kept, but not used yet: {0}").format(", ".join(unapplied))
        self.notice.setText(text if unapplied else "")
        self._notice_row.setVisible(bool(unapplied))

    def retell(self, request: Request) -> None:
        """Bring the counts on the tabs up to date."""
        for key, rows in ((PARAMS, request.params), (HEADERS, request.headers)):
            count = sum(map(is_enabled, rows))
            self.tabs.set_badge(key, str(count) if count else None)
        self.tabs.set_badge(BODY, body_badge(request.body))
        self.taken.show_actions(request.actions)
        self._has_notes = bool(request.notes)
        if self.is_built(OPTIONS):
            self.options.set_method(request.method)

    def mark(
        self, problems: Mapping[str, str], changed: Sequence[str], removed: Sequence[str] = ()
    ) -> None:
        """Mark the tabs (by key) that hold a mistake.

        Without one Options names what differs, and Headers what is taken out.
        """
        for key in TABS:
            if key in problems:
                self.tabs.set_dot(key, "red", problems[key])
            elif key == OPTIONS and changed:
                self.tabs.set_dot(key, "accent", self.tr("Changed: {0}").format(", ".join(changed)))
            elif key == HEADERS and removed:
                self.tabs.set_dot(key, "accent", self.tr("Removed: {0}").format(", ".join(removed)))
            elif key == NOTES and self._has_notes:
                self.tabs.set_dot(key, "accent", self.tr("Has notes"))
            else:
                self.tabs.set_dot(key, None)

    def minimumSizeHint(self) -> QSize:
        # With large text there is less than that: the tabs and a row of what they show.
        return QSize(theme.scaled(_LEAST[0]), max(_LEAST[1], theme.scaled(_LEAST_ROWS)))

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
            AUTH: self.tr("Auth"),
            OPTIONS: self.tr("Options"),
            NOTES: self.tr("Notes"),
            WIRE: self.tr("Wire"),
        }
        for key, title in titles.items():
            self.tabs.add_tab(key, title)
        self.tabs.add_trailing(self.controls)
        notice = QHBoxLayout(self._notice_row)
        keep_scaled(notice, (12, 0, 12, 0))
        notice.addWidget(self.notice)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.tabs)
        column.addWidget(self._stack, 1)
        column.addWidget(self.taken)
        column.addWidget(self._notice_row)
        self._notice_row.hide()
        self.controls.hide()

    def _page(self, key: str) -> Page:
        found = self._pages.get(key)
        if found is None:
            found = self._pages[key] = _MAKERS[key]()
            self._stack.addWidget(found)
            if not isinstance(found, AuthTab | WireTab):
                found.edited.connect(self.edited)
            if isinstance(found, OptionsTab):
                found.originAsked.connect(lambda origin: self.levelAsked.emit(origin.path))
            if isinstance(found, HeadersTab):
                found.levelAsked.connect(self._ask_level)
            if isinstance(found, AuthTab):
                found.levelAsked.connect(self._ask_level)
            if isinstance(found, NotesTab):
                found.linkRequested.connect(self.linkRequested)
                found.examplesMenuAsked.connect(self.examplesMenuAsked)
            if isinstance(found, BodyEditor):
                found.attach(self.controls)
                found.set_merged(self._merged)
            self.tabBuilt.emit(key)
        return found

    def _ask_level(self, origin: str, name: str) -> None:
        path = self._levels.get((origin, name))
        if path is not None:
            self.levelAsked.emit(path)

    def _on_tab_changed(self, key: str) -> None:
        self._stack.setCurrentWidget(self._page(key))
        self._fit()

    def _fit(self) -> None:
        merged = self._has_room_to_merge()
        if merged != self._merged:
            self._merged = merged
            if self.is_built(BODY):
                self.body.set_merged(merged)
        self.controls.setVisible(merged and self.tabs.current == BODY)

    def _has_room_to_merge(self) -> bool:
        """Return whether one row holds tabs and controls; with large text the words decide."""
        if self.width() >= theme.scaled(MERGED_WIDTH):
            return True
        needed = self.tabs.tabs_width() + self.controls.sizeHint().width() + theme.scaled(24)
        return self.width() >= max(MERGED_WIDTH, needed)

    def _restyle(self) -> None:
        self._notice_row.setFixedHeight(theme.scaled(28))
        self._fit()
