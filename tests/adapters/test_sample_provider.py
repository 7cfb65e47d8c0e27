"""The sample server's OAuth provider: lenient to newcomers, strict to everybody else."""

from __future__ import annotations

import logging
import re
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from hashlib import sha256
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
import requests

from httpdesk.adapters.resource_files import resource_path
from httpdesk.adapters.sample.provider_rules import CLIENT_ID, Kept
from httpdesk.adapters.sample_server import SAMPLE_PORT, LocalSampleServer
from httpdesk.formats.connection_file import read_connection
from httpdesk.model.auth import OAuth2Auth

VERIFIER = "v" * 43
CHALLENGE = urlsafe_b64encode(sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
BACK = "http://127.0.0.1:5/callback"


class Client:
    """A browser and a program at once."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._http = requests.Session()
        self._http.trust_env = False

    def ask(self, **changes: str | None) -> requests.Response:
        asked: dict[str, str | None] = {
            "client_id": CLIENT_ID,
            "response_type": "code",
            "redirect_uri": BACK,
            "scope": "profile",
            "state": "s",
            "code_challenge": CHALLENGE,
            "code_challenge_method": "S256",
        }
        query = {name: value for name, value in (asked | changes).items() if value is not None}
        return self.get(f"/oauth/authorize?{urlencode(query)}")

    def answer(self, page: str, choice: str) -> requests.Response:
        found = re.search(r'name="ticket" value="([^"]+)"', page)
        assert found is not None, page
        return self.post("/oauth/authorize", {"ticket": found[1], "answer": choice})

    def code(self, **changes: str) -> str:
        return back(self.answer(self.ask(**changes).text, "allow"))["code"]

    def redeem(self, own_code: str, **changes: str) -> requests.Response:
        data = {
            "grant_type": "authorization_code",
            "client_id": CLIENT_ID,
            "code": own_code,
            "redirect_uri": BACK,
            "code_verifier": VERIFIER,
        }
        return self.post("/oauth/token", data | changes)

    def refresh(self, token: str) -> requests.Response:
        data = {"grant_type": "refresh_token", "client_id": CLIENT_ID, "refresh_token": token}
        return self.post("/oauth/token", data)

    def me(self, token: str) -> requests.Response:
        return self.get("/oauth/me", {"Authorization": f"Bearer {token}"})

    def get(self, path: str, headers: dict[str, str] | None = None) -> requests.Response:
        url = self.url + path
        return self._http.get(url, headers=headers, allow_redirects=False, timeout=10)

    def post(self, path: str, data: dict[str, str]) -> requests.Response:
        return self._http.post(self.url + path, data, allow_redirects=False, timeout=10)


def back(response: requests.Response) -> dict[str, str]:
    """Return what the browser brings back to the program."""
    assert response.status_code == 303
    assert response.headers["Location"].startswith(f"{BACK}?")
    query = parse_qs(urlsplit(response.headers["Location"]).query)
    return {name: value for name, (value,) in query.items()}


@pytest.fixture
def client() -> Iterator[Client]:
    server = LocalSampleServer()
    yield Client(server.start())
    server.stop()


def test_from_the_page_to_the_protected_route(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    """Codes and tokens are in no log (statement 38)."""
    caplog.set_level(logging.DEBUG)
    page = client.ask()
    assert (page.status_code, page.headers["X-Frame-Options"]) == (200, "DENY")
    assert "Demo user" in page.text
    answer = back(client.answer(page.text, "allow"))
    assert (answer["state"], answer["iss"]) == ("s", client.url)
    tokens = client.redeem(answer["code"]).json()
    assert (tokens["token_type"], tokens["expires_in"]) == ("Bearer", 600)
    assert client.me(tokens["access_token"]).json() == {"user": "Demo user", "scope": "profile"}
    for secret in (answer["code"], tokens["access_token"], tokens["refresh_token"]):
        assert secret not in caplog.text


def test_a_user_who_denies(client: Client) -> None:
    answer = back(client.answer(client.ask().text, "deny"))
    assert (answer["error"], answer["state"]) == ("access_denied", "s")
    assert "code" not in answer


def test_a_page_is_answered_once(client: Client) -> None:
    page = client.ask().text
    client.answer(page, "allow")
    assert client.answer(page, "allow").status_code == 400
    assert client.post("/oauth/authorize", {"answer": "allow"}).status_code == 400


@pytest.mark.parametrize(
    "changes",
    [
        {"client_id": "another"},
        {"client_id": None},
        {"redirect_uri": None},
        {"redirect_uri": "http://127.0.0.1/callback"},
        {"redirect_uri": "http://127.0.0.1:70000/callback"},
        {"redirect_uri": "http://localhost:5/callback"},
        {"redirect_uri": "https://127.0.0.1:5/callback"},
        {"redirect_uri": "http://127.0.0.1:5@evil.test/callback"},
        {"redirect_uri": "http://127.0.0.1:5.evil.test/"},
        {"redirect_uri": "http://127.0.0.1:5/callback\n"},
    ],
)
def test_nobody_is_led_to_a_foreign_address(client: Client, changes: dict[str, str]) -> None:
    response = client.ask(**changes)
    assert (response.status_code, "Location" in response.headers) == (400, False)


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"code_challenge": None, "code_challenge_method": None}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge_method": None}, "invalid_request"),
        ({"scope": "admin"}, "invalid_scope"),
        ({"response_type": "token"}, "unsupported_response_type"),
    ],
)
def test_what_is_wrong_is_brought_back(client: Client, changes: dict[str, str], error: str) -> None:
    assert back(client.ask(**changes))["error"] == error


@pytest.mark.parametrize(
    "changes",
    [
        {"code_verifier": "w" * 43},
        {"code_verifier": ""},
        {"redirect_uri": "http://127.0.0.1:6/callback"},
        {"client_id": "another"},
        {"code": "guessed"},
    ],
)
def test_a_code_is_good_for_its_own_sign_in_only(client: Client, changes: dict[str, str]) -> None:
    response = client.redeem(client.code(), **changes)
    assert response.status_code in {400, 401}
    assert "access_token" not in response.text


def test_a_code_is_used_once(client: Client) -> None:
    code = client.code()
    assert client.redeem(code, code_verifier="w" * 43).json()["error"] == "invalid_grant"
    assert client.redeem(code).json()["error"] == "invalid_grant"


def test_refresh_tokens_rotate(client: Client) -> None:
    """Statement 33."""
    first = client.redeem(client.code(scope="profile orders")).json()
    second = client.refresh(first["refresh_token"]).json()
    assert second["scope"] == "profile orders"
    assert second["refresh_token"] != first["refresh_token"]
    assert client.me(second["access_token"]).status_code == 200
    assert client.refresh(first["refresh_token"]).json()["error"] == "invalid_grant"


def test_a_token_that_was_given_back_is_refused(client: Client) -> None:
    tokens = client.redeem(client.code()).json()
    for token in (tokens["access_token"], tokens["refresh_token"]):
        data = {"token": token, "client_id": CLIENT_ID}
        assert client.post("/oauth/revoke", data).status_code == 200
    refused = client.me(tokens["access_token"])
    assert (refused.status_code, refused.headers["WWW-Authenticate"]) == (
        401,
        'Bearer realm="sample", error="invalid_token"',
    )
    assert client.refresh(tokens["refresh_token"]).json()["error"] == "invalid_grant"


def test_a_token_has_to_cover_the_route(client: Client) -> None:
    tokens = client.redeem(client.code(scope="orders")).json()
    assert client.me(tokens["access_token"]).status_code == 401
    assert client.get("/oauth/me").headers["WWW-Authenticate"] == 'Bearer realm="sample"'


def test_what_cannot_be_read_is_refused(client: Client) -> None:
    assert client.get("/oauth/authorize?client_id").status_code == 400
    assert client.get("/oauth/token").status_code == 405
    assert client.post("/oauth/token", {}).json()["error"] == "unsupported_grant_type"


def test_the_addresses_are_those_of_the_discovery(client: Client) -> None:
    found = client.get("/.well-known/oauth-authorization-server").json()
    assert found["issuer"] == client.url
    assert found["token_endpoint"] == f"{client.url}/oauth/token"


def test_the_sample_connection_fits() -> None:
    """The shipped file and the server name the same addresses."""
    path = resource_path("sample") / "connections" / "sample-sign-in.yaml"
    connection = read_connection(path.read_bytes())
    base = f"http://127.0.0.1:{SAMPLE_PORT}"
    auth = connection.auth
    assert isinstance(auth, OAuth2Auth)
    assert (connection.base_url, auth.issuer, auth.client_id) == (base, base, CLIENT_ID)
    assert auth.authorization_url == f"{base}/oauth/authorize"
    assert auth.token_url == f"{base}/oauth/token"
    assert auth.revocation_url == f"{base}/oauth/revoke"


def test_what_is_kept_ends_by_itself_and_has_a_bound() -> None:
    now = [0.0]
    kept: Kept[int] = Kept(60, lambda: now[0])
    kept.put("a", 1)
    now[0] = 59
    assert kept.get("a") == 1
    now[0] = 60
    assert kept.take("a") is None
    for number in range(1001):
        kept.put(str(number), number)
    assert (kept.get("0"), kept.take("1"), kept.get("1")) == (None, 1, None)


def test_its_port_is_the_usual_one_where_that_is_free() -> None:
    first = LocalSampleServer()
    port = int(first.start().rpartition(":")[2])
    second = LocalSampleServer(port)
    try:
        assert second.start() != first.start()
        second.stop()
        first.stop()
        second.start_for(f"http://127.0.0.1:{port}0/oauth/authorize")
        with pytest.raises(requests.ConnectionError):
            Client(f"http://127.0.0.1:{port}").get("/")
        second.start_for(f"http://127.0.0.1:{port}/oauth/authorize")
        assert Client(f"http://127.0.0.1:{port}").get("/").status_code == 200
    finally:
        first.stop()
        second.stop()
