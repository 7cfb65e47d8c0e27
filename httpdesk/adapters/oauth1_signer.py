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
from oauthlib.oauth1 import (
    SIGNATURE_TYPE_AUTH_HEADER,
    SIGNATURE_TYPE_BODY,
    SIGNATURE_TYPE_QUERY,
    Client,
)

from httpdesk.model.auth import RSA_SIGNATURES, OAuth1Auth, OAuth1Signature, SignaturePlacement
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
    def in_headers(self) -> bool:
        """Whether the signature stands in the headers."""
        return self._auth.placement is SignaturePlacement.HEADER

    def sign(self, request: ResolvedRequest, cancelled: Callable[[], bool]) -> Signature:
        """Return the `Authorization` header, or the `oauth_` pairs for the query or the form."""
        path, _, query = request.url.target.partition("?")
        pairs = parse_qsl(query, keep_blank_values=True)
        # The library takes strictly encoded queries only; what is signed are the decoded pairs.
        strict = f"?{urlencode(pairs)}" if pairs else ""
        is_form, form = _is_form(request), _form(request, cancelled)
        place = self._place(is_form)
        headers = {name: value for name, value in request.header_pairs() if name.lower() == "host"}
        uri, made, body = self._client(place).sign(
            f"{request.url.scheme}://{request.url.authority}{path}{strict}",
            request.method,
            body=urlencode(form) if is_form else None,
            headers=headers | ({"Content-Type": _FORM} if is_form else {}),
        )
        if place == SIGNATURE_TYPE_AUTH_HEADER:
            value = made["Authorization"]
            own = dict(part.split("=", 1) for part in value.partition(" ")[2].split(", "))
            signature = own["oauth_signature"].strip('"')
            secret = frozenset({value, value.partition(" ")[2], signature})
            return Signature((("Authorization", value),), secrets=secret)
        if place == SIGNATURE_TYPE_BODY:
            fields = _added(body, form)
            return Signature(fields=fields, secrets=_signature_of(fields))
        params = _added(urlsplit(uri).query, pairs)
        return Signature(params=params, secrets=_signature_of(params))

    def accept(self, _request: ResolvedRequest, _headers: Sequence[tuple[str, str]]) -> bool:
        """Return False: nothing is asked for."""
        return False

    def _place(self, is_form: bool) -> str:
        """Return where the library puts the pairs; without a form they stand in the query."""
        if self.in_headers:
            return str(SIGNATURE_TYPE_AUTH_HEADER)
        in_body = self._auth.placement is SignaturePlacement.BODY and is_form
        return str(SIGNATURE_TYPE_BODY if in_body else SIGNATURE_TYPE_QUERY)

    def _client(self, place: str) -> Any:
        auth = self._auth
        return _Client(
            auth.consumer_key,
            client_secret=None if self._key else self._secrets["consumer_secret"],
            resource_owner_key=auth.token or None,
            resource_owner_secret=self._secrets.get("token_secret") or None,
            signature_method=auth.signature.value,
            signature_type=place,
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


def _added(signed: str, before: list[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """Return the pairs that the library has put beside those that were there."""
    added = Counter(parse_qsl(signed, keep_blank_values=True)) - Counter(before)
    return tuple(sorted(added.elements()))


def _signature_of(pairs: tuple[tuple[str, str], ...]) -> frozenset[str]:
    return frozenset({dict(pairs)["oauth_signature"]})


def _is_form(request: ResolvedRequest) -> bool:
    """Return whether there is a body that is signed too (RFC 5849 section 3.4.1.3.1)."""
    kinds = (value for name, value in request.header_pairs() if name.lower() == "content-type")
    is_form = next(kinds, "").partition(";")[0].strip().lower() == _FORM
    return is_form and request.body is not None and request.method not in {"GET", "HEAD"}


def _form(request: ResolvedRequest, cancelled: Callable[[], bool]) -> list[tuple[str, str]]:
    """Return the pairs of a body that is a form, none for others."""
    body = request.body
    if body is None or not _is_form(request):
        return []
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
