"""OAuth 1.0a against oauthlib's server side: methods, places, bodies, redirects."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qsl, quote

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.hashes import SHA1, SHA256, SHA512
from oauthlib.oauth1.rfc5849 import signature as oauthlib_signature

from httpdesk.model.auth import OAuth1Auth, OAuth1Signature, SignaturePlacement
from httpdesk.model.errors import CredentialReason, InvalidCredential
from httpdesk.model.request import (
    Body,
    FormBody,
    FormField,
    Header,
    NoBody,
    Options,
    QueryParam,
    RawBody,
    RawKind,
)
from tests.helpers.oauth1_provider import (
    CONSUMER_KEY,
    CONSUMER_SECRET,
    TOKEN,
    TOKEN_SECRET,
    RsaCheck,
    oauth1_provider,
)
from tests.helpers.raw_server import RawServer, answering, response
from tests.helpers.signed_sends import SignedSends, shown, signed_sends, statuses

AUTH = OAuth1Auth(CONSUMER_KEY, TOKEN)
IN_QUERY = replace(AUTH, placement=SignaturePlacement.QUERY)
IN_BODY = replace(AUTH, placement=SignaturePlacement.BODY)
SECRETS = {"consumer_secret": CONSUMER_SECRET, "token_secret": TOKEN_SECRET}
HARD_QUERY = "/a%20b/c;d?x=%20y&x=+z&empty=&k[]=1&plain&%C3%BC=~*'"


@contextmanager
def provided(folder: Path, public_key: str = "") -> Iterator[tuple[SignedSends, RawServer]]:
    with (
        oauth1_provider(public_key) as server,
        signed_sends(f"http://127.0.0.1:{server.port}", folder) as sends,
    ):
        sends.secrets = SECRETS
        yield sends, server


HMAC = (OAuth1Signature.HMAC_SHA1, OAuth1Signature.HMAC_SHA256, OAuth1Signature.HMAC_SHA512)


@pytest.mark.parametrize("placement", SignaturePlacement)
@pytest.mark.parametrize("method", HMAC)
def test_a_query_that_is_hard_to_encode_is_signed(
    tmp_path: Path, method: OAuth1Signature, placement: SignaturePlacement
) -> None:
    auth = replace(AUTH, signature=method, placement=placement, realm='a "b"')
    with provided(tmp_path) as (sends, server):
        exchange = sends.send(auth, HARD_QUERY, params=(QueryParam("p q", "1+1=2&3"),))
    assert statuses(exchange) == [200]
    assert server.requests[0].startswith(b"GET " + HARD_QUERY.encode())
    line = b'\r\nAuthorization: OAuth realm="a \\"b\\"", oauth_nonce='
    assert (line in server.requests[0]) is (placement is SignaturePlacement.HEADER)


def test_plain_text_is_escaped_in_either_place(tmp_path: Path) -> None:
    """RFC 5849 sections 3.4.4 and 3.5.3; oauthlib's server side decodes the query twice."""
    plain = replace(AUTH, signature=OAuth1Signature.PLAINTEXT)
    with provided(tmp_path) as (sends, server):
        assert statuses(sends.send(plain, "/")) == [200]
        sends.send(replace(plain, placement=SignaturePlacement.QUERY), "/?a=b")
    target = server.requests[1].split(b" ")[1].decode()
    signature = f"{quote(CONSUMER_SECRET, safe='')}&{quote(TOKEN_SECRET, safe='')}"
    assert dict(parse_qsl(target.partition("?")[2]))["oauth_signature"] == signature


@pytest.mark.parametrize("auth", [AUTH, IN_QUERY])
def test_form_fields_are_a_part_of_what_is_signed(tmp_path: Path, auth: OAuth1Auth) -> None:
    """RFC 5849 section 3.4.1.3.1; the body is not changed."""
    fields = (FormField("a b", "c+d&e"), FormField("ü", ""), FormField("a b", "again"))
    with provided(tmp_path) as (sends, _server):
        exchange = sends.send(auth, "/f?q=1", method="POST", body=FormBody(fields))
        other = Header("Content-Type", "application/x-www-form-urlencoded; charset=utf-8")
        again = sends.send(auth, "/f", method="PUT", body=FormBody(fields), headers=(other,))
    assert statuses(exchange) == [200]
    assert exchange.attempts[0].hops[0].sent_body == b"a+b=c%2Bd%26e&%C3%BC=&a+b=again"
    # The server side of the library takes no form with a charset for a form.
    assert again.attempts[0].hops[0].sent_body == exchange.attempts[0].hops[0].sent_body


