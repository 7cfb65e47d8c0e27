"""The Params tab: query rows, the variables of the path, and those of the request itself."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import cast

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from httpdesk.engine.masking import MASK, is_credential_key
from httpdesk.gui import theme
from httpdesk.gui.item_models.key_value_table import KeyValueModel, Wording
from httpdesk.gui.item_models.rows import Column, NameValue
from httpdesk.gui.tables.flat_table import PaneScroll
from httpdesk.gui.tables.row_section import RowSection
from httpdesk.gui.tables.row_table import RowTable
from httpdesk.gui.tables.row_text import TextRow
from httpdesk.model.request import PathParam, QueryParam


def mask_pair(name: str, value: str) -> str:
    """Return `value` as it may be shown beside the key `name` of a query or form."""
    return MASK if value and is_credential_key(name) else value


class ParamsTab(PaneScroll):
    """Query rows in wire order, and one row for each `:name` or `{name}` of the path.

    The variables of the request have a section once there are any; the menu of the table adds one.

    Signals: `edited` when the user changed a row.
    """

    edited = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        wording = Wording(self.tr("Add parameter"), self.tr("Parameter {0} of {1}"))
        self._query_rows = KeyValueModel(QueryParam, wording, self, mask=mask_pair)
        self._path_rows = KeyValueModel(
            PathParam, Wording("", self.tr("Path variable {0} of {1}")), self, mask=mask_pair
        )
        self.query = RowSection(
            RowTable(self._query_rows, self.tr("Query parameters"), query=True),
            self.tr("Query parameters"),
        )
        self._variable_rows = KeyValueModel(
            NameValue,
            Wording(self.tr("Add variable"), self.tr("Variable {0} of {1}")),
            self,
            mask=mask_pair,
        )
        self._path: RowSection | None = None
        self._own: RowSection | None = None
        self._known: Collection[str] | None = None
        self._all_path_params: tuple[PathParam, ...] = ()
        self._build()
        self._query_rows.edited.connect(self.edited)
        self._path_rows.edited.connect(self.edited)
        self._variable_rows.edited.connect(self.edited)

    @property
    def path(self) -> RowSection:
        """The section of path variables, made on first use."""
        if self._path is None:
            table = RowTable(self._path_rows, self.tr("Path variables"))
            table.set_known(self._known)
            self._path = RowSection(table, self.tr("Path variables"))
            self._path.menu_button.hide()
            self._path.hide()
            self.column.addSpacing(theme.scaled(12))
            self.column.addWidget(self._path)
            self.follow_table(table)
        return self._path

    @property
    def own_variables(self) -> RowSection:
        """The section of the request's variables, made on first use."""
        if self._own is None:
            table = RowTable(self._variable_rows, self.tr("Variables of this request"))
            table.set_known(self._known)
            self._own = RowSection(table, self.tr("Variables of this request"))
            self._own.menu_button.hide()
            self.column.addSpacing(theme.scaled(12))
            self.column.addWidget(self._own)
            self.follow_table(table)
        return self._own

    def set_variables(self, variables: tuple[tuple[str, str], ...]) -> None:
        """Show the variables that the request itself has."""
        self._variable_rows.set_rows([NameValue(*pair) for pair in variables])
        if variables:
            self.own_variables.show()

    def variables(self) -> tuple[tuple[str, str], ...]:
        """Return the variables that the request itself has."""
        return tuple((row.name, row.value) for row in self._variable_rows.rows())

    def add_variable(self) -> None:
        """Begin a new variable of the request."""
        self.own_variables.show()
        self.own_variables.table.edit_cell(len(self._variable_rows.rows()), Column.KEY)

    def set_params(self, params: tuple[QueryParam, ...], path: tuple[PathParam, ...]) -> None:
        """Show the rows of a request."""
        self._query_rows.set_rows(params)
        self._all_path_params = path

    def set_path_names(self, names: Collection[str]) -> None:
        """Show one row for each variable of the path; values typed before come back."""
        self._all_path_params = self.path_params()
        by_name = {param.name: param for param in self._all_path_params}
        self._path_rows.sync_rows([by_name.get(name, PathParam(name, "")) for name in names])
        if names or self._path is not None:
            self.path.setVisible(bool(names))
        self.query.set_title_shown(bool(names))

    def params(self) -> tuple[QueryParam, ...]:
        """Return the query rows."""
        return cast("tuple[QueryParam, ...]", self._query_rows.rows())

    def path_params(self) -> tuple[PathParam, ...]:
        """Return the values of path variables, also of those that the path lost while typing."""
        shown = {row.name: row for row in cast("tuple[PathParam, ...]", self._path_rows.rows())}
        kept = [shown.pop(param.name, param) for param in self._all_path_params]
        return (*kept, *(param for param in shown.values() if param.value or param.description))

    def add_first(self, rows: Iterable[TextRow]) -> None:
        """Put rows in front of the others, where the URL's own query is on the wire."""
        self._query_rows.insert(0, [self._query_rows.make_row(*row) for row in rows])

    def set_known(self, names: Collection[str]) -> None:
        """Say which variables have a value."""
        self._known = names
        self.query.table.set_known(names)
        if self._path is not None:
            self._path.table.set_known(names)
        if self._own is not None:
            self._own.table.set_known(names)

    def set_problems(self, query: dict[tuple[int, int], str]) -> None:
        """Flag cells of the query rows."""
        self._query_rows.set_problems(query)

    def set_path_problems(self, problems: dict[str, str]) -> None:
        """Flag the values of the path variables with these names."""
        names = [row.name for row in self._path_rows.rows()]
        self._path_rows.set_problems(
            {(names.index(name), Column.VALUE): text for name, text in problems.items()}
        )

    def _build(self) -> None:
        self.column.addWidget(self.query)
        self.query.set_title_shown(False)
        self.follow_table(self.query.table)
        # The section fills its menu first.
        self.query.menu_button.menu().aboutToShow.connect(self._offer_variable)

    def _offer_variable(self) -> None:
        menu = self.query.menu_button.menu()
        menu.addSeparator()
        menu.addAction(self.tr("Add a variable of this request"), self.add_variable)
