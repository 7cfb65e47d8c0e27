"""Which credential a request of a collection goes out with, on the wire and in the preview."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from pathlib import Path

import pytest

from httpdesk.adapters.clock import SystemClock
from httpdesk.adapters.collection_files import CollectionFiles
from httpdesk.adapters.requests_transport import RequestsTransport
from httpdesk.adapters.signers import RequestSigners
from httpdesk.engine.auth_choice import chosen
from httpdesk.engine.cancel import CancelToken
from httpdesk.engine.connecting import Connecting
from httpdesk.engine.masking import Masker, secret_values
from httpdesk.engine.ports import Progress
from httpdesk.engine.send import SendContext, preview_send, send
from httpdesk.formats import request_json
from httpdesk.model.auth import BearerAuth
from httpdesk.model.auth_choice import AuthWord, FileAuth
from httpdesk.model.collection import Scope
from httpdesk.model.connection import Connection
from httpdesk.model.errors import (
    CredentialReason,
    InvalidCredential,
    UnknownVariables,
    UnusableAuth,
)
from httpdesk.model.exchange import Origin
from httpdesk.model.request import Request
from tests.adapters.test_collection_with_bru import run_bru
from tests.helpers.connection_stores import FindingStore
from tests.helpers.raw_server import RawServer, answering, response

WORDS = ("none", "inherit", "own", "connection")
LEVELS = ("collection", "folder", "request")


@pytest.fixture
def server() -> Iterator[RawServer]:
    with RawServer(answering(response(b"ok"))) as running:
        yield running


class World:
    """A collection with one folder and one request, sent to a real server."""

    def __init__(self, folder: Path, server: RawServer) -> None:
        self.root = str(folder / "collection")
        self.server = server
        self.store = CollectionFiles(folder / "own")
        self.transport = RequestsTransport(folder)
        self.url = f"http://127.0.0.1:{server.port}"
        (folder / "collection" / "folder").mkdir(parents=True)
        self.write("", "", "")

    def write(self, collection: str, folder: str, request: str, variables: str = "") -> None:
        """Write the three files; each text is the lines of one level's block."""
        place = Path(self.root)
        texts = {
            "opencollection.yml": f"opencollection: 1.0.0\ninfo: {{name: C}}\nrequest:{collection}",
            "folder/folder.yml": f"info: {{name: F, type: folder}}\nrequest:{folder}",
            "folder/r.yml": "info: {name: R, type: http}\nhttp:\n  method: GET\n"
            f"  url: {self.url}/r{request}\n{variables}",
        }
        for name, text in texts.items():
            (place / name).write_text(text + "\n")

    def say(self, collection: str, folder: str, request: str) -> None:
        """Write what each level says by one of WORDS; anything else is nothing."""
        own = "" if request != "connection" else _variables("request", 0)
        self.write(
            _block(collection, "collection"),
            _block(folder, "folder"),
            "" if request == "connection" else _block(request, "request"),
            f"runtime:{own}" if own else "",
        )

    def loaded(self) -> tuple[Request, SendContext]:
        """Return the request as the program reads it, and with what it is sent."""
        defaults = self.store.defaults(self.root, "folder/r.yml")
        connecting = Connecting(
            FindingStore(lambda name: Connection(name, name, self.url, BearerAuth())),
            lambda found, _name: f"{found.name}-token",
            signers=RequestSigners(),
        )
        context = SendContext(
            self.transport,
            SystemClock(),
            Scope(tuple((origin, level.variables) for origin, level in defaults)),
            defaults=defaults,
            connecting=connecting,
        )
        return self.store.load(self.root, "folder/r.yml").request, context

    def sent(self) -> str:
        """Send; return the Authorization line that the server saw."""
        request, context = self.loaded()
        exchange = send(request, context, CancelToken(), Progress())
        assert exchange.error is None
        return authorization(self.server.requests[-1])


def _variables(level: str, indent: int) -> str:
    blanks = "\n" + " " * indent
    row = f"- {{name: httpdesk.connection, value: {level}-connection}}"
    return f"{blanks}  variables:{blanks}    {row}"


def _block(word: str, level: str) -> str:
    if word == "own":
        return f"\n  auth:\n    type: bearer\n    token: {level}-own"
    if word == "connection":
        # Also an auth of its own, which the connection comes before.
        return f"\n  auth: {{type: bearer, token: unused}}{_variables(level, 0)}"
    return f"\n  auth: {word}" if word in WORDS else ""


