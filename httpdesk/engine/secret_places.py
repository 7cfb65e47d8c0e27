"""Where secret variables may go: those of environments, and the operating system's own.

An environment and the requests that use it are files that somebody else can change: a pulled URL
must not lead a secret to another server unasked (quality.md, row 37). A secret of an environment
was entered for it, so its first server is trusted. A variable of the system was not: somebody
else's file can name any of them, so each server is asked about. So is a way on which no certificate
is checked, since a pulled file may say that, too: anybody on it could take the server's part.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from httpdesk.engine.cancel import CancelToken
from httpdesk.engine.connection_ports import ConnectionRecords
from httpdesk.engine.masking import Masker
from httpdesk.engine.places import Approvals
from httpdesk.engine.ports import UserPrompt
from httpdesk.engine.url import is_local
from httpdesk.model.collection import SealedValue
from httpdesk.model.errors import PlacesRefused, SecretsReason, StorageFailed
from httpdesk.model.exchange import ResolvedRequest
from httpdesk.model.questions import NewPlaces

if TYPE_CHECKING:
    from httpdesk.engine.connecting import Connecting

UNVERIFIED = "unverified"
"""The kind of a place to which nobody checks the server's certificate."""


def place_of(request: ResolvedRequest, approvals: Approvals, hidden: Iterable[str]) -> str:
    """Return where a request goes as a place: its kind, a blank, and the origin without secrets."""
    url = request.url
    host = f"[{url.host_ascii}]" if ":" in url.host_ascii else url.host_ascii.lower()
    unchecked = request.options.ignore_tls_errors and url.scheme == "https"
    trusted = approvals.unverified or is_local(url.host_ascii)
    kind = UNVERIFIED if unchecked and not trusted else "origin"
    return f"{kind} {Masker(hidden).text(f'{url.scheme}://{host}:{url.port}')}"


def confirm_unverified(
    request: ResolvedRequest, approvals: Approvals, prompt: UserPrompt, cancel: CancelToken
) -> None:
    """Have the user agree to a connection's secrets on a way without a check, once for a server.

    Raises PlacesRefused, StorageFailed.
    """
    connection, place = request.connection, place_of(request, approvals, request.secrets)
    if connection is None or not request.secrets or not place.startswith(UNVERIFIED):
        return
    kept_as = f"{UNVERIFIED} {connection.id}"
    record = approvals.records.record(kept_as)
    if place in record.places:
        return
    question = NewPlaces(connection.name, (), (place,))
    if not prompt.ask(question, cancel):
        raise PlacesRefused(reason=SecretsReason.NOT_APPROVED, question=question)
    approvals.records.keep(kept_as, replace(record, places=(*record.places, place)))


def confirm_place(
    sealed: SealedValue,
    place: str,
    records: ConnectionRecords,
    prompt: UserPrompt,
    cancel: CancelToken,
) -> None:
    """Have the user agree that a secret goes to a place it has not gone to.

    Nobody is asked the first time, but for a variable of the system and a way without a check.
    Raises PlacesRefused, StorageFailed.
    """
    record = records.record(sealed.kept_as)
    if place in record.places:
        return
    now = replace(record, places=(*record.places, place))
    trusted = not record.places and not place.startswith(UNVERIFIED)
    if trusted and not sealed.is_of_system:
        with suppress(StorageFailed):
            records.keep(sealed.kept_as, now)
        return
    question = NewPlaces(
        sealed.environment, record.places, (place,), sealed.name, sealed.is_of_system
    )
    if not prompt.ask(question, cancel):
        raise PlacesRefused(reason=SecretsReason.NOT_APPROVED, question=question)
    records.keep(sealed.kept_as, now)


def confirm_system(
    names: Iterable[str],
    place: str,
    connecting: Connecting,
    prompt: UserPrompt,
    cancel: CancelToken,
) -> None:
    """Have the user agree that variables of the system go to a place, once in a collection.

    Raises PlacesRefused, StorageFailed.
    """
    approvals, root = connecting.approvals, connecting.root or ""
    if approvals is None:
        return
    for name in names:
        if name not in approvals.system:
            sealed = SealedValue(name, "", f"system {name} {root}", is_of_system=True)
            confirm_place(sealed, place, approvals.records, prompt, cancel)
