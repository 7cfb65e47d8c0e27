"""What the Wire tab needs from workers: the first bytes of files, and the way requests go."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from httpdesk.engine.ports import SecretPlaces, UploadFiles, UploadRefusedError
from httpdesk.gui.documents import Document
from httpdesk.gui.parts import WindowParts
from httpdesk.gui.ports import WindowPorts
from httpdesk.model.settings import Settings

if TYPE_CHECKING:
    from httpdesk.gui.request_page import RequestPage
    from httpdesk.model.connection import StoredConnection
    from httpdesk.model.error_base import HttpDeskError
    from httpdesk.model.exchange import ResolvedUrl
    from httpdesk.model.network import Route
    from httpdesk.model.request_errors import InvalidRequest


class WireCommands(QObject):
    """Answers what the Wire tab of each page asks for."""

    def __init__(self, parts: WindowParts) -> None:
        super().__init__(parts.window)
        self._parts = parts
        parts.editors.pageMade.connect(self._wire)
        parts.settings.changed.connect(lambda _before, _now: self._forget_routes())
        parts.settings.secretChanged.connect(lambda _name: self._forget_routes())

    def _wire(self, page: RequestPage) -> None:
        document, editor = page.document, page.editor
        editor.samplesAsked.connect(lambda path: self._look_into_file(document, path))
        editor.connection_feed.connectionAsked.connect(
            lambda name: self._find_connection(document, name)
        )
        editor.wire_feed.routeAsked.connect(lambda url: self._find_route(document, url))

    def _look_into_file(self, document: Document, path: str) -> None:
        uploads, root = self._parts.ports.uploads, document.root
        job = self._parts.jobs.start(lambda _: first_bytes(uploads(root), path))

        def learned(samples: dict[str, bytes]) -> None:
            page = self._parts.editors.page(document)
            if page is not None:
                page.editor.pane.wire.learn_samples(samples)

        job.finished.connect(learned)

    def _find_connection(self, document: Document, name: str) -> None:
        """Look for the file; one that is broken is told of when the request is sent."""
        ports, root = self._parts.ports, document.root

        def learned(stored: StoredConnection | None) -> None:
            page = self._parts.editors.page(document)
            if page is not None:
                page.editor.learn_connection(name, stored.connection if stored else None)

        job = self._parts.jobs.start(lambda _: ports.connections().store.find(name, root))
        job.finished.connect(learned)

    def _find_route(self, document: Document, url: ResolvedUrl) -> None:
        ports, settings = self._parts.ports, self._parts.settings.settings
        page = self._parts.editors.page(document)
        verify = not (page is not None and page.editor.options_in_use().ignore_tls_errors)
        job = self._parts.jobs.start(lambda _: _route(ports, settings, url, verify=verify))
        job.finished.connect(lambda route: self._learn_route(document, url, route))
        job.failed.connect(lambda error: self._learn_failure(document, url, error))

    def _learn_route(
        self, document: Document, url: ResolvedUrl, route: Route | InvalidRequest | None
    ) -> None:
        page = self._parts.editors.page(document)
        if page is not None:
            page.editor.wire_feed.learn_route(url, route)
            page.editor.refresh_wire()

    def _learn_failure(self, document: Document, url: ResolvedUrl, error: HttpDeskError) -> None:
        from httpdesk.model.request_errors import InvalidRequest

        self._learn_route(document, url, error if isinstance(error, InvalidRequest) else None)

    def _forget_routes(self) -> None:
        for page in self._parts.editors.pages():
            page.editor.wire_feed.forget_routes()
            page.editor.refresh_wire()


def first_bytes(files: UploadFiles, path: str) -> dict[str, bytes]:
    """Return what a file begins with by its path, nothing when it cannot be read; on a worker."""
    from httpdesk.gui.item_models.wire_rows import SAMPLE

    try:
        found = files.find(path)
        if found is None:
            return {}
        file = found.open()
    except (UploadRefusedError, OSError):
        return {}
    try:
        buffer = bytearray(SAMPLE)
        return {path: bytes(buffer[: file.readinto(memoryview(buffer))])}
    except OSError:
        return {}
    finally:
        file.close()


def _route(ports: WindowPorts, settings: Settings, url: ResolvedUrl, *, verify: bool) -> Route:
    from httpdesk.engine.routing import network_options, route_for

    network = network_options(settings, _Unread(ports.secrets()))
    return route_for(url, network, ports.system_proxies(), verify=verify)


class _Unread:
    """Stands in for secrets that only a send reads: a preview does not open the keyring."""

    def __init__(self, secrets: SecretPlaces) -> None:
        self._secrets = secrets
        self._names = {each.name for each in secrets.stored()}

    def read(self, name: str) -> str | None:
        """Return the secret where it is at hand, else something as secret that says where it is."""
        return self._secrets.at_hand(name) or ("(in the keyring)" if name in self._names else None)
