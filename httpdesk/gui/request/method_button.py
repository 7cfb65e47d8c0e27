"""The method of the request: a menu of the usual ones and a field for any other."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QActionGroup, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget, QWidgetAction

from httpdesk.gui import theme
from httpdesk.gui.widgets.buttons import MenuButton
from httpdesk.gui.widgets.item_delegate import method_color
from httpdesk.model.request import STANDARD_METHODS


class MethodButton(MenuButton):
    """Shows the method in its colour.

    Signals: `methodChosen(method)` when the user chose or typed another one.
    """

    methodChosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("GET", mono=True, weight=700, height=34, parent=parent)
        self._method = "GET"
        self._group = QActionGroup(self)
        self._custom: QLineEdit | None = None
        self.menu().aboutToShow.connect(self._prepare)
        self._show()

    @property
    def method(self) -> str:
        """The method as it will be sent."""
        return self._method

    def set_method(self, method: str) -> None:
        """Show another method."""
        if method != self._method:
            self._method = method
            self._show()

    def _build_menu(self) -> QLineEdit:
        menu = self.menu()
        for method in STANDARD_METHODS:
            action = menu.addAction(method)
            action.setCheckable(True)
            self._group.addAction(action)
        self._group.triggered.connect(lambda action: self._choose(action.text()))
        menu.addSeparator()
        custom = QLineEdit()
        custom.setPlaceholderText(self.tr("Other method"))
        custom.setAccessibleName(self.tr("Other method"))
        custom.setFixedWidth(theme.scaled(132))
        custom.installEventFilter(self)
        holder = QWidget()
        row = QHBoxLayout(holder)
        row.setContentsMargins(theme.scaled(4), theme.scaled(4), theme.scaled(4), theme.scaled(4))
        row.addWidget(custom)
        holder.setFocusProxy(custom)
        entry = QWidgetAction(menu)
        entry.setDefaultWidget(holder)
        menu.addAction(entry)
        return custom

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keep Enter in the field, which the menu would take as choosing the entry."""
        if (
            watched is self._custom
            and event.type() == QEvent.Type.KeyPress
            and isinstance(event, QKeyEvent)
            and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        ):
            self._choose_custom()
            return True
        return super().eventFilter(watched, event)

    def _prepare(self) -> None:
        if self._custom is None:
            self._custom = self._build_menu()
        self._custom.setText("" if self._method in STANDARD_METHODS else self._method)
        for action in self._group.actions():
            action.setChecked(action.text() == self._method)

    def _choose_custom(self) -> None:
        typed = self._custom.text().strip() if self._custom else ""
        self.menu().close()
        if typed:
            self._choose(typed)

    def _choose(self, method: str) -> None:
        if method != self._method:
            self.set_method(method)
            self.methodChosen.emit(method)

    def _show(self) -> None:
        self.setText(self._method)
        self.set_color(method_color(self._method))
        self.setAccessibleName(self.tr("Method, {0}").format(self._method))
