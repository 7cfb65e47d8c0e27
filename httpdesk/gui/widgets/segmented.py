"""A few choices side by side, one of them chosen."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QAbstractButton,
    QButtonGroup,
    QHBoxLayout,
    QRadioButton,
    QSizePolicy,
    QWidget,
)

from httpdesk.gui import theme

_HEIGHT = 28
_PADDING, _LEAST_PADDING = 10, 3
_INSET = 2
# Tab goes to the choice; the arrow keys go on from there.
_CHOSEN, _OTHER = Qt.FocusPolicy.StrongFocus, Qt.FocusPolicy.ClickFocus


class Segmented(QWidget):
    """Radio buttons drawn as one control; arrow keys move the choice.

    Signals: `currentChanged(index)` when the user or `set_current` changed the choice.
    """

    currentChanged = Signal(int)

    def __init__(
        self, labels: Sequence[str], name: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self._group = QButtonGroup(self)
        self._layout = QHBoxLayout(self)
        self._layout.setSpacing(0)
        for index, label in enumerate(labels):
            segment = _Segment(label, self)
            segment.setFocusPolicy(_OTHER if index else _CHOSEN)
            self._group.addButton(segment, index)
            self._layout.addWidget(segment)
        if labels:
            self._group.button(0).setChecked(True)
        self._group.idToggled.connect(self._on_toggled)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme.follow(self._restyle)

    @property
    def current(self) -> int:
        """The index of the choice."""
        return self._group.checkedId()

    def set_current(self, index: int) -> None:
        """Choose `index`."""
        self._group.button(index).setChecked(True)

    def button(self, index: int) -> QAbstractButton:
        """Return the radio button behind a choice."""
        return self._group.button(index)

    def set_enabled(self, index: int, enabled: bool) -> None:
        """Allow or forbid one of the choices."""
        self._group.button(index).setEnabled(enabled)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("sunken"))
        painter.drawRoundedRect(self.rect(), theme.scaled(6), theme.scaled(6))

    def _on_toggled(self, index: int, checked: bool) -> None:
        self._group.button(index).setFocusPolicy(_CHOSEN if checked else _OTHER)
        if checked:
            self.currentChanged.emit(index)

    def _restyle(self) -> None:
        inset = theme.scaled(_INSET)
        self._layout.setContentsMargins(inset, inset, inset, inset)
        self.setFixedHeight(theme.scaled(_HEIGHT))


class _Segment(QRadioButton):
    def __init__(self, text: str, parent: QWidget) -> None:
        super().__init__(text, parent)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)
        theme.follow(self._restyle)

    def sizeHint(self) -> QSize:
        width = self.fontMetrics().horizontalAdvance(self.text()) + 2 * theme.scaled(_PADDING)
        return QSize(width, theme.scaled(_HEIGHT - 2 * _INSET))

    def minimumSizeHint(self) -> QSize:
        """Return room for the text: with large text there may be none for more."""
        spare = 2 * theme.scaled(_PADDING - _LEAST_PADDING)
        return self.sizeHint() - QSize(spare, 0)

    def hitButton(self, pos: object) -> bool:
        """Return whether a press counts: anywhere on the segment."""
        return True

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.isChecked():
            painter.setPen(QPen(theme.color("border"), 1))
            painter.setBrush(theme.color("raised"))
            box = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
            painter.drawRoundedRect(box, theme.scaled(5), theme.scaled(5))
        painter.setFont(self.font())
        painter.setPen(theme.color(self._token()))
        painter.drawText(self.rect(), int(Qt.AlignmentFlag.AlignCenter), self.text())

    def _token(self) -> str:
        if not self.isEnabled():
            return "border_ctl"
        return "text" if self.isChecked() or self.underMouse() else "text2"

    def _restyle(self) -> None:
        self.setFont(theme.ui_font(12, 500))
        self.updateGeometry()
