"""The find bar of a JSON tree: text as received, in keys and values."""

from __future__ import annotations

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QWidget

from httpdesk.gui.response.tree_page_loader import FoundInTree, TreeLoader
from httpdesk.gui.widgets.find_bar import FindBar

_PATIENCE_MS = 200


class TreeFind(FindBar):
    """Goes from match to match, around the body.

    Signals: `matched(FoundInTree)` when a match is to be shown.
    """

    matched = Signal(object)

    def __init__(self, loader: TreeLoader, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._loader = loader
        self._match: FoundInTree | None = None
        self._searching = False
        self._wait = QTimer(self, interval=_PATIENCE_MS, singleShot=True)
        self.field.setPlaceholderText(self.tr("Find in keys and values"))
        self.field.textChanged.connect(self._on_text)
        self._wait.timeout.connect(self._find_here)
        loader.found.connect(self._on_found)

    @property
    def busy(self) -> bool:
        """Whether a match is being looked for."""
        return self._searching or self._wait.isActive()

    def close_bar(self) -> None:
        """Hide the bar; the match stays chosen."""
        self._drop()
        super().close_bar()

    def forget(self) -> None:
        """Begin at the top of another body."""
        self._drop()
        self._match = None
        self.count.setText("")

    def step(self, *, forward: bool) -> None:
        """Go to the next match, or to the one before."""
        match = self._match.match if self._match is not None else None
        start = 0 if match is None else match.end if forward else match.start
        self._find(start, back=not forward)

    def _on_text(self) -> None:
        self._loader.stop_finding()
        self._searching = False
        self._wait.start()

    def _find_here(self) -> None:
        self._find(self._match.match.start if self._match is not None else 0)

    def _find(self, start: int, *, back: bool = False) -> None:
        self._drop()
        text = self.field.text()
        if not text or not self._loader.is_open:
            self.count.setText("")
            return
        self._searching = True
        self.count.setText(self.tr("Searching…"))
        self._loader.find(text, start, back=back)

    def _on_found(self, found: FoundInTree | None) -> None:
        self._searching = False
        if found is None:
            self.count.setText(self.tr("No match"))
            return
        self._match = found
        self.count.setText(self.tr("From the other end") if found.wrapped else "")
        self.matched.emit(found)

    def _drop(self) -> None:
        self._wait.stop()
        self._loader.stop_finding()
        self._searching = False
