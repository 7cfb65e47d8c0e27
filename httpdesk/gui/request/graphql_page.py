"""The page of a GraphQL body: the query, and below it its variables as JSON."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from httpdesk.engine.bodies import variables_problem
from httpdesk.gui import theme
from httpdesk.gui.request.problems import sentence
from httpdesk.gui.tables.body_text import BodyText
from httpdesk.gui.widgets.section import SectionHeader
from httpdesk.gui.widgets.splitter import Splitter
from httpdesk.model.errors import InvalidGraphQL
from httpdesk.model.request import GraphQLBody

_SIZES: Final = (300, 120)


class GraphQLPage(Splitter):
    """Two editors.

    Signals: `edited` when the user changed one of them.
    """

    edited = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Vertical, parent)
        self.query = BodyText(self.tr("Query"))
        self.variables = BodyText(self.tr("Variables"))
        self._build()
        for editor in (self.query, self.variables):
            editor.edited.connect(self.edited)

    def body(self) -> GraphQLBody:
        """Return query and variables as they stand."""
        return GraphQLBody(self.query.body_text(), self.variables.body_text())

    def set_body(self, body: GraphQLBody) -> None:
        """Show a query without telling of it."""
        self.query.load(body.query)
        self.variables.load(body.variables)

    def set_known(self, names: Collection[str]) -> None:
        """Complete these variables."""
        for editor in (self.query, self.variables):
            editor.completer.set_names(names)

    def problem(self) -> tuple[int, int, str] | None:
        """Return line, column and sentence of the first fault of the variables."""
        found = variables_problem(self.variables.body_text())
        if found is None:
            return None
        error = InvalidGraphQL(found.line, found.column, found.fault.value)
        return found.line, found.column, sentence(error)

    def _build(self) -> None:
        self.query.set_language("graphql")
        self.variables.set_language("json")
        self.addWidget(self.query)
        below = QWidget()
        column = QVBoxLayout(below)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        title = SectionHeader(self.tr("Variables"))
        title.setContentsMargins(theme.scaled(12), theme.scaled(4), 0, theme.scaled(4))
        column.addWidget(title)
        column.addWidget(self.variables, 1)
        self.addWidget(below)
        self.setChildrenCollapsible(False)
        self.setSizes(list(_SIZES))
