"""The bar on top: menu, sidebar switch, workspace, the command field, layout."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QMenuBar, QPushButton, QWidget

from httpdesk.gui import icons, theme
from httpdesk.gui.actions import MENUS, ActionTable, menu_title, shortcut_text
from httpdesk.gui.surfaces import on_chrome
from httpdesk.gui.widgets.buttons import IconButton
from httpdesk.gui.widgets.labels import PlainLabel

HEIGHT = 44
WIDE, NARROW, NARROW_BELOW = 400, 280, 1200


class CommandField(QPushButton):
    """Looks like a quiet field and opens the palette."""

    def __init__(self, shortcut: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._keys = shortcut.replace("+", " ")
        self.setAccessibleName(self.tr("Find a request or run a command"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def sizeHint(self) -> QSize:
        narrow = self.window().width() < theme.scaled(NARROW_BELOW)
        return QSize(theme.scaled(NARROW if narrow else WIDE), theme.scaled(28))

    def minimumSizeHint(self) -> QSize:
        return QSize(theme.scaled(120), theme.scaled(28))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("hover" if self.underMouse() else "sunken"))
        painter.drawRoundedRect(QRectF(self.rect()), theme.scaled(6), theme.scaled(6))
        size = theme.scaled(14)
        top = (self.height() - size) // 2
        painter.drawPixmap(theme.scaled(9), top, icons.pixmap("search", "text3", size))
        painter.setPen(theme.color("text3"))
        painter.setFont(theme.ui_font(13))
        short = self.width() < theme.scaled(320)
        words = self.tr("Find or run…") if short else self.tr("Find a request or run a command")
        room = QRect(theme.scaled(30), 0, self.width() - theme.scaled(90), self.height())
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, words)
        painter.setFont(theme.ui_font(11, 500))
        end = self.rect().adjusted(0, 0, -theme.scaled(10), 0)
        painter.drawText(
            end, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, self._keys
        )


class TopBar(QWidget):
    """Built from the action table; knows no feature."""

    def __init__(self, actions: ActionTable, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        on_chrome(self)
        self._actions = actions
        self.menu_button = IconButton("menu", self.tr("Application menu"), shortcut="Alt")
        self.sidebar_button = self._button(actions, "panel-left", "view.sidebar")
        self.workspace = PlainLabel(self.tr("My workspace"), weight=600)
        self.command = CommandField(shortcut_text(actions["palette"]))
        self.layout_button = self._button(actions, "columns-2", "view.layout")
        self.theme_button = IconButton("moon", self.tr("Switch between light and dark"))
        self._build_layout()
        self.command.clicked.connect(actions["palette"].trigger)
        self.theme_button.clicked.connect(self._switch_theme)
        theme.follow(self._restyle)

    def set_menu(self, menu: QMenu) -> None:
        """Give the application menu."""
        self.menu_button.setMenu(menu)

    def add_right(self, widget: QWidget) -> None:
        """Put a widget in front of the buttons at the right."""
        self._right.insertWidget(1, widget)
        self._right.insertSpacing(2, 6)

    @staticmethod
    def _button(actions: ActionTable, icon: str, action_id: str) -> IconButton:
        action = actions[action_id]
        button = IconButton(icon, action.text(), shortcut=action.shortcut().toString())
        button.clicked.connect(action.trigger)
        return button

    def _build_layout(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 0, 8, 0)
        row.setSpacing(2)
        left, right = QWidget(), QWidget()
        left_row, right_row = QHBoxLayout(left), QHBoxLayout(right)
        for side in (left_row, right_row):
            side.setContentsMargins(0, 0, 0, 0)
            side.setSpacing(2)
        left_row.addWidget(self.menu_button)
        left_row.addWidget(self.sidebar_button)
        left_row.addSpacing(12)
        left_row.addWidget(self.workspace)
        left_row.addStretch(1)
        right_row.addStretch(1)
        self._right = right_row
        right_row.addWidget(self.theme_button)
        right_row.addWidget(self.layout_button)
        row.addWidget(left, 1)
        row.addWidget(self.command)
        row.addWidget(right, 1)

    def _switch_theme(self) -> None:
        self._actions["theme.light" if theme.active_theme().dark else "theme.dark"].trigger()

    def _restyle(self) -> None:
        self.setFixedHeight(theme.scaled(HEIGHT))
        self.theme_button.set_icon("sun" if theme.active_theme().dark else "moon")
        self.command.updateGeometry()


def application_menu(actions: ActionTable, parent: QWidget) -> QMenu:
    """Return the whole menu as one, for the button on top; it is filled when it is opened."""
    whole = QMenu(parent)

    def fill() -> None:
        if whole.isEmpty():
            for name, _ in MENUS:
                fill_menu(whole.addMenu(menu_title(name)), actions, name)

    whole.aboutToShow.connect(fill)
    return whole


def fill_menu_bar(bar: QMenuBar, actions: ActionTable) -> None:
    """Fill the classic menu bar and show it."""
    if not bar.actions():
        for name, _ in MENUS:
            fill_menu(bar.addMenu(menu_title(name)), actions, name)
    bar.show()


def fill_menu(menu: QMenu, actions: ActionTable, name: str) -> None:
    """Add the commands of one menu, with their icons."""
    for spec, _ in actions.of_menu(name):
        add_commands(menu, actions, ("", spec.id) if spec.separator else (spec.id,))


def add_commands(menu: QMenu, actions: ActionTable, ids: Iterable[str]) -> None:
    """Add commands by their ids with their icons; an empty id is a line between them."""
    for action_id in ids:
        if not action_id:
            menu.addSeparator()
            continue
        spec, action = actions.spec(action_id), actions[action_id]
        if spec.icon and action.icon().isNull():
            icons.keep_icon(action, spec.icon)
        menu.addAction(action)
