"""The Options tab: what a request asks for beside its parts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Final

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtWidgets import QCheckBox, QGridLayout, QVBoxLayout, QWidget

from httpdesk.engine.inherited_options import InheritedOption, saying, silent, with_options
from httpdesk.gui import theme
from httpdesk.gui.options.durations import format_seconds, parse_duration
from httpdesk.gui.options.option_fields import Mark, OptionField, in_a_row
from httpdesk.gui.options.origin_note import OriginNote
from httpdesk.gui.options.page_options import PageOptions
from httpdesk.gui.options.retry_options import RetryOptions
from httpdesk.gui.options.secure_options import SecureOptions
from httpdesk.gui.tables.flat_table import PaneScroll
from httpdesk.gui.widgets.buttons import IconButton
from httpdesk.gui.widgets.labels import PlainLabel
from httpdesk.gui.widgets.section import HLine, SectionHeader
from httpdesk.gui.widgets.segmented import Segmented
from httpdesk.model.errors import InvalidOption
from httpdesk.model.request import (
    DEFAULT_MAX_REDIRECTS,
    DEFAULT_SUCCESS,
    Options,
    ResponseType,
    success_ranges,
)

TYPES: Final = (ResponseType.AUTO, ResponseType.JSON, ResponseType.TEXT, ResponseType.BINARY)
MOST_REDIRECTS: Final = 100
_DEFAULTS: Final = Options()
_LABELS: Final = 128
_ROW: Final = 36
_FIRST_LINE: Final = 10
"""Above the label of a control with several lines, whose first one is in the middle of a row."""


class OptionsTab(PaneScroll):
    """Response, retries, redirects and safety; a changed option has an arrow that resets it.

    Text that is no value stays in its field, flagged, and the option keeps the last good value.
    Signals: `edited` when the user changed an option or the text of a field.
    """

    edited = Signal()
    originAsked = Signal(object)
    """The InheritedOption of which the user wants to see the level."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._options = _DEFAULTS
        self._inherited: Mapping[str, InheritedOption] = {}
        self._stated: tuple[str, ...] = ()
        """What was stated when the options were shown: a default that is typed again is so too."""
        self._filling = False
        self.response_type = Segmented(
            [self.tr("Auto"), "JSON", self.tr("Text"), self.tr("Binary")],
            self.tr("Response type"),
        )
        self.timeout = OptionField(self.tr("Timeout"), self.tr("seconds per attempt"))
        self.success = OptionField(
            self.tr("Success statuses"), self.tr("as in 200-299, 304"), wide=True
        )
        self.follow = QCheckBox(self.tr("Follow redirects"))
        self.max_redirects = OptionField(self.tr("Max redirects"), self.tr("redirects at most"))
        self.retries = RetryOptions(self)
        self.going_on = PageOptions(self)
        self.cookies = QCheckBox(self.tr("Send and keep cookies"))
        self.full = QCheckBox(self.tr("Full response"))
        self.debug = QCheckBox(self.tr("Debug request"))
        self.secure = SecureOptions(self)
        self.ignore_tls = QCheckBox(self.tr("Ignore (unsafe)"))
        self.unsafe = PlainLabel(self.tr("Server not verified"), px=12, color="red", elide=True)
        self.unsafe_mark = Mark("shield-x", "red")
        self.timeout.line.setPlaceholderText(self.tr("No limit"))
        self.success.line.setPlaceholderText(DEFAULT_SUCCESS)
        self.max_redirects.line.setPlaceholderText(str(DEFAULT_MAX_REDIRECTS))
        self._resets: dict[tuple[str, ...], IconButton] = {}
        self._origins: dict[tuple[str, ...], OriginNote] = {}
        self._fields = {
            "timeout_ms": self.timeout,
            "max_redirects": self.max_redirects,
            **self.retries.fields,
            **self.going_on.fields,
        }
        self._grid = QGridLayout()
        self._build()
        self._connect()
        self._show(_DEFAULTS)
        theme.follow(self._restyle)

    def set_options(self, options: Options) -> None:
        """Show the options of a request; fields whose value is shown already are left alone."""
        if options != self._options:
            self._stated = options.stated
            self._show(options)

    def set_inherited(self, inherited: Mapping[str, InheritedOption]) -> None:
        """Say what is handed down: it is shown where the request says nothing itself."""
        if inherited != self._inherited:
            self._inherited = dict(inherited)
            self._show(self._options)

    def options(self) -> Options:
        """Return the request's own options, with the last good value where a field holds none."""
        return self._options

    def problems(self) -> tuple[InvalidOption, ...]:
        """Return what is typed in fields and is no value."""
        return tuple(
            InvalidOption(option, field.text())
            for option, field in self._fields.items()
            if field.problem
        )

    def set_method(self, method: str) -> None:
        """Say the request's method: not every one is safe to repeat."""
        self.retries.set_method(method)

    def show_option(self, option: str) -> None:
        """Put the cursor where `option` is typed or switched."""
        switches = {"debug": self.debug, **self.secure.switches}
        control = switches.get(option) or self._fields.get(option, self.success)
        control.setFocus(Qt.FocusReason.OtherFocusReason)
        self.ensureWidgetVisible(control)

    # Building

    def _build(self) -> None:
        self._grid.setColumnStretch(1, 1)
        self.column.addLayout(self._grid)
        self._title(self.tr("Response"))
        self._row(self.tr("Response type"), self.response_type, "response_type")
        self._row(
            self.tr("Result"),
            _explained(self.full, self.tr("With status, headers, timing")),
            "full_response",
        )
        self._row(self.tr("Timeout"), self.timeout, "timeout_ms")
        self._row(self.tr("Success statuses"), self.success, "success")
        self._rule()
        self._title(self.tr("Retries"))
        for row in self.retries.rows:
            self._row(row.label, row.control, *row.options)
        self._rule()
        self._title(self.tr("Pages and long work"))
        for row in self.going_on.rows:
            self._row(row.label, row.control, *row.options)
        self._rule()
        self._title(self.tr("Redirects"))
        self._row(self.tr("Redirects"), self.follow, "follow_redirects")
        self._row(self.tr("Max redirects"), self.max_redirects, "max_redirects")
        self._rule()
        self._title(self.tr("Privacy and diagnostics"))
        self._row(self.tr("Cookies"), self.cookies, "use_cookies")
        for row in self.secure.rows:
            self._row(row.label, row.control, *row.options)
        certificate = in_a_row(self.ignore_tls, self.unsafe_mark, self.unsafe, stretch=self.unsafe)
        self._row(self.tr("Certificate errors"), certificate, "ignore_tls_errors")
        self._row(self.tr("Log"), _explained(self.debug, self.tr("Fills the Log tab")), "debug")

    def _title(self, text: str) -> None:
        title = SectionHeader(text)
        self._grid.addWidget(title, self._grid.rowCount(), 0, 1, 3)
        self._grid.setRowMinimumHeight(self._grid.rowCount() - 1, theme.scaled(28))

    def _rule(self) -> None:
        self._grid.addWidget(HLine(), self._grid.rowCount(), 0, 1, 3)
        self._grid.setRowMinimumHeight(self._grid.rowCount() - 1, theme.scaled(13))

    def _row(self, label: str, control: QWidget, *options: str) -> None:
        at = self._grid.rowCount()
        words = PlainLabel(label, color="text2")
        several = isinstance(control.layout(), QVBoxLayout)
        words.setContentsMargins(0, theme.scaled(_FIRST_LINE) if several else 0, 0, 0)
        top, middle = Qt.AlignmentFlag.AlignTop, Qt.AlignmentFlag.AlignVCenter
        self._grid.addWidget(words, at, 0, top if several else middle)
        self._grid.addWidget(control, at, 1, Qt.AlignmentFlag.AlignVCenter)
        self._grid.setRowMinimumHeight(at, theme.scaled(_ROW))
        if not options:
            return
        reset = IconButton("undo-2", self.tr("Reset {0}").format(label.lower()), size=24)
        kept = reset.sizePolicy()
        kept.setRetainSizeWhenHidden(True)
        reset.setSizePolicy(kept)
        reset.clicked.connect(lambda: self._reset(options, control))
        self._grid.addWidget(reset, at, 2)
        self._resets[options] = reset
        note = OriginNote()
        note.clicked.connect(lambda: self._ask_origin(options))
        # Below the control: where the pane is narrow there is no room beside it.
        self._grid.addWidget(note, at + 1, 1, 1, 2, Qt.AlignmentFlag.AlignLeft)
        self._origins[options] = note

    def _ask_origin(self, options: tuple[str, ...]) -> None:
        found = self._handed_down(options)
        if found is not None:
            self.originAsked.emit(found)

    def _connect(self) -> None:
        self.response_type.currentChanged.connect(self._read_type)
        self.timeout.line.textEdited.connect(self._read_timeout)
        self.timeout.line.editingFinished.connect(self._tidy_timeout)
        self.success.line.textEdited.connect(self._read_success)
        self.max_redirects.line.textEdited.connect(self._read_redirects)
        self.follow.toggled.connect(lambda on: self._change(follow_redirects=on))
        self.retries.changed.connect(lambda values: self._change(**values))
        self.cookies.toggled.connect(lambda on: self._change(use_cookies=on))
        self.full.toggled.connect(lambda on: self._change(full_response=on))
        self.going_on.changed.connect(lambda values: self._change(**values))
        self.secure.changed.connect(lambda values: self._change(**values))
        self.debug.toggled.connect(lambda on: self._change(debug=on))
        self.ignore_tls.toggled.connect(lambda on: self._change(ignore_tls_errors=on))

    # Showing

    def _show(self, options: Options) -> None:
        self._filling = True
        self._options = options
        options = self._in_use()
        self.response_type.set_current(TYPES.index(options.response_type))
        self.timeout.show_value(format_seconds(options.timeout_ms))
        self.success.show_value(options.success)
        self.max_redirects.show_value(str(options.max_redirects))
        self.follow.setChecked(options.follow_redirects)
        self.cookies.setChecked(options.use_cookies)
        self.full.setChecked(options.full_response)
        self.going_on.show_options(options)
        self.secure.show_options(options)
        self.debug.setChecked(options.debug)
        self.ignore_tls.setChecked(options.ignore_tls_errors)
        self.retries.show_options(options)
        self._judge_success(options.success)
        self._filling = False
        self._refresh()

    def _refresh(self) -> None:
        for options, reset in self._resets.items():
            reset.setVisible(any(self._differs(option) for option in options))
        for options, note in self._origins.items():
            note.show_origin(self._handed_down(options))
        shown = self._in_use()
        self.retries.refresh(shown)
        self.going_on.refresh(shown)
        self.unsafe.setVisible(shown.ignore_tls_errors)
        self.unsafe_mark.setVisible(shown.ignore_tls_errors)
        self.max_redirects.setEnabled(shown.follow_redirects)

    def _in_use(self) -> Options:
        """Return what the request is sent with."""
        return with_options(self._options, self._inherited)

    def _handed_down(self, options: Iterable[str]) -> InheritedOption | None:
        """Return what hands down the first of these that the request does not say itself."""
        said = self._options.said()
        found = (self._inherited.get(option) for option in options if option not in said)
        return next((each for each in found if each is not None), None)

    def _differs(self, option: str) -> bool:
        unsaid = with_options(silent(self._options, (option,)), self._inherited)
        changed = getattr(self._in_use(), option) != getattr(unsaid, option)
        field = self._fields.get(option)
        return bool(changed or (field is not None and field.problem))

    def _reset(self, options: tuple[str, ...], control: QWidget) -> None:
        self._show(silent(self._options, options))
        self.edited.emit()
        # The arrow that was pressed is gone, and with it the focus would be.
        control.setFocus(Qt.FocusReason.OtherFocusReason)

    # Reading

    def _change(self, **values: object) -> None:
        if self._filling:
            return
        changed = saying(self._options, self._inherited, **values)
        again = [name for name in self._stated if name in values]
        self._options = replace(changed, stated=(*changed.stated, *again))
        self._refresh()
        self.edited.emit()

    def _read_type(self, index: int) -> None:
        self._change(response_type=TYPES[index])

    def _read_timeout(self, text: str) -> None:
        wrong = self.tr("Such as 30, 1.5 s or 500 ms")
        self._read(self.timeout, text, parse_duration, wrong, "timeout_ms")

    def _tidy_timeout(self) -> None:
        if not self.timeout.problem:
            self.timeout.show_value(format_seconds(self._in_use().timeout_ms))

    def _read_redirects(self, text: str) -> None:
        wrong = self.tr("Write a number from 0 to {0}").format(MOST_REDIRECTS)
        self._read(self.max_redirects, text, parse_redirects, wrong, "max_redirects")

    def _read_success(self, text: str) -> None:
        # The text itself is the option: what is wrong with it is found when it is resolved too.
        self._judge_success(text)
        self._change(success=text.strip() or DEFAULT_SUCCESS)

    def _judge_success(self, text: str) -> None:
        self.success.set_problem(
            "" if _is_success(text or DEFAULT_SUCCESS) else self.tr("Not a list of statuses")
        )

    def _read(
        self,
        field: OptionField,
        text: str,
        parse: Callable[[str], int | None],
        wrong: str,
        option: str,
    ) -> None:
        try:
            value = parse(text)
        except ValueError:
            field.set_problem(wrong)
            self._change()
        else:
            field.set_problem("")
            self._change(**{option: value})

    def _restyle(self) -> None:
        edge = theme.scaled(12)
        self._grid.setContentsMargins(edge, theme.scaled(6), edge, edge)
        self._grid.setHorizontalSpacing(theme.scaled(12))
        self._grid.setVerticalSpacing(0)
        self._grid.setColumnMinimumWidth(0, theme.scaled(_LABELS))


