"""Panels that lie over the window instead of modal dialogs: Esc closes them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from httpdesk.gui import theme
from httpdesk.gui.form_rows import Answers, ChoiceRow, Row, TextRow
from httpdesk.gui.widgets.buttons import TextButton
from httpdesk.gui.widgets.fade import fade_in
from httpdesk.gui.widgets.item_delegate import paint_shadow
from httpdesk.gui.widgets.labels import PlainLabel, plain_tooltip
from httpdesk.gui.widgets.reading_order import next_stop
from httpdesk.gui.widgets.scaled_layout import keep_scaled

TOP, RADIUS, SHADE = 52, 10, 16


class Overlay(QFrame):
    """A raised panel near the window's top; it takes the focus and gives it back."""

    closed = Signal()

    def __init__(self, window: QWidget, width: int) -> None:
        super().__init__(window)
        self._over = window
        self._width = width
        self._before: QWidget | None = None
        self.setContentsMargins(SHADE, SHADE, SHADE, SHADE)
        self.hide()

    def present(self, focus: QWidget) -> None:
        """Show the panel and put the focus on `focus`."""
        opens = self.isHidden()
        if opens:
            self._before = self._over.focusWidget()
            # Only while it is shown: a filter in Python sees every event of the program.
            self._application().installEventFilter(self)
        self.show()
        self.raise_()
        self.place()
        if opens:
            fade_in(self)
        focus.setFocus(Qt.FocusReason.PopupFocusReason)

    def dismiss(self) -> None:
        """Close, and give the focus back to what had it."""
        self._application().removeEventFilter(self)
        self.hide()
        if self._before is not None:
            self._before.setFocus(Qt.FocusReason.PopupFocusReason)
        self.closed.emit()

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Keep Tab inside the panel."""
        target = next_stop(self, self._over.focusWidget(), forward)
        if target is not None:
            reasons = Qt.FocusReason
            target.setFocus(reasons.TabFocusReason if forward else reasons.BacktabFocusReason)
        return target is not None

    @staticmethod
    def _application() -> QCoreApplication:
        application = QApplication.instance()
        assert application is not None
        return application

    def place(self) -> None:
        """Stand in the middle, as high as the content needs."""
        width = min(theme.scaled(self._width), self._over.width() - 32)
        left = (self._over.width() - width) // 2
        panel = QRect(left, theme.scaled(TOP), width, self.panel_height())
        self.setGeometry(panel.adjusted(-SHADE, -SHADE, SHADE, SHADE))

    def panel_height(self) -> int:
        """Return the height the content needs."""
        return self.sizeHint().height() - 2 * SHADE

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if self.isHidden() or not isinstance(watched, QWidget):
            return False
        inside = watched is self or self.isAncestorOf(watched)
        if event.type() == QEvent.Type.MouseButtonPress:
            popup = QApplication.activePopupWidget() is not None
            if not inside and not popup and watched.window() is self._over:
                self.dismiss()
        elif inside and isinstance(event, QKeyEvent):
            return self._hear(event)
        return False

    def _hear(self, event: QKeyEvent) -> bool:
        """Close on Esc; the window's shortcuts have to wait until the panel is closed."""
        if event.type() == QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        if event.type() == QEvent.Type.KeyPress and event.key() == Qt.Key.Key_Escape:
            self.dismiss()
            return True
        return False

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box, radius = QRectF(self.contentsRect()), theme.scaled(RADIUS)
        paint_shadow(painter, box, radius, SHADE)
        painter.setPen(QPen(theme.color("border"), 1))
        painter.setBrush(theme.color("raised"))
        painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)


class FormPanel(Overlay):
    """A few fields and one button that names what happens."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window, 480)
        self._done: Callable[[Answers], None] = lambda _: None
        self._fields: dict[str, QLineEdit | QComboBox] = {}
        self.title = PlainLabel(px=16, weight=600)
        self.grid = QGridLayout()
        self.accept_button = TextButton("", kind="primary")
        self.cancel_button = TextButton(self.tr("Cancel"), kind="flat")
        self._build_layout()
        self.accept_button.clicked.connect(self._accept)
        self.cancel_button.clicked.connect(self.dismiss)

    def _build_layout(self) -> None:
        column = QVBoxLayout(self)
        keep_scaled(column, (24, 20, 24, 20), spacing=16)
        column.addWidget(self.title)
        self.grid.setVerticalSpacing(12)
        self.grid.setHorizontalSpacing(12)
        self.grid.setColumnMinimumWidth(0, 88)
        self.grid.setColumnStretch(1, 1)
        column.addLayout(self.grid)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(self.cancel_button)
        buttons.addWidget(self.accept_button)
        column.addLayout(buttons)

    def ask(
        self,
        title: str,
        rows: Sequence[Row],
        accept: str,
        done: Callable[[Answers], None],
    ) -> None:
        """Show the fields; `done` gets their values by key when the user accepts."""
        self._clear()
        self._done = done
        self.title.setText(title)
        self.setAccessibleName(title)
        self.accept_button.setText(accept)
        for line, row in enumerate(rows):
            self._add(line, row)
        self._validate()
        # Without a field it is a question, and the safe answer has the focus.
        first = next(iter(self._fields.values()), self.cancel_button)
        if isinstance(first, QLineEdit):
            first.selectAll()
        self.present(first)

    def field(self, key: str) -> QLineEdit | QComboBox:
        """Return the field of a row; raises KeyError for a key that was not asked."""
        return self._fields[key]

    def _add(self, line: int, row: Row) -> None:
        label = PlainLabel(row.label, color="text2")
        field = self._text(row) if isinstance(row, TextRow) else self._choice(row)
        field.setAccessibleName(row.label)
        label.setBuddy(field)
        self._fields[row.key] = field
        self.grid.addWidget(label, line, 0)
        self.grid.addWidget(field, line, 1)
        # A layout shows what is added to a visible panel a turn later, too late to be measured.
        label.show()
        field.show()

    def _text(self, row: TextRow) -> QLineEdit:
        field = QLineEdit(row.value)
        field.textChanged.connect(self._validate)
        field.returnPressed.connect(self._accept)
        return field

    @staticmethod
    def _choice(row: ChoiceRow) -> QComboBox:
        field = QComboBox()
        # The words may be longer than the field.
        field.currentTextChanged.connect(lambda text: field.setToolTip(plain_tooltip(text)))
        for value, words in row.options:
            field.addItem(words, value)
        values = [value for value, _ in row.options]
        field.setCurrentIndex(values.index(row.value) if row.value in values else 0)
        return field

    def _clear(self) -> None:
        self._fields.clear()
        while (item := self.grid.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()

    def _validate(self) -> None:
        texts = [field for field in self._fields.values() if isinstance(field, QLineEdit)]
        self.accept_button.setEnabled(all(field.text().strip() for field in texts))

    def _accept(self) -> None:
        if not self.accept_button.isEnabled():
            return
        answers: Answers = {
            key: field.text().strip() if isinstance(field, QLineEdit) else field.currentData()
            for key, field in self._fields.items()
        }
        self.dismiss()
        self._done(answers)
