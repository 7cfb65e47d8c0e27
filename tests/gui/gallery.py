"""Every widget of `httpdesk.gui.widgets` on one page, to look at and to compare pictures of.

python -m tests.gui.gallery out.png [dark] [scale] [text=2]
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QHBoxLayout,
    QHeaderView,
    QLineEdit,
    QRadioButton,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from httpdesk.gui import icons, theme
from httpdesk.gui.widgets.buttons import IconButton, MenuButton, TextButton
from httpdesk.gui.widgets.code_editor import CodeEditor
from httpdesk.gui.widgets.document_tabs import DocumentTab, DocumentTabs
from httpdesk.gui.widgets.empty_state import EmptyState
from httpdesk.gui.widgets.focus_ring import FocusRing
from httpdesk.gui.widgets.item_delegate import method_color
from httpdesk.gui.widgets.key_cap import KeyCap
from httpdesk.gui.widgets.labels import PlainLabel
from httpdesk.gui.widgets.notifications import Notifications
from httpdesk.gui.widgets.number_field import NumberField
from httpdesk.gui.widgets.progress import ProgressLine
from httpdesk.gui.widgets.search_bar import SearchBar
from httpdesk.gui.widgets.section import HLine, SectionHeader, VLine
from httpdesk.gui.widgets.segmented import Segmented
from httpdesk.gui.widgets.split_button import SplitButton
from httpdesk.gui.widgets.splitter import Splitter
from httpdesk.gui.widgets.state_dot import StateDot
from httpdesk.gui.widgets.status_pill import TONES, StatusPill
from httpdesk.gui.widgets.tab_row import TabRow

RESOURCES = Path(__file__).parents[2] / "resources"

JSON = """{
  "order_id": "{{order_id}}",
  "amount": 4900,
  "reason": "requested_by_customer",
  "notify": true,
  "metadata": {
    "ticket": "SUP-20417",
    "lines": [
      { "sku": "TEA-500-GRN", "quantity": 2 }
    ],
    "handled_by": "{{staff_email}}"
  },
  "note": null
}"""
XML = """<?xml version="1.0" encoding="UTF-8"?>
<!-- two
     lines -->
<order id="7">
  <line sku="TEA" quantity="2"/>
  <note>less &lt; more</note>
