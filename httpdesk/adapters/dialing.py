"""Finds a host's addresses and connects to one of them; both can be cancelled at any moment."""

from __future__ import annotations

import errno
import os
import socket
import threading
from collections.abc import Sequence
from typing import Any, NamedTuple

from urllib3.util.wait import wait_for_write

from httpdesk.adapters.sending import Sending
from httpdesk.engine.addresses import is_public
from httpdesk.model.errors import Phase, PrivateAddress

_SLICE = 0.025
"""Seconds between two looks at the cancel token while a connection is being made."""

PATIENCE = 10.0
"""Seconds after which a silent address is given up for the next one."""

_IN_PROGRESS = {errno.EINPROGRESS, errno.EALREADY, errno.EWOULDBLOCK}

SocketOptions = Sequence[tuple[int, int, int | bytes]]


class Address(NamedTuple):
    """One result of a name lookup."""

    family: int
    kind: int
    protocol: int
    sockaddr: Any

    def __str__(self) -> str:
        host, port = self.sockaddr[:2]
        return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def connect(host: str, port: int, options: SocketOptions, sending: Sending) -> socket.socket:
    """Return a connected, blocking socket to the first address of `host` that answers.

    Raises socket.gaierror, OSError, Cancelled, TimedOut or PrivateAddress.
    """
    sending.enter(Phase.DNS)
    addresses = _look_up(host, port, sending)
    for address in addresses:
        check_address(str(address), sending)
    sending.enter(Phase.CONNECT)
    problem: OSError | None = None
    for position, address in enumerate(addresses):
        sending.address = str(address)
        others = len(addresses) - position - 1
        try:
            return _connect_one(address, options, _share(others, sending), sending)
        except OSError as error:
            problem = error
    raise problem or socket.gaierror(socket.EAI_NONAME, "the name has no address")


def check_address(address: str, sending: Sending) -> None:
    """Raise PrivateAddress where the request may not go into a private network (R5).

    A proxy's own address says nothing of the server behind it.
    """
    request = sending.request
    if request.allows_private_address or request.route.proxy is not None:
        return
    if not is_public(address):
        raise sending.failure(PrivateAddress, address=address)


def _share(others: int, sending: Sending) -> float | None:
    """Return how long one address is waited for; the last one has all the time that is left."""
    left = sending.remaining()
    if not others:
        return None
    return PATIENCE if left is None else min(PATIENCE, left / (others + 1))


def _look_up(host: str, port: int, sending: Sending) -> list[Address]:
    # As bytes: for text Python runs its IDNA codec, which refuses names that resolvers know.
    name = host.encode("ascii")
    try:
        return _addresses(name, port, socket.AI_NUMERICHOST)
    except socket.gaierror:
        return _Lookup(name, port).wait(sending)


def _addresses(name: bytes, port: int, flags: int = 0) -> list[Address]:
    found = socket.getaddrinfo(name, port, type=socket.SOCK_STREAM, flags=flags)
    return [Address(family, kind, proto, sockaddr) for family, kind, proto, _, sockaddr in found]


class _Lookup:
    """A name lookup on a thread that is walked away from: nothing can interrupt getaddrinfo."""

    def __init__(self, name: bytes, port: int) -> None:
        self._name = name
        self._port = port
        self._woken = threading.Event()
        self._found: list[Address] = []
        self._problem: Exception | None = None

    def wait(self, sending: Sending) -> list[Address]:
        """Return the addresses; raises socket.gaierror, Cancelled or TimedOut."""
        threading.Thread(target=self._run, name="name-lookup", daemon=True).start()
        forget = sending.cancel.on_cancel(self._woken.set)
        try:
            while not self._woken.wait(sending.remaining()):
                continue
        finally:
            forget()
        sending.check()
        if self._problem is not None:
            raise self._problem
        return self._found

    def _run(self) -> None:
        try:
            self._found = _addresses(self._name, self._port)
        except (OSError, ValueError) as error:
            self._problem = error
        self._woken.set()


def _connect_one(
    address: Address, options: SocketOptions, share: float | None, sending: Sending
) -> socket.socket:
    sock = socket.socket(address.family, address.kind, address.protocol)
    try:
        for option in options:
            sock.setsockopt(*option)
        sock.setblocking(False)
        _finish_connect(sock, sock.connect_ex(address.sockaddr), share, sending)
        sock.setblocking(True)
    except BaseException:
        sock.close()
        raise
    return sock


def _finish_connect(sock: socket.socket, code: int, share: float | None, sending: Sending) -> None:
    waited = 0.0
    while code in _IN_PROGRESS:
        step = sending.remaining_up_to(_SLICE)
        if wait_for_write(sock, step):
            code = sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
            break
        waited += step
        if share is not None and waited >= share:
            sending.check()
            raise OSError(errno.ETIMEDOUT, os.strerror(errno.ETIMEDOUT))
    if code:
        raise OSError(code, os.strerror(code))
