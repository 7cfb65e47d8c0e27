"""Everything that lies over the window: notifications, the palette and the small forms."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from httpdesk.gui.documents import Document
from httpdesk.gui.jobs import Crash
from httpdesk.gui.palette_entry import PaletteEntry, PaletteSource
from httpdesk.gui.titles import document_title
from httpdesk.model.error_base import HttpDeskError
from httpdesk.model.notices import OwnFile, SetAside

if TYPE_CHECKING:
    from httpdesk.gui.command_palette import CommandPalette
    from httpdesk.gui.overlay import FormPanel, Overlay
    from httpdesk.gui.ports import Notice
    from httpdesk.gui.widgets.notifications import Message, Notifications


class Notices(QObject):
    """Makes each overlay when it is first needed."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._notifications: Notifications | None = None
        self._palette: CommandPalette | None = None
        self._form: FormPanel | None = None

    def form(self) -> FormPanel:
        """Return the panel that asks for a few fields."""
        from httpdesk.gui.overlay import FormPanel

        if self._form is None:
            self._form = FormPanel(self._window)
        return self._form

    def open_palette(
        self,
        sources: Iterable[PaletteSource],
        text: str = "",
        recent: Iterable[PaletteEntry] = (),
        hint: str = "",
    ) -> None:
        """Open the palette on these sources; with the `recent` ones while nothing is typed."""
        from httpdesk.gui.command_palette import CommandPalette

        if self._palette is None:
            self._palette = CommandPalette(self._window)
        self._palette.open(sources, text, recent, hint)

    def place(self) -> None:
        """Follow the window's size and the text size."""
        if self._notifications is not None:
            self._notifications.place()
        overlays: tuple[Overlay | None, ...] = (self._palette, self._form)
        for overlay in overlays:
            if overlay is not None and overlay.isVisible():
                overlay.place()

    def say(self, text: str, tone: str = "info") -> None:
        """Show a message for a moment."""
        self._messages().show_message(text, tone=tone)

    def undo(self, text: str, undo: Callable[[], object]) -> None:
        """Say what was done, with Undo."""
        self._messages().show_message(text, action=self.tr("Undo"), on_action=undo)

    def offer(self, text: str, action: str, act: Callable[[], object]) -> Message:
        """Say what went wrong, with what can be done about it ("" for nothing); it stays."""
        return self._messages().show_message(
            text, tone="warning", action=action or None, on_action=act, sticky=True
        )

    def error(
        self, error: HttpDeskError, steps: Mapping[str, Callable[[], object]] | None = None
    ) -> None:
        """Say what failed, with the first remedy that `steps` can do; stays until it is closed.

        What is on screen already and has no remedy is not said again.
        """
        from httpdesk.gui.messages import message_for

        message = message_for(error)
        text = f"{message.title}\n{message.text}"
        offered = steps or {}
        remedy = next((each for each in message.remedies if each.key in offered), None)
        if remedy is None and any(each.label.text() == text for each in self.shown()):
            return
        self._messages().show_message(
            text,
            tone="error",
            action=remedy.label if remedy else None,
            on_action=offered[remedy.key] if remedy else None,
            sticky=True,
        )

    def asks(self, document: Document, show: Callable[[], object]) -> Message:
        """Say that the send of a document that is not in view asks something."""
        text = self.tr("{0} asks something before it goes on.").format(document_title(document))
        return self._messages().show_message(
            text, tone="warning", action=self.tr("Show the question"), on_action=show, sticky=True
        )

    def own_file(self, notice: Notice) -> None:
        """Say that one of the program's own files could not be used."""
        if not isinstance(notice, SetAside):
            self.error(notice)
            return
        words = {
            OwnFile.DATABASE: self.tr(
                "The file with open tabs, drafts and cookies was damaged. A new one was started; "
                "the old one is kept as {0}. Your collections are not touched."
            ),
            OwnFile.HISTORY: self.tr(
                "The file with the history was damaged. A new one was started; the old one is "
                "kept as {0}. Drafts and collections are not touched."
            ),
            OwnFile.SETTINGS: self.tr(
                "The settings file was damaged. The defaults are in force; the old file is kept "
                "as {0}."
            ),
        }
        self._messages().show_message(
            words[notice.file].format(notice.kept_as), tone="warning", sticky=True
        )

    def shown(self) -> tuple[Message, ...]:
        """Return the messages on screen, oldest first."""
        return tuple(self._notifications.messages) if self._notifications else ()

    def crash(self, crash: Crash) -> None:
        """Own up to a bug of ours; what was typed is in the drafts."""
        self._messages().show_message(
            self.tr("Something in HTTPDesk broke. What you typed is kept."),
            tone="error",
            action=self.tr("Copy the report"),
            on_action=lambda: QGuiApplication.clipboard().setText(crash.report),
            sticky=True,
        )

    def _messages(self) -> Notifications:
        from httpdesk.gui.widgets.notifications import Notifications

        if self._notifications is None:
            self._notifications = Notifications(self._window)
        return self._notifications
