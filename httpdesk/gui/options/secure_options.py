"""The rows of the Options tab about what the history keeps (statements 77 and 78)."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QCheckBox

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
        hints = (
            self.tr("History keeps nothing of what is sent"),
            self.tr("History keeps nothing of the response"),
        )
        rows = []
        labels = (self.tr("Inputs"), self.tr("Outputs"))
        for (option, switch), label, hint in zip(self.switches.items(), labels, hints, strict=True):
            switch.setAccessibleDescription(hint)
            words = PlainLabel(hint, px=12, color="text3", elide=True)
            control = in_a_row(switch, self._locks[option], words, stretch=words)
            rows.append(OptionRow(label, control, (option,)))
        self.rows = tuple(rows)
        inputs.toggled.connect(lambda on: self._changed("secure_inputs", on))
        outputs.toggled.connect(lambda on: self._changed("secure_outputs", on))

    def show_options(self, options: Options) -> None:
        """Show the options of a request."""
        for option, switch in self.switches.items():
            switch.setChecked(getattr(options, option))
            self._locks[option].set_closed(switch.isChecked())

    def _changed(self, option: str, on: bool) -> None:
        self._locks[option].set_closed(on)
        self.changed.emit({option: on})
