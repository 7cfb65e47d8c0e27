"""Owns up to bugs of ours, in a report that holds no secret (security.md R6)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from httpdesk.gui.documents import Document
from httpdesk.gui.jobs import Crash
from httpdesk.gui.notices import Notices


class CrashReports:
    """Tells the user of a bug; `hide` takes out of a text the secrets that were read or kept."""

    def __init__(
        self,
        notices: Notices,
        documents: Callable[[], Iterable[Document]],
        hide: Callable[[str], str],
    ) -> None:
        self._notices = notices
        self._documents = documents
        self._hide = hide

    def tell(self, crash: Crash) -> None:
        """Say that something broke, and offer the report."""
        self._notices.crash(replace(crash, report=self.hidden(crash.report)))

    def hidden(self, report: str) -> str:
        """Return the report without what is secret: kept, typed into a request, or sent by one."""
        from httpdesk.engine.masking import Masker

        typed = {value for document in self._documents() for value in _secrets_of(document)}
        return self._hide(Masker(typed).text(report))


def _secrets_of(document: Document) -> Iterator[str]:
    from httpdesk.engine.masking import is_credential_header, is_credential_key, secret_values

    for header in document.request.headers:
        if is_credential_header(header.name):
            yield header.value
            yield header.value.rpartition(" ")[2]
    for param in document.request.params:
        if is_credential_key(param.name):
            yield param.value
    before, at, _ = document.request.url.partition("://")[2].partition("/")[0].rpartition("@")
    yield before.partition(":")[2] if at else ""
    for exchange in document.exchanges:
        yield from exchange.secrets
        yield from secret_values(exchange.request, ())