def authorization(raw: bytes) -> str:
    found = re.search(rb"\r\nauthorization: (.*?)\r\n", raw, re.IGNORECASE)
    return found[1].decode() if found else ""


def expected(words: dict[str, str]) -> str:
    """Return the credential by the rule of decisions/0019, innermost level first."""
    for level in reversed(LEVELS):
        word = words[level]
        if word == "none":
            return ""
        if word == "connection":
            return f"Bearer {level}-connection-token"
        if word == "own":
            reaches = words["request"] != "nothing"
            return f"Bearer {level}-own" if reaches else ""
    return ""


@pytest.mark.parametrize("request_word", [*WORDS, "nothing"])
def test_three_levels_on_the_wire_and_in_the_preview(
    request_word: str, tmp_path: Path, server: RawServer
) -> None:
    """The truth table of inheritance: what the preview shows is what the server gets."""
    world = World(tmp_path, server)
    for collection, folder in product((*WORDS, "nothing"), repeat=2):
        words = {"collection": collection, "folder": folder, "request": request_word}
        world.say(**words)
        assert world.sent() == expected(words), words
        shown = preview_send(*world.loaded())
        lines = {line.name: line.value for line in shown.headers}
        assert lines.get("Authorization", "") == expected(words), words


def test_the_level_that_counts_is_named(tmp_path: Path, server: RawServer) -> None:
    world = World(tmp_path, server)
    world.say("own", "inherit", "inherit")
    request, context = world.loaded()
    found = chosen(request, context.defaults)
    assert (found.origin, found.level) == (Origin.COLLECTION, "C")
    header = next(each for each in preview_send(request, context).headers if each.level)
    assert (header.name, header.origin, header.level) == ("Authorization", Origin.AUTH, "C")
    world.say("own", "none", "inherit")
    request, context = world.loaded()
    assert chosen(request, context.defaults).origin is Origin.FOLDER


def test_basic_and_key_are_filled_in_from_variables(tmp_path: Path, server: RawServer) -> None:
    world = World(tmp_path, server)
    names = "\n  variables:\n    - {name: who, value: ann}\n    - {name: word, value: 'p:é'}"
    basic = "\n  auth: {type: basic, username: '{{who}}', password: '{{word}}'}"
    world.write(names, basic, "\n  auth: inherit")
    assert world.sent() == "Basic " + b64encode("ann:p:é".encode()).decode()
    key = "\n  auth: {type: apikey, key: 'X-{{who}}', value: 'k {{word}}', placement: header}"
    world.write(names, key, "\n  auth: inherit")
    world.sent()
    assert "\r\nX-ann: k p:é\r\n".encode() in server.requests[-1]
    query = "\n  auth: {type: apikey, key: api_key, value: '{{who}} &', placement: query}"
    world.write(names, query, "\n  auth: inherit")
    world.sent()
    assert server.requests[-1].startswith(b"GET /r?api_key=ann+%26 HTTP/1.1\r\n")


SIGNED = {
    "oauth1": ("consumerKey: k, consumerSecret: '{{s}}'", "OAuth oauth_nonce="),
    "awsv4": (
        "accessKeyId: '{{id}}', secretAccessKey: '{{s}}', region: r, service: s3",
        "AWS4-HMAC-SHA256 Credential=AKID/",
    ),
}


@pytest.mark.parametrize("kind", SIGNED)
def test_a_file_can_ask_for_a_signature(kind: str, tmp_path: Path, server: RawServer) -> None:
    """Signed right before it leaves, with values from variables."""
    names = "\n  variables:\n    - {name: id, value: AKID}\n    - {name: s, value: canary}"
    world = World(tmp_path, server)
    fields, start = SIGNED[kind]
    world.write(names, f"\n  auth: {{type: {kind}, {fields}}}", "\n  auth: inherit")
    assert world.sent().startswith(start)
    assert "canary" not in world.sent()
    (shown,) = [each for each in preview_send(*world.loaded()).headers if each.level]
    assert (shown.name, shown.origin) == ("Authorization", Origin.AUTH)