def _explained(switch: QCheckBox, hint: str) -> QWidget:
    """Return the switch with what it does behind it."""
    words = PlainLabel(hint, px=12, color="text3", elide=True)
    switch.setAccessibleDescription(hint)
    return in_a_row(switch, words, stretch=words)


def changed_options(options: Options) -> list[str]:
    """Return in words which options differ from their defaults."""
    translate = QCoreApplication.translate
    words = {
        "response_type": translate("OptionsTab", "Response type"),
        "timeout_ms": translate("OptionsTab", "Timeout"),
        "success": translate("OptionsTab", "Success statuses"),
        "follow_redirects": translate("OptionsTab", "Follow redirects"),
        "max_redirects": translate("OptionsTab", "Max redirects"),
        "retry_max": translate("OptionsTab", "Max retries"),
        "retry_delay_ms": translate("OptionsTab", "Retry delay"),
        "retry_backoff": translate("OptionsTab", "Exponential backoff"),
        "retry_all": translate("OptionsTab", "Retry on all errors"),
        "retry_on_429": translate("OptionsTab", "Retry on 429"),
        "retry_safe_only": translate("OptionsTab", "Retry only when safe"),
        "total_timeout_ms": translate("OptionsTab", "Total limit"),
        "use_cookies": translate("OptionsTab", "No cookies"),
        "full_response": translate("OptionsTab", "Full response"),
        "follow_pages": translate("OptionsTab", "Follow pages"),
        "most_pages": translate("OptionsTab", "Max pages"),
        "page_rule": translate("OptionsTab", "Next page"),
        "wait_for_completion": translate("OptionsTab", "Wait for completion"),
        "secure_inputs": translate("OptionsTab", "Inputs in the history"),
        "secure_outputs": translate("OptionsTab", "Outputs in the history"),
        "debug": translate("OptionsTab", "Debug request"),
        "ignore_tls_errors": translate("OptionsTab", "Certificate errors ignored"),
    }
    return [
        word
        for option, word in words.items()
        if getattr(options, option) != getattr(_DEFAULTS, option)
    ]


def parse_redirects(text: str) -> int:
    """Return the number of redirects; blank is the default. Raises ValueError."""
    if not text.strip():
        return DEFAULT_MAX_REDIRECTS
    number = int(text)
    if not 0 <= number <= MOST_REDIRECTS:
        raise ValueError(text)
    return number


def _is_success(text: str) -> bool:
    try:
        spans = success_ranges(text)
    except ValueError:
        return False
    return all(len(span) > 0 and span.start >= 100 and span.stop <= 1000 for span in spans)
