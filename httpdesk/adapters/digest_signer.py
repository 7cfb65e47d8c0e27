"""Digest (RFC 7616): challenges are read and answered; a nonce serves until another comes."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Sequence

from httpdesk.adapters.body_hash import body_hash
from httpdesk.adapters.digest_answer import Challenge, Nonces, answer, can_answer
from httpdesk.model.errors import Phase, Sent, UnsupportedChallenge
from httpdesk.model.exchange import ResolvedRequest, Signature

_PIECE = re.compile(
    r"""(?P<name>[!#$%&'*+.^_`|~0-9A-Za-z-]+)
        (?:[ \t]*=[ \t]*(?:"(?P<quoted>(?:[^"\\]|\\.)*)"|(?P<plain>[^\s,"]+)))?""",
    re.VERBOSE,
)
_ESCAPE = re.compile(r"\\(.)")


class DigestSigner:
    """Implements `model.exchange.RequestSigner`."""

    in_headers = True

    def __init__(self, username: str, password: str, nonces: Nonces) -> None:
        self._username = username
        self._password = password
        self._nonces = nonces

    def sign(self, request: ResolvedRequest, cancelled: Callable[[], bool]) -> Signature:
        """Return the answer to the last challenge of the origin, nothing before there is one."""
        use = self._nonces.use(request.url.origin)
        if use is None:
            return Signature()
        value = answer(
            use,
            self._username,
            self._password,
            (request.method, request.url.target),
            lambda name: body_hash(
                request.body, hashlib.new(name, usedforsecurity=False), cancelled
            ),
        )
        return Signature(
            (("Authorization", value),), secrets=frozenset({value, value.partition(" ")[2]})
        )

    def accept(self, request: ResolvedRequest, headers: Sequence[tuple[str, str]]) -> bool:
        """Take the first Digest challenge that can be answered; raises UnsupportedChallenge."""
        found = list(digest_challenges(headers))
        challenge = next((each for each in found if can_answer(each)), None)
        if challenge is None:
            if found:
                raise _unsupported(request, found[0])
            return False
        self._nonces.learn(request.url.origin, challenge)
        return True


def digest_challenges(headers: Sequence[tuple[str, str]]) -> Iterator[Challenge]:
    """Yield the parameters of each Digest challenge, names in lower case, values unquoted.

    A header may hold several challenges, of other schemes too (RFC 9110 section 11.6.1).
    """
    for name, value in headers:
        if name.lower() != "www-authenticate":
            continue
        scheme, params = "", Challenge()
        for piece in _PIECE.finditer(value):
            quoted, plain = piece["quoted"], piece["plain"]
            if quoted is None and plain is None:
                if scheme == "digest":
                    yield params
                scheme, params = piece["name"].lower(), Challenge()
            else:
                text = plain if quoted is None else _ESCAPE.sub(r"\1", quoted)
                params[piece["name"].lower()] = text
        if scheme == "digest":
            yield params


def _unsupported(request: ResolvedRequest, challenge: Challenge) -> UnsupportedChallenge:
    return UnsupportedChallenge(
        phase=Phase.RECEIVE,
        sent=Sent.ALL,
        host=request.url.host,
        port=request.url.port,
        algorithm=challenge.get("algorithm", ""),
        qop=challenge.get("qop", ""),
    )