def test_digest_of_a_file_answers_the_challenge(tmp_path: Path) -> None:
    """RFC 7616: the request goes out again, with the answer."""
    refusal = 'WWW-Authenticate: Digest realm="r", nonce="n", qop="auth"'
    refused = response(b"", refusal, status="401 Unauthorized")
    with RawServer(answering(refused, response(b"in"))) as server:
        world = World(tmp_path, server)
        world.write("", "", "\n  auth: {type: digest, username: ann, password: p}")
        assert world.sent().startswith('Digest username="ann"')
        assert authorization(server.requests[0]) == ""


@pytest.mark.parametrize(
    "fields",
    [
        "signatureMethod: RSA-SHA1",
        "includeBodyHash: true",
        "nonce: '1'",
        "signatureMethod: OTHER",
    ],
)
def test_a_signature_that_would_be_another_is_not_made(
    fields: str, tmp_path: Path, server: RawServer
) -> None:
    world = World(tmp_path, server)
    auth = f"{{type: oauth1, consumerKey: k, consumerSecret: s, {fields}}}"
    world.write("", "", f"\n  auth: {auth}")
    with pytest.raises(UnusableAuth):
        world.sent()
    assert server.requests == []


def test_what_cannot_sign_in_is_not_sent(tmp_path: Path, server: RawServer) -> None:
    """A request never goes out without the credential that it should carry."""
    world = World(tmp_path, server)
    kinds = ("oauth2", "oauth2, flow: client_credentials", "wsse", "ntlm", "new")
    for text, kind in [(each, each.partition(",")[0]) for each in kinds]:
        world.write(f"\n  auth: {{type: {text}}}", "", "\n  auth: inherit")
        with pytest.raises(UnusableAuth) as caught:
            world.sent()
        error = caught.value
        assert (error.kind, error.owner, error.level) == (kind, "collection", "C")
        assert preview_send(*world.loaded()).problems[0].__class__ is UnusableAuth
    world.write("", "", "\n  auth: {type: bearer, token: '{{missing}}'}")
    with pytest.raises(UnknownVariables) as unknown:
        world.sent()
    assert unknown.value.names == ("missing",)
    world.write("", "", "\n  auth: {type: bearer, token: ''}")
    with pytest.raises(InvalidCredential) as empty:
        world.sent()
    assert (empty.value.reason, empty.value.owner) == (CredentialReason.MISSING, "request")
    assert server.requests == []


def test_the_credential_stays_with_its_origin(tmp_path: Path, server: RawServer) -> None:
    """Statement 22: dropped on a redirect to another origin, header and query alike."""
    key = "\n  auth: {type: apikey, key: X-Plain, value: canary, placement: header}"
    with RawServer(answering(response(b"there"))) as other:
        target = f"http://127.0.0.1:{other.port}/there?again=canary"
        head = f"HTTP/1.1 302 Found\r\nLocation: {target}\r\nContent-Length: 0\r\n\r\n"
        with RawServer(answering(head.encode())) as first:
            world = World(tmp_path, first)
            world.write("", "", key)
            world.sent()
            assert b"X-Plain: canary" in first.requests[0]
            assert b"X-Plain" not in other.requests[0]


def test_its_secrets_are_masked_by_value(tmp_path: Path, server: RawServer) -> None:
    """Statement 76: the text, and what is made of it."""
    world = World(tmp_path, server)
    world.write("", "", "\n  auth: {type: basic, username: ann, password: canary-1}")
    request, context = world.loaded()
    assert "canary-1" not in repr(request)
    exchange = send(request, context, CancelToken(), Progress())
    assert {"canary-1", b64encode(b"ann:canary-1").decode()} <= exchange.request.secrets
    masker = Masker(secret_values(exchange.request, ()))
    coded = b64encode(b"ann:canary-1").decode()
    assert masker.text(f"canary-1 {coded}").count("canary") == 0
    assert coded not in masker.text(coded)


def test_a_save_leaves_auth_alone(tmp_path: Path, server: RawServer) -> None:
    world = World(tmp_path, server)
    world.write("", "", "\n  auth: {type: ntlm,   domain: d, password: p}  # ours")
    file = Path(world.root) / "folder" / "r.yml"
    before = file.read_text()
    request = world.loaded()[0]
    changed = replace(request, method="PUT", auth=None)
    world.store.save(world.root, "folder/r.yml", changed, None)
    assert file.read_text() == before.replace("GET", "PUT")


