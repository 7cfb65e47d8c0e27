"""Digest against httpbin: challenge, one answer, nonces used again, nothing for others."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from httpdesk.adapters.digest_answer import Nonces, Use, answer
from httpdesk.adapters.digest_signer import digest_challenges
from httpdesk.engine.masking import MASK
from httpdesk.model.auth import BasicAuth, DigestAuth
from httpdesk.model.errors import CredentialReason, InvalidCredential, UnsupportedChallenge
from httpdesk.model.exchange import Exchange
from httpdesk.model.request import Body, FileBody, Header, NoBody, Options, RawBody, RawKind
from tests.helpers.raw_server import RawServer, answering, response
from tests.helpers.signed_sends import SignedSends, shown, signed_sends, statuses

USER = DigestAuth("ulla")
PASSWORD = "CANARY-digest:1"


@pytest.fixture
def sends(httpbin: Any, tmp_path: Path) -> Iterator[SignedSends]:
    with signed_sends(httpbin.url, tmp_path) as made:
        made.secrets = {"password": PASSWORD}
        yield made


def authorizations(exchange: Exchange) -> list[str]:
    hops = exchange.attempts[-1].hops
    return [dict(hop.request_headers).get("Authorization", "") for hop in hops]


@pytest.mark.parametrize("algorithm", ["MD5", "SHA-256", "SHA-512"])
def test_a_challenge_is_answered_once(sends: SignedSends, algorithm: str) -> None:
    exchange = sends.send(USER, f"/digest-auth/auth/ulla/{PASSWORD}/{algorithm}")
    assert statuses(exchange) == [401, 200]
    first, second = authorizations(exchange)
    assert first == ""
    assert f"algorithm={algorithm}, qop=auth, nc=00000001" in second
    assert [hop.answers_challenge for hop in exchange.attempts[0].hops] == [False, True]
    assert (len(exchange.attempts), exchange.redirects) == (1, 0)


@pytest.mark.parametrize("algorithm", ["MD5", "SHA-512"])
@pytest.mark.parametrize("kind", [RawBody(RawKind.TEXT, "bödy"), FileBody("big.bin"), NoBody()])
def test_the_body_is_signed_too(
    sends: SignedSends, tmp_path: Path, kind: Body, algorithm: str
) -> None:
    """`auth-int` (RFC 7616 section 3.4.3), where the server offers nothing else."""
    (tmp_path / "big.bin").write_bytes(bytes(range(256)) * 4096)
    url = f"/digest-auth/auth-int/ulla/{PASSWORD}/{algorithm}"
    exchange = sends.send(USER, url, body=kind)
    assert statuses(exchange) == [401, 200]
    assert "qop=auth-int" in authorizations(exchange)[1]


def test_the_next_send_signs_at_once(sends: SignedSends) -> None:
    """RFC 7616 section 3.4: one nonce, counted on from send to send; a stale one is replaced."""
    url = f"/digest-auth/auth/ulla/{PASSWORD}/MD5/never"
    first, second = sends.send(USER, url), sends.send(USER, url)
    assert (statuses(first), statuses(second)) == ([401, 200], [200])
    assert "nc=00000002" in authorizations(second)[0]
    sends.secrets = {"password": "another"}
    assert statuses(sends.send(USER, url)) == [401, 401]
    assert authorizations(sends.send(DigestAuth("u2"), url))[0] == ""


def test_the_password_travels_neither_plain_nor_shown(sends: SignedSends) -> None:
    """Statement 76."""
    exchange = sends.send(USER, f"/digest-auth/auth/ulla/{PASSWORD}")
    answer = authorizations(exchange)[1]
    digest = re.search(r'response="(\w+)"', answer)
    assert digest is not None
    assert PASSWORD not in answer.replace(f'uri="/digest-auth/auth/ulla/{PASSWORD}"', "")
    assert digest[1] not in shown(exchange)
    assert PASSWORD not in shown(exchange)
    assert MASK in shown(exchange)


def test_a_wrong_password_ends_with_the_second_401(sends: SignedSends) -> None:
    sends.secrets = {"password": "wrong"}
    exchange = sends.send(USER, f"/digest-auth/auth/ulla/{PASSWORD}")
    assert statuses(exchange) == [401, 401]
    assert exchange.error is None


def test_basic_signs_in_at_once(sends: SignedSends) -> None:
    sends.secrets = {"password": "pa-ss"}
    exchange = sends.send(BasicAuth("ulla"), "/basic-auth/ulla/pa-ss")
    assert statuses(exchange) == [200]


def test_a_missing_password_stops_the_send(sends: SignedSends) -> None:
    sends.secrets = {}
    with pytest.raises(InvalidCredential) as caught:
        sends.send(USER, f"/digest-auth/auth/ulla/{PASSWORD}")
    assert (caught.value.reason, caught.value.field) == (CredentialReason.MISSING, "password")


def test_the_header_of_the_user_wins_where_that_was_asked_for(sends: SignedSends) -> None:
    """Statement 12: then no challenge is answered either."""
    options = Options(connection="Signed", own_headers_win=True)
    exchange = sends.send(
        USER,
        f"/digest-auth/auth/ulla/{PASSWORD}",
        options=options,
        headers=(Header("Authorization", "mine"),),
    )
    assert (statuses(exchange), authorizations(exchange)) == ([401], ["mine"])


# Against a server that says exactly what a test wants

CHALLENGE = 'Digest realm="a \\"b\\"", nonce="n1", qop="auth-int, auth", opaque="o"'


def md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


def refusal(*challenges: str) -> bytes:
    lines = [f"WWW-Authenticate: {each}" for each in challenges]
    return response(b"", *lines, status="401 Unauthorized")


def moved(location: str) -> bytes:
    return response(b"", f"Location: {location}", status="307 Temporary Redirect")


@contextmanager
def served(tmp_path: Path, *answers: bytes) -> Iterator[tuple[SignedSends, RawServer]]:
    with (
        RawServer(answering(*answers)) as server,
        signed_sends(f"http://127.0.0.1:{server.port}", tmp_path) as made,
    ):
        made.secrets = {"password": PASSWORD}
        yield made, server


def bodies(requests: list[bytes]) -> list[bytes]:
    return [each.partition(b"\r\n\r\n")[2] for each in requests]


def test_a_body_is_sent_again_and_a_redirect_signed_anew(tmp_path: Path) -> None:
    """One nonce, counted; the target is signed as it is on the wire, `;` included."""
    answers = (refusal("Basic realm=x", CHALLENGE), moved("/b;v=1?x=%20y"), response())
    with served(tmp_path, *answers) as (sends, server):
        exchange = sends.send(
            DigestAuth('u"l'), "/a", method="POST", body=RawBody(RawKind.TEXT, "hello")
        )
    assert statuses(exchange) == [401, 307, 200]
    assert bodies(server.requests) == [b"hello"] * 3
    _, first, second = authorizations(exchange)
    assert ('uri="/a"' in first, "nc=00000001" in first) == (True, True)
    assert 'uri="/b;v=1?x=%20y"' in second
    assert "nc=00000002" in second
    assert 'realm="a \\"b\\""' in second
    assert 'username="u\\"l"' in second
    assert exchange.redirects == 1


def test_a_retry_signs_at_once_and_is_no_answer(tmp_path: Path) -> None:
    """The repeat after a 401 is no retry (statement 60): one retry is left behind it."""
    answers = (refusal(CHALLENGE), response(status="503 Busy"), response())
    options = Options(connection="Signed", retry_max=1, retry_delay_ms=1, retry_backoff=False)
    with served(tmp_path, *answers) as (sends, _server):
        exchange = sends.send(USER, "/a", options=options)
    assert [[hop.status_code for hop in each.hops] for each in exchange.attempts] == [
        [401, 503],
        [200],
    ]
    assert "nc=00000002" in authorizations(exchange)[0]


def test_a_stale_nonce_is_replaced(tmp_path: Path) -> None:
    stale = 'Digest realm="r", nonce="n2", qop="auth", stale=true'
    answers = (refusal(CHALLENGE), moved("/b"), refusal(stale), response())
    with served(tmp_path, *answers) as (sends, _server):
        exchange = sends.send(USER, "/a")
    assert statuses(exchange) == [401, 307, 401, 200]
    assert 'nonce="n2"' in authorizations(exchange)[-1]
    assert "nc=00000001" in authorizations(exchange)[-1]


def test_a_nonce_that_went_stale_between_two_sends_is_replaced(tmp_path: Path) -> None:
    """RFC 7616 section 3.3: the same password with the new nonce, and nobody is asked."""
    stale = 'Digest realm="r", nonce="n2", qop="auth", stale=true'
    answers = (refusal(CHALLENGE), response(), refusal(stale), response(), response())
    with served(tmp_path, *answers) as (sends, _server):
        exchanges = [sends.send(USER, "/a") for _ in range(3)]
    assert [statuses(each) for each in exchanges] == [[401, 200], [401, 200], [200]]
    assert 'nonce="n1"' in authorizations(exchanges[1])[0]
    assert 'nonce="n2"' in authorizations(exchanges[1])[1]
    assert "nc=00000002" in authorizations(exchanges[2])[0]


def test_the_answer_to_a_challenge_is_no_redirect(tmp_path: Path) -> None:
    """Statement 72: the limit counts redirects only."""
    answers = (refusal(CHALLENGE), moved("/b"), response())
    options = Options(connection="Signed", max_redirects=1)
    with served(tmp_path, *answers) as (sends, _server):
        assert statuses(sends.send(USER, "/a", options=options)) == [401, 307, 200]


def test_a_challenge_of_another_origin_gets_no_answer(tmp_path: Path) -> None:
    """Statement 22: also where the way leads back."""
    with RawServer(answering(refusal(CHALLENGE))) as other:
        answers = (refusal(CHALLENGE), moved(f"http://127.0.0.1:{other.port}/"))
        with served(tmp_path, *answers) as (sends, _server):
            exchange = sends.send(USER, "/a")
        assert statuses(exchange) == [401, 307, 401]
        assert b"Authorization" not in other.requests[0]
        assert exchange.attempts[0].hops[-1].dropped == ("Authorization",)


def test_another_host_that_is_allowed_has_nonces_of_its_own(tmp_path: Path) -> None:
    """Statement 22: only where crossing was allowed."""
    theirs = 'Digest realm="r", nonce="theirs", qop="auth"'
    with RawServer(answering(refusal(theirs), response())) as other:
        answers = (refusal(CHALLENGE), moved(f"http://127.0.0.1:{other.port}/"))
        options = Options(connection="Signed", connection_crosses=True)
        with served(tmp_path, *answers) as (sends, server):
            sends.allowed_hosts = (f"127.0.0.1:{server.port}", f"127.0.0.1:{other.port}")
            exchange = sends.send(USER, "/a", options=options)
        assert statuses(exchange) == [401, 307, 401, 200]
        assert authorizations(exchange)[2] == ""
        assert 'nonce="theirs"' in authorizations(exchange)[3]


def test_a_session_key_is_computed_once(tmp_path: Path) -> None:
    """RFC 7616 section 3.4.2: from the first cnonce, which serves for the nonce's later uses."""
    challenge = 'Digest realm="r", nonce="n", qop="auth", algorithm=MD5-sess'
    with served(tmp_path, refusal(challenge), response(), response()) as (sends, _server):
        first = authorizations(sends.send(USER, "/a?b"))[1]
        second = authorizations(sends.send(USER, "/a?b"))[0]
    cnonce = first.partition('cnonce="')[2].partition('"')[0]
    user = md5(f"ulla:r:{PASSWORD}")
    key = md5(f"{user}:n:{cnonce}")
    target = md5("GET:/a?b")
    for count, answered in (("00000001", first), ("00000002", second)):
        expected = md5(f"{key}:n:{count}:{cnonce}:auth:{target}")
        assert f'response="{expected}"' in answered


