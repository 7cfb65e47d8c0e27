"""How much of what was sent is remembered."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from httpdesk.gui.preferences.option_controls import OptionControl, sentence
from httpdesk.gui.widgets.buttons import TextButton
from httpdesk.gui.widgets.form import Form
from httpdesk.gui.widgets.labels import PlainLabel
from httpdesk.gui.widgets.scaled_layout import keep_scaled
from httpdesk.model.history import HistorySize
from httpdesk.model.settings import Settings
from httpdesk.render.units import format_size


class HistorySection(Form):
    """What is kept now, its limits, and a button that forgets all of it.

    Signals:
        changed(values): a dict of the options that the user changed.
        clearAsked: everything is to be forgotten; ask first.
    """

    changed = Signal(dict)
    clearAsked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("History"), parent)
        self.kept = PlainLabel("", color="text2")
        self.clear = TextButton(self.tr("Forget all…"))
        self.clear.clicked.connect(self.clearAsked)
        self._controls: list[OptionControl] = []
        self.add_row(self.tr("Kept now"), self._size_row(), self._secured())
        self._add("history_entries", self.tr("Most sends"), 1_000)
        self._add("history_megabytes", self.tr("Most megabytes"), 10)

    def control(self, name: str) -> QWidget:
        """Return the widget of an option."""
        return next(each.widget for each in self._controls if each.name == name)

    def show_settings(self, settings: Settings) -> None:
        """Show what holds now."""
        for control in self._controls:
            control.show(getattr(settings, control.name))

    def show_size(self, size: HistorySize) -> None:
        """Say how much is kept."""
        words = self.tr("%n sends, {0}", "", size.entries).format(format_size(size.size))
        self.kept.setText(words if size.entries else self.tr("Nothing"))
        self.clear.setEnabled(size.entries > 0)

    # Inside

    def _secured(self) -> str:
        return self.tr(
            "Of a secured request only time, method, host, status, sizes and durations are kept."
        )

    def _size_row(self) -> QWidget:
        holder = QWidget()
        row = QHBoxLayout(holder)
        keep_scaled(row, (0, 0, 0, 0), spacing=12)
        row.addWidget(self.kept)
        row.addWidget(self.clear)
        row.addStretch(1)
        return holder

    def _add(self, name: str, label: str, step: int) -> None:
        control = OptionControl(name, label, (), lambda value: self.changed.emit({name: value}))
        control.widget.setSingleStep(step)  # type: ignore[attr-defined]
        self._controls.append(control)
        self.add_row(label, control.widget, sentence(name))
