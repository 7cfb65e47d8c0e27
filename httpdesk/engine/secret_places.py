"""Where secret variables may go: those of environments, and the operating system's own.

An environment and the requests that use it are files that somebody else can change: a pulled URL
must not lead a secret to another server unasked (quality.md, row 37). A secret of an environment
was entered for it, so its first server is trusted. A variable of the system was not: somebody
else's file can name any of them, so each server is asked about.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from httpdesk.engine.cancel import CancelToken
from httpdesk.engine.connection_ports import ConnectionRecords
from httpdesk.engine.ports import UserPrompt
from httpdesk.model.collection import SealedValue
from httpdesk.model.errors import PlacesRefused, SecretsReason, StorageFailed
from httpdesk.model.questions import NewPlaces

if TYPE_CHECKING:
    from httpdesk.engine.connecting import Connecting


def confirm_place(
    sealed: SealedValue,
    origin: str,
    records: ConnectionRecords,
    prompt: UserPrompt,
    cancel: CancelToken,
) -> None:
    """Have the user agree that a secret goes to an origin it has not gone to.

    Nobody is asked the first time, but for a variable of the system. Raises PlacesRefused,
    StorageFailed.
    """
    record, place = records.record(sealed.kept_as), f"origin {origin}"
    if place in record.places:
        return
    now = replace(record, places=(*record.places, place))
    if not record.places and not sealed.is_of_system:
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
    origin: str,
    connecting: Connecting,
    prompt: UserPrompt,
    cancel: CancelToken,
) -> None:
    """Have the user agree that variables of the system go to an origin, once in a collection.

    Raises PlacesRefused, StorageFailed.
    """
    approvals, root = connecting.approvals, connecting.root or ""
    if approvals is None:
        return
    for name in names:
        if name not in approvals.system:
            sealed = SealedValue(name, "", f"system {name} {root}", is_of_system=True)
            confirm_place(sealed, origin, approvals.records, prompt, cancel)
