"""What answers a Digest challenge (RFC 7616 section 3.4), and how often a nonce was used."""

from __future__ import annotations

import hashlib
import os
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock

Challenge = dict[str, str]
Origin = tuple[str, str, int]

_HASHES = {
    "MD5": "md5",
    "SHA": "sha1",
    "SHA-256": "sha256",
    "SHA-512": "sha512",
    "SHA-512-256": "sha512_256",
}
"""The algorithms of RFC 7616 section 6.1, and two that servers use beside them, without `-sess`."""
_SESSION = "-SESS"
_MOST_ORIGINS = 100


@dataclass(frozen=True, slots=True)
class Use:
    """One use of a nonce."""

    challenge: Challenge = field(repr=False)
    count: int
    cnonce: str = field(repr=False)


class Nonces:
    """The nonces that servers gave to one user, each by its origin; for any number of threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._known: OrderedDict[Origin, Use] = OrderedDict()

    def learn(self, origin: Origin, challenge: Challenge) -> None:
        """Take a challenge; the count goes on where its nonce is known."""
        with self._lock:
            known = self._known.get(origin)
            if known is not None and known.challenge["nonce"] == challenge["nonce"]:
                self._known[origin] = Use(challenge, known.count, known.cnonce)
                return
            self._known[origin] = Use(challenge, 0, os.urandom(16).hex())
            self._known.move_to_end(origin)
            if len(self._known) > _MOST_ORIGINS:
                self._known.popitem(last=False)

    def use(self, origin: Origin) -> Use | None:
        """Return the next use of the origin's nonce, None before there is one.

        A session keeps its cnonce, which its key is made of (section 3.4.2).
        """
        with self._lock:
            known = self._known.get(origin)
            if known is None:
                return None
            kept = known.cnonce if _is_session(known.challenge) else os.urandom(16).hex()
            found = Use(known.challenge, known.count + 1, kept)
            self._known[origin] = found
            return found


def can_answer(challenge: Challenge) -> bool:
    """Return whether `answer` knows the algorithm and a quality of protection."""
    if not {"realm", "nonce"} <= challenge.keys():
        return False
    name = _HASHES.get(_algorithm(challenge).removesuffix(_SESSION))
    offered = "qop" not in challenge or bool(qop_of(challenge))
    return name in hashlib.algorithms_available and offered


def qop_of(challenge: Challenge) -> str:
    """Return the quality of protection to use, `auth` before `auth-int`; "" for none."""
    offered = {each.strip() for each in challenge.get("qop", "").lower().split(",")}
    return next((each for each in ("auth", "auth-int") if each in offered), "")


def answer(
    use: Use, username: str, password: str, request: tuple[str, str], body: Callable[[str], str]
) -> str:
    """Return the value of `Authorization` for a (method, target).

    `body` gives the hash of the body by the name that hashlib has for the algorithm.
    """
    challenge, method, target = use.challenge, *request
    name, qop = _HASHES[_algorithm(challenge).removesuffix(_SESSION)], qop_of(challenge)
    realm, nonce, count = challenge["realm"], challenge["nonce"], f"{use.count:08x}"

    def hashed(*parts: str) -> str:
        data = ":".join(parts).encode("utf-8")
        return hashlib.new(name, data, usedforsecurity=False).hexdigest()

    key = hashed(username, realm, password)
    if _is_session(challenge):
        key = hashed(key, nonce, use.cnonce)
    entity = (body(name),) if qop == "auth-int" else ()
    counted = (count, use.cnonce, qop) if qop else ()
    response = hashed(key, nonce, *counted, hashed(method, target, *entity))
    hides_user = challenge.get("userhash", "").lower() == "true"
    quoted = {
        "username": hashed(username, realm) if hides_user else username,
        "realm": realm,
        "nonce": nonce,
        "uri": target,
        "response": response,
        "opaque": challenge.get("opaque", ""),
        "cnonce": use.cnonce if qop or _is_session(challenge) else "",
    }
    plain = {
        "algorithm": challenge.get("algorithm", ""),
        "qop": qop,
        "nc": count if qop else "",
        "userhash": "true" if hides_user else "",
    }
    lines = [f'{key}="{_escaped(text)}"' for key, text in quoted.items() if text or key in _ALWAYS]
    return "Digest " + ", ".join(
        [*lines, *(f"{key}={text}" for key, text in plain.items() if text)]
    )


_ALWAYS = ("username", "realm", "nonce")


def _algorithm(challenge: Challenge) -> str:
    return challenge.get("algorithm", "MD5").upper()


def _is_session(challenge: Challenge) -> bool:
    return _algorithm(challenge).endswith(_SESSION)


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')
