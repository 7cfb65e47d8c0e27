"""Reading the secret variables that a request names, and no others, right before it is sent."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from httpdesk.engine.cancel import CancelToken
from httpdesk.engine.levels import variable_values
from httpdesk.engine.masking import Masker
from httpdesk.engine.resolve import Preview
from httpdesk.engine.secret_places import confirm_place
from httpdesk.engine.send import SendContext, filled_in
from httpdesk.model.collection import Scope, SealedValue
from httpdesk.model.errors import SecretNotSet
from httpdesk.model.request import Request

Read = Callable[[str], str | None]


def unsealed(
    request: Request, context: SendContext, read: Read, cancel: CancelToken
) -> SendContext:
    """Return the context with the values of the secret variables that the request needs.

    Before one is read the user agrees to where it goes, unless it has gone there. Raises
    SecretNotSet where there is none here, PlacesRefused, InvalidRequest and StorageFailed as a
    send does, and SecretsFailed of a place that is locked: nothing is ever sent in place of a
    secret.
    """
    known: dict[str, str] = {}
    unplaced: list[SealedValue] = []
    while context.scope.sealed:
        found = filled_in(request, context)
        asked = _named(request, context.scope, found)
        if not asked:
            _confirm(unplaced, _origin(found, known.values()), context, cancel)
            return replace(context, scope=replace(context.scope, sealed=()))
        origin = _origin(found, [*known.values(), *(each.stand_in for each in asked)])
        if origin:
            _confirm(asked, origin, context, cancel)
        else:
            unplaced += asked
        known |= {each.stand_in: _value(each, read) for each in asked}
        context = replace(context, scope=_with_values(context.scope, known))
    _confirm(unplaced, _origin(filled_in(request, context), known.values()), context, cancel)
    return context


def _named(request: Request, scope: Scope, found: Preview) -> list[SealedValue]:
    """Return the secrets that the request fills in, by itself or through other variables."""
    used = {name for names in found.filled.values() for name, _ in names}
    values = variable_values(request, scope)
    sealed = (each for each in scope.sealed if each.name in used)
    return [each for each in sealed if values.get(each.name) == each.stand_in]


def _origin(found: Preview, secrets: Iterable[str]) -> str:
    """Return scheme, host and port without secrets; empty while there is no URL."""
    if found.request is None:
        return ""
    url = found.request.url
    host = f"[{url.host_ascii}]" if ":" in url.host_ascii else url.host_ascii.lower()
    return Masker(secrets).text(f"{url.scheme}://{host}:{url.port}")


def _confirm(
    asked: list[SealedValue], origin: str, context: SendContext, cancel: CancelToken
) -> None:
    approvals = context.connecting.approvals if context.connecting is not None else None
    if approvals is None or not origin:
        return
    for each in asked:
        confirm_place(each, origin, approvals.records, context.prompt, cancel)


def _value(sealed: SealedValue, read: Read) -> str:
    value = read(sealed.kept_as)
    if value is None:
        raise SecretNotSet(sealed.name, sealed.environment)
    return value


def _with_values(scope: Scope, known: dict[str, str]) -> Scope:
    levels = tuple(
        (origin, tuple((name, known.get(value, value)) for name, value in variables))
        for origin, variables in scope.levels
    )
    sealed = tuple(each for each in scope.sealed if each.stand_in not in known)
    return Scope(levels, scope.secrets | set(known.values()), sealed)
