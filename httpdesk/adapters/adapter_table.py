"""Which requests share connections: those that travel the same route."""

from __future__ import annotations

import threading
from collections import OrderedDict

from httpdesk.adapters.connection import ExactAdapter
from httpdesk.adapters.tls import TlsContexts
from httpdesk.model.network import Route

ROUTES = 16
"""Connections are kept for so many routes; beyond, those of the oldest are closed."""


class AdapterTable:
    """An adapter with pools of its own for each route; may be used from several threads.

    No connection is ever shared between two routes: what was checked less, or by other files, or
    went through another proxy, is of no use to a request that asks for something else
    (statement 74).
    """

    def __init__(self, contexts: TlsContexts) -> None:
        self._contexts = contexts
        self._lock = threading.Lock()
        self._adapters: OrderedDict[Route, ExactAdapter] = OrderedDict()

    def of(self, route: Route, *, with_tls: bool) -> ExactAdapter:
        """Return the adapter for `route`; `with_tls` asks for a new one when its files changed.

        One that nobody holds any more closes its connections: urllib3's pools do so at their end,
        and a connection that is still in use is closed when it comes back.
        """
        tls = self._contexts.of(route.tls) if with_tls else None
        with self._lock:
            adapter = self._adapters.get(route)
            if adapter is None or (tls is not None and adapter.tls is not tls):
                adapter = self._adapters[route] = ExactAdapter(tls or self._contexts.of(route.tls))
            self._adapters.move_to_end(route)
            if len(self._adapters) > ROUTES:
                self._adapters.popitem(last=False)
        return adapter

    def close(self) -> None:
        """Close kept connections."""
        with self._lock:
            adapters = list(self._adapters.values())
            self._adapters.clear()
        for adapter in adapters:
            adapter.close()
