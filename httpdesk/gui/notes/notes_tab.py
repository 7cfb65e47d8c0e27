"""The Notes tab: tags, and the request's documentation in Markdown, to write and to read."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QTextOption
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QMenu, QStackedWidget, QVBoxLayout, QWidget

from httpdesk.gui.tables.body_text import BodyText
from httpdesk.gui.widgets.buttons import MenuButton, TextButton
from httpdesk.gui.widgets.labels import PlainLabel
from httpdesk.gui.widgets.markdown_view import MarkdownView
from httpdesk.gui.widgets.scaled_layout import keep_scaled
from httpdesk.gui.widgets.segmented import Segmented

READ: Final = 0
WRITE: Final = 1
_OPENED: Final = ("http://", "https://")


class NotesTab(QWidget):
    """Notes are shown laid out where there are any, else the editor is.

    Signals: `edited` when the user changed tags or notes, `linkRequested(url)` for a link to a
    page of the web that the user agreed to open.
    """

    edited = Signal()
    linkRequested = Signal(str)
    examplesMenuAsked = Signal(QMenu)
    """The menu of the examples is about to open, and is empty."""

    def __init__(self, parent: QWidget | None = None, *, of_request: bool = True) -> None:
        super().__init__(parent)
        self._of_request = of_request
        self._tags: tuple[str, ...] = ()
        self._shown = False
        self.tags_field = QLineEdit()
        self.tags_field.setAccessibleName(self.tr("Tags"))
        self.tags_field.setPlaceholderText(self.tr("smoke, orders"))
        self.mode = Segmented([self.tr("Read"), self.tr("Write")], self.tr("Notes"))
        self.examples = MenuButton(self.tr("Examples"))
        self.text = BodyText(self.tr("Notes in Markdown"))
        self.text.set_wrap(True)
        self.text.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.view = MarkdownView(self.tr("Notes"))
        self.hint = PlainLabel("", px=12, color="text3", elide=True)
        self.link = LinkRow()
        self._stack = QStackedWidget()
        self._build()
        self.tags_field.textEdited.connect(self.edited)
        self.text.edited.connect(self.edited)
        self.examples.menu().aboutToShow.connect(self._fill_examples)
        self.mode.currentChanged.connect(self._show_mode)
        self.view.linkChosen.connect(self._ask)
        self.view.linkPointed.connect(self._point)
        self.link.opened.connect(self.linkRequested)

    def set_notes(self, notes: str, tags: tuple[str, ...]) -> None:
        """Show a request's notes and tags; what is shown already is left alone."""
        if tags != self.tags():
            self.tags_field.setText(", ".join(tags))
        self._tags = tags
        if not self._shown or notes != self.text.body_text():
            self.text.load(notes)
            self.mode.set_current(READ if notes else WRITE)
            self._shown = True
        self._show_mode(self.mode.current)

    def set_examples(self, count: int) -> None:
        """Say how many examples the request has."""
        words = self.tr("Examples {0}").format(count) if count else self.tr("Examples")
        self.examples.setText(words)

    def notes(self) -> str:
        """Return the notes exactly as loaded or typed."""
        return self.text.body_text()

    def tags(self) -> tuple[str, ...]:
        """Return the tags: as they were given, or what is between the commas of what was typed."""
        typed = self.tags_field.text()
        if typed == ", ".join(self._tags):
            return self._tags
        return tuple(dict.fromkeys(tag for tag in map(str.strip, typed.split(",")) if tag))

    def _build(self) -> None:
        self._stack.addWidget(self.view)
        self._stack.addWidget(self.text)
        top = QHBoxLayout()
        keep_scaled(top, (12, 8, 12, 8), spacing=8)
        if self._of_request:
            top.addWidget(PlainLabel(self.tr("Tags"), color="text2"))
            top.addWidget(self.tags_field, 1)
            top.addWidget(self.examples)
        else:
            # A folder has no examples either.
            top.addStretch(1)
        top.addWidget(self.mode)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(top)
        column.addWidget(self._stack, 1)
        column.addWidget(self.link)
        bottom = QHBoxLayout()
        keep_scaled(bottom, (12, 2, 12, 6))
        bottom.addWidget(self.hint, 1)
        column.addLayout(bottom)
        self.link.hide()
        self.setFocusProxy(self.text)

    def _fill_examples(self) -> None:
        self.examples.menu().clear()
        self.examplesMenuAsked.emit(self.examples.menu())

    def _show_mode(self, mode: int) -> None:
        reads = mode == READ
        self.link.hide()
        if reads:
            self.view.set_text(self.notes())
        self._stack.setCurrentWidget(self.view if reads else self.text)
        self._point("")

    def _point(self, target: str) -> None:
        """Say where a link leads, else what is to be known of the view."""
        long = self.mode.current == READ and self.view.is_cut
        cut = self.tr("Only the beginning is laid out. Write shows everything.")
        self.hint.setText(target or (cut if long else ""))

    def _ask(self, target: str) -> None:
        if target.startswith(_OPENED):
            self.link.ask(target)
        else:
            self.link.refuse(target)


class LinkRow(QWidget):
    """The question before a link of the notes goes to the browser.

    Signals: `opened(url)` once the user agreed.
    """

    opened = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._target = ""
        self.words = PlainLabel("", wrap=True)
        self.open = TextButton(self.tr("Open in browser"))
        self.leave = TextButton(self.tr("Not now"))
        row = QHBoxLayout(self)
        keep_scaled(row, (12, 8, 12, 4), spacing=8)
        row.addWidget(self.words, 1)
        row.addWidget(self.open)
        row.addWidget(self.leave)
        self.open.clicked.connect(self._agree)
        self.leave.clicked.connect(self.hide)

    def ask(self, target: str) -> None:
        """Ask whether the browser may open `target`, which is shown whole."""
        self._show(target, self.tr("The link leads to {0}").format(target), opens=True)

    def refuse(self, target: str) -> None:
        """Say that only pages of the web are opened."""
        words = self.tr("Only links to web pages are opened. This one leads to {0}")
        self._show("", words.format(target), opens=False)

    def _show(self, target: str, words: str, *, opens: bool) -> None:
        self._target = target
        self.words.setText(words)
        self.open.setVisible(opens)
        self.show()
        (self.leave if not opens else self.open).setFocus(Qt.FocusReason.OtherFocusReason)

    def _agree(self) -> None:
        self.hide()
        self.opened.emit(self._target)
