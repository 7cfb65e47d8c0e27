"""What signs requests: each kind is imported with the first request that it signs."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping
from hashlib import blake2b
from typing import TYPE_CHECKING

from httpdesk.model.auth import Auth, AwsV4Auth, DigestAuth, OAuth1Auth
from httpdesk.model.exchange import RequestSigner

if TYPE_CHECKING:
    from httpdesk.adapters.digest_answer import Nonces


class RequestSigners:
    """Implements `engine.ports.Signers`; nonces of Digest are used again from send to send."""

    def __init__(self, now: Callable[[], float] = time.time) -> None:
        """`now` gives seconds since 1970."""
        self._now = now
        self._salt = os.urandom(32)
        self._nonces: dict[bytes, Nonces] = {}

    def __call__(self, auth: Auth, secrets: Mapping[str, str]) -> RequestSigner:
        """Return the signer of a connection for one send; raises InvalidCredential."""
        match auth:
            case DigestAuth():
                return self._digest(auth.username, secrets["password"])
            case OAuth1Auth():
                from httpdesk.adapters.oauth1_signer import OAuth1Signer

                return OAuth1Signer(auth, secrets, self._now)
            case AwsV4Auth():
                from httpdesk.adapters.aws_signer import AwsSigner

                return AwsSigner(auth, secrets, self._now)
        raise LookupError(f"{type(auth).__name__} signs no request")

    def _digest(self, username: str, password: str) -> RequestSigner:
        from httpdesk.adapters.digest_answer import Nonces
        from httpdesk.adapters.digest_signer import DigestSigner

        # Another password begins anew; none is kept here.
        who = blake2b(f"{username}\0{password}".encode("utf-8", "surrogatepass"), key=self._salt)
        nonces = self._nonces.setdefault(who.digest(), Nonces())
        return DigestSigner(username, password, nonces)
