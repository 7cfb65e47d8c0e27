"""The page of an empty workspace: a URL field that works, and three ways to begin."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QAction, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from httpdesk.gui import icons, theme
from httpdesk.gui.actions import ActionTable, shortcut_text
from httpdesk.gui.surfaces import on_surface
from httpdesk.gui.widgets.buttons import MenuButton, TextButton
from httpdesk.gui.widgets.field_frame import FieldFrame
from httpdesk.gui.widgets.key_cap import KeyCap
from httpdesk.gui.widgets.labels import PlainLabel
from httpdesk.gui.widgets.scaled_layout import keep_scaled
from httpdesk.gui.widgets.section import HLine

WIDTH, LEAST_WIDTH = 680, 280
HEIGHT, ROW = 44, 64


class FirstRunPage(QWidget):
    """Shown while no tab is open."""

    requestEntered = Signal(str, str)
    """(method, URL as typed) when Enter or Send is pressed."""

    def __init__(self, actions: ActionTable, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        on_surface(self)
        self.method = MenuButton("GET", mono=True, color="blue", weight=700)
        self.url = QLineEdit()
        self.send = TextButton(self.tr("Send"), kind="primary", icon="send", radius=8)
        self.rows = self._rows(actions)
        self._build_layout()
        self.setFocusProxy(self.url)
        self.url.returnPressed.connect(self._enter)
        self.send.clicked.connect(self._enter)
        theme.follow(self._restyle)

    def _rows(self, actions: ActionTable) -> list[_ActionRow]:
        return [
            _ActionRow(
                actions["collection.sample"],
                "boxes",
                self.tr(
                    "Requests against a test server that runs inside the app, so it works offline"
                ),
            ),
            _ActionRow(
                actions["connection.new"],
                "plug",
                self.tr("A base URL with authentication, shared by many requests"),
            ),
            _ActionRow(
                actions["collection.open"],
                "folder-open",
                self.tr("A folder of OpenCollection files, also one that Bruno made"),
            ),
        ]

    def _build_layout(self) -> None:
        self.url.setPlaceholderText("https://…")
        self.url.setAccessibleName(self.tr("URL"))
        self.url.setProperty("bare", True)
        self.method.setAccessibleName(self.tr("Method"))
        self.method.menu().aboutToShow.connect(self._list_methods)
        column = QVBoxLayout()
        keep_scaled(column, spacing=6)
        column.addWidget(PlainLabel(self.tr("Send your first request"), px=22, weight=600))
        column.addWidget(
            PlainLabel(
                self.tr(
                    "Type or paste a URL. No account needed: your work stays on this computer."
                ),
                color="text2",
                wrap=True,
            )
        )
        column.addSpacing(12)
        bar = QHBoxLayout()
        keep_scaled(bar, spacing=8)
        bar.addWidget(FieldFrame(self.method, field=self.url, height=HEIGHT), 1)
        bar.addWidget(self.send)
        column.addLayout(bar)
        column.addSpacing(20)
        rows = QVBoxLayout()
        rows.setSpacing(0)
        for number, row in enumerate(self.rows):
            if number:
                rows.addWidget(HLine())
            rows.addWidget(row)
        column.addLayout(rows)
        self._column = QWidget()
        self._column.setLayout(column)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(24, 12, 24, 12)
        outer.addStretch(3)
        outer.addWidget(self._column, 0, Qt.AlignmentFlag.AlignHCenter)
        outer.addStretch(5)

    def _restyle(self) -> None:
        self._column.setMaximumWidth(theme.scaled(WIDTH))
        self.url.setFont(theme.mono_font(13))
        self.send.setFixedSize(theme.scaled(96), theme.scaled(HEIGHT))

    def _list_methods(self) -> None:
        from httpdesk.model.request import STANDARD_METHODS

        menu = self.method.menu()
        if menu.isEmpty():
            for method in STANDARD_METHODS:
                menu.addAction(method).triggered.connect(
                    lambda _=False, method=method: self._choose(method)
                )

    def _choose(self, method: str) -> None:
        from httpdesk.gui.widgets.item_delegate import method_color

        self.method.setText(method)
        self.method.set_color(method_color(method))
        self.url.setFocus()

    def _enter(self) -> None:
        text = self.url.text().strip()
        if text:
            self.url.clear()
            self.requestEntered.emit(self.method.text(), text)
        else:
            self.url.setFocus()


class _ActionRow(QPushButton):
    """A command with a sentence and its shortcut."""

    def __init__(self, action: QAction, icon: str, sentence: str) -> None:
        super().__init__()
        self._icon = icon
        self.setAccessibleName(action.text())
        self.setAccessibleDescription(sentence)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.clicked.connect(action.trigger)
        row = self._row = QHBoxLayout(self)
        row.setSpacing(16)
        words = QVBoxLayout()
        words.setSpacing(1)
        words.addStretch(1)
        words.addWidget(PlainLabel(action.text(), weight=600))
        self._sentence = PlainLabel(sentence, px=12, color="text2", elide=True)
        words.addWidget(self._sentence)
        words.addStretch(1)
        row.addLayout(words, 1)
        row.addWidget(KeyCap(shortcut_text(action)))
        for child in self.findChildren(QWidget):
            child.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        theme.follow(self._restyle)

    def sizeHint(self) -> QSize:
        return QSize(theme.scaled(WIDTH), theme.scaled(ROW))

    def minimumSizeHint(self) -> QSize:
        return QSize(theme.scaled(LEAST_WIDTH), theme.scaled(ROW))

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip:
            # The mouse goes through the label that knows whether it is cut.
            self.setToolTip(self._sentence.toolTip())
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.underMouse() or self.isDown():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("hover"))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0, 2, 0, -2), 6, 6)
        size = theme.scaled(20)
        top = (self.height() - size) // 2
        painter.drawPixmap(theme.scaled(12), top, icons.pixmap(self._icon, "accent_text", size))

    def _restyle(self) -> None:
        self._row.setContentsMargins(theme.scaled(48), 0, theme.scaled(12), 0)
        self.updateGeometry()
