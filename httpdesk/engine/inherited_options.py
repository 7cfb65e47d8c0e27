"""The options of a request with what collection, environment and folders hand down (0030).

One answer for the send, the preview and both faces. Levels from the outermost in: workspace,
collection, environment, folders, the request itself; the innermost that says an option wins.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from httpdesk.model.collection import Defaults, Scope
from httpdesk.model.exchange import Origin
from httpdesk.model.request import Options, Request
from httpdesk.model.reserved_options import read_options

_DEFAULTS = Options()
_NOT_OPTIONS = ("connection",)
"""Chosen by `engine.auth_choice`, where an `auth` counts too."""


@dataclass(frozen=True, slots=True)
class InheritedOption:
    """The value of an option that a level hands down."""

    value: Any
    origin: Origin
    level: str = ""
    """The name of the folder or collection; empty for other levels."""
    path: str = ""
    """Of the folder, relative to the collection; "" for the collection."""


def inherited_options(defaults: Defaults, scope: Scope) -> dict[str, InheritedOption]:
    """Return what a request that says nothing itself gets, by the names of `Options`' fields."""
    found: dict[str, InheritedOption] = {}
    for options, origin, level, path in _levels(defaults, scope):
        for name in options.said():
            if name not in _NOT_OPTIONS:
                found[name] = InheritedOption(getattr(options, name), origin, level, path)
    return found


def with_options(own: Options, inherited: Mapping[str, InheritedOption]) -> Options:
    """Return a request's own options over those that it inherits."""
    said = own.said()
    values = {name: each.value for name, each in inherited.items() if name not in said}
    return replace(own, **values) if values else own


def saying(own: Options, inherited: Mapping[str, InheritedOption], **values: Any) -> Options:
    """Return a request's own options with these values.

    A default is stated where something else is handed down, for without that it would inherit.
    """
    stated = [
        name
        for name in values
        if name in inherited and inherited[name].value != getattr(_DEFAULTS, name)
    ]
    return replace(own, **values, stated=(*own.stated, *stated))


def silent(own: Options, names: Iterable[str]) -> Options:
    """Return a request's own options without anything said of these."""
    gone = tuple(names)
    defaults = {name: getattr(_DEFAULTS, name) for name in gone}
    stated = tuple(name for name in own.stated if name not in gone)
    return replace(own, **defaults, stated=stated)


def with_inherited(request: Request, defaults: Defaults, scope: Scope) -> Request:
    """Return the request with the options that it is sent with; twice is as good as once."""
    options = with_options(request.options, inherited_options(defaults, scope))
    return request if options == request.options else replace(request, options=options)


def _levels(defaults: Defaults, scope: Scope) -> Iterator[tuple[Options, Origin, str, str]]:
    yield from _of_scope(scope, Origin.WORKSPACE)
    yield from _of_files(defaults, Origin.COLLECTION)
    yield from _of_scope(scope, Origin.ENVIRONMENT)
    yield from _of_files(defaults, Origin.FOLDER)


def _of_files(defaults: Defaults, wanted: Origin) -> Iterator[tuple[Options, Origin, str, str]]:
    for origin, level in defaults:
        if origin == wanted.value:
            yield level.options, wanted, level.name, level.path


def _of_scope(scope: Scope, wanted: Origin) -> Iterator[tuple[Options, Origin, str, str]]:
    for origin, variables in scope.levels:
        if origin == wanted.value:
            values, _ = read_options(dict(variables))
            yield Options(**values, stated=tuple(values)), wanted, "", ""