RFC = {
    "realm": "http-auth@example.org",
    "nonce": "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v",
    "qop": "auth, auth-int",
    "opaque": "FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS",
}
RFC_UNICODE = {
    "realm": "api@example.org",
    "nonce": "5TsQWLVdgBdmrQ0XsxbDODV+57QdFR34I9HAbC/RVvkK",
    "qop": "auth",
    "algorithm": "SHA-512-256",
    "userhash": "true",
}


@pytest.mark.parametrize(
    ("algorithm", "expected"),
    [
        ("MD5", "8ca523f5e9506fed4657c9700eebdbec"),
        ("SHA-256", "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"),
    ],
)
def test_the_example_of_the_rfc(algorithm: str, expected: str) -> None:
    """RFC 7616 section 3.9.1."""
    use = Use(RFC | {"algorithm": algorithm}, 1, "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ")
    made = answer(use, "Mufasa", "Circle of Life", ("GET", "/dir/index.html"), lambda _: "")
    assert f'response="{expected}"' in made


def test_a_hidden_user_name() -> None:
    """RFC 7616 section 3.9.2 as its erratum 4897 has it: SHA-512-256 and `userhash`."""
    use = Use(RFC_UNICODE, 1, "NTg6RKcb9boFIAS3KrFK9BGeh+iDa/sm6jUMp2wds69v")
    made = answer(use, "Jäsøn Doe", "Secret, or not?", ("GET", "/doe.json"), lambda _: "")
    user = "793263caabb707a56211940d90411ea4a575adeccb7e360aeb624ed06ece9b0b"
    expected = "3798d4131c277846293534c3edc11bd8a5e4cdcbff78b05db9d95eeb1cec68a5"
    assert made.startswith(f'Digest username="{user}"')
    assert f'response="{expected}"' in made
    assert made.endswith("userhash=true")


