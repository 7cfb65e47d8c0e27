"""Digest (RFC 7616): the header by requests, the challenge read here."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from requests.auth import HTTPDigestAuth

from httpdesk.model.errors import Phase, Sent, UnsupportedChallenge
from httpdesk.model.exchange import ResolvedRequest, Signature

Challenge = dict[str, str]

_ALGORITHMS = ("MD5", "MD5-SESS", "SHA", "SHA-256", "SHA-512")
"""What requests computes."""
_PIECE = re.compile(
    r"""(?P<name>[!#$%&'*+.^_`|~0-9A-Za-z-]+)
        (?:[ \t]*=[ \t]*(?:"(?P<quoted>(?:[^"\\]|\\.)*)"|(?P<plain>[^\s,"]+)))?""",
    re.VERBOSE,
)
_ESCAPE = re.compile(r"\\(.)")
_QUOTED = ("realm", "nonce", "opaque")


class DigestSigner:
    """Implements `model.exchange.RequestSigner`; nonces are used again, each by its origin."""

    in_query = False

    def __init__(self, username: str, password: str) -> None:
        self._username = username
        self._password = password
        self._known: dict[tuple[str, str, int], tuple[Any, Challenge]] = {}

    def sign(self, request: ResolvedRequest, _cancelled: Callable[[], bool]) -> Signature:
        """Return the answer to the last challenge of the origin, nothing before there is one."""
        known = self._known.get(request.url.origin)
        if known is None:
            return Signature()
        made, challenge = known
        # The parts behind `;` stay a part of the path with schemes that urllib does not know.
        url = f"httpdesk://{request.url.authority}{request.url.target}"
        value = made.build_digest_header(request.method, url)
        assert value is not None
        value = _quoted(value, {"username": self._username} | challenge)
        return Signature(
            (("Authorization", value),), secrets=frozenset({value, value.partition(" ")[2]})
        )

    def accept(self, request: ResolvedRequest, headers: Sequence[tuple[str, str]]) -> bool:
        """Take the first Digest challenge that can be answered; raises UnsupportedChallenge."""
        found = list(digest_challenges(headers))
        challenge = next((each for each in found if _is_supported(each)), None)
        if challenge is None:
            if found:
                raise _unsupported(request, found[0])
            return False
        made, last = self._known.get(request.url.origin, (None, None))
        if made is None or last is None or last["nonce"] != challenge["nonce"]:
            made = _library(self._username, self._password)
            made.init_per_thread_state()
        made._thread_local.chal = challenge | ({"qop": "auth"} if "qop" in challenge else {})
        self._known[request.url.origin] = made, challenge
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


def _library(username: str, password: str) -> Any:
    """Return what makes headers; it counts the uses of a nonce."""
    return HTTPDigestAuth(username, password)


def _is_supported(challenge: Challenge) -> bool:
    if not {"realm", "nonce"} <= challenge.keys():
        return False
    qops = {each.strip() for each in challenge.get("qop", "auth").lower().split(",")}
    return "auth" in qops and challenge.get("algorithm", "MD5").upper() in _ALGORITHMS


def _quoted(value: str, texts: Challenge) -> str:
    """Return the header with quotes and backslashes in quoted strings escaped."""
    for name in ("username", *_QUOTED):
        text = texts.get(name, "")
        escaped = text.replace("\\", "\\\\").replace('"', '\\"')
        value = value.replace(f'{name}="{text}"', f'{name}="{escaped}"', 1)
    return value


def _unsupported(request: ResolvedRequest, challenge: Challenge) -> UnsupportedChallenge:
    return UnsupportedChallenge(
        phase=Phase.RECEIVE,
        sent=Sent.ALL,
        host=request.url.host,
        port=request.url.port,
        algorithm=challenge.get("algorithm", ""),
        qop=challenge.get("qop", ""),
    )
