"""What the worker of a send does: gather what it needs, send, take values out of the answer."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from httpdesk.gui.environment_keeper import request_scope
from httpdesk.gui.runtime import runtime_variables

if TYPE_CHECKING:
    from httpdesk.engine.cancel import CancelToken
    from httpdesk.engine.connecting import Connecting
    from httpdesk.engine.generated import Made
    from httpdesk.engine.ports import Progress, SecretReader
    from httpdesk.engine.send_context import SendContext
    from httpdesk.engine.tokens import Tokens
    from httpdesk.gui.ports import WindowPorts
    from httpdesk.gui.prompt import TabPrompt
    from httpdesk.model.collection import Defaults
    from httpdesk.model.exchange import Exchange
    from httpdesk.model.request import Request
    from httpdesk.model.settings import Settings


@dataclass(frozen=True, slots=True)
class Around:
    """What a request is sent with, as it stood when Send was pressed."""

    inherited: Defaults
    root: str | None
    environment: str | None
    """The name of the chosen environment."""
    taken: dict[str, str] = field(repr=False)
    """Variables out of responses; see `Workspace.taken`."""
    made: Made
    prompt: TabPrompt
    settings: Settings
    tokens: Callable[[], Tokens]


def send_from_window(
    ports: WindowPorts, request: Request, around: Around, cancel: CancelToken, progress: Progress
) -> Exchange:
    """Send `request` and return the exchange; raises what `engine.send.send` raises."""
    from httpdesk.engine.pages import send_pages
    from httpdesk.engine.routing import network_options
    from httpdesk.engine.send import unsent
    from httpdesk.engine.unsealing import unsealed
    from httpdesk.model.errors import SecretsFailed
    from httpdesk.render.page_reader import JsonPages

    def waits(waiting: bool) -> None:
        progress.waits_for_keyring = waiting

    began = ports.clock.monotonic()
    secrets = ports.secrets().patiently(cancel, waits)
    context = _context(ports, request, around, secrets)
    try:
        network = network_options(around.settings, secrets)
        pages = JsonPages(ports.new_scratch)
        context = unsealed(request, replace(context, network=network), secrets.read, cancel)
        exchange = send_pages(request, context, cancel, progress, pages)
        return _with_taken(exchange, request)
    except SecretsFailed as error:
        elapsed_ms = (ports.clock.monotonic() - began) * 1000
        return unsent(request, context, error, cancel, elapsed_ms)


def _context(
    ports: WindowPorts, request: Request, around: Around, secrets: SecretReader
) -> SendContext:
    from httpdesk.engine.scopes import environment_values, with_connections
    from httpdesk.engine.send_context import SendContext
    from httpdesk.model.cookies import jar_name

    root, inherited = around.root, around.inherited
    values = environment_values(ports.environments(), root, around.environment)
    return SendContext(
        transport=ports.transport(),
        clock=ports.clock,
        scope=request_scope(
            request,
            inherited,
            environ=ports.environ,
            runtime=runtime_variables(ports, request),
            taken=around.taken,
            values=values,
        ),
        new_id=lambda: os.urandom(16).hex(),
        defaults=with_connections(inherited, values),
        files=ports.uploads(root),
        boundary=lambda: around.made.boundary,
        prompt=around.prompt,
        generate=around.made.values,
        values=around.prompt,
        cookies=ports.cookies().jar(jar_name(root, around.environment or "")),
        system_proxies=ports.system_proxies(),
        connecting=_connecting(ports, secrets, root, around.tokens),
        environment=values.chosen,
    )


def _connecting(
    ports: WindowPorts, secrets: SecretReader, root: str | None, tokens: Callable[[], Tokens]
) -> Connecting:
    from httpdesk.engine.connecting import Connecting
    from httpdesk.engine.places import Approvals

    connections, known = ports.connections(), ports.secrets().knows
    return Connecting(
        connections.store,
        lambda connection, name: secrets.read(connection.secret(name)),
        root,
        tokens(),
        connections.signers,
        Approvals(connections.records, lambda each, name: known(each.secret(name))),
    )


def _with_taken(exchange: Exchange, request: Request) -> Exchange:
    """Take what the request wants of a whole response as variables for later requests."""
    from httpdesk.render.json_select import taken_values

    if not request.actions or exchange.response is None or exchange.error is not None:
        return exchange
    taken, missing = taken_values(request.actions, exchange.response.body)
    return replace(exchange, taken=taken, not_taken=missing)
