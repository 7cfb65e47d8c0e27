"""Reading the secret variables that a request names, and no others, right before it is sent."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from httpdesk.engine.cancel import CancelToken
from httpdesk.engine.levels import variable_values
from httpdesk.engine.places import Approvals
from httpdesk.engine.resolve import Preview
from httpdesk.engine.secret_places import confirm_place, confirm_system, place_of
from httpdesk.engine.send import SendContext, filled_in, with_values
from httpdesk.model.collection import Scope, SealedValue
from httpdesk.model.errors import SecretNotSet, ValuesNotGiven
from httpdesk.model.exchange import Origin
from httpdesk.model.request import Request

Read = Callable[[str], str | None]
_SYSTEM = Origin.PROCESS.value


def unsealed(
    request: Request, context: SendContext, read: Read, cancel: CancelToken
) -> SendContext:
    """Return the context with the values of the secret variables that the request needs.

    Before one is read the user agrees to where it goes, unless it has gone there; so does the user
    with the system's variables. What the request asks for is asked before. Raises SecretNotSet
    where there is none here, PlacesRefused, InvalidRequest and StorageFailed as a send does, and
    SecretsFailed of a place that is locked: nothing is ever sent in place of a secret.
    """
    found = filled_in(request, context)
    while found.asked:
        # First, because they may decide where the secrets go.
        context = with_values(ValuesNotGiven(found.asked), context, cancel)
        found = filled_in(request, context)
    context = with_secrets(request, context, read, cancel)
    _confirm_read(request, context, cancel)
    return context


def with_secrets(
    request: Request, context: SendContext, read: Read, cancel: CancelToken
) -> SendContext:
    """Return the same, where nobody is asked for values and nothing of the system is sent."""
    known: dict[str, str] = {}
    unplaced: list[SealedValue] = []
    while context.scope.sealed:
        found = filled_in(request, context)
        asked = _named(request, context.scope, found)
        if not asked:
            _confirm(unplaced, _place(found, context), context, cancel)
            return replace(context, scope=replace(context.scope, sealed=()))
        place = _place(found, context)
        if place:
            _confirm(asked, place, context, cancel)
        else:
            unplaced += asked
        known |= {each.stand_in: _value(each, read) for each in asked}
        context = replace(context, scope=_with_values(context.scope, known))
    found = filled_in(request, context)
    _confirm(unplaced, _place(found, context), context, cancel)
    return context


def _named(request: Request, scope: Scope, found: Preview) -> list[SealedValue]:
    """Return the secrets that the request fills in, by itself or through other variables."""
    used = {name for names in found.filled.values() for name, _ in names}
    values = variable_values(request, scope)
    sealed = (each for each in scope.sealed if each.name in used)
    return [each for each in sealed if values.get(each.name) == each.stand_in]


def _place(found: Preview, context: SendContext) -> str:
    """Return where it goes, without secrets; empty while there is no URL."""
    approvals = _approvals(context)
    if found.request is None or approvals is None:
        return ""
    return place_of(found.request, approvals, context.scope.secrets)


def _approvals(context: SendContext) -> Approvals | None:
    return context.connecting.approvals if context.connecting is not None else None


def _confirm(
    asked: list[SealedValue], place: str, context: SendContext, cancel: CancelToken
) -> None:
    approvals = _approvals(context)
    if approvals is None or not place:
        return
    for each in asked:
        confirm_place(each, place, approvals.records, context.prompt, cancel)


def _confirm_read(request: Request, context: SendContext, cancel: CancelToken) -> None:
    """Have the user agree to where values go that are known: the system's, and of .env files."""
    connecting, scope = context.connecting, context.scope
    given = {name for origin, level in scope.levels if origin == _SYSTEM for name, _ in level}
    if not (given or scope.placed) or connecting is None:
        return
    found = filled_in(request, context)
    place = _place(found, context)
    if not place:
        return
    used = {name: None for names in found.filled.values() for name, _ in names}
    values = variable_values(request, scope)
    placed = [each for each in scope.placed if each.name in used]
    placed = [each for each in placed if values.get(each.name) == each.stand_in]
    _confirm(placed, place, context, cancel)
    system = [name for name in used if name in given]
    confirm_system(system, place, connecting, context.prompt, cancel)


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