</order>"""


class Gallery(QWidget):
    """The page."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("gallery")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._documents())
        layout.addWidget(self._main_action())
        layout.addWidget(HLine())
        self.splitter = Splitter(Qt.Orientation.Horizontal)
        self.splitter.addWidget(self._left())
        self.splitter.addWidget(self._right())
        layout.addWidget(self.splitter, 1)
        self.notifications = Notifications(self)
        self.ring = FocusRing(self)

    def _documents(self) -> DocumentTabs:
        self.documents = DocumentTabs()
        self.documents.set_tabs(
            [
                _tab("1", "List orders", "GET"),
                _tab("2", "Create refund", "POST", edited=True),
                _tab("3", "Upload avatar", "PUT", busy=True),
                _tab("4", "Search customers", "GET", preview=True),
                _tab("5", "A very long name of a request to delete something", "DELETE"),
            ]
        )
        self.documents.set_current("2")
        return self.documents

    def _main_action(self) -> QWidget:
        row = _page()
        self.send = SplitButton("Send", "send", shortcut="Ctrl+Return")
        self.send.menu().addAction("Send and save body")
        cancel = SplitButton("Send", "send")
        cancel.set_cancel(True)
        method = MenuButton("POST", mono=True, weight=700, color="green", height=34)
        connection = MenuButton("Acme API", dot="green", height=34)
        address = QLineEdit()
        address.setAccessibleName("URL")
        address.setPlaceholderText("https://… or curl -X POST …")
        _row(row, method, VLine(), connection, VLine(), (address, 1), self.send, cancel)
        return row

    def _left(self) -> QWidget:
        page = _page()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self.tabs = TabRow("Request")
        for key in ("Params", "Headers", "Body", "Auth", "Options", "Notes"):
            self.tabs.add_tab(key.lower(), key)
        self.tabs.set_badge("params", "2")
        self.tabs.set_badge("headers", "3")
        self.tabs.set_badge("body", "JSON")
        self.tabs.set_dot("options", "accent", "Timeout differs")
        self.tabs.set_current("body")
        column.addWidget(self.tabs)
        tools = QWidget()
        _row(
            tools,
            MenuButton("JSON"),
            None,
            TextButton("Format", kind="flat"),
            TextButton("Copy", kind="flat"),
        )
        column.addWidget(tools)
        column.addWidget(HLine())
        self.editor = CodeEditor("Body")
        self.editor.set_language("json")
        self.editor.setPlainText(JSON)
        self.editor.set_problem(4, 13, "Expected a comma")
        self.search = SearchBar(self.editor)
        column.addWidget(self.search)
        column.addWidget(self.editor, 1)
        column.addWidget(HLine())
        self.xml = CodeEditor("Answer")
        self.xml.set_language("xml")
        self.xml.setPlainText(XML)
        self.xml.set_read_only(True)
        column.addWidget(self.xml, 1)
        column.addWidget(HLine())
        column.addWidget(_table())
        return page

    def _right(self) -> QWidget:
        page = _page()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        pills = QWidget()
        shown = []
        for tone, text in zip(
            TONES,
            ("200 OK", "404 Not Found", "500 Error", "301 Moved", "Cancelled", "Other"),
            strict=True,
        ):
            pill = StatusPill()
            pill.set_status(text, tone)
            shown.append(pill)
        _row(pills, *shown, None)
        column.addWidget(pills)
        tabs = TabRow("Response", height=36)
        for key in ("Body", "Headers", "Cookies", "Timeline", "TLS", "Log"):
            tabs.add_tab(key.lower(), key)
        tabs.set_badge("headers", "14")
        column.addWidget(tabs)
        view = QWidget()
        self.view = Segmented(["Pretty", "Tree", "Raw", "Hex", "Preview"], "View")
        filter_field = QLineEdit()
        filter_field.setProperty("quiet", True)
        filter_field.setAccessibleName("JSONPath filter")
        filter_field.setPlaceholderText("JSONPath filter")
        filter_field.addAction(icons.icon("filter"), QLineEdit.ActionPosition.LeadingPosition)
        _row(
            view,
            self.view,
            None,
            filter_field,
            IconButton("wrap-text", "Wrap lines"),
            IconButton("search", "Find", shortcut="Ctrl+F"),
        )
        column.addWidget(view)
        column.addWidget(HLine())
        column.addWidget(self._controls())
        column.addWidget(
            EmptyState("No requests yet", "Requests you save appear here.", "Add a connection")
        )
        column.addStretch(1)
        return page

    def _controls(self) -> QWidget:
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(12, 12, 12, 12)
        column.setSpacing(8)
        buttons = QWidget()
        disabled = TextButton("Save")
        disabled.setEnabled(False)
        _row(
            buttons,
            TextButton("Try again", kind="primary"),
            TextButton("Test connection", icon="send"),
            disabled,
            TextButton("Remove", kind="danger"),
            TextButton("Fill in from issuer…", kind="link"),
            None,
            margin=0,
        )
        column.addWidget(SectionHeader("Buttons"))
        column.addWidget(buttons)
        dots = QWidget()
        _row(
            dots,
            StateDot("disc", "green", "Connected"),
            StateDot("hollow", "text3", "Not connected"),
            StateDot("half", "amber", "Expiring"),
            StateDot("triangle", "red", "Failed"),
            StateDot("ring", "accent", "Waiting"),
            KeyCap("Ctrl+Shift+N"),
            KeyCap("Ctrl+K", framed=False),
            IconButton("copy", "Copy"),
            IconButton("download", "Save"),
            IconButton("ellipsis", "More"),
            None,
            margin=0,
        )
        column.addWidget(dots)
        column.addWidget(HLine())
        column.addWidget(SectionHeader("Fields"))
        line, off = QLineEdit("https://api.acme.test"), QLineEdit("disabled")
        off.setEnabled(False)
        line.setAccessibleName("Address")
        off.setAccessibleName("Off")
        combo = QComboBox()
        combo.setAccessibleName("Retry on")
        combo.addItems(["429, 502, 503, 504 and network errors", "Nothing"])
        spin = NumberField("Timeout", 0, 3600)
        spin.setValue(30)
        fields = QWidget()
        _row(fields, (line, 1), off, combo, spin, margin=0)
        column.addWidget(fields)
        ticks = QWidget()
        ticked, open_, part, grey = (
            QCheckBox("Secure inputs"),
            QCheckBox("Ignore (unsafe)"),
            QCheckBox("Some"),
            QCheckBox("Off"),
        )
        ticked.setChecked(True)
        part.setTristate(True)
        part.setCheckState(Qt.CheckState.PartiallyChecked)
        grey.setEnabled(False)
        radio = QRadioButton("One")
        radio.setChecked(True)
        _row(ticks, ticked, open_, part, grey, radio, QRadioButton("Two"), None, margin=0)
        column.addWidget(ticks)
        bar, busy = ProgressLine("Download"), ProgressLine("Busy")
        bar.set_fraction(0.6)
        busy.set_fraction(None)
        column.addWidget(bar)
        column.addWidget(busy)
        column.addWidget(
            PlainLabel(
                "It was issued by <b>Acme</b> CA, which this computer doesn't know.",
                px=12,
                color="text2",
                wrap=True,
            )
        )
        column.addWidget(
            PlainLabel(
                "https://api.acme.test/v1/orders/ord_9f2c81d4/refunds?expand=items&and=a+long+tail+that+does+not+fit",
                px=11,
                color="text3",
                mono=True,
                elide=True,
            )
        )
        return page


