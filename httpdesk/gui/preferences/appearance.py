"""How the window looks."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from httpdesk.gui.preferences.option_controls import OptionControl, sentence
from httpdesk.gui.widgets.form import Form
from httpdesk.model.settings import Settings


class AppearanceSection(Form):
    """Theme, layout, text size and menu bar.

    Signals: `changed(values)`, a dict of the options that the user changed.
    """

    changed = Signal(dict)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("Appearance"), parent)
        self._controls: list[OptionControl] = []
        self._add("theme", self.tr("Theme"), self.tr("System"), self.tr("Light"), self.tr("Dark"))
        self._add(
            "layout",
            self.tr("Layout"),
            self.tr("As the width allows"),
            self.tr("Side by side"),
            self.tr("Stacked"),
        )
        self._add("text_size_percent", self.tr("Text size"))
        self._add("show_menu_bar", self.tr("Menu bar"))

    def control(self, name: str) -> QWidget:
        """Return the widget of an option."""
        return next(each.widget for each in self._controls if each.name == name)

    def show_settings(self, settings: Settings) -> None:
        """Show what holds now."""
        for control in self._controls:
            control.show(getattr(settings, control.name))

    def _add(self, name: str, label: str, *words: str) -> None:
        control = OptionControl(name, label, words, lambda value: self.changed.emit({name: value}))
        self._controls.append(control)
        self.add_row(label, control.widget, "" if control.says_sentence else sentence(name))