def test_the_signature_stands_among_the_fields_of_a_form(tmp_path: Path) -> None:
    """RFC 5849 section 3.5.2: behind those of the user, counted, hidden, and anew for each hop."""
    fields = (FormField("a b", "c+d&e"), FormField("a b", "again"))
    with provided(tmp_path) as (sends, server):
        exchange = sends.send(IN_BODY, "/moved?q=1", method="POST", body=FormBody(fields))
        empty = sends.send(IN_BODY, "/f", method="PUT", body=FormBody())
    assert (statuses(exchange), statuses(empty)) == ([307, 200], [200])
    first, second = server.requests[:2]
    for raw in (first, second):
        head, _, body = raw.partition(b"\r\n\r\n")
        assert body.startswith(b"a+b=c%2Bd%26e&a+b=again&oauth_consumer_key=")
        assert body.count(b"oauth_signature=") == 1
        assert f"\r\nContent-Length: {len(body)}\r\n".encode() in head
        assert b"oauth_" not in head
    assert first != second
    sent = exchange.attempts[0].hops[1].sent_body
    assert sent is not None
    signature = dict(parse_qsl(sent.decode()))["oauth_signature"]
    assert signature in exchange.request.secrets


@pytest.mark.parametrize("body", [NoBody(), RawBody(RawKind.JSON, "{}")])
def test_without_a_form_the_signature_stands_in_the_query(tmp_path: Path, body: Body) -> None:
    with provided(tmp_path) as (sends, server):
        assert statuses(sends.send(IN_BODY, "/a?b", method="POST", body=body)) == [200]
    assert server.requests[0].startswith(b"POST /a?b&oauth_consumer_key=")


def test_other_bodies_are_not_signed(tmp_path: Path) -> None:
    with provided(tmp_path) as (sends, _server):
        body = RawBody(RawKind.JSON, '{"a": 1}')
        assert statuses(sends.send(AUTH, "/j", method="POST", body=body)) == [200]


@pytest.mark.parametrize("auth", [AUTH, IN_QUERY, IN_BODY])
def test_a_redirect_is_signed_anew(tmp_path: Path, auth: OAuth1Auth) -> None:
    """A server that repeats the query does not make it two signatures; a nonce counts once."""
    with provided(tmp_path) as (sends, server):
        exchange = sends.send(auth, "/moved?v=1.0")
    assert statuses(exchange) == [307, 200]
    assert server.requests[1].startswith(b"GET /target?n=1&v=1.0")
    assert exchange.attempts[0].hops[1].dropped == ()


@pytest.mark.parametrize("auth", [AUTH, IN_QUERY, IN_BODY])
def test_each_retry_is_signed_anew(tmp_path: Path, auth: OAuth1Auth) -> None:
    options = Options(connection="Signed", retry_max=1, retry_delay_ms=1)
    busy = response(status="503 Busy")
    with (
        RawServer(answering(busy, response())) as server,
        signed_sends(f"http://127.0.0.1:{server.port}", tmp_path) as sends,
    ):
        sends.secrets = SECRETS
        assert len(sends.send(auth, "/", options=options).attempts) == 2
    assert server.requests[0] != server.requests[1]
    assert server.requests[1].count(b"oauth_signature=") == 1


@pytest.mark.parametrize("auth", [AUTH, IN_QUERY, IN_BODY])
def test_another_origin_gets_nothing(tmp_path: Path, auth: OAuth1Auth) -> None:
    """Statement 22: the repeated query is taken out too, `v` of the user's stays."""
    with RawServer(answering(response())) as other:
        place = f"http://127.0.0.1:{other.port}/"

        def behave(peer: object) -> None:
            raw = peer.read_request()  # type: ignore[attr-defined]
            query = raw.split(b" ")[1].partition(b"?")[2].decode()
            answer = response(b"", f"Location: {place}?{query}", status="307 Moved")
            peer.send(answer)  # type: ignore[attr-defined]

        with (
            RawServer(behave) as server,
            signed_sends(f"http://127.0.0.1:{server.port}", tmp_path) as sends,
        ):
            sends.secrets = SECRETS
            exchange = sends.send(auth, "/?v=1.0")
    assert b"oauth_signature" in server.requests[0]
    assert statuses(exchange) == [307, 200]
    assert other.requests[0].startswith(b"GET /?v=1.0 HTTP/1.1\r\n")
    assert b"oauth" not in other.requests[0].lower()


