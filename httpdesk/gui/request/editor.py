"""Gives and takes a whole request: fills the URL bar and the pane, and reads them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal

from httpdesk.engine.generated import Made
from httpdesk.engine.inherited_options import with_inherited
from httpdesk.engine.ports import CookieJar, UploadRefusedError
from httpdesk.engine.resolve import CookieHeader, Means, Preview, no_cookies, preview
from httpdesk.gui.request.connection_choice import ConnectionRow
from httpdesk.gui.request.connection_side import ConnectionSide
from httpdesk.gui.request.file_choice import FileFact, KnownFiles
from httpdesk.gui.request.hit_places import go_to_hit
from httpdesk.gui.request.mending import go_to
from httpdesk.gui.request.pane import AUTH, BODY, HEADERS, OPTIONS, TABS, WIRE, RequestPane
from httpdesk.gui.request.places import Place, first_place
from httpdesk.gui.request.preview_flags import show_flags
from httpdesk.gui.request.problems import may_be_mended, sentence
from httpdesk.gui.request.request_form import fill_tab, read_request
from httpdesk.gui.request.url_bar import UrlBar
from httpdesk.gui.request.url_query import MovedQuery, move_query
from httpdesk.gui.request.url_verdict import UrlVerdict
from httpdesk.gui.request.variable_words import path_names, variable_words
from httpdesk.gui.request.wire_feed import WireFeed
from httpdesk.gui.widgets.announce import announce
from httpdesk.model.collection import Defaults, Scope
from httpdesk.model.connection import Connection
from httpdesk.model.errors import HttpDeskError, InvalidRequest, UploadUnreadable
from httpdesk.model.exchange import Exchange
from httpdesk.model.find import FindHit
from httpdesk.model.request import NoBody, Options, QueryParam, RawBody, Request

LOOK_AT_FILES_MS: Final = 150
"""How long a path must rest before a worker looks whether there is such a file."""
LARGE_BODY: Final = 256 * 1024
LARGE_BODY_PREVIEW_MS: Final = 200


class RequestEditor(QObject):
    """Owns `url_bar` and `pane`, which the page lays out.

    Signals: `edited(Request)` once for each change by the user, `sendRequested(Request)`,
    `cancelRequested`, `filesAsked(paths)` for files of the body that a worker has to look at.
    """

    edited = Signal(object)
    sendRequested = Signal(object)
    cancelRequested = Signal()
    filesAsked = Signal(tuple)
    filesChosen = Signal(tuple)
    """Paths that the user picked in a dialog or dropped."""
    valuesWanted = Signal()
    """The preview shows values that the library makes, which is not loaded yet."""
    samplesAsked = Signal(str)
    """The path of a file of the body whose first bytes are to be shown."""
    connectionAsked = Signal(str, str)
    """`connect`, `renew`, `open`, `new` or `make`, and the key of the connection."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.url_bar = UrlBar()
        self.pane = RequestPane()
        self._request = Request()
        self._scope = Scope()
        self._defaults: Defaults = ()
        self._preview: Preview | None = None
        self._files = KnownFiles()
        self._cookies: CookieJar | None = None
        self._folder: str | None = None
        self._made = Made()
        self._exchange: Exchange | None = None
        self._verdict = UrlVerdict(self.url_bar, self._problems)
        self.wire_feed = WireFeed(self)
        self.connection = ConnectionSide(self.url_bar, self.pane, self)
        self.connection_feed = self.connection.feed
        self._filling = False
        self._url_typed = False
        self._no_values: InvalidRequest | None = None
        # They end with the widgets that they bring up to date.
        self._preview_timer = QTimer(self.pane, singleShot=True, interval=0)
        self._files_timer = QTimer(self.pane, singleShot=True, interval=LOOK_AT_FILES_MS)
        self._connect()
        self.set_request(self._request)

    # Request and scope

    def set_request(self, request: Request) -> None:
        """Show a request; one that is shown already is left alone, undo steps and all."""
        self._url_typed = self._url_typed and request.url == self._request.url
        self._request = request
        self._preview = None
        with self._quiet():
            self.url_bar.method.set_method(request.method)
            self.url_bar.set_url(request.url)
            for key in TABS:
                if self.pane.is_built(key):
                    self._fill(key)
            self.pane.show_unapplied(request.unapplied)
        self.pane.retell(request)
        self.connection.set_request(self._request, self._defaults)
        self._tell_variables()
        self.refresh()

    def request(self) -> Request:
        """Return the request as it stands; what the editor does not show is carried through."""
        return self._request

    def options_in_use(self) -> Options:
        """Return the request's options with those that it inherits."""
        return with_inherited(self._request, self._defaults, self._scope).options

    def set_scope(self, scope: Scope, defaults: Defaults = ()) -> None:
        """Say which variables there are, and what collection and folders hand down."""
        if (scope, defaults) == (self._scope, self._defaults):
            return
        self._scope, self._defaults = scope, defaults
        self._preview = None
        self.pane.hand_down(defaults, scope)
        with self._quiet():
            for key in (HEADERS, OPTIONS):
                if self.pane.is_built(key):
                    self._fill(key)
        self.connection.set_request(self._request, self._defaults)
        self._tell_variables()
        self.refresh()

    def set_environment_problem(self, problem: InvalidRequest | None) -> None:
        """Say why the chosen environment gives no values, before names without one are told."""
        if problem != self._no_values:
            self._no_values = problem
            self._preview = None
            self.refresh()

    def set_connections(self, rows: tuple[ConnectionRow, ...]) -> None:
        """Say which connections the request can use, and how each stands."""
        self.connection.set_rows(rows)

    def look_at_connections(self) -> None:
        """Have the connection's file looked at again: it may have changed."""
        self.connection_feed.forget()
        self._preview = None
        self.refresh()

    def choose_connection(self, option: str | None) -> None:
        """Use another connection; the option of the request says so (statement 10)."""
        options = replace(self._request.options, connection=option)
        request = replace(self._request, options=options)
        self.set_request(request)
        self.edited.emit(request)

    def set_cookies(self, jar: CookieJar | None) -> None:
        """Give the jar whose cookies go with the request; None while it is not known."""
        self._cookies = jar
        self.look_at_cookies()

    def look_at_cookies(self) -> None:
        """Show the cookies that would go now: the jar has changed."""
        self._preview = None
        self.refresh()

    def set_made(self, made: Made) -> None:
        """Say what is made for the next send; values of the library may be there by now."""
        if made is not self._made or made.values.waits:
            self._made = made
            made.values.waits = False
            self._preview = None
            self.refresh()

    def show_sent(self, exchange: Exchange | None) -> None:
        """Offer in the Wire tab what an exchange has sent."""
        self._exchange = exchange
        if self.pane.is_built(WIRE):
            self.pane.wire.set_exchange(exchange)

    def set_folder(self, folder: str | None) -> None:
        """Say where the body's relative paths start."""
        if folder != self._folder:
            self._folder = folder
            if self.pane.is_built(BODY):
                self.pane.body.folder = folder
            self.forget_files()

    def learn_files(self, facts: Mapping[str, FileFact]) -> None:
        """Take what a worker found out about files that were asked for."""
        self._files.learn(facts)
        self._preview = None
        self.refresh()

    def learn_connection(self, name: str, connection: Connection | None) -> None:
        """Take the connection that a worker looked for; None when there is none of that name."""
        self.connection_feed.learn(name, connection)
        self._preview = None
        self.refresh()

    def show_refused(self, error: HttpDeskError) -> None:
        """Flag the file that the send itself found missing."""
        self.connection_feed.forget()
        if isinstance(error, UploadUnreadable):
            self.learn_files({error.path: UploadRefusedError(error.reason, error.detail)})

    def shows(self, error: HttpDeskError) -> bool:
        """Return whether what keeps the request from being sent is marked already."""
        return type(error) is type(self._verdict.first())

    def forget_files(self) -> None:
        """Have the files looked at again: they may have come or gone."""
        self._files.forget()
        if self.pane.is_built(WIRE):
            self.pane.wire.forget_samples()
        self._preview = None
        self.refresh()

    # Commands

    def send(self) -> None:
        """Ask for the request to be sent, or show what keeps it from being sent.

        A missing file or connection may have come: only the send itself looks again and decides.
        """
        self.refresh()
        problem, unknown = self._verdict.first(), self.connection_feed.is_unknown
        if problem is None or may_be_mended(problem) or unknown(self._request, self._defaults):
            self.sendRequested.emit(self._request)
            return
        self._verdict.show_problem()
        self.go_to_problem()
        announce(self.url_bar, sentence(problem), assertive=True)

    def set_sending(self, sending: bool) -> None:
        """Turn Send into Cancel, or back."""
        self.url_bar.set_sending(sending)

    def format_body(self) -> None:
        """Lay the body out."""
        self.pane.show_tab(BODY)
        self.pane.body.format_body()

    def show_wire(self) -> None:
        """Show the request as it will leave, with the keyboard in it."""
        self.pane.show_tab(WIRE)
        self.pane.wire.show_planned()

    def copy_url(self) -> None:
        """Put the resolved URL on the clipboard, secrets and all."""
        self.refresh()
        self.url_bar.resolved.copy_url()

    def show_option(self, option: str) -> None:
        """Show the Options tab with the cursor on an option."""
        self.pane.show_tab("options")
        self.pane.options.show_option(option)

    def go_to_problem(self) -> None:
        """Put the cursor where the first problem is mended."""
        problem = self._verdict.first()
        if problem is not None:
            self.go_to(problem)

    def go_to(self, problem: InvalidRequest) -> None:
        """Put the cursor where `problem` is mended."""
        self._go_to(first_place(problem))

    def show_hit(self, hit: FindHit) -> None:
        """Put the cursor on what a search in the collections found."""
        go_to_hit(self.url_bar, self.pane, self._request, hit)

    def refresh(self) -> None:
        """Bring the resolved URL, automatic headers and flags up to date now."""
        self._preview_timer.stop()
        if self._preview is None:
            self._preview = preview(
                self._request,
                Means(
                    scope=self._scope,
                    defaults=self._defaults,
                    files=self._files,
                    cookie_header=self._cookie_header(),
                    boundary=lambda: self._made.boundary,
                    signed=self.connection_feed.signed_by(self._request, self._defaults),
                    generate=self._made.values.shown,
                ),
            )
            if self._made.values.waits:
                self.valuesWanted.emit()
            self._show_preview(self._preview)
            if self._files.unknown(self._preview.uploads):
                self._files_timer.start()

    def refresh_wire(self) -> None:
        """Bring the Wire tab up to date while it is in front."""
        if self.pane.tabs.current == WIRE and self._preview is not None:
            found, problems = self._preview, self._problems()
            self.wire_feed.show(self.pane.wire, self._request, self._scope, found, problems)

    def finish_typing(self) -> None:
        """Tidy a URL that was typed, as leaving the field does; one from a file stays as it is."""
        if self._url_typed:
            self.tidy_url()

    def tidy_url(self) -> None:
        """Move the URL's query to Params where that changes no byte (statement 5)."""
        self._url_typed = False
        moved = move_query(self.url_bar.url())
        if moved is not None and self._says_the_same(moved):
            with self._quiet():
                self.url_bar.change_url(moved.url)
                self.pane.params.add_first(moved.rows)
            self._on_edited()

    # What the user does

    def _connect(self) -> None:
        self.url_bar.methodChosen.connect(self._on_edited)
        self.url_bar.urlEdited.connect(self._on_url_edited)
        self.url_bar.urlPasted.connect(self._on_url_pasted)
        self.url_bar.urlLeft.connect(self._on_url_left)
        self.url_bar.sendClicked.connect(self.send)
        self.url_bar.cancelClicked.connect(self.cancelRequested)
        self.url_bar.remedyRequested.connect(self.go_to_problem)
        self.connection.optionChosen.connect(self.choose_connection)
        self.connection.asked.connect(self.connectionAsked)
        self.pane.edited.connect(self._on_edited)
        self.pane.tabBuilt.connect(self._on_tab_built)
        self.pane.tabs.currentChanged.connect(self._on_tab_chosen)
        self._preview_timer.timeout.connect(self.refresh)
        self._files_timer.timeout.connect(self._ask_for_files)

    def _on_url_edited(self) -> None:
        if not self._filling:
            self._url_typed = True
            self._verdict.wait()
            with self._quiet():
                self.pane.params.set_path_names(path_names(self.url_bar.url()))
            self._on_edited()

    def _on_url_pasted(self) -> None:
        """Use the connection that the URL lies below, with the rest of it; Undo brings it back."""
        found = self.connection.match(self.url_bar.url())
        if found is None:
            return
        name, rest = found
        with self._quiet():
            self.url_bar.change_url(rest)
        self._on_edited()
        self.connection.use(name)

    def _on_edited(self) -> None:
        if self._filling:
            return
        request = read_request(self.url_bar, self.pane, self._request)
        self._preview = None
        self._start_preview()
        if request != self._request:
            self._request = request
            self.pane.retell(request)
            self.edited.emit(request)

    def _on_url_left(self) -> None:
        self.finish_typing()
        self._verdict.wait_no_longer()

    def _says_the_same(self, moved: MovedQuery) -> bool:
        """Return whether the resolved URL stays the same; a variable may hold a `?` or `#`."""
        rows = tuple(QueryParam(row.name, row.value) for row in moved.rows)
        after = replace(self._request, url=moved.url, params=rows + self._request.params)
        return self._resolved_url(after) == self._resolved_url(self._request)

    def _resolved_url(self, request: Request) -> str:
        bare = replace(request, body=NoBody())
        signed = self.connection_feed.signed_by(request, self._defaults)
        return preview(bare, Means(scope=self._scope, defaults=self._defaults, signed=signed)).url

    def _fill(self, key: str) -> None:
        """Show the request in one tab."""
        if key == BODY:
            self.pane.body.folder = self._folder
        elif key == WIRE:
            self.pane.wire.set_exchange(self._exchange)
        fill_tab(self.pane, key, self._request)

    def _on_tab_built(self, key: str) -> None:
        if key == BODY:
            self.pane.body.filesChosen.connect(self.filesChosen)
        elif key == WIRE:
            self.pane.wire.targetChosen.connect(lambda problem: self._go_to(first_place(problem)))
            self.pane.wire.fileAsked.connect(self.samplesAsked)
        elif key == AUTH:
            self.connection.wire_tab()
        with self._quiet():
            self._fill(key)
        self._tell_variables()
        if self._preview is not None:
            self._show_in_tabs(self._preview)

    def _on_tab_chosen(self, key: str) -> None:
        self.refresh()
        if key == WIRE:
            self.refresh_wire()

    @contextmanager
    def _quiet(self) -> Iterator[None]:
        """Change widgets without telling of it."""
        outer, self._filling = self._filling, True
        try:
            yield
        finally:
            self._filling = outer

    # Preview

    def _cookie_header(self) -> CookieHeader:
        jar = self._cookies if self.options_in_use().use_cookies else None
        return jar.header_for if jar is not None else no_cookies

    def _start_preview(self) -> None:
        body = self._request.body
        large = isinstance(body, RawBody) and len(body.text) > LARGE_BODY
        self._preview_timer.start(LARGE_BODY_PREVIEW_MS if large else 0)

    def _show_preview(self, found: Preview) -> None:
        self._show_in_tabs(found)
        self._verdict.show(found, self._request, self._scope)

    def _show_in_tabs(self, found: Preview) -> None:
        show_flags(self.pane, self._request, found, self._problems(), self._files)
        self.refresh_wire()

    def _ask_for_files(self) -> None:
        wanted = self._files.unknown(self._preview.uploads) if self._preview is not None else ()
        if wanted:
            self.filesAsked.emit(wanted)

    def _problems(self) -> tuple[InvalidRequest, ...]:
        """Return what environment and preview found, and what stands in fields without a value."""
        outer = (self._no_values,) if self._no_values is not None else ()
        found = self._preview.problems if self._preview is not None else ()
        fields = self.pane.options.problems() if self.pane.is_built(OPTIONS) else ()
        return (*outer, *found, *fields)

    def _go_to(self, place: Place) -> None:
        go_to(self.url_bar, self.pane, self._request, place)

    def _tell_variables(self) -> None:
        words = variable_words(self._request, self._scope)
        self.url_bar.field.set_variables(words)
        for key in TABS:
            if self.pane.is_built(key):
                self.pane.set_known(key, words.keys())
