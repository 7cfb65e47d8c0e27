"""The page of an item that cannot be sent: what it is, and its file as it stands."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from httpdesk.gui.page import Page
from httpdesk.gui.widgets.buttons import TextButton
from httpdesk.gui.widgets.code_editor import CodeEditor
from httpdesk.gui.widgets.labels import PlainLabel
from httpdesk.gui.widgets.scaled_layout import keep_scaled
from httpdesk.model.collection import Item

MOST_SHOWN: Final = 200_000
"""Characters of the file that are shown; the rest another program shows."""


class ItemPage(Page):
    """Read only: name, kind and URL above the text of the file.

    Signals: `openRequested` to open the file in another program.
    """

    openRequested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.name = PlainLabel("", px=16, weight=600, elide=True)
        self.kind = PlainLabel("", color="text2", wrap=True)
        self.url = PlainLabel("", color="text2", elide=True)
        self.problem = PlainLabel("", color="amber", wrap=True)
        self.open_button = TextButton(self.tr("Open in another program"))
        self.text = CodeEditor(self.tr("The file"))
        self.text.set_read_only(True)
        self.text.set_language("text")
        self._build()
        self.problem.hide()
        self.open_button.clicked.connect(self.openRequested)

    def show_item(self, item: Item) -> None:
        """Say what the item is."""
        self.name.setText(item.name)
        words = self.tr("{0}. HTTPDesk keeps items of this kind, but can't send them yet.")
        self.kind.setText(words.format(kind_name(item.method)))
        self.url.setText(item.url)
        self.url.setVisible(bool(item.url))

    def show_text(self, text: str) -> None:
        """Show what stands in the file; of a very long one the beginning."""
        shown = text[:MOST_SHOWN]
        if shown != self.text.toPlainText():
            self.text.setPlainText(shown)
        cut = self.tr("The file is long. Here is its beginning.") if shown != text else ""
        self.show_problem(cut)

    def show_problem(self, words: str) -> None:
        """Say what is wrong with the file; "" for nothing."""
        self.problem.setText(words)
        self.problem.setVisible(bool(words))

    def begin(self) -> None:
        """Put the focus into the text."""
        self.text.setFocus(Qt.FocusReason.OtherFocusReason)

    def panes(self) -> list[tuple[QWidget, QWidget | None]]:
        """Return the button and the text."""
        return [(self.open_button, None), (self.text, None)]

    def _build(self) -> None:
        words = QVBoxLayout()
        words.setSpacing(2)
        for label in (self.name, self.kind, self.url, self.problem):
            words.addWidget(label)
        top = QHBoxLayout()
        keep_scaled(top, (16, 12, 16, 12), spacing=12)
        top.addLayout(words, 1)
        top.addWidget(self.open_button, 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(top)
        column.addWidget(self.text, 1)


def kind_name(kind: str) -> str:
    """Return what a kind of item is called; an unknown one as its file has it."""
    names = {
        "grpc": "gRPC",
        "websocket": "WebSocket",
        "graphql": "GraphQL",
        "script": QCoreApplication.translate("ItemPage", "Script"),
        "app": QCoreApplication.translate("ItemPage", "App"),
    }
    return names.get(kind, kind)
