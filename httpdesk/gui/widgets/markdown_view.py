"""Markdown of a file, laid out: nothing in it is loaded, run or followed by itself."""

from __future__ import annotations

from itertools import takewhile
from typing import Final

from PySide6.QtCore import QUrl, Signal
from PySide6.QtGui import (
    QImage,
    QPalette,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextFormat,
)
from PySide6.QtWidgets import QFrame, QTextBrowser, QWidget

from httpdesk.gui import theme

MOST_CHARACTERS: Final = 20_000
MOST_LINES: Final = 500
"""Qt takes seconds for a list of thousands; of longer text the beginning is laid out."""
MOST_COLUMNS: Final = 200
"""A table of thousands of columns takes seconds, too."""
_FEATURES: Final = (
    QTextDocument.MarkdownFeature.MarkdownDialectGitHub
    | QTextDocument.MarkdownFeature.MarkdownNoHTML
)
_MARGIN: Final = 12
_INDENT: Final = 20
_GAP: Final = 8


class MarkdownView(QTextBrowser):
    """Shows Markdown; HTML in it is text, a picture is its words, a link is only told.

    Signals: `linkChosen(target)` when a link was clicked or Enter was pressed on it,
    `linkPointed(target)` with "" when the pointer left it.
    """

    linkChosen = Signal(str)
    linkPointed = Signal(str)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text = ""
        self.setAccessibleName(name)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setOpenLinks(False)
        self.setOpenExternalLinks(False)
        self.anchorClicked.connect(lambda url: self.linkChosen.emit(_shown(url)))
        self.highlighted.connect(lambda url: self.linkPointed.emit(_shown(url)))
        theme.follow(self._restyle)

    def set_text(self, text: str) -> None:
        """Show another text from its beginning."""
        if text != self._text:
            self._text = text
            self._lay_out()

    def loadResource(self, kind: int, _name: QUrl | str) -> object:
        # An answer of none would let Qt look for the file itself.
        return QImage() if kind == QTextDocument.ResourceType.ImageResource else ""

    @property
    def is_cut(self) -> bool:
        """Whether the text is longer than what is laid out."""
        return _beginning(self._text) != self._text

    def _lay_out(self) -> None:
        document = QTextDocument(self)
        # While it is read nothing watches it, which is many times faster.
        document.setUndoRedoEnabled(False)
        document.setIndentWidth(theme.scaled(_INDENT))
        document.setDocumentMargin(theme.scaled(_MARGIN))
        document.setDefaultFont(self.font())
        document.setMarkdown(_beginning(self._text), _FEATURES)
        _name_pictures(document)
        _set_apart(document)
        self.setDocument(document)

    def _restyle(self) -> None:
        palette = self.palette()
        palette.setColor(QPalette.ColorRole.Base, theme.color("surface"))
        palette.setColor(QPalette.ColorRole.Text, theme.color("text"))
        self.setPalette(palette)
        # Links take their colour while the text is read.
        self._lay_out()


def _beginning(text: str) -> str:
    lines = text[:MOST_CHARACTERS].splitlines(keepends=True)[:MOST_LINES]
    return "".join(takewhile(lambda line: line.count("|") <= MOST_COLUMNS, lines))


def _name_pictures(document: QTextDocument) -> None:
    """Put what a picture is called in its place."""
    found = []
    block = document.begin()
    while block.isValid():
        parts = block.begin()
        while not parts.atEnd():
            fragment = parts.fragment()
            parts += 1
            style = fragment.charFormat()
            if style.isImageFormat():
                words = style.property(QTextFormat.Property.ImageAltText)
                found.append((fragment.position(), fragment.length(), str(words or "")))
        block = block.next()
    cursor = QTextCursor(document)
    for position, length, words in reversed(found):
        cursor.setPosition(position)
        cursor.setPosition(position + length, QTextCursor.MoveMode.KeepAnchor)
        cursor.insertText(f"[{words}]", QTextCharFormat())


def _set_apart(document: QTextDocument) -> None:
    """Put room between paragraphs, and a ground below code."""
    cursor = QTextCursor(document)
    cursor.beginEditBlock()
    block = document.begin()
    while block.isValid():
        cursor.setPosition(block.position())
        style = QTextBlockFormat()
        is_code = block.blockFormat().hasProperty(QTextFormat.Property.BlockCodeFence)
        follows = block.next()
        goes_on = follows.isValid() and follows.textList() is not None
        is_tight = is_code or (block.textList() is not None and goes_on)
        if is_code:
            style.setBackground(theme.color("sunken"))
        in_table = cursor.currentTable() is not None
        style.setTopMargin(0)
        style.setBottomMargin(0 if in_table else theme.scaled(_GAP // 4 if is_tight else _GAP))
        cursor.mergeBlockFormat(style)
        block = follows
    cursor.endEditBlock()


def _shown(url: QUrl) -> str:
    return url.toString(QUrl.ComponentFormattingOption.FullyEncoded)
