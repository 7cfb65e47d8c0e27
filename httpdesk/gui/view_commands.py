"""Commands on the window itself: theme, text size, layout, panes, tabs and the palette."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QAbstractScrollArea, QApplication, QWidget

from httpdesk.gui.collection_commands import CollectionCommands
from httpdesk.gui.palette_entry import EntrySource, PaletteEntry, PaletteSource
from httpdesk.gui.parts import Handlers, WindowParts
from httpdesk.gui.top_bar import fill_menu_bar
from httpdesk.gui.widgets.reading_order import tab_stops
from httpdesk.model.settings import Settings

if TYPE_CHECKING:
    from httpdesk.gui.palette_sources import RequestSource

LAYOUTS = ("auto", "side-by-side", "stacked")
TEXT_SIZES = (75, 90, 100, 110, 125, 150, 175, 200)
_BY_KEY = Qt.FocusReason.TabFocusReason


class ViewCommands(QObject):
    """Handlers for the window; what they change in the settings is seen as the settings change."""

    def __init__(self, parts: WindowParts, collections: CollectionCommands) -> None:
        super().__init__(parts.window)
        self._parts = parts
        self._collections = collections
        self._entries: list[tuple[Callable[[], Iterable[PaletteEntry]], str]] = []
        self._requests: RequestSource | None = None
        parts.settings.changed.connect(self._apply)

    def add_entries(self, entries: Callable[[], Iterable[PaletteEntry]], prefix: str = "") -> None:
        """Let the palette list more; with `prefix` typed first it lists nothing else."""
        self._entries.append((entries, prefix))

    @property
    def _settings(self) -> Settings:
        return self._parts.settings.settings

    @property
    def layout_mode(self) -> str:
        """The layout in force, one of LAYOUTS."""
        return self._settings.layout

    def handlers(self) -> Handlers:
        """Return the handlers by action."""
        parts, documents = self._parts, self._parts.documents
        handlers: Handlers = {
            "app.quit": parts.window.close,
            "view.sidebar": self._toggle_sidebar,
            "view.layout": self._next_layout,
            "view.maximise-request": parts.with_page(lambda page: page.maximise(page.editor.pane)),
            "view.maximise-response": parts.with_page(lambda page: page.maximise(page.viewer)),
            "view.menu-bar": self._toggle_menu_bar,
            "theme.system": lambda: self.set_theme("system"),
            "theme.light": lambda: self.set_theme("light"),
            "theme.dark": lambda: self.set_theme("dark"),
            "text.larger": lambda: self._step_text(1),
            "text.smaller": lambda: self._step_text(-1),
            "text.reset": lambda: self._set_text(100),
            "palette": self._open_palette,
            "quick-open": self._quick_open,
            "help.shortcuts": lambda: self._open_palette(">"),
            "focus.url": parts.with_page(lambda page: page.editor.url_bar.focus_url()),
            "focus.collections": parts.collections.focus_tree,
            "pane.next": lambda: self._step_pane(1),
            "pane.previous": lambda: self._step_pane(-1),
            "tab.close": lambda: documents.close(documents.front.id) if documents.front else None,
            "tab.reopen": documents.reopen,
            "tab.next": lambda: documents.step(1),
            "tab.previous": lambda: documents.step(-1),
            "tab.recent": documents.activate_recent,
            "tab.last": lambda: self._go_to_tab(-1),
        }
        for number in range(1, 9):
            handlers[f"tab.{number}"] = partial(self._go_to_tab, number - 1)
        for number in range(1, 7):
            handlers[f"request-tab.{number}"] = partial(self._request_tab, number - 1)
            handlers[f"response-tab.{number}"] = partial(self._response_tab, number - 1)
        return handlers

    def show_state(self) -> None:
        """Check the actions that say what is in force."""
        actions = self._parts.actions
        for mode in ("system", "light", "dark"):
            actions[f"theme.{mode}"].setChecked(self._settings.theme == mode)
        actions["view.menu-bar"].setChecked(self._settings.show_menu_bar)

    def show_layout(self) -> None:
        """Show on the layout button how the panes lie in front."""
        page = self._parts.page
        stacked = page is not None and page.is_stacked
        self._parts.top_bar.layout_button.set_icon("rows-2" if stacked else "columns-2")

    # Settings

    def set_theme(self, mode: str) -> None:
        """Show the window in `system`, `light` or `dark` from now on."""
        self._parts.settings.change(theme=mode)
        self.show_state()

    def _apply(self, before: Settings, now: Settings) -> None:
        """Show what the settings say now, whoever changed them."""
        if now.theme != before.theme:
            application = QApplication.instance()
            assert isinstance(application, QApplication)
            self._parts.themes.apply(application, now.theme)
        if now.text_size_percent != before.text_size_percent:
            self._parts.themes.set_text_scale(now.text_size_percent / 100)
        if now.layout != before.layout:
            for page in self._parts.editors.pages():
                page.set_layout_mode(now.layout)
        if now.show_menu_bar != before.show_menu_bar:
            self._show_menu_bar(now.show_menu_bar)
        self.show_state()

    def _show_menu_bar(self, shown: bool) -> None:
        if shown:
            fill_menu_bar(self._parts.window.menuBar(), self._parts.actions)
        else:
            self._parts.window.menuBar().hide()

    def _set_text(self, percent: int) -> None:
        self._parts.settings.change(text_size_percent=percent)

    def _step_text(self, by: int) -> None:
        now = self._settings.text_size_percent
        larger = [size for size in TEXT_SIZES if size > now]
        smaller = [size for size in TEXT_SIZES if size < now]
        if by > 0 and larger:
            self._set_text(larger[0])
        elif by < 0 and smaller:
            self._set_text(smaller[-1])

    def _next_layout(self) -> None:
        mode = LAYOUTS[(LAYOUTS.index(self.layout_mode) + 1) % len(LAYOUTS)]
        self._parts.settings.change(layout=mode)
        words = {
            "auto": self.tr("Layout: as the width allows"),
            "side-by-side": self.tr("Layout: side by side"),
            "stacked": self.tr("Layout: stacked"),
        }
        self._parts.status_line.say(words[mode])

    def _toggle_menu_bar(self) -> None:
        self._parts.settings.change(show_menu_bar=not self._settings.show_menu_bar)

    def _toggle_sidebar(self) -> None:
        shown = self._parts.sidebar.isHidden()
        self._parts.sidebar.setVisible(shown)
        self._parts.state.keep_flag("sidebar", shown)

    # Moving about

    def _go_to_tab(self, place: int) -> None:
        tabs = self._parts.documents.tabs()
        if tabs and place < len(tabs):
            self._parts.documents.activate(tabs[place].id)

    def _request_tab(self, place: int) -> None:
        page = self._parts.page
        if page is not None:
            keys = page.editor.pane.tab_keys()
            if place < len(keys):
                page.editor.pane.show_tab(keys[place])
                _enter(page.editor.pane.content, page.editor.pane.tabs.bar)

    def _response_tab(self, place: int) -> None:
        page = self._parts.page
        if page is not None:
            keys = page.viewer.tab_keys()
            if place < len(keys):
                page.viewer.select_tab(keys[place])
                _enter(page.viewer.pages, page.viewer.tabs.bar)

    def _panes(self) -> Iterator[tuple[QWidget, QWidget | None]]:
        """Yield the groups that F6 goes through, with what it goes to when not to the first."""
        parts, page = self._parts, self._parts.editors.front
        yield parts.top_bar, None
        yield parts.sidebar, parts.collections.tree
        yield parts.editors.tabs, parts.editors.tabs.bar
        yield from page.panes() if page else [(parts.editors.first_run, None)]
        for message in parts.notices.shown():
            yield message, None

    def _step_pane(self, by: int) -> None:
        panes = [pane for pane in self._panes() if pane[0].isVisible()]
        focused = self._parts.window.focusWidget()
        here = next((n for n, (pane, _) in enumerate(panes) if pane.isAncestorOf(focused)), -1)
        for step in range(1, len(panes) + 1):
            pane, wanted = panes[(here + by * step) % len(panes)]
            stops = tab_stops(pane)
            if stops:
                (wanted if wanted in stops else stops[0]).setFocus(_BY_KEY)
                return

    # Palette

    def _open_palette(self, text: str = "") -> None:
        from httpdesk.gui.palette_sources import command_source, recent_tabs

        sources: list[PaletteSource] = [self._request_source(), command_source(self._parts)]
        sources += [EntrySource(make(), prefix) for make, prefix in self._entries]
        self._parts.notices.open_palette(sources, text, recent_tabs(self._parts))

    def _quick_open(self) -> None:
        from httpdesk.gui.palette_sources import recent_tabs

        recent = recent_tabs(self._parts, requests_only=True)
        self._parts.notices.open_palette(
            (self._request_source(),), "", recent, self.tr("Find a request")
        )

    def _request_source(self) -> RequestSource:
        """Return what finds requests; what it knows of the collections is kept."""
        from httpdesk.gui.palette_sources import RequestSource

        if self._requests is None:
            self._requests = RequestSource(self._parts, self._collections)
        self._requests.refresh()
        return self._requests


def _enter(content: QWidget, row: QWidget) -> None:
    """Put the focus into a tab's content: its table or text, else what Tab reaches first."""
    stops = tab_stops(content)
    large = (stop for stop in stops if isinstance(stop, QAbstractScrollArea))
    next(large, next(iter(stops), row)).setFocus(_BY_KEY)
