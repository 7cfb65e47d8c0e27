"""Connections that sign requests, on the command line: named, given secrets, sent, told."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from httpdesk.adapters.connection_files import ConnectionFiles
from httpdesk.adapters.memory_secrets import MemorySecrets
from httpdesk.engine.places import approve
from httpdesk.model.auth import (
    Auth,
    AwsV4Auth,
    DigestAuth,
    OAuth1Auth,
    OAuth1Signature,
    secret_names,
)
from httpdesk.model.connection import Connection
from tests.cli.conftest import Cli, records_at
from tests.helpers.raw_server import RawServer, answering, response

KEY = "CANARY-9f8e7d6c"
CHALLENGE = 'WWW-Authenticate: Digest realm="r", nonce="n", qop="auth", algorithm='
KINDS = [
    (DigestAuth("u"), "Digest", "no password yet"),
    (OAuth1Auth("k"), "OAuth 1.0a", "no consumer_secret yet"),
    (AwsV4Auth("AKID", "eu-central-1", "s3"), "AWS signature", "no secret_access_key yet"),
]


def add(tmp_path: Path, auth: Auth, port: int = 1) -> Connection:
    made = Connection("id-1", "Signed", f"http://127.0.0.1:{port}", auth)
    ConnectionFiles(lambda: tmp_path, tmp_path / "data").add(made, None)
    approve(made, records_at(tmp_path))
    return made


@pytest.mark.parametrize(("auth", "kind", "state"), KINDS)
def test_a_kind_is_named_and_takes_its_secrets(  # noqa: PLR0917
    cli: Cli, tmp_path: Path, keyring: MemorySecrets, auth: Auth, kind: str, state: str
) -> None:
    made = add(tmp_path, auth)
    listed = cli("connections", "list").out.decode()
    assert f"\t{kind}\t" in listed
    assert state in listed
    for name in secret_names(auth):
        assert cli("connections", "set-secret", "Signed", name, stdin=b"abc\n").status == 0
        assert keyring.read(made.secret(name)) == "abc"
    assert cli("connections", "list").out.decode().endswith("\tready\n")


def test_a_key_of_several_lines_is_read_whole(
    cli: Cli, tmp_path: Path, keyring: MemorySecrets
) -> None:
    made = add(tmp_path, OAuth1Auth("k", signature=OAuth1Signature.RSA_SHA256))
    pem = b"-----BEGIN PRIVATE KEY-----\nabc\n-----END PRIVATE KEY-----\n"
    cli("connections", "set-secret", "Signed", "consumer_secret", stdin=pem)
    assert keyring.read(made.secret("consumer_secret")) == pem.decode().rstrip()
    result = cli("send", "/", "--connection", "Signed")
    assert result.status == 5
    assert "consumer secret that is no RSA private key in PEM" in result.err
    assert "Nothing was sent." in result.err


@pytest.mark.parametrize(("auth", "_kind", "_state"), KINDS)
def test_what_signs_is_shown_nowhere(
    cli: Cli, tmp_path: Path, keyring: MemorySecrets, auth: Auth, _kind: str, _state: str
) -> None:
    """Statement 76."""
    refusal = response(b"", CHALLENGE + "MD5", status="401 Unauthorized")
    answers = [refusal, response()] if isinstance(auth, DigestAuth) else [response()]
    with RawServer(answering(*answers)) as server:
        made = add(tmp_path, auth, server.port)
        for name in secret_names(auth):
            keyring.keep(made.secret(name), KEY)
        for view in (("-v",), ("--json",), ("--full",), ("--debug",), ("--preview", "-v")):
            result = cli("send", "/a?b=c", "--connection", "Signed", *view)
            assert result.status == 0
            text = result.out.decode() + result.err
            assert KEY not in text
            for line in b"".join(server.requests).decode().split("\r\n"):
                if line.startswith("Authorization: "):
                    assert line.rpartition("=")[2].strip('"') not in text.split()
                    assert line.removeprefix("Authorization: ") not in text


def test_the_answer_to_a_challenge_is_told(
    cli: Cli, tmp_path: Path, keyring: MemorySecrets
) -> None:
    refusal = response(b"", CHALLENGE + "SHA-256", status="401 Unauthorized")
    with RawServer(answering(refusal, response())) as server:
        made = add(tmp_path, DigestAuth("u"), server.port)
        keyring.keep(made.secret("password"), KEY)
        told = json.loads(cli("send", "/", "--connection", "Signed", "--json").out)
    (attempt,) = told["attempts"]
    assert [hop["answers_challenge"] for hop in attempt["hops"]] == [False, True]


def test_a_challenge_that_nobody_computes_is_told(
    cli: Cli, tmp_path: Path, keyring: MemorySecrets
) -> None:
    refusal = response(b"", CHALLENGE + "SHA3-256", status="401 Unauthorized")
    with RawServer(answering(refusal)) as server:
        made = add(tmp_path, DigestAuth("u"), server.port)
        keyring.keep(made.secret("password"), KEY)
        result = cli("send", "/", "--connection", "Signed", "-v")
    assert result.status == 3
    assert "a kind of Digest that cannot be computed: SHA3-256" in result.err
