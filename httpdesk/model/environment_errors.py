"""What keeps the values of an environment from being had; found before anything is sent."""

from __future__ import annotations

from dataclasses import dataclass

from httpdesk.model.request_errors import InvalidRequest


@dataclass(eq=False)
class UnknownEnvironment(InvalidRequest):
    """No environment of the collection has this name."""

    name: str
    extended_by: str = ""
    """The environment that says it starts from this one; empty when it was chosen itself."""
    known: tuple[str, ...] = ()
    """The names that there are."""


@dataclass(eq=False)
class EnvironmentCircle(InvalidRequest):
    """Environments start from each other in a circle, so that none of them has values."""

    names: tuple[str, ...]


@dataclass(eq=False)
class SecretNotSet(InvalidRequest):
    """A secret variable that the request names has no value here: it is never sent as nothing."""

    variable: str
    environment: str
    """Empty for the variables of the workspace."""
