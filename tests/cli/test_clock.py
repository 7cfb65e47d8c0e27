"""A clock that is five minutes off: a signature holds its time, and the server refuses it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest

from httpdesk.adapters.connection_files import ConnectionFiles
from httpdesk.adapters.memory_secrets import MemorySecrets
from httpdesk.engine.clock_check import seconds_ahead
from httpdesk.engine.places import approve
from httpdesk.gui.response.timeline_notes import notes_of
from httpdesk.model.auth import Auth, AwsV4Auth, BasicAuth, OAuth1Auth, SignaturePlacement
from httpdesk.model.connection import Connection
from httpdesk.model.exchange import Hop
from tests.cli.conftest import Cli, records_at
from tests.helpers.raw_server import RawServer, RecordingPeer, response

ADVICE = "Set the clock, then send again."
KINDS: dict[str, Auth] = {
    "aws": AwsV4Auth("AKID", "eu-central-1", "execute-api"),
    "oauth1": OAuth1Auth("ck", "tk"),
    "oauth1 in the query": OAuth1Auth("ck", "tk", placement=SignaturePlacement.QUERY),
}
SECRETS = ("secret_access_key", "consumer_secret", "token_secret", "password")


class Server:
    """Refuses everything; its clock is `ahead` of this computer's."""

    def __init__(self) -> None:
        self.ahead = timedelta()
        self.status = "403 Forbidden"

    def serve(self, peer: RecordingPeer) -> None:
        while peer.read_request():
            now = format_datetime(datetime.now(UTC) + self.ahead, usegmt=True)
            peer.send(response(b"no", f"Date: {now}", status=self.status))


@pytest.fixture
def refusing() -> Server:
    return Server()


@pytest.fixture
def url(refusing: Server) -> Iterator[str]:
    with RawServer(refusing.serve) as server:
        yield f"http://127.0.0.1:{server.port}"


def sign_by(auth: Auth, url: str, tmp_path: Path, keyring: MemorySecrets) -> None:
    made = Connection("id-shop", "Shop", url, auth)
    ConnectionFiles(lambda: tmp_path, tmp_path / "data").add(made, None)
    approve(made, records_at(tmp_path))
    for name in SECRETS:
        keyring.keep(made.secret(name), "CANARY")


@pytest.mark.parametrize("auth", KINDS.values(), ids=KINDS)
@pytest.mark.parametrize(("minutes", "words"), [(5, "5 min behind"), (-5, "5 min ahead of")])
def test_a_refused_signature_tells_of_a_clock_that_is_off(  # noqa: PLR0917
    cli: Cli, tmp_path: Path, keyring: MemorySecrets, refusing: Server, url: str,
    auth: Auth, minutes: int, words: str,
) -> None:  # fmt: skip
    """Bad input of connections: the next step stands beside the refusal."""
    sign_by(auth, url, tmp_path, keyring)
    refusing.ahead = timedelta(minutes=minutes)
    result = cli("send", "/orders", "--connection", "Shop")
    assert f"This computer's clock is {words} the server's" in result.err
    assert ADVICE in result.err
    assert result.status == 1


def test_clocks_that_agree_and_requests_without_a_time_say_nothing(
    cli: Cli, tmp_path: Path, keyring: MemorySecrets, refusing: Server, url: str
) -> None:
    sign_by(KINDS["aws"], url, tmp_path, keyring)
    assert "clock" not in cli("send", "/orders", "--connection", "Shop").err
    refusing.ahead, refusing.status = timedelta(minutes=60), "200 OK"
    assert "clock" not in cli("send", "/orders", "--connection", "Shop").err
    refusing.status = "403 Forbidden"
    assert "clock" not in cli("send", f"{url}/orders").err


def test_the_basic_kind_holds_no_time(
    cli: Cli, tmp_path: Path, keyring: MemorySecrets, refusing: Server, url: str
) -> None:
    refusing.ahead = timedelta(minutes=60)
    sign_by(BasicAuth("jo"), url, tmp_path, keyring)
    assert "clock" not in cli("send", "/orders", "--connection", "Shop").err


def test_the_timeline_says_the_same() -> None:
    head = b"GET / HTTP/1.1\r\nX-Amz-Date: 20260301T142500Z\r\n\r\n"
    date = ("Date", "Sun, 01 Mar 2026 14:19:30 GMT")
    hop = Hop("GET", "http://h/", status_code=403, response_headers=(date,), sent_head=head)
    assert seconds_ahead(hop) == 330
    (note,) = notes_of(hop)
    assert note.startswith("This computer's clock is 6 min ahead of the server's")
    assert note.endswith(ADVICE)


@pytest.mark.parametrize("date", ["", "soon", "Sun, 99 Mar 2026 14:19:30 GMT"])
def test_a_date_that_is_none_says_nothing(date: str) -> None:
    head = b"GET / HTTP/1.1\r\nX-Amz-Date: 20260301T142500Z\r\n\r\n"
    hop = Hop("GET", "u", status_code=403, response_headers=(("Date", date),), sent_head=head)
    assert seconds_ahead(hop) is None
