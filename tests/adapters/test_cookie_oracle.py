"""The jar against tough-cookie, npm's reading of RFC 6265, over some thousand made-up answers."""

from __future__ import annotations

import json
import random
import shutil
import subprocess
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from httpdesk.adapters.cookie_jars import MemoryJar
from httpdesk.engine.resolve import resolve
from httpdesk.model.exchange import ResolvedUrl
from httpdesk.model.request import Request

HERE = Path(__file__).parent
TOUGH_COOKIE = HERE.parent / "npm" / "node_modules" / "tough-cookie"
CASES = 4000

HOSTS = (
    "example.com", "EXAMPLE.com", "www.example.com", "a.www.example.com", "notexample.com",
    "other.com", "example.co.uk", "a.example.co.uk", "alice.github.io", "xn--bcher-kva.example",
    "intranet", "localhost", "app.localhost", "127.0.0.1", "[::1]",
)  # fmt: skip
PAIRS = (
    "n=v", "n=w", "m=1", "N=v", "n=", "=v", "v", "n =v", "n= sp ace ", "n==v=", 'n="q"', "n=a,b",
    "n=ü", "$x=y", "__Secure-x=1", "__Host-x=1", "", "=",
)  # fmt: skip
DOMAINS = (
    "example.com", ".example.com", "EXAMPLE.COM", "www.example.com", "ample.com", "example.com.",
    "com", "co.uk", "example.co.uk", "github.io", "alice.github.io", "xn--bcher-kva.example",
    "localhost", "intranet", "127.0.0.1", "0.0.1", "::1", "", "..example.com", "bücher.example",
)  # fmt: skip
PATHS = (
    "", "Path=/", "Path=/a", "Path=/a/", "Path=/a/b", "Path=a", "Path=", 'Path="/a"',
    "path = /a ", "PATH=/A", "Path=/a; Path=/b", "Path=/b; Path=",
)  # fmt: skip
LIVES = (
    "", "", "Max-Age=0", "Max-Age=-1", "Max-Age=100", "Max-Age=x", "Max-Age=+5",
    "Max-Age=99999999999999999999", "Max-Age=0; Max-Age=100",
    "Max-Age=100; Expires=Thu, 01 Jan 1970 00:00:00 GMT",
    "Max-Age=0; Expires=Fri, 01 Jan 2100 00:00:00 GMT",
    "Expires=Fri, 01 Jan 2100 00:00:00 GMT", "Expires=Fri Jan  1 00:00:00 2100",
    "Expires=Thu, 01-Jan-1970 00:00:00 GMT", "Expires=Thu, 01-Jan-70 00:00:00 GMT",
    "Expires=Friday, 01-Jan-69 00:00:00 GMT", "Expires=1 jan 1980 1:2:3", "Expires=never",
    "Expires=0", "Expires=Thu, 01 Jan 1970", "Expires=Thu, 32 Jan 1970 00:00:00 GMT",
    "Expires=Thu, 30 Feb 2010 00:00:00 GMT", "Expires=00:00:00 01 Jan 1599",
    "Expires=24:00:00 01 Jan 1999",
    "Expires=Thu, 01 Jan 1970 00:00:00 GMT; Expires=Fri, 01 Jan 2100 00:00:00 GMT",
)  # fmt: skip
FLAGS = (
    "", "", "Secure", "HttpOnly", "SameSite=Lax", "Secure; HttpOnly; SameSite=None", "secure=",
    "Secure=false",
)  # fmt: skip
URL_PATHS = ("/", "/a", "/a/", "/a/b", "/a/b/c", "/ab", "/b", "/A")


@dataclass(frozen=True)
class Case:
    """Answers as (Set-Cookie value, URL), then the URLs that are asked for."""

    answers: tuple[tuple[str, str], ...]
    asked: tuple[str, ...]


@cache
def url(text: str) -> ResolvedUrl:
    return resolve(Request(url=text)).url


def make_case(chance: random.Random) -> Case:
    answers = tuple(make_answer(chance) for _ in range(chance.choice((1, 1, 2, 3))))
    first = answers[0][1].split("/")[2]
    asked = [
        f"{chance.choice(('http', 'https'))}://{host}{chance.choice(URL_PATHS)}" for host in HOSTS
    ]
    asked += [f"{scheme}://{first}{path}" for scheme in ("http", "https") for path in URL_PATHS]
    return Case(answers, tuple(asked))


