"""The secrets of elaborate kinds of sign-in: used, shown, copied, in crashes; found nowhere."""

from __future__ import annotations

import base64
import logging
import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from urllib.parse import quote

import pytest
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from httpdesk.adapters.connection_files import ConnectionFiles
from httpdesk.engine.cancel import CancelToken
from httpdesk.gui.application import _hook_for
from httpdesk.gui.tabs import CONNECTION
from httpdesk.model.auth import (
    ApiKeyAuth,
    Auth,
    AwsV4Auth,
    DigestAuth,
    Grant,
    OAuth1Auth,
    OAuth1Signature,
    OAuth2Auth,
    Placement,
)
from httpdesk.model.connection import Connection
from httpdesk.model.request import Options, Request
from tests.end2end.test_canary import words_on_screen
from tests.helpers.desk import Desk, open_desk, wait_until
from tests.helpers.raw_server import RawServer, RecordingPeer, response
from tests.helpers.token_world import TokenWorld

CHALLENGE = 'WWW-Authenticate: Digest realm="r", nonce="n", qop="auth", algorithm=SHA-256'


def oauth2(url: str, grant: Grant) -> OAuth2Auth:
    device = url.replace("/api", "/device")
    return OAuth2Auth(
        grant,
        token_url=url.replace("/api", "/token"),
        client_id="me",
        username="jo",
        device_url=device,
    )


KINDS: dict[str, tuple[Callable[[str], Auth], Mapping[str, str]]] = {
    "digest": (lambda _: DigestAuth("jo"), {"password": "d1g/est+CANARY"}),
    "query key": (
        lambda _: ApiKeyAuth("odd", placement=Placement.QUERY),
        {"key": "k3y/query+CANARY"},
    ),
    "oauth1": (
        lambda _: OAuth1Auth("consumer", "token"),
        {"consumer_secret": "c0ns/umer+CANARY", "token_secret": "t0k/en+CANARY"},
    ),
    "oauth1 as text": (
        lambda _: OAuth1Auth("consumer", "token", OAuth1Signature.PLAINTEXT),
        {"consumer_secret": "pl4in/c+CANARY", "token_secret": "pl4in/t+CANARY"},
    ),
    "aws": (
        lambda _: AwsV4Auth("AKID", "eu-central-1", "execute-api"),
        {"secret_access_key": "aw5/key+CANARY", "session_token": "aw5/session+CANARY"},
    ),
    "password": (
        lambda url: oauth2(url, Grant.PASSWORD),
        {"password": "gr4nt/pw+CANARY", "client_secret": "cl1/pw+CANARY"},
    ),
    "client": (
        lambda url: oauth2(url, Grant.CLIENT_CREDENTIALS),
        {"client_secret": "cl1/cc+CANARY"},
    ),
    "device": (lambda url: oauth2(url, Grant.DEVICE_CODE), {"client_secret": "cl1/dev+CANARY"}),
}
GIVEN = ("dev-CANARY", *(f"{kind}-{n}-CANARY" for kind in ("access", "refresh") for n in "123"))


def forms(values: Mapping[str, str]) -> tuple[str, ...]:
    """Return the secrets as somebody may have written them down."""
    words = (*values.values(), *GIVEN)
    pairs = [f"jo:{value}" for value in words] + [f"me:{value}" for value in words]
    pairs += [f"me:{quote(value, safe='')}" for value in words]
    return (
        *words,
        *(quote(each, safe="") for each in words),
        *(base64.b64encode(each.encode()).decode() for each in (*words, *pairs)),
        *(base64.urlsafe_b64encode(each.encode()).decode().rstrip("=") for each in words),
        *(each.encode().hex() for each in words),
    )


@pytest.fixture
def api() -> Iterator[TokenWorld]:
    """An API that takes what its provider gave."""
    with TokenWorld() as world:
        yield world


@pytest.fixture
def signed() -> Iterator[RawServer]:
    """An API that wants Digest where nothing else comes, and is content with the rest."""

    def serve(peer: RecordingPeer) -> None:
        while request := peer.read_request():
            wants = b"\r\nAuthorization:" not in request and b"/digest" in request
            peer.send(response(b"no", CHALLENGE, status="401 No") if wants else response(b"done"))

    with RawServer(serve) as server:
        yield server


@pytest.fixture
def desk(httpdesk_home: Path, qtbot: QtBot, caplog: pytest.LogCaptureFixture) -> Iterator[Desk]:
    """A window whose settings keep secrets for the session."""
    config = httpdesk_home / "config"
    config.mkdir(parents=True)
    (config / "settings.toml").write_text('version = 1\nsecrets = "session"\n')
    caplog.set_level(logging.DEBUG)
    with open_desk() as desk:
        yield desk


