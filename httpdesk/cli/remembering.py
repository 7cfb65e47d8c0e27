"""Keeps a send of the command line in the history that the window shows."""

from __future__ import annotations

from dataclasses import replace

from httpdesk.cli.arguments import SendArguments
from httpdesk.cli.compose import Composed
from httpdesk.cli.messages import describe
from httpdesk.cli.ports import CliPorts, Streams
from httpdesk.cli.terminal import say
from httpdesk.cli.wire_text import secrets_of
from httpdesk.engine.remember import remember
from httpdesk.model.errors import StorageFailed
from httpdesk.model.exchange import Exchange
from httpdesk.model.history import SentFrom


def keep(
    exchange: Exchange,
    composed: Composed,
    arguments: SendArguments,
    ports: CliPorts,
    streams: Streams,
) -> None:
    """Write what the history keeps of a send.

    That it cannot be written fails no send, and is told with -v alone: on a build server without
    a home it would be told each time.
    """
    known = (*ports.known_secrets().values, *(value for _, value in secrets_of(composed)))
    place = replace(_place(arguments, ports), environment=arguments.environment or "")
    record = remember(exchange, composed.request, place, known)
    store = ports.history()
    try:
        store.add(record)
        store.close()
    except StorageFailed as error:
        if arguments.verbose:
            say(streams.stderr, f"Warning: the send is not in the history. {describe(error)}")


def _place(arguments: SendArguments, ports: CliPorts) -> SentFrom:
    """Return the collection and the path in it of a request file that lies in one."""
    if not arguments.file:
        return SentFrom()
    try:
        root, path, is_collection = ports.files.locate(arguments.file)
    except StorageFailed:
        return SentFrom()
    return SentFrom(root, path) if is_collection else SentFrom()
