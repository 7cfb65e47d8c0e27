"""What a send needs besides the request itself: the ports of the world, and what is around it."""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from dataclasses import dataclass, field

from httpdesk.engine.boundary import new_boundary
from httpdesk.engine.connecting import Connecting
from httpdesk.engine.ports import (
    Clock,
    CookieJar,
    SystemProxies,
    Transport,
    UploadFiles,
    UserPrompt,
    ValuePrompt,
)
from httpdesk.engine.prompts import REFUSE
from httpdesk.engine.resolve import NO_FILES
from httpdesk.engine.template import Generate
from httpdesk.model.collection import Defaults, Scope
from httpdesk.model.environment import Environment
from httpdesk.model.network import NetworkOptions


def _new_id() -> str:
    return os.urandom(16).hex()


@dataclass(frozen=True, slots=True)
class SendContext:
    """What a send needs besides the request itself."""

    transport: Transport
    clock: Clock
    scope: Scope = field(default_factory=Scope)
    new_id: Callable[[], str] = _new_id
    defaults: Defaults = ()
    """What the collection and its folders hand down; headers, auth and options are used."""
    files: UploadFiles = NO_FILES
    """Finds the files that the body names."""
    chance: Callable[[], float] = random.random
    """Numbers from 0 to 1 for the random part of backoff waits (statement 62)."""
    boundary: Callable[[], str] = new_boundary
    """The boundary of a multipart form."""
    generate: Generate | None = None
    """Makes the values of names such as `$uuid`; None for new ones."""
    values: ValuePrompt | None = None
    """Asks for the values that the request wants; without it such a request is not sent."""
    cookies: CookieJar | None = None
    """The jar of the environment; None sends and keeps no cookies."""
    network: NetworkOptions = field(default_factory=NetworkOptions)
    system_proxies: SystemProxies | None = None
    prompt: UserPrompt = REFUSE
    secrets: tuple[str, ...] = field(default=(), repr=False)
    """Values that are secret whatever the names that they stand under."""
    connecting: Connecting | None = None
    """Where connections come from; without it a request that names one is not sent."""
    environment: Environment | None = None
    """The one that the request is sent with; a protected one asks before it is changed."""
    elsewhere: NetworkOptions | None = None
    """The network options for other origins than the first; None for `network`."""