def test_parallel_uses_of_a_nonce_are_counted_apart() -> None:
    """RFC 7616 section 3.4: a count that comes twice is a replay to the server."""
    nonces, origin = Nonces(), ("http", "h", 80)
    nonces.learn(origin, RFC)
    with ThreadPoolExecutor(8) as pool:
        uses = list(pool.map(lambda _: nonces.use(origin), range(200)))
    assert sorted(each.count for each in uses if each is not None) == list(range(1, 201))


def test_a_host_that_is_not_allowed_gets_no_answer(tmp_path: Path) -> None:
    """Statement 21."""
    with served(tmp_path, refusal(CHALLENGE)) as (sends, server):
        sends.allowed_hosts = ("api.test",)
        exchange = sends.send(USER, f"http://127.0.0.1:{server.port}/a")
    assert (statuses(exchange), len(server.requests)) == ([401], 1)


@pytest.mark.parametrize(
    ("challenge", "algorithm", "qop"),
    [
        ('Digest realm="r", nonce="n", algorithm=SHA3-256', "SHA3-256", ""),
        ('Digest realm="r", nonce="n", qop="auth-conf"', "", "auth-conf"),
        ("Digest", "", ""),
    ],
)
def test_a_challenge_that_nobody_computes_is_told(
    tmp_path: Path, challenge: str, algorithm: str, qop: str
) -> None:
    with served(tmp_path, refusal(challenge)) as (sends, _server):
        exchange = sends.send(USER, "/a")
    error = exchange.error
    assert isinstance(error, UnsupportedChallenge)
    assert (error.algorithm, error.qop) == (algorithm, qop)
    assert exchange.response is not None
    assert exchange.response.status_code == 401


def test_a_401_without_digest_is_the_result(tmp_path: Path) -> None:
    with served(tmp_path, refusal("Basic realm=x", "Negotiate YWJj==")) as (sends, _server):
        exchange = sends.send(USER, "/a")
    assert (statuses(exchange), exchange.error) == ([401], None)


def test_challenges_of_one_header_are_taken_apart() -> None:
    """RFC 9110 section 11.6.1."""
    value = 'Basic realm="a, Digest b", Digest realm=r , nonce = "n,\\"1", Bearer, digest nonce=2'
    headers = [("WWW-Authenticate", value), ("X", "Digest nonce=3")]
    assert list(digest_challenges(headers)) == [{"realm": "r", "nonce": 'n,"1'}, {"nonce": "2"}]


def test_the_first_challenge_that_can_be_answered_counts(tmp_path: Path) -> None:
    """RFC 7616 section 3.7."""
    challenges = [
        f'Digest realm="r", nonce="{name}", qop=auth, algorithm={name}'
        for name in ("SHA3-256", "SHA-256", "MD5")
    ]
    with served(tmp_path, refusal(*challenges), response()) as (sends, _server):
        exchange = sends.send(USER, "/a")
    assert "algorithm=SHA-256," in authorizations(exchange)[1]
