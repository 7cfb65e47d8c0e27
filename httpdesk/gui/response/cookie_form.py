"""The form in which a cookie is added or edited; it stands in place of the table."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from httpdesk.gui import theme
from httpdesk.gui.item_models import cookie_input as keys
from httpdesk.gui.item_models.cookie_input import (
    CookieInput,
    CookieInputError,
    cookie_of,
    input_of,
)
from httpdesk.gui.widgets.buttons import IconButton, TextButton
from httpdesk.gui.widgets.labels import PlainLabel
from httpdesk.gui.widgets.scaled_layout import keep_scaled
from httpdesk.model.cookies import Cookie

_LABELS = 72
_WIDEST = 520
SAME_SITE = ("", "Lax", "Strict", "None")


class CookieForm(QScrollArea):
    """Name to flags of one cookie, Save and Cancel; Enter saves, Esc cancels.

    Signals: saved(Cookie, the Cookie that it replaces or None), cancelled.
    """

    saved = Signal(object, object)
    cancelled = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._before: Cookie | None = None
        self.title = PlainLabel(weight=600)
        self.fields = {
            keys.NAME: QLineEdit(),
            keys.VALUE: QLineEdit(),
            keys.DOMAIN: QLineEdit(),
            keys.PATH: QLineEdit(),
            keys.EXPIRES: QLineEdit(),
        }
        self.eye = IconButton("eye", self.tr("Reveal the value"))
        self.subdomains = QCheckBox(self.tr("Subdomains too"))
        self.secure = QCheckBox("Secure")
        self.http_only = QCheckBox("HttpOnly")
        self.same_site = QComboBox()
        self.problem = PlainLabel(px=12, color="red", wrap=True)
        self.save = TextButton(self.tr("Save"), kind="primary")
        self.cancel = TextButton(self.tr("Cancel"), kind="flat")
        self._build()
        self._connect()
        theme.follow(self._restyle)

    def open(self, typed: CookieInput, before: Cookie | None = None) -> None:
        """Fill the fields and take the focus; `before` is the cookie that will be replaced."""
        self._before = before
        self.title.setText(self.tr("Edit cookie") if before else self.tr("Add cookie"))
        for key, field in self.fields.items():
            field.setText(getattr(typed, key))
        self.subdomains.setChecked(typed.subdomains)
        self.secure.setChecked(typed.secure)
        self.http_only.setChecked(typed.http_only)
        self.same_site.setCurrentIndex(SAME_SITE.index(typed.same_site))
        self._mask(bool(typed.value))
        self._show_problem(None)
        first = self.fields[keys.VALUE if before else keys.NAME]
        first.setFocus(Qt.FocusReason.OtherFocusReason)
        first.selectAll()

    def edit(self, cookie: Cookie) -> None:
        """Open on a cookie that there is; its value stays masked until the eye is pressed."""
        self.open(input_of(cookie), cookie)

    def accept(self) -> None:
        """Tell of the cookie that was typed, or show what is wrong with it."""
        try:
            cookie = cookie_of(self._typed(), datetime.now().astimezone())
        except CookieInputError as error:
            self._show_problem(error)
            return
        self._forget()
        self.saved.emit(cookie, self._before)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self._leave()
        else:
            super().keyPressEvent(event)

    # Building

    def _build(self) -> None:
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        content = self._content = QWidget()
        column = QVBoxLayout(content)
        keep_scaled(column, (12, 10, 12, 12), spacing=8)
        self._grid = QGridLayout()
        self._grid.setColumnStretch(1, 1)
        column.addWidget(self.title)
        column.addLayout(self._grid)
        column.addWidget(self.problem)
        column.addLayout(self._buttons())
        column.addStretch(1)
        self.setWidget(content)
        # Both would paint the window's grey over the pane's own background.
        content.setAutoFillBackground(False)
        self.viewport().setAutoFillBackground(False)
        self._build_rows()

    def _build_rows(self) -> None:
        value = QHBoxLayout()
        value.addWidget(self.fields[keys.VALUE], 1)
        value.addWidget(self.eye)
        flags = QHBoxLayout()
        keep_scaled(flags, spacing=16)
        for box in (self.secure, self.http_only, self.subdomains):
            flags.addWidget(box)
        flags.addStretch(1)
        self.same_site.addItems([self.tr("Not said"), *SAME_SITE[1:]])
        self._row(self.tr("Name"), self.fields[keys.NAME])
        self._row(self.tr("Value"), self.fields[keys.VALUE], value)
        self._row(self.tr("Domain"), self.fields[keys.DOMAIN])
        self._row(self.tr("Path"), self.fields[keys.PATH])
        self._row(self.tr("Expires"), self.fields[keys.EXPIRES])
        self._row("SameSite", self.same_site)
        self._row(self.tr("Flags"), self.secure, flags)
        self.fields[keys.EXPIRES].setPlaceholderText(self.tr("When HTTPDesk closes"))
        self.subdomains.setToolTip(self.tr("Send it to the names below the domain too"))

    def _row(self, label: str, control: QWidget, holder: QHBoxLayout | None = None) -> None:
        at = self._grid.rowCount()
        words = PlainLabel(label, color="text2")
        words.setBuddy(control)
        if not isinstance(control, QCheckBox):
            control.setAccessibleName(label)
        self._grid.addWidget(words, at, 0)
        if holder is None:
            self._grid.addWidget(control, at, 1)
        else:
            self._grid.addLayout(holder, at, 1)

    def _buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.addWidget(self.save)
        row.addWidget(self.cancel)
        row.addStretch(1)
        return row

    def _connect(self) -> None:
        for field in self.fields.values():
            field.returnPressed.connect(self.accept)
            field.textEdited.connect(lambda: self._show_problem(None))
        self.eye.clicked.connect(
            lambda: self._mask(self.fields[keys.VALUE].echoMode() == QLineEdit.EchoMode.Normal)
        )
        self.save.clicked.connect(self.accept)
        self.cancel.clicked.connect(self._leave)

    # Inside

    def _typed(self) -> CookieInput:
        texts = {key: field.text() for key, field in self.fields.items()}
        return CookieInput(
            **texts,
            subdomains=self.subdomains.isChecked(),
            secure=self.secure.isChecked(),
            http_only=self.http_only.isChecked(),
            same_site=SAME_SITE[self.same_site.currentIndex()],
        )

    def _mask(self, masked: bool) -> None:
        modes = QLineEdit.EchoMode
        self.fields[keys.VALUE].setEchoMode(modes.Password if masked else modes.Normal)
        self.eye.set_icon("eye-off" if masked else "eye")
        self.eye.set_name(self.tr("Reveal the value") if masked else self.tr("Hide the value"))

    def _show_problem(self, error: CookieInputError | None) -> None:
        self.problem.setText(error.sentence if error else "")
        self.problem.setVisible(error is not None)
        for field in self.fields.values():
            field.setAccessibleDescription("")
        if error is not None:
            field = self.fields[error.field]
            field.setAccessibleDescription(error.sentence)
            field.setFocus(Qt.FocusReason.OtherFocusReason)

    def _leave(self) -> None:
        self._forget()
        self.cancelled.emit()

    def _forget(self) -> None:
        """Leave no value behind in a field that nobody sees."""
        self.fields[keys.VALUE].clear()

    def _restyle(self) -> None:
        self._grid.setColumnMinimumWidth(0, theme.scaled(_LABELS))
        self._grid.setHorizontalSpacing(theme.scaled(12))
        self._grid.setVerticalSpacing(theme.scaled(6))
        for field in self.fields.values():
            field.setFont(theme.mono_font(12))
        self._content.setMaximumWidth(theme.scaled(_WIDEST))
