"""Connections made from the `auth` that stands in the files of a collection (decisions/0019)."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from shiboken6 import isValid

from httpdesk.engine.scopes import plain_values, scope_of
from httpdesk.gui.connection_keeper import ConnectionKeeper
from httpdesk.gui.item_models.item_key import ItemKey
from httpdesk.gui.parts import WindowParts
from httpdesk.model.auth_choice import FileAuth
from httpdesk.model.collection import Defaults
from httpdesk.model.connection import NO_CONNECTION, Connection
from httpdesk.model.request import Request

if TYPE_CHECKING:
    from httpdesk.gui.request_page import RequestPage


class AuthConversion(QObject):
    """Makes a connection beside the collection's files, and has it used.

    Signals: `made(key, secrets)` once there is one, for its page to be shown; the secrets that the
    file or its variables hold, by name, are entered there as if they were typed.
    """

    made = Signal(str, object)

    def __init__(self, parts: WindowParts, keeper: ConnectionKeeper) -> None:
        super().__init__(parts.window)
        self._parts = parts
        self._keeper = keeper

    def from_request(self, page: RequestPage) -> None:
        """Make one from what signs the page's request in, and let that request use it."""
        from httpdesk.engine.auth_choice import chosen
        from httpdesk.engine.file_connection import base_url_of

        document = page.document
        request, found = document.request, chosen(document.request, document.inherited)
        if found.auth is None:
            return
        values = self._values(request, document.inherited, document.root)
        connection = Connection(
            os.urandom(16).hex(), found.level or request.name, base_url_of(request.url, values)
        )

        def use(name: str) -> None:
            if isValid(page):
                page.editor.choose_connection(name)

        self._make(found.auth, connection, document.root, values, use)

    def from_level(self, key: ItemKey) -> None:
        """Make one from the `auth` of a folder or collection, and let that level name it."""
        files = self._parts.ports.collections
        inside = f"{key.path}/request.yml" if key.path else "request.yml"

        def read(_: object) -> tuple[Defaults, Defaults]:
            outer = files().defaults(key.root, key.path) if key.path else ()
            return files().defaults(key.root, inside), outer

        job = self._parts.jobs.start(read)
        job.finished.connect(lambda found: self._from_defaults(key, *found))
        job.failed.connect(self._parts.notices.error)

    # Inside

    def _from_defaults(self, key: ItemKey, levels: Defaults, outer: Defaults) -> None:
        own = levels[-1][1] if len(levels) > len(outer) else None
        auth = own.auth if own is not None else None
        if own is None or not isinstance(auth, FileAuth) or auth.auth is None:
            self._parts.notices.say(
                self.tr("Its file has no auth that a connection can be made from.")
            )
            return
        connection = Connection(os.urandom(16).hex(), own.name)
        values = self._values(Request(), levels, key.root)
        workspace = self._parts.workspace
        self._make(
            auth, connection, key.root, values, lambda name: workspace.set_connection(key, name)
        )

    def _values(self, request: Request, inherited: Defaults, root: str | None) -> dict[str, str]:
        values = self._parts.environments.values(root)
        scope = scope_of(inherited, self._parts.workspace.runtime, None, values)
        return plain_values(request, scope)

    def _make(
        self,
        auth: FileAuth,
        connection: Connection,
        root: str | None,
        values: Mapping[str, str],
        use: Callable[[str], object],
    ) -> None:
        """Write the connection, and have it used under the name that was free."""
        from httpdesk.engine.file_connection import connection_from, is_convertible

        if not is_convertible(auth):
            return
        filled, secrets = connection_from(auth, connection, values)
        name = filled.name.strip()
        is_name = name and name != NO_CONNECTION
        wanted = name if is_name else self.tr("Connection")

        def added(key: str) -> None:
            entry = self._keeper.located(key)
            if entry is not None:
                use(entry.name)
            self.made.emit(key, secrets)

        self._keeper.add_as(wanted, filled, root, added)
