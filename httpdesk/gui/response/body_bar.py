"""The bar above the body: its views, its charset, wrapping and finding."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSignalBlocker, QSize, Signal
from PySide6.QtGui import QActionGroup, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from httpdesk.gui import theme
from httpdesk.gui.response import charset_menu
from httpdesk.gui.widgets.buttons import IconButton, MenuButton
from httpdesk.gui.widgets.labels import PlainLabel
from httpdesk.gui.widgets.segmented import Segmented

_HEIGHT = 36
_SPARE = 48
"""Margins and gaps of the bar."""


class BodyBar(QWidget):
    """Which view, and what can be done with it; where the views do not fit they are a menu.

    Signals:
        viewChosen(key): the user chose another view.
        charsetChanged(name): a charset was picked; "" goes by the header again.
        wrapChanged(on), findRequested, filterRequested.
    """

    viewChosen = Signal(str)
    charsetChanged = Signal(str)
    wrapChanged = Signal(bool)
    findRequested = Signal()
    filterRequested = Signal()

    def __init__(self, views: Sequence[tuple[str, str]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._keys = [key for key, _ in views]
        self._titles = dict(views)
        self._shown: list[str] = []
        self._page_widgets: tuple[QWidget, ...] = ()
        self._chosen_charset = ""
        self.views = Segmented(list(self._titles.values()), self.tr("Body view"))
        self.views_menu = MenuButton("-", color="text")
        self.views_menu.setAccessibleName(self.tr("Body view"))
        self.charset = MenuButton("UTF-8", color="text2")
        self.charset.setAccessibleName(self.tr("Charset"))
        self.working = PlainLabel("", px=12, color="text3")
        self.wrap = IconButton("wrap-text", self.tr("Wrap lines"))
        self.wrap.setCheckable(True)
        self.filter_button = IconButton("filter", self.tr("Filter JSON"), shortcut="Ctrl+Shift+J")
        self.find_button = IconButton("search", self.tr("Find"), shortcut="Ctrl+F")
        self._build()
        self._build_menus()
        self.views.currentChanged.connect(lambda index: self.viewChosen.emit(self._keys[index]))
        self.wrap.toggled.connect(self.wrapChanged)
        self.find_button.clicked.connect(self.findRequested)
        self.filter_button.clicked.connect(self.filterRequested)
        theme.follow(self._restyle)

    def _build(self) -> None:
        self._layout = QHBoxLayout(self)
        self._layout.addWidget(self.views)
        self._layout.addWidget(self.views_menu)
        self._layout.addSpacing(4)
        self._layout.addWidget(self.working)
        self._layout.addStretch(1)
        self._page_room = QHBoxLayout()
        self._layout.addLayout(self._page_room)
        self._layout.addWidget(self.charset)
        self._layout.addWidget(self.wrap)
        self._layout.addWidget(self.filter_button)
        self._layout.addWidget(self.find_button)
        # Neither widens the pane before it is known which views fit.
        self.views.hide()
        self.filter_button.hide()
        self.views_menu.hide()

    def _build_menus(self) -> None:
        # Ninety actions in twelve menus, for each open tab, of which few people ever see one.
        self.charset.menu().aboutToShow.connect(self._fill_charsets)
        self._actions = QActionGroup(self)
        self._actions.triggered.connect(lambda action: self.charsetChanged.emit(str(action.data())))
        self._view_actions = QActionGroup(self)
        for key, title in self._titles.items():
            action = self.views_menu.menu().addAction(title)
            action.setData(key)
            action.setCheckable(True)
            self._view_actions.addAction(action)
        self._view_actions.triggered.connect(lambda action: self.choose(str(action.data())))

    def _fill_charsets(self) -> None:
        if not self._actions.actions():
            charset_menu.fill(self.charset.menu(), self._actions)
        for action in self._actions.actions():
            action.setChecked(action.data() == self._chosen_charset)

    @property
    def offered(self) -> tuple[str, ...]:
        """The keys of the views that fit the body."""
        return tuple(self._shown)

    @property
    def current(self) -> str:
        """The key of the view on screen."""
        return self._keys[self.views.current]

    def choose(self, view: str) -> None:
        """Choose a view for the user; one that does not fit the body is not chosen."""
        if view in self._shown:
            self.views.set_current(self._keys.index(view))

    def set_views(self, fitting: Sequence[str], current: str) -> None:
        """Offer these views, of which `current` is on screen."""
        self._shown = list(fitting)
        with QSignalBlocker(self.views):
            self.views.set_current(self._keys.index(current))
        for index, key in enumerate(self._keys):
            self.views.button(index).setVisible(key in fitting)
        for action in self._view_actions.actions():
            action.setVisible(action.data() in fitting)
            action.setChecked(action.data() == current)
        self.views_menu.setText(self._titles[current])
        self._fit()

    def set_charset(self, charset: str, chosen: str) -> None:
        """Show the charset of a text, and which one the user chose; "" hides it."""
        self.charset.setVisible(bool(charset))
        self.charset.setText(charset)
        self._chosen_charset = chosen

    def set_filter(self, possible: bool) -> None:
        """Offer the filter, or do not."""
        self.filter_button.setVisible(possible)
        self._fit()

    def set_working(self, words: str) -> None:
        """Say what is still being done with the body; "" when nothing is."""
        self.working.setText(words)
        self.working.setVisible(bool(words))

    def set_page_widgets(self, widgets: tuple[QWidget, ...]) -> None:
        """Show what the page on screen brings for the bar."""
        if widgets == self._page_widgets:
            return
        for widget in self._page_widgets:
            widget.hide()
            self._page_room.removeWidget(widget)
        for widget in widgets:
            self._page_room.addWidget(widget)
            widget.show()
        self._page_widgets = widgets
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def minimumSizeHint(self) -> QSize:
        """Return room for the menu: the views side by side must not widen the pane."""
        menu = self.views_menu.minimumSizeHint().width()
        return QSize(menu + self._taken(), theme.scaled(_HEIGHT))

    def _taken(self) -> int:
        """Return what all but the views needs."""
        others = (
            *(self.charset, self.wrap, self.filter_button, self.find_button),
            *self._page_widgets,
        )
        taken = sum(each.sizeHint().width() for each in others if not each.isHidden())
        return taken + theme.scaled(_SPARE)

    def _fit(self) -> None:
        """Show the views side by side where there is room, else as a menu."""
        needed = self.views.sizeHint().width() + self._taken()
        self.views.setVisible(needed <= self.width())
        self.views_menu.setVisible(needed > self.width())

    def _restyle(self) -> None:
        self.setFixedHeight(theme.scaled(_HEIGHT))
        self._layout.setContentsMargins(theme.scaled(12), 0, theme.scaled(8), 0)
        self._layout.setSpacing(theme.scaled(4))
