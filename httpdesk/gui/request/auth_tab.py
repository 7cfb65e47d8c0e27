"""Which connection signs the request in, and how that stands."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from httpdesk.gui import theme
from httpdesk.gui.request.connection_button import state_icon
from httpdesk.gui.request.connection_choice import (
    CONNECT,
    MAKE,
    NEW,
    OPEN,
    RENEW,
    ConnectionChoice,
    ConnectionRow,
)
from httpdesk.gui.tables.flat_table import PaneScroll
from httpdesk.gui.widgets.buttons import TextButton
from httpdesk.gui.widgets.choice import Choice
from httpdesk.gui.widgets.form import Form
from httpdesk.gui.widgets.labels import PlainLabel
from httpdesk.gui.widgets.lifetime_bar import LifetimeBar
from httpdesk.gui.widgets.scaled_layout import keep_scaled
from httpdesk.gui.widgets.state_dot import StateDot
from httpdesk.model.connection import NO_CONNECTION
from httpdesk.model.exchange import Origin


class AuthTab(PaneScroll):
    """Inherit, None or a connection; below it the card of the one in use.

    Signals: `connectionChosen(option)` with a name, `none` or None to inherit; `asked(what, key)`
    with `connect`, `renew`, `open`, `new` or `make` for one from the file's auth.
    """

    connectionChosen = Signal(object)
    asked = Signal(str, str)
    levelAsked = Signal(str, str)
    """(Origin value, name) of the level that the user wants to see."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._choice: ConnectionChoice | None = None
        self._options: tuple[str | None, ...] = ()
        self.choice = Choice(self.tr("Sign in with"), [])
        self.choice.setMinimumContentsLength(12)
        self.choice.setSizeAdjustPolicy(
            Choice.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self.card = StatusCard()
        form = Form()
        self.row = form.add_row(self.tr("Sign in with"), self.choice)
        self.origin = TextButton("", kind="link")
        self.origin.hide()
        form.add_wide(self.origin)
        form.add_wide(self.card)
        keep_scaled(self.column, (12, 12, 12, 12))
        self.column.addWidget(form)
        self.choice.activated.connect(self._on_activated)
        self.card.asked.connect(self.asked)
        self.origin.clicked.connect(self._ask_level)
        self.set_choice(ConnectionChoice())

    def set_choice(self, choice: ConnectionChoice) -> None:
        """Show what the request uses, and offer the connections it can use."""
        if choice == self._choice:
            return
        self._choice = choice
        entries = self._entries(choice)
        self._options = tuple(option for option, _, _ in entries)
        self.choice.clear()
        for _, text, row in entries:
            icon = state_icon(row.shape, row.token) if row else None
            self.choice.addItem(text) if icon is None else self.choice.addItem(icon, text)
        own = (choice.own or "").strip() or None
        self.choice.setCurrentIndex(self._options.index(own))
        self.row.set_help(self._source(choice))
        self.origin.setText(self.tr("Open settings of {0}").format(choice.inherited.source))
        has_page = choice.inherited.origin in (Origin.FOLDER.value, Origin.COLLECTION.value)
        self.origin.setVisible(bool(choice.inherited.source) and has_page and own is None)
        self.card.show_choice(choice)

    def focus_choice(self) -> None:
        """Put the keyboard into the choice."""
        self.choice.setFocus(Qt.FocusReason.OtherFocusReason)

    def _entries(
        self, choice: ConnectionChoice
    ) -> list[tuple[str | None, str, ConnectionRow | None]]:
        """Return option, words and connection of each entry; the one in use is among them."""
        entries: list[tuple[str | None, str, ConnectionRow | None]] = [
            (None, self._inherit(choice), None),
            (NO_CONNECTION, self.tr("None"), None),
            *((row.name, row.name, row) for row in choice.rows),
        ]
        own = (choice.own or "").strip()
        if own and own not in {option for option, _, _ in entries}:
            entries.append((own, self.tr("{0} (not found)").format(own), None))
        return entries

    def _inherit(self, choice: ConnectionChoice) -> str:
        what = choice.inherited.name or self.tr("no connection")
        if choice.inherited.auth:
            what = self.tr("{0} of the file").format(choice.inherited.auth)
            if not choice.inherited.source:
                return self.tr("As the file says: {0}").format(choice.inherited.auth)
        if not choice.inherited.source:
            return self.tr("Inherit: {0}").format(what)
        return self.tr("Inherit from {0}: {1}").format(choice.inherited.source, what)

    def _source(self, choice: ConnectionChoice) -> str:
        if (choice.own or "").strip():
            return self.tr("This request says so itself.")
        source = choice.inherited.source
        if not source and choice.inherited.auth:
            return self.tr("The request's file holds it.")
        if not source:
            return self.tr("Neither the request nor a folder of it names a connection.")
        return self.tr("“{0}” hands it down.").format(source)

    def _ask_level(self) -> None:
        if self._choice is not None:
            self.levelAsked.emit(self._choice.inherited.origin, self._choice.inherited.source)

    def _on_activated(self, place: int) -> None:
        option = self._options[place]
        if self._choice is not None and option != ((self._choice.own or "").strip() or None):
            self.connectionChosen.emit(option)


class StatusCard(QWidget):
    """How the connection in use stands, and what can be done about it.

    Signals: `asked(what, key)`.
    """

    asked = Signal(str, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._key = ""
        self.dot = StateDot()
        self.title = PlainLabel("", weight=600, elide=True)
        self.detail = PlainLabel("", px=12, color="text2", wrap=True)
        self.bar = LifetimeBar()
        self.connect_button = TextButton(self.tr("Connect"), kind="primary")
        self.renew_button = TextButton(self.tr("Refresh now"))
        self.open_button = TextButton(self.tr("Open"))
        self.new_button = TextButton(self.tr("New connection…"))
        self.make_button = TextButton(self.tr("Make a connection from it"))
        self._build()

    def show_choice(self, choice: ConnectionChoice) -> None:
        """Show the connection in use, or that there is none."""
        row = choice.row
        self._key = row.key if row else ""
        if row is not None:
            title, shape, token = f"{row.name}: {row.state}", row.shape, row.token
            detail = "\n".join(text for text in (row.detail, row.kind, row.base_url) if text)
        elif choice.name is not None:
            words = self.tr("No connection is called “{0}”")
            title, shape, token = words.format(choice.name), "triangle", "red"
            detail = self.tr("The request can't be sent until there is one, or it uses another.")
        elif choice.auth:
            words = self.tr("{0}, as the file says")
            title, shape, token = words.format(choice.auth), "hollow", "text3"
            detail = self._about_file(choice)
        else:
            title, shape, token = self.tr("No connection"), "hollow", "text3"
            detail = self.tr("The request goes out without credentials of a connection.")
        self.dot.set_state(shape, token, row.state if row else title)
        self.title.setText(title)
        self.detail.setText(detail)
        self.bar.show_left(row.lifetime if row else None, bool(row and row.expires_soon))
        self.connect_button.setVisible(row is not None and row.connects)
        self.renew_button.setVisible(row is not None and row.renews)
        self.open_button.setVisible(row is not None)
        self.new_button.setVisible(row is None)
        self.make_button.setVisible(choice.converts)

    def _about_file(self, choice: ConnectionChoice) -> str:
        if choice.auth == "oauth2":
            return self.tr("OAuth 2.0 needs a connection, which keeps its secrets and its token.")
        if not choice.converts:
            return self.tr("That is not done here. A connection goes first.")
        return self.tr("Filled in from variables when it is sent. A connection goes first.")

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.color("border"), 1))
        painter.setBrush(theme.color("alt"))
        radius = theme.scaled(8)
        painter.drawRoundedRect(
            self.rect().toRectF().adjusted(0.5, 0.5, -0.5, -0.5), radius, radius
        )

    def _build(self) -> None:
        head, buttons = QHBoxLayout(), QHBoxLayout()
        keep_scaled(head, (0, 0, 0, 0), spacing=8)
        keep_scaled(buttons, (0, 4, 0, 0), spacing=8)
        head.addWidget(self.dot)
        head.addWidget(self.title, 1)
        named = {
            self.connect_button: CONNECT,
            self.renew_button: RENEW,
            self.open_button: OPEN,
            self.make_button: MAKE,
            self.new_button: NEW,
        }
        for button, what in named.items():
            button.clicked.connect(lambda _=False, what=what: self.asked.emit(what, self._key))
            buttons.addWidget(button)
        buttons.addStretch(1)
        column = QVBoxLayout(self)
        keep_scaled(column, (12, 12, 12, 12), spacing=6)
        column.addLayout(head)
        column.addWidget(self.bar)
        column.addWidget(self.detail)
        column.addLayout(buttons)