def place(desk: Desk, home: Path, url: str, kind: str) -> str:
    """Make the connection with its secrets; return its key."""
    make, secrets = KINDS[kind]
    made = Connection("id-shop", "Shop", url, make(url))
    path = ConnectionFiles(lambda: home / "config", home / "data").add(made, None).path
    desk.session.connections.reload()
    wait_until(lambda: desk.session.connections.named("Shop", None), "the connection")
    for name, value in secrets.items():
        desk.session.settings.keep_secret(made.secret(name), value)
    known = desk.ports.secrets().knows
    wait_until(lambda: all(known(made.secret(name)) for name in secrets), "the secrets")
    return path


def open_request(desk: Desk, path: str) -> None:
    desk.trigger("request.new")
    options = Options(connection="Shop", debug=True)
    desk.session.documents.edit(desk.document, Request(url=path, options=options))


class Watch:
    """Looks for the secrets of one kind wherever they may be seen."""

    def __init__(self, desk: Desk, words: tuple[str, ...]) -> None:
        self._desk, self._words = desk, words

    def leaks(self, text: str) -> list[str]:
        return [each for each in self._words if each in text]

    def look(self) -> None:
        """Look at each tab of request and response, and at what is copied from there."""
        desk = self._desk
        pane, viewer = desk.page.editor.pane, desk.page.viewer
        for show, tabs in (
            (pane.show_tab, ("auth", "wire")),
            (viewer.select_tab, viewer.tab_keys()),
        ):
            for tab in tabs:
                show(tab)
                desk.settle()
                assert self.leaks(words_on_screen(desk)) == [], tab
        for action in viewer.status.menu.actions():
            if action.text().startswith("Copy"):
                action.trigger()
                assert self.leaks(QGuiApplication.clipboard().text()) == [], action.text()

    def crash(self, secret: str) -> None:
        """Let a job and the window break over the secret, and look at both reports."""
        desk = self._desk

        def broken(_: CancelToken) -> None:
            raise LookupError(f"no {secret} among {secret.encode()!r}") from ValueError(secret)

        shown = len(desk.messages())
        desk.session.jobs.start(broken)
        wait_until(lambda: len(desk.messages()) > shown, "the words on the crash")
        self._copy_report()
        try:
            raise RuntimeError(quote(secret, safe=""))
        except RuntimeError as error:
            _hook_for(desk.session)(RuntimeError, error, error.__traceback__)
        self._copy_report()

    def _copy_report(self) -> None:
        message = self._desk.session.notices.shown()[-1]
        message.action.click()
        report = QGuiApplication.clipboard().text()
        assert "Traceback" in report
        assert self.leaks(report) == []
        message.dismiss()


@pytest.mark.parametrize("kind", KINDS)
def test_a_secret_is_where_it_is_kept_and_on_the_wire_alone(  # noqa: PLR0917
    desk: Desk, api: TokenWorld, signed: RawServer, httpdesk_home: Path, kind: str,
    caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    """Row 44 of quality.md and statements 23, 38 and 76: signed in, sent, crashed, closed."""
    secrets = KINDS[kind][1]
    is_oauth2 = isinstance(KINDS[kind][0](""), OAuth2Auth)
    url = api.url if is_oauth2 else f"http://127.0.0.1:{signed.port}"
    key = place(desk, httpdesk_home, url, kind)
    watch = Watch(desk, forms(secrets))
    if kind == "device":
        desk.session.connections.connect_(key)
        wait_until(lambda: desk.session.connections.status(key).token, "the token")
    open_request(desk, "/digest" if kind == "digest" else "/orders")
    assert desk.press_send().succeeded
    assert api.api == [f"Bearer access-{len(api.calls)}-CANARY"] if is_oauth2 else signed.requests
    watch.look()
    tokens = [f"{each}-{len(api.calls)}-CANARY" for each in ("access", "refresh") if is_oauth2]
    for secret in (*secrets.values(), *tokens):
        watch.crash(secret)
    desk.session.documents.open_page(CONNECTION, key)
    desk.settle()
    assert watch.leaks(words_on_screen(desk)) == []
    assert watch.leaks(repr(desk.session.documents.all())) == []
    desk.window.close()
    assert watch.leaks(caplog.text + "".join(capfd.readouterr())) == []
    assert watch.leaks(" ".join(os.environ.values())) == []
    for path in httpdesk_home.rglob("*"):
        if path.is_file():
            assert watch.leaks(path.read_bytes().decode("latin-1")) == [], path
