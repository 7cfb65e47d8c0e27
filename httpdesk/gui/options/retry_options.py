"""The Retries group of the Options tab."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QCheckBox, QWidget

from httpdesk.engine.retry import UNSAFE_METHODS
from httpdesk.gui.options.durations import format_seconds, parse_duration
from httpdesk.gui.options.option_fields import (
    Mark,
    OptionField,
    in_a_row,
    one_below_the_other,
    parse_whole,
)
from httpdesk.gui.options.schedule_preview import SchedulePreview
from httpdesk.gui.widgets.choice import Choice
from httpdesk.gui.widgets.labels import PlainLabel
from httpdesk.model.request import LONGEST_MS, MOST_RETRIES, Options


@dataclass(frozen=True, slots=True)
class OptionRow:
    """One row: its label, what stands in it, and the options that its arrow resets."""

    label: str
    control: QWidget
    options: tuple[str, ...] = ()


class RetryOptions(QObject):
    """Rows for how often, when and how long a failed request is sent again.

    Signals: `changed(dict)` with the options that have another value, empty when only the text
    of a field changed.
    """

    changed = Signal(dict)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._method = ""
        self._options = Options()
        self.most = OptionField(
            self.tr("Max retries"), self.tr("from 0 to {0}").format(MOST_RETRIES)
        )
        self.delay = OptionField(self.tr("Delay in milliseconds"), self.tr("ms"))
        self.backoff = QCheckBox(self.tr("Exponential backoff"))
        self.on = Choice(
            self.tr("Retry on"),
            (self.tr("5xx and network errors"), self.tr("All errors")),
        )
        self.on_429 = QCheckBox(self.tr("Also 429"))
        self.on_429.setToolTip(self.tr("Retry when the server says that there were too many"))
        self.safe_only = QCheckBox(self.tr("Only when safe to repeat"))
        self.unsafe = PlainLabel("", px=12, color="amber", elide=True)
        mark = Mark("triangle-alert", "amber")
        self.warning = in_a_row(mark, self.unsafe, stretch=self.unsafe)
        self.total = OptionField(self.tr("Total limit"), self.tr("seconds over all attempts"))
        self.total.line.setPlaceholderText(self.tr("No limit"))
        self.most.line.setPlaceholderText("0")
        self.delay.line.setPlaceholderText("0")
        self.schedule = SchedulePreview()
        self.rows = self._make_rows()
        self._connect()

    @property
    def fields(self) -> dict[str, OptionField]:
        """The fields by the option that is typed there."""
        return {
            "retry_max": self.most,
            "retry_delay_ms": self.delay,
            "total_timeout_ms": self.total,
        }

    def show_options(self, options: Options) -> None:
        """Show the options of a request."""
        self.most.show_value(str(options.retry_max) if options.retry_max else "")
        self.delay.show_value(str(options.retry_delay_ms) if options.retry_delay_ms else "")
        self.total.show_value(format_seconds(options.total_timeout_ms))
        self.backoff.setChecked(options.retry_backoff)
        self.on.setCurrentIndex(int(options.retry_all))
        self.on_429.setChecked(options.retry_on_429)
        self.safe_only.setChecked(options.retry_safe_only)
        self.refresh(options)

    def set_method(self, method: str) -> None:
        """Say the method, which decides whether repeating is safe."""
        if method != self._method:
            self._method = method
            self.refresh(self._options)

    def refresh(self, options: Options) -> None:
        """Bring what follows from the options up to date."""
        self._options = options
        self.delay.line.setEnabled(not options.retry_backoff)
        self.on_429.setEnabled(not options.retry_all)
        risky = (
            options.retry_max > 0
            and not options.retry_safe_only
            and self._method.upper() in UNSAFE_METHODS
        )
        self.unsafe.setText(
            self.tr("A repeated {0} may act twice").format(self._method) if risky else ""
        )
        self.warning.setVisible(risky)
        self.safe_only.setAccessibleDescription(self.unsafe.text())
        self.schedule.show_schedule(self._method, options)

    def _make_rows(self) -> tuple[OptionRow, ...]:
        delay = in_a_row(self.delay, self.backoff)
        safe = one_below_the_other(self.safe_only, self.warning)
        return (
            OptionRow(self.tr("Max retries"), self.most, ("retry_max",)),
            OptionRow(self.tr("Delay"), delay, ("retry_delay_ms", "retry_backoff")),
            OptionRow(
                self.tr("Retry on"), in_a_row(self.on, self.on_429), ("retry_all", "retry_on_429")
            ),
            OptionRow(self.tr("Repeat"), safe, ("retry_safe_only",)),
            OptionRow(self.tr("Total limit"), self.total, ("total_timeout_ms",)),
            OptionRow(self.tr("Attempts start at"), self.schedule),
        )

    def _connect(self) -> None:
        self.most.line.textEdited.connect(self._read_most)
        self.delay.line.textEdited.connect(self._read_delay)
        self.total.line.textEdited.connect(self._read_total)
        self.total.line.editingFinished.connect(self._tidy_total)
        self.backoff.toggled.connect(lambda on: self.changed.emit({"retry_backoff": on}))
        self.on.currentIndexChanged.connect(lambda at: self.changed.emit({"retry_all": at == 1}))
        self.on_429.toggled.connect(lambda on: self.changed.emit({"retry_on_429": on}))
        self.safe_only.toggled.connect(lambda on: self.changed.emit({"retry_safe_only": on}))

    def _read_most(self, text: str) -> None:
        """Statement 60: a value that is no integer from 0 to 90 is an inline error."""
        wrong = self.tr("A whole number from 0 to {0}").format(MOST_RETRIES)
        self._read("retry_max", lambda: parse_whole(text, MOST_RETRIES), wrong)

    def _read_delay(self, text: str) -> None:
        wrong = self.tr("Whole milliseconds")
        self._read("retry_delay_ms", lambda: parse_whole(text, LONGEST_MS), wrong)

    def _read_total(self, text: str) -> None:
        wrong = self.tr("Such as 30, 1.5 s or 2 min")
        self._read("total_timeout_ms", lambda: parse_duration(text), wrong)

    def _tidy_total(self) -> None:
        if not self.total.problem:
            self.total.show_value(format_seconds(self._options.total_timeout_ms))

    def _read(self, option: str, parse: Callable[[], int | None], wrong: str) -> None:
        field = self.fields[option]
        try:
            value = parse()
        except ValueError:
            field.set_problem(wrong)
            self.changed.emit({})
        else:
            field.set_problem("")
            self.changed.emit({option: value})
