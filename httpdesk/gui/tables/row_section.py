"""A key-value table with its title, its menu, and the same rows as text."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QSizePolicy, QVBoxLayout, QWidget

from httpdesk.gui import theme
from httpdesk.gui.tables.exact_text import document_text
from httpdesk.gui.tables.flat_table import HEADER, ColumnTitles
from httpdesk.gui.tables.row_table import RowTable, as_text_rows
from httpdesk.gui.tables.row_text import changed_lines, format_rows, parse_lines
from httpdesk.gui.widgets.buttons import IconButton
from httpdesk.gui.widgets.code_editor import CodeEditor
from httpdesk.gui.widgets.scaled_layout import keep_scaled
from httpdesk.gui.widgets.section import SectionHeader

TITLE_HEIGHT = 32
_LEAST_LINES = 6


class RowSection(QWidget):
    """A table of rows; its menu turns it into text and back (Bulk edit).

    Without a title the menu button stands at the end of the column titles.
    """

    def __init__(self, table: RowTable, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.table = table
        self.title = SectionHeader(title)
        self.menu_button = IconButton(
            "ellipsis", self.tr("More for {0}").format(table.accessibleName()), size=24
        )
        self.bulk: CodeEditor | None = None
        self._title_row = QWidget()
        self._column = QVBoxLayout(self)
        self._filling = False
        self._build()
        self._connect()
        self.set_title_shown(bool(title))
        theme.follow(self._restyle)

    def set_title_shown(self, shown: bool) -> None:
        """Show or hide the title above the table."""
        self._title_row.setVisible(shown)
        self._place_menu()

    @property
    def in_bulk(self) -> bool:
        """Whether the rows are shown as text."""
        return self.bulk is not None and not self.bulk.isHidden()

    def set_bulk(self, bulk: bool) -> None:
        """Show the rows as text, or as a table again."""
        if bulk == self.in_bulk or (bulk and not self._fill_bulk()):
            return
        editor = self._bulk_editor()
        editor.setVisible(bulk)
        self.table.setVisible(not bulk)
        self._place_menu()
        (editor if bulk else self.table).setFocus(Qt.FocusReason.OtherFocusReason)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_menu()

    def _build(self) -> None:
        titles = QHBoxLayout(self._title_row)
        keep_scaled(titles, (12, 0, 12, 0))
        titles.addWidget(self.title)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._column.addWidget(self._title_row)
        self._column.addWidget(self.table)
        self.menu_button.setParent(self)
        QWidget.setTabOrder(self.table, self.menu_button)

    def _bulk_editor(self) -> CodeEditor:
        """Return the editor, made on first use: few ever use it, and every tab would pay."""
        if self.bulk is None:
            editor = CodeEditor(self.tr("{0} as text").format(self.table.accessibleName()))
            editor.set_language("text")
            editor.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
            editor.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            editor.hide()
            editor.textChanged.connect(self._read_bulk)
            editor.blockCountChanged.connect(self._fit_bulk)
            self._column.addWidget(editor)
            self.bulk = editor
        return self.bulk

    def _connect(self) -> None:
        menu = QMenu(self.menu_button)
        menu.setToolTipsVisible(True)
        menu.aboutToShow.connect(self._fill_menu)
        self.menu_button.setMenu(menu)
        self.table.rows.modelReset.connect(self._on_reset)

    def _fill_menu(self) -> None:
        menu = self.menu_button.menu()
        menu.clear()
        bulk = menu.addAction(self.tr("Edit as table") if self.in_bulk else self.tr("Bulk edit"))
        bulk.triggered.connect(lambda: self.set_bulk(not self.in_bulk))
        if self._bulk_text() is None:
            bulk.setEnabled(self.in_bulk)
            bulk.setToolTip(self.tr("A row can't be written as one line of text."))
        if self.in_bulk:
            return
        shown = menu.addAction(self.tr("Show descriptions"))
        shown.setCheckable(True)
        shown.setChecked(self.table.descriptions_shown)
        shown.setEnabled(not self.table.rows.has_descriptions())
        shown.toggled.connect(self.table.show_descriptions)
        menu.addSeparator()
        self.table.add_actions(menu)

    def _bulk_text(self) -> str | None:
        rows = self.table.text_rows()
        return None if rows is None else format_rows(rows)

    def _on_reset(self) -> None:
        if self.in_bulk and not self._fill_bulk():
            self.set_bulk(False)

    def _fill_bulk(self) -> bool:
        """Put the rows in as text; return False when text can't hold them."""
        text = self._bulk_text()
        if text is None:
            return False
        editor = self._bulk_editor()
        if text != document_text(editor.document()):
            self._filling = True
            editor.setPlainText(text)
            self._filling = False
        self.table.rows.begin_session()
        self._fit_bulk()
        return True

    def _read_bulk(self) -> None:
        if self._filling:
            return
        before = self.table.rows.rows()
        typed = parse_lines(document_text(self._bulk_editor().document()))
        kept = changed_lines(as_text_rows(before), typed)
        make = self.table.rows.make_row
        self.table.rows.replace_all(
            [make(*row) if at is None else before[at] for row, at in zip(typed, kept, strict=True)],
            merge_key="bulk",
        )

    def _fit_bulk(self) -> None:
        if self.bulk is not None:
            lines = max(self.bulk.blockCount(), _LEAST_LINES)
            spare = self.bulk.horizontalScrollBar().sizeHint().height() + theme.scaled(8)
            self.bulk.setFixedHeight(lines * self.bulk.fontMetrics().lineSpacing() + spare)

    def _place_menu(self) -> None:
        side = self.menu_button.height()
        row = TITLE_HEIGHT if not self._title_row.isHidden() else HEADER
        top = (theme.scaled(row) - side) // 2
        self.menu_button.move(self.width() - theme.scaled(8) - side, max(top, 0))
        self.menu_button.raise_()
        titles = self.table.horizontalHeader()
        if isinstance(titles, ColumnTitles):
            on_titles = self._title_row.isHidden() and not self.in_bulk
            titles.set_covered(self.width() - self.menu_button.x() if on_titles else 0)

    def _restyle(self) -> None:
        self._title_row.setFixedHeight(theme.scaled(TITLE_HEIGHT))
        self._fit_bulk()
        self._place_menu()
