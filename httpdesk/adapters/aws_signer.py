"""Amazon's signature, version 4, by requests-aws4auth."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from types import SimpleNamespace
from typing import Any
from urllib.parse import quote, unquote_to_bytes

from requests.structures import CaseInsensitiveDict
from requests_aws4auth import AWS4Auth

from httpdesk.adapters.body_hash import body_hash
from httpdesk.model.auth import AwsV4Auth
from httpdesk.model.exchange import ResolvedRequest, Signature

_HASH = "x-amz-content-sha256"
_DATE = "x-amz-date"
_TOKEN = "x-amz-security-token"


class AwsSigner:
    """Implements `model.exchange.RequestSigner`."""

    in_headers = True

    def __init__(
        self, auth: AwsV4Auth, secrets: Mapping[str, str], now: Callable[[], float]
    ) -> None:
        self._auth = auth
        self._secret = secrets["secret_access_key"]
        self._session = secrets.get("session_token") or None
        self._now = now

    def sign(self, request: ResolvedRequest, cancelled: Callable[[], bool]) -> Signature:
        """Return the headers that AWS wants, made for the bytes that leave."""
        headers: CaseInsensitiveDict[str] = CaseInsensitiveDict(request.header_pairs())
        for name in ("authorization", _TOKEN):
            headers.pop(name, None)
        moment = datetime.fromtimestamp(self._now(), UTC)
        headers[_DATE] = f"{moment:%Y%m%dT%H%M%SZ}"
        auth = self._auth
        by_library = _Auth(
            *(auth.access_key_id, self._secret, auth.region, auth.service, f"{moment:%Y%m%d}"),
            session_token=self._session,
        )
        # The body is hashed here, a file in pieces: the library would read it whole.
        by_library(
            SimpleNamespace(
                method=request.method,
                # What stands behind `;` stays in the path with schemes that urllib does not know.
                url=f"httpdesk://{request.url.authority}{request.url.target}",
                headers=headers,
                body=None,
                digest=body_hash(request.body, sha256(), cancelled),
            )
        )
        value = headers["Authorization"]
        named = (("X-Amz-Date", _DATE), ("X-Amz-Content-Sha256", _HASH))
        token = (("X-Amz-Security-Token", self._session),) if self._session else ()
        made = (("Authorization", value), *((name, headers[key]) for name, key in named), *token)
        signature = value.rpartition("Signature=")[2]
        return Signature(
            made, secrets=frozenset({value, value.partition(" ")[2], signature}) | _set(token)
        )

    def accept(self, _request: ResolvedRequest, _headers: Sequence[tuple[str, str]]) -> bool:
        """Return False: nothing is asked for."""
        return False


class _Auth(AWS4Auth):  # type: ignore[misc]
    """The library's signature where it differs from what the services compute."""

    @classmethod
    def get_canonical_headers(cls, req: Any, include: Any = None) -> Any:
        """Take the hash that was made before in place of that of no body."""
        req.headers[_HASH] = req.digest
        return super().get_canonical_headers(req, include)

    def amz_cano_path(self, path: str) -> str:
        """Leave the keys of S3 as they are, `//` and `..` among them."""
        if self.service == "s3":
            # A plus is a blank there, in a path too.
            return quote(unquote_to_bytes(path.replace("+", " ")), safe="/~")
        return str(super().amz_cano_path(path))

    @staticmethod
    def amz_norm_whitespace(text: str) -> str:
        """Return runs of blanks as one; quotes need not be balanced."""
        return " ".join(text.split())


def _set(pairs: Sequence[tuple[str, str]]) -> frozenset[str]:
    return frozenset(value for _, value in pairs)
