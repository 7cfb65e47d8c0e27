"""The rows of the Options tab about answers that go on: further pages, and work behind a 202."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QCheckBox

from httpdesk.gui.options.option_fields import OptionField, in_a_row, parse_whole
from httpdesk.gui.options.retry_options import OptionRow
from httpdesk.gui.widgets.labels import PlainLabel
from httpdesk.model.paging import LARGEST_MOST, MOST_PAGES, InvalidPageRule, parse_rule
from httpdesk.model.request import Options


class PageOptions(QObject):
    """What is done after the first answer has come.

    Signals: `changed(values)` with the options that the user changed, none for a bad value.
    """

    changed = Signal(dict)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.follow = QCheckBox(self.tr("Follow and join"))
        self.most = OptionField(self.tr("Max pages"), self.tr("at most"))
        self.most.line.setPlaceholderText(str(MOST_PAGES))
        self.rule = OptionField(self.tr("What names the next page"), "", wide=True)
        self.rule.line.setPlaceholderText(self.tr("Found by itself"))
        self.rule.line.setToolTip(
            self.tr("link, url /next, cursor /meta/next after, page NAME or offset NAME")
        )
        self.wait = QCheckBox(self.tr("Wait for completion"))
        hint = self.tr("Asks its Location until done")
        self.wait.setAccessibleDescription(hint)
        words = PlainLabel(hint, px=12, color="text3", elide=True)
        self.rows = (
            OptionRow(
                self.tr("Pages"), in_a_row(self.follow, self.most), ("follow_pages", "most_pages")
            ),
            OptionRow(self.tr("Next page"), self.rule, ("page_rule",)),
            OptionRow(
                self.tr("After a 202"),
                in_a_row(self.wait, words, stretch=words),
                ("wait_for_completion",),
            ),
        )
        self._connect()

    @property
    def fields(self) -> dict[str, OptionField]:
        """The fields by the option that is typed there."""
        return {"most_pages": self.most, "page_rule": self.rule}

    def show_options(self, options: Options) -> None:
        """Show the options of a request."""
        self.follow.setChecked(options.follow_pages)
        self.most.show_value("" if options.most_pages == MOST_PAGES else str(options.most_pages))
        self.rule.show_value(options.page_rule)
        self.wait.setChecked(options.wait_for_completion)
        self.refresh(options)

    def refresh(self, options: Options) -> None:
        """Bring what follows from the options up to date."""
        self.most.setEnabled(options.follow_pages)
        self.rule.setEnabled(options.follow_pages)

    def _connect(self) -> None:
        self.follow.toggled.connect(lambda on: self.changed.emit({"follow_pages": on}))
        self.wait.toggled.connect(lambda on: self.changed.emit({"wait_for_completion": on}))
        self.most.line.textEdited.connect(self._read_most)
        self.rule.line.textEdited.connect(self._read_rule)

    def _read_most(self, text: str) -> None:
        try:
            value = parse_whole(text, LARGEST_MOST) or MOST_PAGES
        except ValueError:
            self.most.set_problem(self.tr("A whole number up to {0}").format(LARGEST_MOST))
            self.changed.emit({})
        else:
            self.most.set_problem("")
            self.changed.emit({"most_pages": value})

    def _read_rule(self, text: str) -> None:
        # The text itself is the option: what is wrong with it is found when it is resolved too.
        try:
            parse_rule(text)
        except InvalidPageRule:
            self.rule.set_problem(self.tr("Such as link or url /next"))
        else:
            self.rule.set_problem("")
        self.changed.emit({"page_rule": text.strip()})
