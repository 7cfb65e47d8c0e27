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
from httpdesk.gui.widgets.buttons import TextButton
from httpdesk.gui.widgets.key_cap import KeyCap
from httpdesk.gui.widgets.labels import PlainLabel
from httpdesk.gui.widgets.section import HLine

WIDTH, LEAST_WIDTH = 680, 280


class FirstRunPage(QWidget):
    """Shown while no tab is open."""

    urlEntered = Signal(str)
    """The URL that was typed, when Enter or Send is pressed."""

    def __init__(self, actions: ActionTable, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        on_surface(self)
        self.url = QLineEdit()
        self.send = TextButton(self.tr("Send"), kind="primary", icon="send")
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
                actions["collection.open"],
                "folder-open",
                self.tr("A folder of OpenCollection files, also one that Bruno made"),
            ),
            _ActionRow(
                actions["request.new"], "plus", self.tr("Compose method, headers and body by hand")
            ),
        ]

    def _build_layout(self) -> None:
        self.url.setPlaceholderText("https://…")
        self.url.setAccessibleName(self.tr("URL"))
        column = QVBoxLayout()
        column.setSpacing(6)
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
        bar.setSpacing(8)
        bar.addWidget(self.url, 1)
        bar.addWidget(self.send)
        column.addLayout(bar)
        column.addSpacing(20)
        for number, row in enumerate(self.rows):
            if number:
                column.addWidget(HLine())
            column.addWidget(row)
        self._column = QWidget()
        self._column.setLayout(column)
        column.setContentsMargins(0, 0, 0, 0)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(24, 12, 24, 12)
        outer.addStretch(3)
        outer.addWidget(self._column, 0, Qt.AlignmentFlag.AlignHCenter)
        outer.addStretch(4)

    def _restyle(self) -> None:
        self._column.setMaximumWidth(theme.scaled(WIDTH))
        self.url.setFont(theme.mono_font(13))
        height = theme.scaled(44)
        self.url.setStyleSheet(
            f"min-height: {height - 4}px; max-height: {height - 4}px; border-radius: 8px;"
        )
        self.send.setFixedSize(theme.scaled(96), height)

    def _enter(self) -> None:
        text = self.url.text().strip()
        if text:
            self.url.clear()
            self.urlEntered.emit(text)
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
        row = QHBoxLayout(self)
        row.setContentsMargins(48, 8, 12, 8)
        row.setSpacing(16)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(PlainLabel(action.text(), weight=600))
        self._sentence = PlainLabel(sentence, px=12, color="text2", elide=True)
        words.addWidget(self._sentence)
        row.addLayout(words, 1)
        row.addWidget(KeyCap(shortcut_text(action)))
        for child in self.findChildren(QWidget):
            child.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def sizeHint(self) -> QSize:
        return QSize(theme.scaled(WIDTH), theme.scaled(56))

    def minimumSizeHint(self) -> QSize:
        return QSize(theme.scaled(LEAST_WIDTH), theme.scaled(56))

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
