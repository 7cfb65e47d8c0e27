"""The controls that rows of the Options tab are made of."""

from __future__ import annotations

from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from httpdesk.gui import icons, theme
from httpdesk.gui.widgets.labels import PlainLabel
from httpdesk.gui.widgets.scaled_layout import keep_scaled

_FIELD = 88
_WIDE_FIELD = 136


class OptionField(QWidget):
    """A short field with a word behind it, which gives way to what is wrong."""

    def __init__(self, name: str, unit: str, *, wide: bool = False) -> None:
        super().__init__()
        self.line = QLineEdit()
        self.line.setAccessibleName(name)
        self.hint = PlainLabel(unit, px=12, color="text3", elide=True)
        self.problem = ""
        self._unit, self._wide = unit, wide
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.addWidget(self.line)
        self._row.addWidget(self.hint, 1)
        self.setFocusProxy(self.line)
        theme.follow(self._restyle)

    def text(self) -> str:
        """Return what is typed."""
        return self.line.text()

    def show_value(self, text: str) -> None:
        """Show a good value; one that is shown already keeps its undo steps."""
        if text != self.line.text():
            self.line.setText(text)
        self.set_problem("")

    def set_problem(self, problem: str) -> None:
        """Say what is wrong with the text, or nothing."""
        self.problem = problem
        self.hint.setText(problem or self._unit)
        self.hint.set_color("red" if problem else "text3")
        self.line.setAccessibleDescription(problem)

    def _restyle(self) -> None:
        self.line.setFont(theme.mono_font(12))
        self.line.setFixedWidth(theme.scaled(_WIDE_FIELD if self._wide else _FIELD))
        self._row.setSpacing(theme.scaled(8))


class Mark(QWidget):
    """An icon that stands beside a warning."""

    def __init__(self, name: str, color: str) -> None:
        super().__init__()
        self._name, self._color = name, color
        theme.follow(self._restyle)

    def paintEvent(self, event: QPaintEvent) -> None:
        mark = icons.pixmap(self._name, self._color, self.width(), self.devicePixelRatioF())
        QPainter(self).drawPixmap(0, 0, mark)

    def _restyle(self) -> None:
        self.setFixedSize(theme.scaled(16), theme.scaled(16))


class Lock(Mark):
    """A lock that is closed while what stands beside it is secured."""

    def __init__(self) -> None:
        super().__init__("lock", "text2")

    def set_closed(self, closed: bool) -> None:
        """Show whether it is secured."""
        self._name, self._color = ("lock", "text2") if closed else ("lock-open", "amber")
        self.update()


def in_a_row(*widgets: QWidget, stretch: QWidget | None = None) -> QWidget:
    """Return a widget with these side by side; `stretch` takes the room that is left."""
    holder = QWidget()
    row = QHBoxLayout(holder)
    keep_scaled(row, spacing=8)
    for widget in widgets:
        row.addWidget(widget, 1 if widget is stretch else 0)
    if stretch is None:
        row.addStretch(1)
    holder.setFocusProxy(widgets[0])
    return holder


def one_below_the_other(*widgets: QWidget) -> QWidget:
    """Return a widget with these in a column."""
    holder = QWidget()
    column = QVBoxLayout(holder)
    keep_scaled(column, (0, 6, 0, 6), spacing=2)
    for widget in widgets:
        column.addWidget(widget)
    holder.setFocusProxy(widgets[0])
    return holder


def parse_whole(text: str, most: int) -> int:
    """Return the whole number that is typed, 0 for blank. Raises ValueError beyond `most`."""
    digits = text.strip()
    if not digits:
        return 0
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 9) or int(digits) > most:
        raise ValueError(text)
    return int(digits)
