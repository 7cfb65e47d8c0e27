"""The bar above the body: how it is laid out, its charset, wrapping and finding."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QHBoxLayout, QWidget

from httpdesk.gui import theme
from httpdesk.gui.widgets.buttons import IconButton, MenuButton
from httpdesk.gui.widgets.labels import PlainLabel
from httpdesk.gui.widgets.segmented import Segmented

CHARSETS = (
    "utf-8",
    "utf-16",
    "iso-8859-1",
    "iso-8859-2",
    "windows-1250",
    "windows-1251",
    "windows-1252",
    "koi8-r",
    "shift_jis",
    "euc-jp",
    "gb18030",
    "big5",
    "euc-kr",
)
_HEIGHT = 36
_PRETTY, _RAW = 0, 1


class BodyBar(QWidget):
    """Pretty or Raw is the user's choice and outlives bodies that have no layout.

    Signals:
        viewChanged: the user chose Pretty or Raw.
        charsetChanged(name): a charset was picked; "" goes by the header again.
        wrapChanged(on), findRequested.
    """

    viewChanged = Signal()
    charsetChanged = Signal(str)
    wrapChanged = Signal(bool)
    findRequested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pretty = True
        self.views = Segmented([self.tr("Pretty"), self.tr("Raw")], self.tr("Body view"))
        self.charset = MenuButton("UTF-8", color="text2")
        self.charset.setAccessibleName(self.tr("Charset"))
        self.working = PlainLabel(self.tr("Formatting…"), px=12, color="text3")
        self.wrap = IconButton("wrap-text", self.tr("Wrap lines"))
        self.wrap.setCheckable(True)
        self.find_button = IconButton("search", self.tr("Find"), shortcut="Ctrl+F")
        self._layout = QHBoxLayout(self)
        self._layout.addWidget(self.views)
        self._layout.addSpacing(4)
        self._layout.addWidget(self.working)
        self._layout.addStretch(1)
        self._layout.addWidget(self.charset)
        self._layout.addWidget(self.wrap)
        self._layout.addWidget(self.find_button)
        self._build_menu()
        self.views.currentChanged.connect(self._on_view)
        self.wrap.toggled.connect(self.wrapChanged)
        self.find_button.clicked.connect(self.findRequested)
        theme.follow(self._restyle)

    @property
    def pretty(self) -> bool:
        """Whether the user wants the text laid out."""
        return self._pretty

    def choose(self, *, pretty: bool) -> None:
        """Choose Pretty or Raw for the user."""
        self.views.set_current(_PRETTY if pretty else _RAW)

    def set_state(self, can_layout: bool, working: bool, charset: str, chosen: str) -> None:
        """Show what holds for the body: its charset, and whether it has a layout yet or at all."""
        with QSignalBlocker(self.views):
            self.views.set_enabled(_PRETTY, True)
            self.views.set_current(_PRETTY if self._pretty and can_layout else _RAW)
            self.views.set_enabled(_PRETTY, can_layout)
        self.working.setVisible(working and self._pretty)
        self.charset.setText(charset)
        for action in self._actions.actions():
            action.setChecked(action.data() == chosen)

    def _build_menu(self) -> None:
        menu = self.charset.menu()
        self._actions = QActionGroup(self)
        for name in ("", *CHARSETS):
            action = menu.addAction(name or self.tr("As the server says"))
            action.setData(name)
            action.setCheckable(True)
            self._actions.addAction(action)
            if not name:
                menu.addSeparator()
        self._actions.triggered.connect(lambda action: self.charsetChanged.emit(str(action.data())))

    def _on_view(self, index: int) -> None:
        self._pretty = index == _PRETTY
        self.viewChanged.emit()

    def _restyle(self) -> None:
        self.setFixedHeight(theme.scaled(_HEIGHT))
        self._layout.setContentsMargins(theme.scaled(12), 0, theme.scaled(8), 0)
        self._layout.setSpacing(theme.scaled(4))
