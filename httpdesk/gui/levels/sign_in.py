"""What signs the requests of a folder in, unless they say otherwise."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from httpdesk.gui import theme
from httpdesk.gui.tables.flat_table import PaneScroll
from httpdesk.gui.widgets.choice import Choice
from httpdesk.gui.widgets.form import Form
from httpdesk.gui.widgets.scaled_layout import keep_scaled
from httpdesk.model.auth_choice import AuthChoice, AuthWord, FileAuth
from httpdesk.model.connection import NO_CONNECTION

_WIDEST = 744


class SignInTab(PaneScroll):
    """Inherit, None or a connection; an `auth` of the file is named and kept.

    Signals: `edited` when the user chose another one.
    """

    edited = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._names: tuple[str, ...] = ()
        self._options: tuple[str | None, ...] = ()
        self._chosen: str | None = None
        self._auth: AuthChoice | None = None
        self._outer = ""
        self.choice = Choice(self.tr("Sign in with"), [])
        self.choice.setMinimumContentsLength(12)
        self.choice.setSizeAdjustPolicy(
            Choice.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self._form = form = Form()
        self.row = form.add_row(self.tr("Sign in with"), self.choice)
        keep_scaled(self.column, (12, 12, 12, 12))
        self.column.addWidget(form)
        self.choice.activated.connect(self._choose)
        self._fill()
        theme.follow(self._restyle)

    @property
    def connection(self) -> str | None:
        """The name of a connection, `none` for none, None to inherit."""
        return self._chosen

    def show_choice(self, connection: str | None, auth: AuthChoice | None, outer: str) -> None:
        """Show what the file says; `outer` names what is inherited otherwise."""
        self._chosen, self._auth, self._outer = connection, auth, outer
        self._fill()

    def set_names(self, names: Sequence[str]) -> None:
        """Say which connections there are."""
        if tuple(names) != self._names:
            self._names = tuple(names)
            self._fill()

    def _fill(self) -> None:
        entries: list[tuple[str | None, str]] = [
            (None, self._nothing()),
            (NO_CONNECTION, self.tr("None")),
            *((name, name) for name in self._names),
        ]
        if self._chosen and self._chosen not in {option for option, _ in entries}:
            entries.append((self._chosen, self.tr("{0} (not found)").format(self._chosen)))
        self._options = tuple(option for option, _ in entries)
        self.choice.clear()
        self.choice.addItems([words for _, words in entries])
        self.choice.setCurrentIndex(self._options.index(self._chosen or None))
        self.row.set_help(self._help())

    def _restyle(self) -> None:
        self._form.setMaximumWidth(theme.scaled(_WIDEST))

    def _nothing(self) -> str:
        if isinstance(self._auth, FileAuth):
            return self.tr("As the file says: {0}").format(self._auth.kind)
        if self._auth is AuthWord.NONE:
            return self.tr("As the file says: none")
        return self.tr("Inherit: {0}").format(self._outer or self.tr("no connection"))

    def _help(self) -> str:
        if isinstance(self._auth, FileAuth) and self._chosen:
            return self.tr("The file's own {0} is kept, and not used.").format(self._auth.kind)
        return self.tr("For every request in it that does not say otherwise.")

    def _choose(self, place: int) -> None:
        if self._options[place] != self._chosen:
            self._chosen = self._options[place]
            self.row.set_help(self._help())
            self.edited.emit()
