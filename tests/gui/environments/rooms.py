"""Reading and driving the environments of a window."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractItemView, QLineEdit

from httpdesk.engine.environment_ports import secret_name
from httpdesk.gui.environment_catalog import EnvironmentCatalog
from httpdesk.gui.environments.form import EnvironmentForm
from httpdesk.gui.environments.page import EnvironmentPage
from httpdesk.gui.environments.selector import EnvironmentSelector
from tests.helpers.desk import Desk, wait_until

STAGING = """\
name: Staging
color: "#d08a1c"
variables:
  - name: order_id
    value: ord_1
  - name: base_url
    value: https://staging.test
  - name: api_key
    secret: true
"""
PRODUCTION = """\
name: Production
color: "#d64545"
variables:
  - name: httpdesk.protected
    value: "true"
  - name: order_id
    value: ord_1
  - name: base_url
    value: https://live.test
  - name: region
    value: eu
"""


@dataclass
class Room:
    """The window, and the folder of its collection."""

    desk: Desk
    root: Path

    @property
    def catalog(self) -> EnvironmentCatalog:
        return self.desk.session.environment_catalog

    @property
    def selector(self) -> EnvironmentSelector:
        return self.desk.session.environment_commands.selector

    @property
    def page(self) -> EnvironmentPage:
        """The page, opened if need be."""
        pages = self.desk.session.environment_commands.pages
        if pages.page(str(self.root)) is None:
            self.desk.trigger("environment.edit")
        page = pages.page(str(self.root))
        assert page is not None
        return page

    @property
    def form(self) -> EnvironmentForm:
        """The form on screen."""
        form = self.page.form
        assert form is not None
        return form

    def write(self, name: str, text: str) -> None:
        """Write an environment's file as another program would."""
        folder = self.root / "environments"
        folder.mkdir(exist_ok=True)
        beside = folder / f".{name}.part"
        beside.write_text(text, encoding="utf-8")
        beside.replace(folder / f"{name}.yml")

    def text(self, name: str) -> str:
        """Return what an environment's file says."""
        return (self.root / "environments" / f"{name}.yml").read_text(encoding="utf-8")

    def names(self) -> list[str]:
        """Return the names of the environments that the window knows."""
        return [each.environment.name for each in self.catalog.of(str(self.root))]

    def read(self) -> None:
        """Have the files read again."""
        self.catalog.reload()
        self.settle()

    def settle(self) -> None:
        """Wait until nothing is under way."""
        wait_until(lambda: self.desk.session.jobs.running == 0, "the jobs to end")

    def use(self, name: str) -> None:
        """Choose an environment in the list, by typing."""
        self.desk.trigger("environment.choose")
        self.type(name)
        self.press(Qt.Key.Key_Return)
        self.settle()

    def press(self, key: Qt.Key, modifiers: Qt.KeyboardModifier | None = None) -> None:
        """Press a key where the focus of the window is."""
        QTest.keyClick(
            self.desk.window.focusWidget(), key, modifiers or Qt.KeyboardModifier.NoModifier
        )

    def show(self, name: str) -> EnvironmentForm:
        """Show an environment on the page."""
        self.page.choose(name)
        self.settle()
        return self.form

    def cells(self, column: int) -> list[str]:
        """Return what a column of the table shows."""
        model = self.form.model
        return [str(model.index(row, column).data()) for row in range(len(model.rows()))]

    def set(self, row: int, column: int, text: str) -> None:
        """Type into a cell."""
        editor = self.open_cell(row, column)
        editor.selectAll()
        self.type(text)
        self.press(Qt.Key.Key_Return)
        closed = QAbstractItemView.State.NoState
        wait_until(lambda: self.form.table.state() == closed, "the cell to close")

    def open_cell(self, row: int, column: int) -> QLineEdit:
        """Open a cell and return its editor."""
        self.form.table.edit_cell(row, column)
        editor = self.desk.window.focusWidget()
        assert isinstance(editor, QLineEdit)
        return editor

    def type(self, text: str) -> None:
        """Type where the focus of the window is, whether or not the window is the active one."""
        QTest.keyClicks(self.desk.window.focusWidget(), text)

    def save(self) -> None:
        """Click Save and wait for the file."""
        self.page.save_button.click()
        self.settle()

    def secret(self, environment: str, variable: str) -> str | None:
        """Return what is kept of a secret."""
        return self.desk.ports.secrets().read(secret_name(str(self.root), environment, variable))

    def keep(self, environment: str, variable: str, value: str) -> None:
        """Keep a secret as if it had been typed."""
        name = secret_name(str(self.root), environment, variable)
        self.desk.session.settings.keep_secret(name, value)
        self.settle()
