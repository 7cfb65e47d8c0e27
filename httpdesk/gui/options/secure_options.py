"""The rows of the Options tab about what the history keeps (statements 77 and 78)."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QCheckBox, QWidget

from httpdesk.gui.options.option_fields import Lock, in_a_row
from httpdesk.gui.options.retry_options import OptionRow
from httpdesk.gui.widgets.labels import PlainLabel
from httpdesk.model.request import Options


class SecureOptions(QObject):
    """Whether what is sent and what comes back stays out of the history.

    Signals: `changed(values)` with the option that the user changed.
    """

    changed = Signal(dict)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        inputs, outputs = QCheckBox(self.tr("Secure inputs")), QCheckBox(self.tr("Secure outputs"))
        self.switches = {"secure_inputs": inputs, "secure_outputs": outputs}
        self._locks = {option: Lock() for option in self.switches}
        self._hints = {
            option: PlainLabel("", px=12, color="text3", elide=True) for option in self.switches
        }
        labels = (self.tr("Inputs"), self.tr("Outputs"))
        self.rows = tuple(
            OptionRow(label, self._control(option), (option,))
            for option, label in zip(self.switches, labels, strict=True)
        )
        inputs.toggled.connect(lambda on: self._changed("secure_inputs", on))
        outputs.toggled.connect(lambda on: self._changed("secure_outputs", on))

    def show_options(self, options: Options) -> None:
        """Show the options of a request."""
        for option, switch in self.switches.items():
            switch.setChecked(getattr(options, option))
            self._say(option, switch.isChecked())

    def _control(self, option: str) -> QWidget:
        words = self._hints[option]
        return in_a_row(self.switches[option], self._locks[option], words, stretch=words)

    def _say(self, option: str, on: bool) -> None:
        self._locks[option].set_closed(on)
        hint = self.tr("Not in the history") if on else self.tr("Kept, secrets masked")
        self._hints[option].setText(hint)
        self.switches[option].setAccessibleDescription(hint)

    def _changed(self, option: str, on: bool) -> None:
        self._say(option, on)
        self.changed.emit({option: on})
