"""An environment: the set of values that a request is sent with, such as Staging."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    # Only in annotations: each class of values that is made costs time at the start.
    from httpdesk.model.error_base import HttpDeskError

PROTECTED_VARIABLE = "httpdesk.protected"
"""The reserved variable that an environment's file says `protected` with."""


class ValueType(Enum):
    """What the text of a variable stands for; the value is OpenCollection's word for it."""

    STRING = "string"
    NUMBER = "number"
    BOOLEAN = "boolean"
    NULL = "null"
    OBJECT = "object"


@dataclass(frozen=True, slots=True)
class Variable:
    """One row of an environment, a folder or a collection; rows keep their order."""

    name: str
    value: str = field(default="", repr=False)
    """Always "" for a secret one, whose value is kept where secrets are."""
    enabled: bool = True
    secret: bool = False
    type: ValueType = ValueType.STRING
    description: str = ""


@dataclass(frozen=True, slots=True)
class Environment:
    """A named set of variables, and whether what changes something there is asked about."""

    name: str
    protected: bool = False
    color: str = ""
    """As `#rrggbb`; empty for none."""
    variables: tuple[Variable, ...] = field(default=(), repr=False)
    extends: str = ""
    """The name of the environment whose variables this one starts from; empty for none."""
    dotenv: str = ""
    """The path of a file with lines `NAME=value`, relative to the collection; empty for none."""
    description: str = ""
    unapplied: tuple[str, ...] = ()
    """What the file also asks for and is kept but not used yet, such as `externalSecrets`."""


@dataclass(frozen=True, slots=True)
class LoadedEnvironment:
    """An environment as read from its file, with what is needed to save it back without loss."""

    environment: Environment
    root: str
    """The collection's folder; "" for the variables of the whole workspace."""
    path: str
    """Relative to `root`, such as `environments/Staging.yml`."""
    digest: str = ""
    """SHA-256 of the bytes that were read; "" for a file that does not exist yet."""
    problem: HttpDeskError | None = None
    """Why the file cannot be read; the environment then has its name only."""
