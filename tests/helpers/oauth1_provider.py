"""An OAuth 1.0a provider: a loopback server that checks signatures with oauthlib's server side."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qsl, urlencode

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import HashAlgorithm
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from oauthlib.oauth1 import RequestValidator, ResourceEndpoint

from tests.helpers.raw_server import RawServer, RecordingPeer, response

CONSUMER_KEY = "consumer-key-0123456789"
CONSUMER_SECRET = "CANARY-consumer&secret+/"
TOKEN = "access-token-0123456789"
TOKEN_SECRET = "CANARY-token%secret"


class Validator(RequestValidator):  # type: ignore[misc,unused-ignore]
    """Knows one client, one token and, for RSA, one public key; takes each nonce once."""

    enforce_ssl = False

    def __init__(self, public_key: str = "") -> None:
        super().__init__()
        self._public_key = public_key
        self._seen: set[tuple[str, str]] = set()

    dummy_client = CONSUMER_KEY
    dummy_access_token = TOKEN

    @property
    def safe_characters(self) -> set[str]:
        return {*super().safe_characters, "-"}

    def validate_timestamp_and_nonce(
        self, client_key: Any, timestamp: Any, nonce: Any, *_args: Any, **_named: Any
    ) -> bool:
        fresh = (timestamp, nonce) not in self._seen
        self._seen.add((timestamp, nonce))
        return fresh

    def validate_client_key(self, client_key: Any, request: Any) -> bool:
        return bool(client_key == CONSUMER_KEY)

    def validate_access_token(self, client_key: Any, token: Any, request: Any) -> bool:
        return bool(token == TOKEN)

    def validate_realms(self, *_args: Any, **_named: Any) -> bool:
        return True

    def get_client_secret(self, client_key: Any, request: Any) -> str:
        return CONSUMER_SECRET

    def get_access_token_secret(self, client_key: Any, token: Any, request: Any) -> str:
        return TOKEN_SECRET

    def get_rsa_key(self, client_key: Any, request: Any) -> str:
        return self._public_key


class RsaCheck:
    """What oauthlib wants of the one library that it checks RSA with."""

    def __init__(self, hashes: type[HashAlgorithm]) -> None:
        self.hash_alg = hashes

    def prepare_key(self, pem: str) -> RSAPublicKey:
        key = load_pem_public_key(pem.encode())
        assert isinstance(key, RSAPublicKey)
        return key

    def verify(self, message: bytes, key: RSAPublicKey, signature: bytes) -> bool:
        try:
            key.verify(signature, message, PKCS1v15(), self.hash_alg())
        except InvalidSignature:
            return False
        return True


@contextmanager
def oauth1_provider(public_key: str = "") -> Iterator[RawServer]:
    """Answer 200 to what is signed right, 401 to the rest; `/moved` leads to `/target?n=1`."""
    endpoint = ResourceEndpoint(Validator(public_key))

    def behave(peer: RecordingPeer) -> None:
        while raw := peer.read_request():
            head, _, body = raw.partition(b"\r\n\r\n")
            line, *rest = head.decode().split("\r\n")
            method, target, _ = line.split(" ")
            path, _, query = target.partition("?")
            # The library takes only what is encoded as strictly as it does itself.
            query = urlencode(parse_qsl(query, keep_blank_values=True))
            headers = dict(each.split(": ", 1) for each in rest)
            valid, _request = endpoint.validate_protected_resource_request(
                f"http://{headers['Host']}{path}?{query}", method, body.decode(), headers
            )
            if not valid:
                peer.send(response(b"", status="401 Unauthorized"))
            elif target.startswith("/moved"):
                location = f"Location: /target?n=1&{query}".rstrip("&")
                peer.send(response(b"", location, status="307 Temporary Redirect"))
            else:
                peer.send(response(b"signed"))

    with RawServer(behave) as server:
        yield server
