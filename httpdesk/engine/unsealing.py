"""Reading the secret variables that a request names, and no others, right before it is sent."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from httpdesk.engine.levels import variable_values
from httpdesk.engine.send import SendContext, names_used
from httpdesk.model.collection import Scope, SealedValue
from httpdesk.model.errors import SecretNotSet
from httpdesk.model.request import Request

Read = Callable[[str], str | None]


def unsealed(request: Request, context: SendContext, read: Read) -> SendContext:
    """Return the context with the values of the secret variables that the request needs.

    Raises SecretNotSet where there is none here, InvalidRequest and StorageFailed as a send does,
    and SecretsFailed of a place that is locked: nothing is ever sent in place of a secret.
    """
    known: dict[str, str] = {}
    while context.scope.sealed:
        used = names_used(request, context)
        values = variable_values(request, context.scope)
        asked = [
            each
            for each in context.scope.sealed
            if each.name in used and values.get(each.name) == each.stand_in
        ]
        if not asked:
            return replace(context, scope=replace(context.scope, sealed=()))
        known |= {each.stand_in: _value(each, read) for each in asked}
        context = replace(context, scope=_with_values(context.scope, known))
    return context


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
