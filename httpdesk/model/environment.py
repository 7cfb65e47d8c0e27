"""An environment: the set of values that a request is sent with, such as Staging."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Environment:
    """The name of an environment, and whether what changes something there is asked about."""

    name: str
    protected: bool = False
