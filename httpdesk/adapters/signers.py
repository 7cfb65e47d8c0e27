"""What signs requests, each by a library: which one is imported with the first request."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping

from httpdesk.model.auth import Auth, AwsV4Auth, DigestAuth, OAuth1Auth
from httpdesk.model.exchange import RequestSigner


def signer_for(
    auth: Auth, secrets: Mapping[str, str], now: Callable[[], float] = time.time
) -> RequestSigner:
    """Return the signer of a connection for one send; raises InvalidCredential.

    `now` gives seconds since 1970.
    """
    match auth:
        case DigestAuth():
            from httpdesk.adapters.digest_signer import DigestSigner

            return DigestSigner(auth.username, secrets["password"])
        case OAuth1Auth():
            from httpdesk.adapters.oauth1_signer import OAuth1Signer

            return OAuth1Signer(auth, secrets, now)
        case AwsV4Auth():
            from httpdesk.adapters.aws_signer import AwsSigner

            return AwsSigner(auth, secrets, now)
    raise LookupError(f"{type(auth).__name__} signs no request")