def make_answer(chance: random.Random) -> tuple[str, str]:
    domain = f"Domain={chance.choice(DOMAINS)}" if chance.random() < 0.6 else ""
    attributes = [chance.choice(PATHS), chance.choice(LIVES), chance.choice(FLAGS), domain]
    chance.shuffle(attributes)
    line = "; ".join([chance.choice(PAIRS), *(each for each in attributes if each)])
    scheme, host = chance.choice(("http", "https")), chance.choice(HOSTS)
    return line, f"{scheme}://{host}{chance.choice(URL_PATHS)}"


def ours(case: Case) -> dict[str, list[object]]:
    jar = MemoryJar()
    taken: list[object] = [not jar.receive(url(at), [line]).refused for line, at in case.answers]
    return {"taken": taken, "sent": [jar.header_for(url(asked)) for asked in case.asked]}


def theirs(cases: list[Case]) -> list[dict[str, list[object]]]:
    node = shutil.which("node")
    if node is None or not TOUGH_COOKIE.exists():
        pytest.fail("node or tough-cookie is missing: the test set-up installs them")
    plays = [{"set": each.answers, "get": each.asked} for each in cases]
    done = subprocess.run(
        [node, str(HERE / "cookie_oracle.js"), str(TOUGH_COOKIE)],
        input=json.dumps(plays),
        capture_output=True,
        encoding="utf-8",
        check=True,
        timeout=50,
    )
    results: list[dict[str, list[object]]] = json.loads(done.stdout)
    return results


def explanation(line: str, at: str) -> str:
    """Return why the two may see one answer differently, empty when they have to agree."""
    pair, *attributes = (part.strip() for part in line.split(";"))
    values = (each.partition("=") for each in attributes)
    domain = next((value for key, _, value in values if key == "Domain"), "")
    host = url(at).host_ascii.lower()
    if pair in ("", "="):
        return "neither name nor value: browsers take no such cookie (6265bis 5.7)"
    if domain == "..example.com":
        return "only one dot goes from the front of a domain (RFC 6265 5.2.3)"
    if not domain.isascii():
        return "a domain is compared in its IDNA form (RFC 6265 5.1.2)"
    if domain == "localhost" and host == "app.localhost":
        return "a name of one label is a public suffix, as in Chrome (6265bis 5.7)"
    if domain == host == "intranet":
        return "a public suffix that is the host itself makes it host-only (RFC 6265 5.3)"
    return ""


def hides_secure(case: Case) -> bool:
    """Return whether an answer over http comes after a Secure cookie of the same name.

    Such a cookie is not taken (6265bis 5.7), and is taken by tough-cookie.
    """
    secured: set[str] = set()
    for line, at in case.answers:
        name, words = line.partition("=")[0].strip(), line.lower().split("; ")
        if name in secured and at.startswith("http:"):
            return True
        if any(word.startswith("secure") for word in words):
            secured.add(name)
    return False


def test_the_jar_does_as_tough_cookie_does() -> None:
    chance = random.Random(6265)
    cases = [make_case(chance) for _ in range(CASES)]
    different = []
    for case, result in zip(cases, theirs(cases), strict=True):
        explained = hides_secure(case) or any(explanation(*each) for each in case.answers)
        if not explained and ours(case) != result:
            different.append(case.answers)
    assert different == []


def test_where_they_differ_it_is_as_explained() -> None:
    """Each reason is needed, and what the jar does there is what the reason says."""
    answers = {
        ("; Path=/", "http://example.com/"): "",
        ("n=v; Domain=..example.com", "http://example.com/"): "",
        ("n=v; Domain=bücher.example", "http://xn--bcher-kva.example/"): "n=v",
        ("n=v; Domain=localhost", "http://app.localhost/"): "",
        ("n=v; Domain=intranet", "http://intranet/"): "n=v",
    }
    cases = [Case((answer,), (answer[1],)) for answer in answers]
    assert [ours(case)["sent"] for case in cases] == [[sent] for sent in answers.values()]
    assert all(explanation(*answer) for answer in answers)
    over_http = ("n=1", "http://example.com/")
    secure = Case((("n=2; Secure", "https://example.com/"), over_http), (over_http[1],))
    assert hides_secure(secure)
    assert ours(secure)["sent"] == [""]
    for case, result in zip([*cases, secure], theirs([*cases, secure]), strict=True):
        assert ours(case) != result
