"""What an issuer tells of itself, and what is not believed."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from httpdesk.adapters.provider_metadata import discover
from httpdesk.adapters.requests_transport import RequestsTransport
from httpdesk.adapters.transport_adapter import TransportAdapter
from httpdesk.engine.cancel import CancelToken
from httpdesk.model.errors import SignInFailed, SignInReason
from httpdesk.model.oauth import ProviderMetadata
from tests.helpers.oidc_provider import OidcProvider
from tests.helpers.raw_server import RawServer, RecordingPeer, response

Discover = Callable[[str], ProviderMetadata]
OAUTH = "/.well-known/oauth-authorization-server"
OPENID = "/.well-known/openid-configuration"


@pytest.fixture
def ask(tmp_path: Path) -> Iterator[Discover]:
    transport = RequestsTransport(tmp_path / "spool")
    yield lambda issuer: discover(issuer, TransportAdapter(transport, CancelToken()))
    transport.close()


class Documents(RawServer):
    """Gives a body for each path that has one, and 404 for the others."""

    def __init__(self) -> None:
        super().__init__(self._give)
        self.bodies: dict[str, bytes] = {}

    @property
    def issuer(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def paths(self) -> list[str]:
        return [request.decode().split(" ")[1] for request in self.requests]

    def tell(self, path: str, **fields: object) -> None:
        told = {"issuer": self.issuer, "token_endpoint": f"{self.issuer}/t"} | fields
        self.bodies[path] = json.dumps(told).encode()

    def _give(self, peer: RecordingPeer) -> None:
        while request := peer.read_request():
            body = self.bodies.get(request.decode().split(" ")[1])
            known = response(body or b"", "Content-Type: application/json")
            peer.send(response(b"no", status="404 Not Found") if body is None else known)


@pytest.fixture
def server() -> Iterator[Documents]:
    with Documents() as server:
        yield server


def test_a_real_provider_tells_its_endpoints(ask: Discover) -> None:
    """OpenID Connect Discovery; the fields of "Fill in from issuer" (ui.md 3.8)."""
    with OidcProvider() as provider:
        found = ask(f" {provider.issuer}/ ")
        told = provider.metadata
    assert found.issuer == provider.issuer
    assert found.authorization_url == told["authorization_endpoint"]
    assert found.token_url == told["token_endpoint"]
    assert found.device_url == told["device_authorization_endpoint"]
    assert found.revocation_url == told["revocation_endpoint"]
    assert {"openid", "offline_access"} <= set(found.scopes)
    assert (found.names_issuer, found.lacks_s256) == (True, False)


def test_the_standard_of_oauth_is_asked_before_that_of_openid(
    ask: Discover, server: Documents
) -> None:
    """RFC 8414 section 3.1: the issuer's path goes behind the well-known one."""
    issuer = f"{server.issuer}/tenant/7"
    server.tell(f"{OAUTH}/tenant/7", issuer=issuer)
    assert ask(issuer).issuer == issuer
    assert server.paths() == [f"{OAUTH}/tenant/7"]


@pytest.mark.parametrize("place", [f"/tenant/7{OPENID}", f"{OPENID}/tenant/7"])
def test_openid_s_documents_are_found_too(ask: Discover, server: Documents, place: str) -> None:
    issuer = f"{server.issuer}/tenant/7"
    server.bodies[f"{OAUTH}/tenant/7"] = b"<html>not this one</html>"
    server.tell(place, issuer=issuer)
    assert ask(issuer).token_url == f"{server.issuer}/t"


@pytest.mark.parametrize("named", ["https://evil.test", None, 7, ""])
def test_another_issuer_s_document_is_not_used(
    ask: Discover, server: Documents, named: object
) -> None:
    """RFC 8414 section 3.3; quality.md, fault 40."""
    server.tell(OAUTH, issuer=named)
    with pytest.raises(SignInFailed) as caught:
        ask(server.issuer)
    assert caught.value.reason is SignInReason.WRONG_ISSUER


@pytest.mark.parametrize("body", [None, b"", b"<html>", b"[]", b"null", b"\xff", b"[" * 100_000])
def test_what_is_no_document_is_told(ask: Discover, server: Documents, body: bytes | None) -> None:
    if body is not None:
        server.bodies[OAUTH] = server.bodies[OPENID] = body
    with pytest.raises(SignInFailed) as caught:
        ask(server.issuer)
    assert caught.value.reason is SignInReason.NO_METADATA
    assert caught.value.status_code == (404 if body is None else 200)


def test_a_document_of_more_than_a_megabyte_is_not_read(ask: Discover, server: Documents) -> None:
    server.tell(OAUTH, more="x" * 2_000_000)
    with pytest.raises(SignInFailed) as caught:
        ask(server.issuer)
    assert (caught.value.reason, caught.value.status_code) == (SignInReason.TOO_LONG, 200)


@pytest.mark.parametrize(
    ("methods", "lacks"),
    [(["S256"], False), (["plain", "S256"], False), (["plain"], True), ([], True), ("S256", False)],
    ids=repr,
)
def test_a_provider_that_names_its_methods_without_s256_lacks_it(
    ask: Discover, server: Documents, methods: object, lacks: bool
) -> None:
    """Rule R3, 3 of security.md; what is no list says nothing."""
    server.tell(OAUTH, code_challenge_methods_supported=methods)
    assert ask(server.issuer).lacks_s256 is lacks


def test_a_redirect_is_not_followed(ask: Discover, server: Documents) -> None:
    """security.md R3, 7: the document is believed because of where it is."""

    def lead(peer: RecordingPeer) -> None:
        while peer.read_request():
            peer.send(response(b"", f"Location: {server.issuer}{OAUTH}", status="302 Found"))

    with RawServer(lead) as other, pytest.raises(SignInFailed) as caught:
        ask(f"http://127.0.0.1:{other.port}")
    assert caught.value.reason is SignInReason.NO_METADATA
    assert server.requests == []


@pytest.mark.parametrize(
    ("issuer", "reason"),
    [
        ("http://id.test", SignInReason.INSECURE_URL),
        ("id.test", SignInReason.INVALID_URL),
        ("", SignInReason.INVALID_URL),
        ("file:///etc", SignInReason.INVALID_URL),
        ("https://me:pw@id.test", SignInReason.INVALID_URL),
    ],
)
def test_an_issuer_that_is_not_safe_is_not_asked(
    ask: Discover, issuer: str, reason: SignInReason
) -> None:
    """Statement 36."""
    with pytest.raises(SignInFailed) as caught:
        ask(issuer)
    assert caught.value.reason is reason
    assert "pw" not in str(caught.value.url)


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("http://id.test/token", SignInReason.INSECURE_URL),
        ("javascript:alert(1)", SignInReason.INVALID_URL),
        ("https://id.test/" + "x" * 5000, SignInReason.INVALID_URL),
    ],
    ids=lambda value: str(value)[:40],
)
def test_an_endpoint_that_is_not_safe_is_not_filled_in(
    ask: Discover, server: Documents, url: str, reason: SignInReason
) -> None:
    """Statement 36."""
    server.tell(OAUTH, token_endpoint=url)
    with pytest.raises(SignInFailed) as caught:
        ask(server.issuer)
    assert caught.value.reason is reason


def test_scopes_that_are_none_are_left_out(ask: Discover, server: Documents) -> None:
    server.tell(OAUTH, scopes_supported=["a", 7, "b c", "", "\x1b", "a", "d:e"])
    assert ask(server.issuer).scopes == ("a", "d:e")
