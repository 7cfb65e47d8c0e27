"""Where the secret variables of environments may go: trust at the first use, a question after it.

An environment and the requests that use it are files that somebody else can change: a pulled URL
must not lead a secret to another server unasked (quality.md, row 37).
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

from httpdesk.engine.cancel import CancelToken
from httpdesk.engine.connection_ports import ConnectionRecords
from httpdesk.engine.ports import UserPrompt
from httpdesk.model.collection import SealedValue
from httpdesk.model.errors import PlacesRefused, SecretsReason, StorageFailed
from httpdesk.model.questions import NewPlaces


def confirm_place(
    sealed: SealedValue,
    origin: str,
    records: ConnectionRecords,
    prompt: UserPrompt,
    cancel: CancelToken,
) -> None:
    """Have the user agree that a secret goes to an origin it has not gone to.

    Nobody is asked the first time. Raises PlacesRefused, StorageFailed.
    """
    record, place = records.record(sealed.kept_as), f"origin {origin}"
    if place in record.places:
        return
    now = replace(record, places=(*record.places, place))
    if not record.places:
        with suppress(StorageFailed):
            records.keep(sealed.kept_as, now)
        return
    question = NewPlaces(sealed.environment, record.places, (place,), sealed.name)
    if not prompt.ask(question, cancel):
        raise PlacesRefused(reason=SecretsReason.NOT_APPROVED, question=question)
    records.keep(sealed.kept_as, now)
