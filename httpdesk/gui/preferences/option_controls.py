"""Controls made from what the settings say of an option: its kind, its choices, its sentence."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import Field
from typing import Any

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QCheckBox, QWidget

from httpdesk.gui.widgets.choice import Choice
from httpdesk.gui.widgets.number_field import NumberField
from httpdesk.gui.widgets.segmented import Segmented
from httpdesk.model.settings import options

OPTIONS: Mapping[str, Field[Any]] = {option.name: option for option in options()}
_SHORT_WORDS = 30
"""Choices whose words are no longer together stand side by side."""


def sentence(name: str) -> str:
    """Return what an option does."""
    return QCoreApplication.translate("Settings", OPTIONS[name].metadata["sentence"])


class OptionControl:
    """One option's widget; `show` gives it a value, `changed` is called with the user's."""

    def __init__(
        self, name: str, label: str, words: tuple[str, ...], changed: Callable[[Any], object]
    ) -> None:
        self.name = name
        self._values = tuple(OPTIONS[name].metadata.get("choices", ()))
        self._changed = changed
        self._showing = False
        self.widget = self._make(label, words)

    @property
    def says_sentence(self) -> bool:
        """Whether the control itself says what the option does."""
        return isinstance(self.widget, QCheckBox)

    def show(self, value: Any) -> None:
        """Show a value; nobody is told."""
        self._showing = True
        if isinstance(self.widget, Segmented):
            self.widget.set_current(self._values.index(value))
        elif isinstance(self.widget, Choice):
            self.widget.setCurrentIndex(self._values.index(value))
        elif isinstance(self.widget, NumberField):
            self.widget.setValue(value)
        elif isinstance(self.widget, QCheckBox):
            self.widget.setChecked(value)
        self._showing = False

    def _make(self, label: str, words: tuple[str, ...]) -> QWidget:
        if self._values:
            return self._make_choice(label, words)
        allowed = OPTIONS[self.name].metadata.get("range")
        if allowed is not None:
            return self._make_number(label, allowed)
        switch = QCheckBox(sentence(self.name).rstrip("."))
        switch.toggled.connect(self._tell)
        return switch

    def _make_choice(self, label: str, words: tuple[str, ...]) -> QWidget:
        if len("".join(words)) <= _SHORT_WORDS:
            segmented = Segmented(words, label)
            segmented.currentChanged.connect(self._tell_index)
            return segmented
        choice = Choice(label, words)
        choice.currentIndexChanged.connect(self._tell_index)
        return choice

    def _make_number(self, label: str, allowed: range) -> QWidget:
        number = NumberField(label, allowed[0], allowed[-1])
        number.setSingleStep(10)
        # Half a number that is being typed is none.
        number.setKeyboardTracking(False)
        number.valueChanged.connect(self._tell)
        return number

    def _tell_index(self, index: int) -> None:
        self._tell(self._values[index])

    def _tell(self, value: Any) -> None:
        if not self._showing:
            self._changed(value)