def _tab(
    tab_id: str,
    title: str,
    method: str,
    *,
    edited: bool = False,
    preview: bool = False,
    busy: bool = False,
) -> DocumentTab:
    return DocumentTab(tab_id, title, method, method_color(method), edited, preview, busy)


def _page() -> QWidget:
    page = QWidget()
    page.setBackgroundRole(page.palette().ColorRole.Base)
    page.setAutoFillBackground(True)
    return page


def _row(parent: QWidget, *widgets: QWidget | tuple[QWidget, int] | None, margin: int = 12) -> None:
    layout = QHBoxLayout(parent)
    layout.setContentsMargins(margin, 4, margin, 4)
    layout.setSpacing(8)
    for widget in widgets:
        if widget is None:
            layout.addStretch(1)
        elif isinstance(widget, tuple):
            layout.addWidget(*widget)
        else:
            layout.addWidget(widget)


def _table() -> QTableView:
    table = QTableView()
    model = QStandardItemModel(0, 3, table)
    model.setHorizontalHeaderLabels(["Key", "Value", "Description"])
    for index, cells in enumerate((("Accept", "*/*", ""), ("X-Acme-Desk", "7", "Which desk"))):
        items = [QStandardItem(cell) for cell in cells]
        items[0].setCheckable(True)
        items[0].setCheckState(Qt.CheckState.Checked if index else Qt.CheckState.Unchecked)
        model.appendRow(items)
    table.setModel(model)
    table.setAccessibleName("Headers")
    table.setShowGrid(False)
    table.verticalHeader().hide()
    table.verticalHeader().setDefaultSectionSize(theme.scaled(28))
    table.horizontalHeader().setFixedHeight(theme.scaled(24))
    table.horizontalHeader().setDefaultAlignment(
        Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
    )
    table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
    table.setFixedHeight(theme.scaled(28 * 3))
    table.selectRow(1)
    return table


def render(path: str, mode: str, scale: str, text_scale: float) -> None:
    """Draw the gallery into a picture file."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    os.environ["QT_SCALE_FACTOR"] = scale
    app = QApplication([])
    manager = theme.ThemeManager(RESOURCES)
    manager.set_text_scale(text_scale)
    manager.set_reduced_motion(True)
    manager.apply(app, mode)
    page = Gallery()
    page.resize(1280, 860)
    page.show()
    page.activateWindow()
    app.processEvents()
    page.search.open()
    page.search.field.setText("order")
    page.notifications.show_message("Create refund was deleted.", action="Undo")
    page.notifications.show_message("Download finished: invoice.pdf, 12.4 MB", tone="success")
    app.processEvents()
    page.ring._by_key = True
    page.send.setFocus(Qt.FocusReason.TabFocusReason)
    app.processEvents()
    page.grab().save(path)
    menu = page.send.menu()
    menu.addSeparator()
    menu.addAction("Copy as cURL").setCheckable(True)
    menu.popup(page.mapToGlobal(QPoint(0, 0)))
    menu.grab().save(path.replace(".png", "-menu.png"))
    menu.close()


if __name__ == "__main__":
    words = sys.argv[1:]
    render(
        words[0],
        "dark" if "dark" in words else "light",
        next((word for word in words[1:] if word[0].isdigit()), "1"),
        next((float(word[5:]) for word in words if word.startswith("text=")), 1.0),
    )
