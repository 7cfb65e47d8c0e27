"""One message of a stream: what it is in a line, and its data, laid out where that is JSON."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from httpdesk.gui import theme
from httpdesk.gui.item_models.event_table import Listed, time_text
from httpdesk.gui.response.event_reading import SHOWN_DATA, MessageText
from httpdesk.gui.response.text_fill import TextFill
from httpdesk.gui.tables.reading_table import INSET
from httpdesk.gui.widgets.code_editor import CodeEditor
from httpdesk.gui.widgets.labels import PlainLabel
from httpdesk.gui.widgets.scaled_layout import keep_scaled
from httpdesk.gui.widgets.section import HLine
from httpdesk.render.units import format_size

_BAR = 32


class MessageView(QWidget):
    """Below the list, for the message that is chosen there."""

    def __init__(self) -> None:
        super().__init__()
        self.title = PlainLabel(color="text2", elide=True)
        self.editor = CodeEditor(self.tr("Message"))
        self.editor.set_read_only(True)
        self.editor.setAccessibleDescription("")
        self.editor.set_wrap(True)
        self._fill = TextFill(self.editor)
        self._bar = QWidget()
        bar = QHBoxLayout(self._bar)
        keep_scaled(bar, (INSET, 0, 8, 0))
        bar.addWidget(self.title, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._bar)
        column.addWidget(HLine())
        column.addWidget(self.editor, 1)
        theme.follow(self._restyle)

    def show_message(self, listed: Listed, shown: MessageText) -> None:
        """Show the data, coloured when it is JSON."""
        self.title.setText(self._title(listed, cut=shown.cut))
        language = "json" if shown.is_json else "text"
        if self.editor.language != language:
            self.editor.clear()
            self.editor.set_language(language)
        self._fill.show(shown.text)

    def _title(self, listed: Listed, *, cut: bool) -> str:
        message = listed.message
        parts = [self.tr("Message {0:,}").format(listed.number)]
        if message.event:
            parts.append(message.event)
        if message.id:
            parts.append(self.tr("ID {0}").format(message.id))
        if listed.time is not None:
            parts.append(time_text(listed.time))
        parts.append(format_size(message.end - message.start))
        if message.retry is not None:
            parts.append(self.tr("reconnect after {0:,} ms").format(message.retry))
        if cut:
            parts.append(self.tr("the first {0} are shown").format(format_size(SHOWN_DATA)))
        return ", ".join(parts)

    def _restyle(self) -> None:
        self._bar.setFixedHeight(theme.scaled(_BAR))
