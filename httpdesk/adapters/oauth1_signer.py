"""Signatures of OAuth 1.0a (RFC 5849) by oauthlib, those with RSA by cryptography."""

from __future__ import annotations

import logging
from base64 import b64encode
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA1, SHA256, SHA512, HashAlgorithm
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from oauthlib.oauth1 import SIGNATURE_TYPE_AUTH_HEADER, SIGNATURE_TYPE_QUERY, Client

from httpdesk.model.auth import RSA_SIGNATURES, OAuth1Auth, OAuth1Signature, Placement
from httpdesk.model.errors import CredentialReason, InvalidCredential
from httpdesk.model.exchange import ResolvedRequest, Signature

_FORM = "application/x-www-form-urlencoded"
_HASHES: dict[OAuth1Signature, type[HashAlgorithm]] = {
    OAuth1Signature.RSA_SHA1: SHA1,
    OAuth1Signature.RSA_SHA256: SHA256,
    OAuth1Signature.RSA_SHA512: SHA512,
}


class OAuth1Signer:
    """Implements `model.exchange.RequestSigner`."""

    def __init__(
        self, auth: OAuth1Auth, secrets: Mapping[str, str], now: Callable[[], float]
    ) -> None:
        _silence_library()
        self._auth = auth
        self._secrets = secrets
        self._now = now
        is_rsa = auth.signature in RSA_SIGNATURES
        self._key = _private_key(secrets["consumer_secret"]) if is_rsa else None

    @property
    def in_query(self) -> bool:
        """Whether the signature stands in the query."""
        return self._auth.placement is Placement.QUERY

    def sign(self, request: ResolvedRequest, cancelled: Callable[[], bool]) -> Signature:
        """Return the `Authorization` header, or the `oauth_` pairs for the query."""
        path, _, query = request.url.target.partition("?")
        pairs = parse_qsl(query, keep_blank_values=True)
        # The library takes strictly encoded queries only; what is signed are the decoded pairs.
        strict = f"?{urlencode(pairs)}" if pairs else ""
        form = _form(request, cancelled)
        headers = {name: value for name, value in request.header_pairs() if name.lower() == "host"}
        uri, made, _ = self._client().sign(
            f"{request.url.scheme}://{request.url.authority}{path}{strict}",
            request.method,
            body=urlencode(form) or None,
            headers=headers | ({"Content-Type": _FORM} if form else {}),
        )
        if not self.in_query:
            value = made["Authorization"]
            own = dict(part.split("=", 1) for part in value.partition(" ")[2].split(", "))
            signature = own["oauth_signature"].strip('"')
            secret = frozenset({value, value.partition(" ")[2], signature})
            return Signature((("Authorization", value),), secrets=secret)
        added = Counter(parse_qsl(urlsplit(uri).query, keep_blank_values=True)) - Counter(pairs)
        params = tuple(sorted(added.elements()))
        return Signature(params=params, secrets=frozenset({dict(params)["oauth_signature"]}))

    def accept(self, _request: ResolvedRequest, _headers: Sequence[tuple[str, str]]) -> bool:
        """Return False: nothing is asked for."""
        return False

    def _client(self) -> Any:
        auth = self._auth
        return _Client(
            auth.consumer_key,
            client_secret=None if self._key else self._secrets["consumer_secret"],
            resource_owner_key=auth.token or None,
            resource_owner_secret=self._secrets.get("token_secret") or None,
            signature_method=auth.signature.value,
            signature_type=SIGNATURE_TYPE_QUERY if self.in_query else SIGNATURE_TYPE_AUTH_HEADER,
            realm=_quotable(auth.realm) or None,
            timestamp=str(int(self._now())),
            key=self._key,
        )


class _Client(Client):
    """The library's client; for RSA the library itself wants one more library."""

    def __init__(self, *args: Any, key: RSAPrivateKey | None, **named: Any) -> None:
        super().__init__(*args, **named)
        self.key = key


def _sign_by(hashes: type[HashAlgorithm]) -> Callable[[str, _Client], str]:
    """Return what signs a base string with RSASSA-PKCS1-v1_5 (RFC 5849 section 3.4.3)."""

    def sign(base_string: str, client: _Client) -> str:
        assert client.key is not None
        made = client.key.sign(base_string.encode("ascii"), PKCS1v15(), hashes())
        return b64encode(made).decode("ascii")

    return sign


_Client.SIGNATURE_METHODS = Client.SIGNATURE_METHODS | {
    method.value: _sign_by(hashes) for method, hashes in _HASHES.items()
}


def _private_key(pem: str) -> RSAPrivateKey:
    """Return the key; raises InvalidCredential."""
    try:
        key = load_pem_private_key(pem.encode(), None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        key = None
    if not isinstance(key, RSAPrivateKey):
        raise InvalidCredential(CredentialReason.KEY, "consumer_secret")
    return key


def _form(request: ResolvedRequest, cancelled: Callable[[], bool]) -> list[tuple[str, str]]:
    """Return the pairs of a body that is signed too (RFC 5849 section 3.4.1.3.1)."""
    kinds = (value for name, value in request.header_pairs() if name.lower() == "content-type")
    is_form = next(kinds, "").partition(";")[0].strip().lower() == _FORM
    if request.body is None or not is_form or request.method in {"GET", "HEAD"}:
        return []
    body = request.body
    if not isinstance(body, bytes):
        pieces: list[bytes] = []
        for chunk in body.chunks():
            if cancelled():
                return []
            pieces.append(bytes(chunk))
        body = b"".join(pieces)
    return parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True)


def _quotable(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')


def _silence_library() -> None:
    """Keep base strings and signatures out of every log (statement 38)."""
    for name in tuple(logging.root.manager.loggerDict):
        if name.partition(".")[0] == "oauthlib":
            logging.getLogger(name).disabled = True
