"""Which level hands an option down, as words that lead there."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from httpdesk.engine.inherited_options import InheritedOption
from httpdesk.gui.item_models.origins import origin_words
from httpdesk.gui.widgets.buttons import TextButton
from httpdesk.gui.widgets.labels import plain_tooltip
from httpdesk.model.exchange import Origin

_LONGEST = 40
_FILES = (Origin.FOLDER, Origin.COLLECTION)


class OriginNote(TextButton):
    """Hidden while nothing is handed down; a click leads to the folder or collection."""

    def __init__(self) -> None:
        super().__init__("", kind="link")
        self.hide()

    def show_origin(self, option: InheritedOption | None) -> None:
        """Say where an option comes from, or nothing."""
        self.setVisible(option is not None)
        if option is None:
            return
        words = from_words(option)
        self.setText(words if len(words) <= _LONGEST else f"{words[: _LONGEST - 1]}…")
        self.setToolTip(plain_tooltip(words))
        self.setAccessibleName(words)
        self.setEnabled(option.origin in _FILES)
        self.updateGeometry()


def from_words(option: InheritedOption) -> str:
    """Return words such as `From folder Orders`."""
    translate = QCoreApplication.translate
    if option.origin is Origin.FOLDER:
        return translate("OriginNote", "From folder {0}").format(option.level)
    if option.origin is Origin.COLLECTION:
        return translate("OriginNote", "From collection {0}").format(option.level)
    return translate("OriginNote", "From {0}").format(origin_words(option.origin).lower())
