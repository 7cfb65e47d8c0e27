"""The rows of a page's form: label at the left, control, help or a problem below it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QVBoxLayout, QWidget

from httpdesk.gui import theme
from httpdesk.gui.widgets.labels import PlainLabel
from httpdesk.gui.widgets.scaled_layout import keep_scaled

_LABELS = 132
_LABEL_TOP = 6
_TOP = Qt.AlignmentFlag.AlignTop
_UNBOUNDED = 16_777_215
_LEFT = Qt.AlignmentFlag.AlignLeft


class FormRow(QWidget):
    """One row; its help gives way to what is wrong with the control's value."""

    def __init__(self, label: str, control: QWidget, hint: str) -> None:
        super().__init__()
        self.label = PlainLabel(label, color="text2", wrap=True)
        self.control = control
        self.hint = PlainLabel(px=12, color="text3", wrap=True)
        self.problem = ""
        self._help = hint
        self._grid = grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setColumnStretch(1, 1)
        fixed = control.sizePolicy().horizontalPolicy() == QSizePolicy.Policy.Fixed
        fixed = fixed or control.maximumWidth() < _UNBOUNDED
        self._side = _LEFT if fixed else Qt.AlignmentFlag(0)
        self._stacked: bool | None = None
        self.set_stacked(False)
        self.set_problem("")
        theme.follow(self._restyle)

    def set_stacked(self, stacked: bool) -> None:
        """Put the label above the control, for where there is little room, or before it."""
        if stacked == self._stacked:
            return
        self._stacked, grid = stacked, self._grid
        for widget in (self.label, self.control, self.hint):
            grid.removeWidget(widget)
        if stacked:
            grid.addWidget(self.label, 0, 0, 1, 2)
            grid.addWidget(self.control, 1, 0, 1, 2, self._side)
            grid.addWidget(self.hint, 2, 0, 1, 2)
        else:
            grid.addWidget(self.label, 0, 0, 2, 1, _TOP)
            grid.addWidget(self.control, 0, 1, self._side)
            grid.addWidget(self.hint, 1, 1)
        self.label.setVisible(not stacked or bool(self.label.text()))
        self._restyle()

    def set_problem(self, problem: str) -> None:
        """Say what is wrong, or the help again."""
        self.problem = problem
        self.hint.set_color("red" if problem else "text3")
        self.hint.setText(problem or self._help)
        self.hint.setVisible(bool(self.hint.text()))
        spoken = self.control.focusProxy() or self.control
        spoken.setAccessibleDescription(self.hint.text())

    def set_help(self, text: str) -> None:
        """Say something else below the control."""
        self._help = text
        self.set_problem(self.problem)

    def _restyle(self) -> None:
        self.label.setMinimumWidth(0 if self._stacked else theme.scaled(_LABELS))
        self.label.setMaximumWidth(_UNBOUNDED if self._stacked else theme.scaled(_LABELS))
        self.label.setContentsMargins(0, 0 if self._stacked else theme.scaled(_LABEL_TOP), 0, 0)
        self._grid.setHorizontalSpacing(theme.scaled(12))
        self._grid.setVerticalSpacing(theme.scaled(4))


class Form(QWidget):
    """Rows of one group; labels are 132 wide, so that the groups of a page line up."""

    def __init__(self, title: str = "", parent: QWidget | None = None, *, padding: int = 0) -> None:
        super().__init__(parent)
        self.title = PlainLabel(title, weight=600)
        self._rows = QVBoxLayout(self)
        keep_scaled(self._rows, (0, padding, 0, padding), spacing=10)
        self._rows.addWidget(self.title)
        self.title.setVisible(bool(title))

    def add_row(self, label: str, control: QWidget, hint: str = "") -> FormRow:
        """Add a control with its label and its help."""
        row = FormRow(label, control, hint)
        self._rows.addWidget(row)
        return row

    def add_wide(self, widget: QWidget) -> None:
        """Add something that takes the whole width."""
        self._rows.addWidget(widget)
