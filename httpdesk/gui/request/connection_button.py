"""The connection of the request: its state and name, and a menu of the others."""

from __future__ import annotations

from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtGui import QAction, QActionGroup, QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QWidget

from httpdesk.gui import theme
from httpdesk.gui.request.connection_choice import (
    CONNECT,
    NEW,
    OPEN,
    RENEW,
    ConnectionChoice,
    ConnectionRow,
)
from httpdesk.gui.widgets.buttons import MenuButton
from httpdesk.gui.widgets.labels import plain_tooltip
from httpdesk.gui.widgets.state_dot import Shape, paint_state

_WIDEST = 168
_ICON = 16


class ConnectionButton(MenuButton):
    """Without a connection a quiet icon.

    Signals: `connectionChosen(option)` with a name, `none` or None to inherit; `asked(what, key)`
    with `connect`, `renew`, `open` or `new`, whose key is empty.
    """

    connectionChosen = Signal(object)
    asked = Signal(str, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", icon="link", height=34, parent=parent)
        self._choice = ConnectionChoice()
        self._group: QActionGroup | None = None
        self.menu().aboutToShow.connect(self._fill_menu)
        self._show()

    def set_choice(self, choice: ConnectionChoice) -> None:
        """Show which connection is in use, and offer these."""
        if choice != self._choice:
            self._choice = choice
            self._show()

    def _show(self) -> None:
        choice, row = self._choice, self._choice.row
        name = choice.name
        if name is None:
            self._icon_name = "link"
            self.set_dot(None)
            said = self.tr("No connection")
            if choice.auth:
                said = self.tr("{0}, as the file says").format(choice.auth)
        else:
            self._icon_name = None
            self.set_dot((row.shape, row.token) if row else ("triangle", "red"))
            said = f"{name}, {row.state if row else self.tr('Not found')}"
        self.setText(name or "")
        self.setAccessibleName(self.tr("Connection, {0}").format(said))
        self.setToolTip(plain_tooltip(said))

    def _fill_menu(self) -> None:
        menu, choice = self.menu(), self._choice
        menu.clear()
        self._group = QActionGroup(menu)
        for row in choice.rows:
            self._add_choice(f"{row.name}\t{row.state}", row.name, state_icon(row.shape, row.token))
        self._add_choice(self.tr("No connection"), None, QIcon())
        menu.addSeparator()
        self._add_command(self.tr("New connection…"), NEW, "")
        if choice.row is not None:
            menu.addSeparator()
            self._add_commands(choice.row)

    def _add_choice(self, text: str, name: str | None, icon: QIcon) -> None:
        action = self.menu().addAction(icon, text.replace("&", "&&"))
        action.setIconVisibleInMenu(not icon.isNull())
        action.setCheckable(True)
        is_used = name == self._choice.name and not self._choice.auth
        action.setChecked(is_used)
        # The shape of the state stands where the tick would.
        action.setFont(theme.ui_font(13, 600 if is_used else 400))
        action.triggered.connect(lambda: self._choose(name))
        if self._group is not None:
            self._group.addAction(action)

    def _add_commands(self, row: ConnectionRow) -> None:
        if row.connects:
            self._add_command(self.tr("Connect"), CONNECT, row.key)
        if row.renews:
            self._add_command(self.tr("Refresh now"), RENEW, row.key)
        self._add_command(self.tr("Open {0}").format(row.name.replace("&", "&&")), OPEN, row.key)

    def _add_command(self, text: str, what: str, key: str) -> QAction:
        action = self.menu().addAction(text)
        action.triggered.connect(lambda: self.asked.emit(what, key))
        return action

    def _choose(self, name: str | None) -> None:
        if name != self._choice.name or self._choice.auth:
            self.connectionChosen.emit(self._choice.option_for(name))

    def _restyle(self) -> None:
        super()._restyle()
        self.setMaximumWidth(theme.scaled(_WIDEST))


def state_icon(shape: Shape, token: str) -> QIcon:
    """Return a state shape for a row of a menu or a list."""
    side, ratio = theme.scaled(_ICON), 2.0
    pixmap = QPixmap(round(side * ratio), round(side * ratio))
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    paint_state(painter, QPointF(side / 2, side / 2), shape, token)
    painter.end()
    return QIcon(pixmap)
