"""Which level gives a variable its value."""

from __future__ import annotations

from collections.abc import Iterator

from httpdesk.model.collection import Scope
from httpdesk.model.exchange import Origin
from httpdesk.model.request import Request

Names = tuple[tuple[str, str], ...]

_OF_THE_RUN = (Origin.RUNTIME.value, Origin.PROCESS.value, Origin.RESPONSE.value)


def variable_values(request: Request, scope: Scope) -> dict[str, str]:
    """Return name -> value: the scope's, the request's own over them, the program's over all."""
    merged: dict[str, str] = {}
    for _, variables in _levels(request, scope):
        merged.update(variables)
    return merged


def variable_origins(request: Request, scope: Scope) -> dict[str, str]:
    """Return name -> the `Origin` value of the level that gives its value."""
    return {name: origin for origin, variables in _levels(request, scope) for name, _ in variables}


def _levels(request: Request, scope: Scope) -> Iterator[tuple[str, Names]]:
    runtime = [level for level in scope.levels if level[0] in _OF_THE_RUN]
    outer = [level for level in scope.levels if level[0] not in _OF_THE_RUN]
    yield from (*outer, (Origin.REQUEST.value, request.variables), *runtime)