@pytest.mark.parametrize(
    "block",
    [
        "inherit",
        "none",
        "{type: basic, username: '{{a}}', password: b}",
        "{type: bearer, token: t}",
        "{type: apikey, key: k, value: v, placement: query}",
        "{type: digest, username: u, password: p}",
        "{type: oauth1, consumerKey: k, consumerSecret: s, signatureMethod: HMAC-SHA256}",
        "{type: awsv4, accessKeyId: a, secretAccessKey: s, service: s3, region: r}",
        (
            "{type: oauth2, flow: resource_owner_password_credentials, accessTokenUrl: '{{t}}', "
            "credentials: {clientId: a, clientSecret: s}, "
            "resourceOwner: {username: u, password: p}}"
        ),
        (
            "{type: oauth2, flow: authorization_code, authorizationUrl: http://a, pkce: "
            "{disabled: true}, callbackUrl: 'http://localhost:8765/cb', "
            "tokenConfig: {placement: {header: ''}}}"
        ),
        "{type: oauth2, flow: client_credentials, tokenConfig: {placement: {query: key}}}",
    ],
)
def test_auth_survives_a_draft_and_a_new_file(
    block: str, tmp_path: Path, server: RawServer
) -> None:
    world = World(tmp_path, server)
    world.write("", "", f"\n  auth: {block}")
    request = world.loaded()[0]
    assert request.auth is not None
    assert request_json.load(request_json.dump(request)).auth == request.auth
    assert world.store.add(world.root, "", request).request.auth == request.auth
    if isinstance(request.auth, FileAuth):
        assert request.auth.auth is not None


@pytest.mark.parametrize(
    ("collection", "folder", "said"),
    [
        ("own", "", True),
        ("none", "own", True),
        ("own", "inherit", True),
        ("", "", False),
        ("own", "none", False),
        ("own", "connection", False),
        ("connection", "", False),
    ],
)
def test_a_new_request_inherits_the_auth_that_there_is(
    collection: str, folder: str, said: bool, tmp_path: Path, server: RawServer
) -> None:
    """As Bruno's new requests do; where there is nothing to inherit the file has no such line."""
    world = World(tmp_path, server)
    world.say(collection, folder, "")
    added = world.store.add(world.root, "folder", Request(name="New", url=world.url))
    text = (Path(world.root) / added.path).read_text()
    assert ("auth: inherit" in text) is said
    assert (added.request.auth is AuthWord.INHERIT) is said
    changed = replace(added.request, method="PUT")
    world.store.save(world.root, added.path, changed, added.digest)
    assert (Path(world.root) / added.path).read_text() == text.replace("GET", "PUT")
    kept = world.store.add(world.root, "folder", replace(added.request, auth=AuthWord.NONE))
    assert kept.request.auth is AuthWord.NONE


CELLS = {
    "basic": ("{type: basic, username: ann, password: 'b c'}", "", "inherit"),
    "the folder's": (
        "{type: basic, username: a, password: b}",
        "{type: bearer, token: t}",
        "inherit",
    ),
    "own": ("{type: bearer, token: c}", "", "{type: bearer, token: r}"),
    "none": ("{type: bearer, token: c}", "{type: bearer, token: t}", "none"),
    "nothing": ("{type: bearer, token: c}", "{type: bearer, token: t}", ""),
    "key": ("{type: apikey, key: X-Key, value: v, placement: header}", "inherit", "inherit"),
    "query": ("{type: apikey, key: k, value: v, placement: query}", "", "inherit"),
}


def test_bru_reads_the_same_files_alike(tmp_path: Path, server: RawServer) -> None:
    """Storage.md: what Bruno inherits is inherited here."""
    for number, (name, texts) in enumerate(CELLS.items()):
        world = World(tmp_path / str(number), server)
        world.write(*(f"\n  auth: {text}" if text else "" for text in texts))
        world.sent()
        run_bru(world.root, "-r")
        ours, theirs = server.requests[-2:]
        key = re.compile(rb"\r\n(x-key: .*?)\r\n", re.IGNORECASE)
        seen = [
            (authorization(raw), key.findall(raw.lower()), raw.split(b" ")[1])
            for raw in (ours, theirs)
        ]
        assert seen[0] == seen[1], name
