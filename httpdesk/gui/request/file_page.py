"""The page of a body that is a whole file: its path, its size, its content type."""

from __future__ import annotations

from collections.abc import Collection

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from httpdesk.gui import theme
from httpdesk.gui.tables.variable_field import VariableField
from httpdesk.gui.widgets.buttons import TextButton
from httpdesk.gui.widgets.labels import PlainLabel
from httpdesk.model.media_types import base_name, guess
from httpdesk.model.request import FileBody
from httpdesk.render.units import format_size


class FilePage(QWidget):
    """Path with a button that chooses a file, content type with the guess as a hint.

    Signals: `edited` when the user changed something, `chooseRequested` by the button.
    """

    edited = Signal()
    chooseRequested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.path = VariableField()
        self.choose = TextButton(self.tr("Choose file…"))
        self.content_type = VariableField()
        self.fact = PlainLabel("", px=12, color="text2", elide=True)
        self._build()
        self.path.textEdited.connect(self._on_edited)
        self.content_type.textEdited.connect(self._on_edited)
        self.choose.clicked.connect(self.chooseRequested)
        theme.follow(self._restyle)

    def body(self) -> FileBody:
        """Return the file as it stands."""
        return FileBody(self.path.text(), self.content_type.text())

    def set_body(self, body: FileBody) -> None:
        """Show a file without telling of it."""
        for field, text in ((self.path, body.path), (self.content_type, body.content_type)):
            if field.text() != text:
                field.setText(text)
        self._guess()

    def set_known(self, names: Collection[str]) -> None:
        """Complete these variables."""
        for field in (self.path, self.content_type):
            field.variables.set_names(names)

    def choose_path(self, path: str) -> None:
        """Take a file as the user does."""
        self.path.setText(path)
        self._on_edited()

    def show_fact(self, size: int | None, problem: str) -> None:
        """Say how large the file is, or what keeps it from being sent."""
        self.fact.set_color("red" if problem else "text2")
        self.fact.setText(problem or ("" if size is None else format_size(size)))

    def _build(self) -> None:
        self.path.setAccessibleName(self.tr("Path of the file"))
        self.path.setPlaceholderText(self.tr("Choose a file, drop one here, or type its path"))
        self.content_type.setAccessibleName(self.tr("Content type of the file"))
        self._grid = grid = QGridLayout()
        row = QHBoxLayout()
        row.setSpacing(theme.scaled(8))
        row.addWidget(self.path, 1)
        row.addWidget(self.choose)
        for line, (label, field) in enumerate(
            ((self.tr("File"), self.path), (self.tr("Content type"), self.content_type))
        ):
            words = PlainLabel(label, px=12, color="text2")
            words.setBuddy(field)
            grid.addWidget(words, 2 * line, 0)
        grid.addLayout(row, 0, 1)
        grid.addWidget(self.fact, 1, 1)
        grid.addWidget(self.content_type, 2, 1)
        grid.setColumnStretch(1, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(grid)
        column.addStretch(1)

    def _on_edited(self) -> None:
        self._guess()
        self.edited.emit()

    def _guess(self) -> None:
        path = self.path.text()
        self.content_type.setPlaceholderText(guess(base_name(path)) if path else "")

    def _restyle(self) -> None:
        self._grid.setContentsMargins(*(theme.scaled(12) for _ in range(4)))
        self._grid.setHorizontalSpacing(theme.scaled(12))
        self._grid.setVerticalSpacing(theme.scaled(8))
        for field in (self.path, self.content_type):
            field.setFont(theme.mono_font(12))
            field.setMinimumHeight(theme.scaled(28))
