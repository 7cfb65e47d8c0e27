"""What the Wire tab shows of a connection that signs requests, before and after they are sent."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QObject

from httpdesk.engine.masking import MASK
from httpdesk.engine.resolve import Means, preview
from httpdesk.engine.wire_compare import differences
from httpdesk.engine.wire_lines import WireLine
from httpdesk.engine.wire_preview import planned
from httpdesk.engine.wire_sent import sent
from httpdesk.gui.request.connection_feed import ConnectionFeed
from httpdesk.model.auth import (
    Auth,
    AwsV4Auth,
    DigestAuth,
    OAuth1Auth,
    OAuth1Signature,
    SignaturePlacement,
)
from httpdesk.model.connection import Connection
from httpdesk.model.errors import InvalidCredential
from httpdesk.model.exchange import Origin
from httpdesk.model.request import Options, Request
from tests.helpers.raw_server import RawServer, answering, response
from tests.helpers.signed_sends import signed_sends

SECRETS = {"consumer_secret": "c", "password": "p", "secret_access_key": "s"}
AWS = AwsV4Auth("AKID", "eu-central-1", "s3")


def feed(parent: QObject, auth: Auth, base: str = "https://api.test") -> ConnectionFeed:
    made = ConnectionFeed(parent)
    made.learn("Signed", Connection("id", "Signed", base, auth))
    return made


def request(url: str = "/a?b=c") -> Request:
    return Request(url=url, options=Options(connection="Signed"))


@pytest.mark.parametrize(
    ("auth", "value"),
    [
        (DigestAuth("u"), f"Digest {MASK}"),
        (OAuth1Auth("k"), f"OAuth {MASK}"),
        (OAuth1Auth("k", signature=OAuth1Signature.RSA_SHA256), f"OAuth {MASK}"),
        (AWS, f"AWS4-HMAC-SHA256 {MASK}"),
    ],
)
def test_a_signature_that_is_made_later_is_shown(qapp: QObject, auth: Auth, value: str) -> None:
    """Statement 11; the line says that it comes from the connection."""
    found = preview(request(), Means(signed=feed(qapp, auth).signed_by(request(), ())))
    assert found.problems == ()
    shown = [each for each in found.headers if each.origin is Origin.CONNECTION]
    assert [(each.name, each.value, each.level) for each in shown] == [
        ("Authorization", value, "Signed")
    ]


@pytest.mark.parametrize("auth", [OAuth1Auth(), AwsV4Auth(), DigestAuth()])
def test_what_is_missing_is_told_before_a_send(qapp: QObject, auth: Auth) -> None:
    found = preview(request(), Means(signed=feed(qapp, auth).signed_by(request(), ())))
    assert [type(each) for each in found.problems] == [InvalidCredential]


@pytest.mark.parametrize(
    ("auth", "lines_made"),
    [
        (DigestAuth("u"), 0),
        (OAuth1Auth("k"), 1),
        (OAuth1Auth("k", placement=SignaturePlacement.QUERY), 0),
        (AWS, 3),
    ],
)
def test_a_signature_is_no_edit(qapp: QObject, tmp_path: Path, auth: Auth, lines_made: int) -> None:
    """Each line of it is told to be the connection's."""
    with RawServer(answering(response())) as server:
        base = f"http://127.0.0.1:{server.port}"
        with signed_sends(base, tmp_path) as sends:
            sends.secrets = SECRETS
            exchange = sends.send(auth, "/a?b=c")
    signed = feed(qapp, auth, base).signed_by(request(), ())
    now = planned(preview(request(), Means(signed=signed)))
    then = sent(exchange.attempts[0].hops[0], exchange.request, first=True)
    assert now is not None
    assert then is not None
    assert differences(now, then, first=True) == ()
    theirs = ("Authorization", "X-Amz")
    lines = [line for line in then.lines if isinstance(line, WireLine)]
    made = [line.source.level for line in lines if line.text.startswith(theirs)]
    assert made == ["Signed"] * lines_made