def test_a_host_that_is_not_allowed_gets_nothing(tmp_path: Path) -> None:
    """Statement 21."""
    with provided(tmp_path) as (sends, server):
        sends.allowed_hosts = ("api.test",)
        exchange = sends.send(IN_QUERY, f"http://127.0.0.1:{server.port}/")
    assert statuses(exchange) == [401]
    assert b"oauth" not in server.requests[0]


@pytest.mark.parametrize("placement", SignaturePlacement)
@pytest.mark.parametrize("method", [OAuth1Signature.HMAC_SHA1, OAuth1Signature.PLAINTEXT])
def test_secrets_and_signatures_are_hidden(
    tmp_path: Path, method: OAuth1Signature, placement: SignaturePlacement
) -> None:
    """Statement 76."""
    auth = replace(AUTH, signature=method, placement=placement)
    with provided(tmp_path) as (sends, _server):
        exchange = sends.send(auth, "/")
    assert exchange.request.secrets >= set(SECRETS.values())
    text = shown(exchange)
    assert "CANARY" not in text
    assert "oauth_signature%3D" not in text
    assert 'oauth_signature="' not in text
    assert "oauth_signature=••••" in text or placement is SignaturePlacement.HEADER


@pytest.mark.parametrize("missing", SECRETS)
def test_a_missing_secret_stops_the_send(tmp_path: Path, missing: str) -> None:
    with provided(tmp_path) as (sends, server):
        sends.secrets = {name: value for name, value in SECRETS.items() if name != missing}
        with pytest.raises(InvalidCredential) as caught:
            sends.send(AUTH, "/")
    assert (caught.value.reason, caught.value.field) == (CredentialReason.MISSING, missing)
    assert server.requests == []


# RSA

KEY = rsa.generate_private_key(65537, 2048)
PUBLIC = (
    KEY.public_key()
    .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    .decode()
)


def pem(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey, passphrase: bytes = b"") -> str:
    sealed: serialization.KeySerializationEncryption = serialization.NoEncryption()
    if passphrase:
        sealed = serialization.BestAvailableEncryption(passphrase)
    kind = serialization.PrivateFormat.PKCS8
    return key.private_bytes(serialization.Encoding.PEM, kind, sealed).decode()


@pytest.mark.parametrize(
    ("method", "hashes", "name"),
    [
        (OAuth1Signature.RSA_SHA1, SHA1, "SHA-1"),
        (OAuth1Signature.RSA_SHA256, SHA256, "SHA-256"),
        (OAuth1Signature.RSA_SHA512, SHA512, "SHA-512"),
    ],
)
def test_a_private_key_signs(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    method: OAuth1Signature,
    hashes: type[SHA1],
    name: str,
) -> None:
    monkeypatch.setitem(vars(oauthlib_signature)["_jwt_rsa"], name, RsaCheck(hashes))
    auth = replace(AUTH, signature=method)
    with provided(tmp_path, PUBLIC) as (sends, _server):
        sends.secrets = {"consumer_secret": pem(KEY)}
        assert statuses(sends.send(auth, "/a?b=c")) == [200]
        sends.secrets = {"consumer_secret": pem(rsa.generate_private_key(65537, 2048))}
        assert statuses(sends.send(auth, "/a?b=c")) == [401]


@pytest.mark.parametrize(
    "secret",
    [
        "no key",
        PUBLIC,
        pem(KEY)[:200],
        pem(KEY, b"pass"),
        pem(ec.generate_private_key(ec.SECP256R1())),
    ],
    ids=["text", "public", "cut", "encrypted", "elliptic"],
)
def test_what_is_no_private_key_stops_the_send(tmp_path: Path, secret: str) -> None:
    with provided(tmp_path) as (sends, server):
        sends.secrets = {"consumer_secret": secret}
        with pytest.raises(InvalidCredential) as caught:
            sends.send(replace(AUTH, signature=OAuth1Signature.RSA_SHA256), "/")
    assert (caught.value.reason, caught.value.field) == (CredentialReason.KEY, "consumer_secret")
    assert caught.value.connection == "Signed"
    assert server.requests == []
