"""What every view of a body is: a page of the Body tab that shows one body at a time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import Signal, SignalInstance
from PySide6.QtWidgets import QWidget

from httpdesk.gui.response.notice_bar import Notice
from httpdesk.render.content_type import TEXTS, MediaType, Rendering

if TYPE_CHECKING:
    from httpdesk.engine.offload import Offload, Scratch
    from httpdesk.gui.jobs import JobRunner
    from httpdesk.gui.ports import Lazy
    from httpdesk.model.exchange import Exchange
    from httpdesk.model.response import BodyHandle


@dataclass(frozen=True, slots=True)
class ShownBody:
    """A body and what is known of it once its first bytes were looked at."""

    exchange: Exchange = field(repr=False)
    handle: BodyHandle = field(repr=False)
    """The bytes that are shown; text is UTF-8, transcoded if it came in another charset."""
    media: MediaType
    rendering: Rendering
    """How it is shown by default: what was wished for it, or what it looks like."""
    fallback: Rendering = Rendering.TEXT
    """What it is when it is not the JSON that was wished."""
    charset: str = ""
    """Of the bytes as received, when they are text."""
    whole: bool = True
    """False when the body was cut short, so that its end is no fault of its text."""
    growing: bool = False
    """Whether bytes still arrive; `handle.size` grows then."""
    filtered: bool = False
    """Whether it is what a filter found, not the body itself."""
    format_name: str = ""
    """Of a binary body, when its first bytes give it away: `PDF`."""
    encoded: BodyHandle | None = field(repr=False, default=None)
    """The bytes as received, when `handle` is their text in UTF-8."""

    @property
    def received(self) -> BodyHandle:
        """The bytes as received, whatever charset they are read in."""
        return self.encoded if self.encoded is not None else self.handle

    @property
    def is_text(self) -> bool:
        """Whether it can be read as text."""
        return self.rendering in TEXTS


@dataclass(frozen=True, slots=True)
class PageTools:
    """What a page works with."""

    jobs: JobRunner
    new_scratch: Callable[[], Scratch]
    """Makes an empty scratch body, such as for text in another charset."""
    offload: Lazy[Offload]
    """For long work: in here it would slow the window down, however many threads there are."""


class InnerBody(Protocol):
    """A whole Body tab inside of a page, which shows parts of the page's body in it."""

    shown: SignalInstance
    actionRequested: SignalInstance
    saveRequested: SignalInstance
    openRequested: SignalInstance
    partSaveRequested: SignalInstance

    @property
    def busy(self) -> bool:
        """Whether something is still being read."""

    @property
    def is_text(self) -> bool:
        """Whether there is text to copy."""

    def show_exchange(self, exchange: Exchange) -> None:
        """Show the body of an exchange."""

    def clear(self) -> None:
        """Show nothing."""

    def open_find(self) -> None:
        """Open the find bar."""

    def find_next(self) -> None:
        """Go to the next match."""

    def find_previous(self) -> None:
        """Go to the match before."""

    def copy_all(self) -> None:
        """Copy the whole text."""

    def set_revealed(self, on: bool) -> None:
        """Show all secrets as they are, or hide them again."""


class BodyPage(QWidget):
    """One view of bodies; made when it is first looked at, and given one body after the other.

    Reading, laying out and searching happen in jobs, of which only those for the newest body count.

    Signals:
        shown: the body, or its first screen, is painted with the next paint.
        noticesChanged: `notices` has changed, or `working`.
        actionRequested(key): a notice or a button asks for something that the page cannot do.
        copied(text): the user asked for a text to be copied.
        saveRequested(handle): a text of the page's own is there and is to be saved as a file.
        saveTextRequested(handle): the body laid out is there and is to be saved as a file.
        valueRequested(key, selector): a value of the body is to be used in another request.
        openRequested(handle, is_page): another program is to be given these bytes.
        partSaveRequested(Exchange): a part of the body is to be saved like a body.
        viewRequested(key): another view shows what the user asked for.
        wrapRequested(on): the user wants long lines wrapped, or not.
        hideRequested: the user wants all secrets hidden again.
    """

    NESTS = False
    """Whether the page wants a Body tab of its own, by `set_inner`."""

    shown = Signal()
    noticesChanged = Signal()
    actionRequested = Signal(str)
    copied = Signal(str)
    saveRequested = Signal(object)
    saveTextRequested = Signal(object)
    valueRequested = Signal(str, str)
    openRequested = Signal(object, bool)
    partSaveRequested = Signal(object)
    viewRequested = Signal(str)
    wrapRequested = Signal(bool)
    hideRequested = Signal()

    def __init__(self, tools: PageTools, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.tools = tools
        self.notices: tuple[Notice, ...] = ()
        self.working = ""
        """What is still being done with the body, such as `Formatting…`, in the view bar."""

    @property
    def busy(self) -> bool:
        """Whether a job of the page is still under way."""
        return False

    def _set_notices(self, *notices: Notice) -> None:
        """Have these shown above the page, in place of those that were."""
        if notices != self.notices:
            self.notices = notices
            self.noticesChanged.emit()

    def show_body(self, body: ShownBody, view: str) -> None:
        """Show another body, or the same one in another view; emits `shown` when that is there.

        `view` is the key of one of the views that this page serves.
        """
        raise NotImplementedError

    def grow(self) -> None:
        """Show what has come since of a growing body; called 30 times a second at most."""

    def end(self, body: ShownBody, view: str) -> None:
        """Take the last bytes of the growing body on screen: `body` is the same, and complete.

        Nothing may jump: what is on screen and what is selected stay where they are. A page that
        cannot grow shows the body anew.
        """
        self.show_body(body, view)

    def clear(self) -> None:
        """Let go of the body: its bytes may be given back at any time."""
        raise NotImplementedError

    def open_find(self) -> None:
        """Open the page's find bar, if it has one."""

    def find_next(self) -> None:
        """Go to the next match."""

    def find_previous(self) -> None:
        """Go to the match before."""

    def copy_all(self) -> None:
        """Emit `copied` with the whole text of this view, however long a job that takes."""

    def set_inner(self, view: InnerBody) -> None:
        """Take a Body tab for parts of the body; called once, for pages that nest."""

    def set_wrap(self, on: bool) -> None:
        """Wrap long lines, or do not."""

    def set_revealed(self, on: bool) -> None:
        """Show all secrets as they are, or hide them again; without them there is nothing to do."""

    def bar_widgets(self) -> tuple[QWidget, ...]:
        """Return what the page puts into the view bar while it is on screen."""
        return ()

    def act(self, key: str) -> bool:
        """Do what a link of one of the page's own notices asks for; False when it is not known."""
        return False

    @property
    def is_text(self) -> bool:
        """Whether there is text to copy."""
        return False


@dataclass(frozen=True, slots=True)
class BodyViewKind:
    """One entry of the segmented control above the body."""

    key: str
    title: str
    """To be translated in the context of the view bar."""
    fits: Callable[[ShownBody], bool]
    make: Callable[[PageTools], BodyPage]
    """Views with the same function share one page."""
