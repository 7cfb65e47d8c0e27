"""A folder made here runs under `bru run` and sends the same (storage.md; statements 1 to 5)."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest
import yaml

from httpdesk.adapters.collection_files import CollectionFiles
from httpdesk.adapters.requests_transport import RequestsTransport
from httpdesk.adapters.uploads import LocalUploads
from httpdesk.engine.resolve import Means, resolve
from httpdesk.formats import yaml_text
from httpdesk.model.collection import ItemKind, Scope
from httpdesk.model.request import (
    Body,
    Example,
    ExampleResponse,
    FileBody,
    FormBody,
    FormField,
    FormPart,
    GraphQLBody,
    Header,
    MultipartBody,
    Options,
    PartKind,
    PathParam,
    QueryParam,
    RawBody,
    RawKind,
    Request,
)
from tests.helpers.raw_server import RawServer, answering, response
from tests.helpers.requests import TELLING
from tests.helpers.sends import send

TESTS = Path(__file__).parents[1]
NPM = TESTS / "npm" / "node_modules"
BRU = NPM / ".bin" / "bru"
OWN_HEADERS = ("x-", "content-type")
"""Headers that the user or the kind of body asked for; the others each program adds itself."""


@dataclass(frozen=True)
class Wire:
    """What of a request has to be the same, whoever sends it."""

    method: str
    target: str
    headers: tuple[tuple[str, str], ...]
    body: bytes


def wire(raw: bytes) -> Wire:
    """Return what matters of a request as it came in."""
    head, _, body = raw.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    method, target, _ = first.split(" ")
    pairs = [line.split(": ", 1) for line in lines]
    kept = [
        (name.lower(), value.partition(";")[0] if name.lower() == "content-type" else value)
        for name, value in pairs
        if name.lower().startswith(OWN_HEADERS)
    ]
    return Wire(method, target, tuple(sorted(kept)), body)


def run_bru(folder: str, *words: str) -> str:
    """Run `bru` in a collection folder; a missing program fails the test."""
    if not BRU.exists():
        pytest.fail(f"{BRU} is missing: the test set-up installs it (npm ci in tests/npm)")
    environment = {key: value for key, value in os.environ.items() if "proxy" not in key.lower()}
    done = subprocess.run(
        [str(BRU), "run", *words],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=50,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture
def server() -> Iterator[RawServer]:
    with RawServer(answering(response(b"ok"))) as running:
        yield running


def base(server: RawServer) -> str:
    return f"http://127.0.0.1:{server.port}"


def send_all(store: CollectionFiles, root: str, server: RawServer, folder: Path) -> list[Wire]:
    """Send each request of a collection as the program does; return what arrived."""
    transport = RequestsTransport(folder)
    before = len(server.requests)
    for item in store.open(root).walk():
        if item.kind is ItemKind.REQUEST:
            defaults = store.defaults(root, item.path)
            scope = Scope(tuple((origin, each.variables) for origin, each in defaults))
            request = store.load(root, item.path).request
            assert (
                send(
                    transport,
                    resolve(
                        request, Means(scope=scope, defaults=defaults, files=LocalUploads(root))
                    ),
                ).error
                is None
            )
    transport.close()
    return [wire(raw) for raw in server.requests[before:]]


def sent_by_bru(root: str, server: RawServer, *words: str) -> list[Wire]:
    before = len(server.requests)
    run_bru(root, *words)
    return [wire(raw) for raw in server.requests[before:]]


def requests_to_compare(url: str) -> list[Request]:
    json_text = '{\n  "name": "{{who}}",\n  "number": 1.10,\n  "text": "é😀 \\"x\\""\n}'
    return [
        Request(
            name="Rows",
            url=f"{url}/rows?x=1#part",
            params=(
                QueryParam("y", "x y&é"),
                QueryParam("t", "a"),
                QueryParam("t", "b"),
                QueryParam("k", ""),
                QueryParam("off", "1", enabled=False),
                QueryParam("v", "{{who}}"),
            ),
            variables=(("who", "ann"),),
        ),
        Request(
            name="Typed",
            url=f"{url}/typed?d=%2B&e=%7E&t=a&t=b",
            options=Options(timeout_ms=5000, max_redirects=2),
        ),
        Request(name="Path", url=f"{url}/a/:id/c", path_params=(PathParam("id", "42"),)),
        Request(
            name="Headers: # odd",
            url=f"{url}/headers",
            headers=(
                Header("X-No", "no"),
                Header("X-Number", "1.10"),
                Header("X-Zero", "010"),
                Header("X-Text", "a: b # c {{who}}"),
                Header("X-Off", "1", enabled=False),
            ),
            variables=(("who", "y"),),
        ),
        Request(
            name="Json",
            method="POST",
            url=f"{url}/json",
            body=RawBody(RawKind.JSON, json_text),
            variables=(("who", "ann"),),
            notes="# Words\n\n- one\n",
            tags=("smoke", "no"),
            examples=(Example("One", "words", response=ExampleResponse(200, "OK")),),
        ),
        Request(
            name="Text",
            method="PUT",
            url=f"{url}/text",
            body=RawBody(RawKind.TEXT, "  a\0b\x85c\u2028d\te \r\nno\n"),
        ),
        Request(
            name="Xml",
            method="PATCH",
            url=f"{url}/xml",
            body=RawBody(RawKind.XML, '<a b="1">\n\t<c/>\n</a>'),
            headers=(Header("Content-Type", "application/soap+xml"),),
        ),
        Request(
            name="Form",
            method="POST",
            url=f"{url}/form",
            body=FormBody(
                (
                    FormField("user name", "ann é&="),
                    FormField("otp", "1", enabled=False),
                    FormField("empty", ""),
                )
            ),
        ),
        Request(name="Custom", method="FROB", url=f"{url}/custom"),
        Request(name="Delete", method="DELETE", url=f"{url}/delete"),
        Request(name="Options", method="OPTIONS", url=f"{url}/options"),
    ]


def test_bru_sends_what_the_program_sends(tmp_path: Path, server: RawServer) -> None:
    store = CollectionFiles(tmp_path / "own")
    root = str(tmp_path / "collection")
    store.create(root, "Compared: no")
    for request in requests_to_compare(base(server)):
        # Which headers the program leaves out is a matter of its own: bru sends its own ones.
        removed = replace(request.options, removed_headers=("Accept-Encoding",))
        store.add(root, "", replace(request, options=removed))
    ours = send_all(store, root, server, tmp_path)
    assert len(ours) == 11
    assert sent_by_bru(root, server) == ours
    tagged = [each for each in ours if each.target == "/json"]
    assert sent_by_bru(root, server, "--tags", "smoke") == tagged


def test_bru_sends_the_same_form_file_and_query(tmp_path: Path, server: RawServer) -> None:
    """Statements 43, 44: the same parts in the same order; only the boundary differs."""
    store = CollectionFiles(tmp_path / "own")
    root = str(tmp_path / "collection")
    store.create(root, "Bodies")
    (Path(root) / "files").mkdir()
    (Path(root) / "files" / "a.png").write_bytes(bytes(range(256)) * 300)
    (Path(root) / "files" / "b.txt").write_bytes(b"text")
    parts = (
        FormPart("note", "hi é"),
        FormPart("meta", '{"a":1}', PartKind.JSON),
        FormPart("off", "x", enabled=False),
        FormPart("doc", "files/b.txt", PartKind.FILE),
        FormPart("doc", "files/a.png", PartKind.FILE, "image/x"),
    )
    bodies: list[Body] = [
        MultipartBody(parts),
        FileBody("files/a.png"),
        GraphQLBody("query ($n: Int) {\n  a(n: $n)\n}", '{"n":1}'),
    ]
    for body in bodies:
        url = f"{base(server)}/{type(body).__name__}"
        store.add(root, "", Request(name=type(body).__name__, method="POST", url=url, body=body))
    ours = send_all(store, root, server, tmp_path)
    theirs = sent_by_bru(root, server)
    assert [_without_boundary(each) for each in theirs] == [
        _without_boundary(each) for each in ours
    ]
    assert len(ours) == 3


def _without_boundary(sent: Wire) -> Wire:
    boundary = sent.body.partition(b"\r\n")[0]
    if not boundary.startswith(b"--"):
        return sent
    body = re.sub(rb"(?i)content-(disposition|type):", _lower, sent.body)
    return replace(sent, body=body.replace(boundary, b"--XX").rstrip(b"\r\n"))


def _lower(match: re.Match[bytes]) -> bytes:
    return match[0].lower()


def test_folders_run_in_order_and_hand_down(tmp_path: Path, server: RawServer) -> None:
    store = CollectionFiles(tmp_path / "own")
    root = str(tmp_path / "collection")
    store.create(root, "Folders")
    first = store.add(root, "", Request(name="Last", url=f"{base(server)}/last"))
    folder = store.add_folder(root, "", "Sub/one")
    for name in ("c", "b", "a"):
        request = Request(name=name, url=f"{base(server)}/{{{{place}}}}/{name}")
        store.add(root, folder, request)
    store.move(root, f"{folder}/a.yml", folder, f"{folder}/b.yml")
    store.duplicate(root, first.path)
    own = Path(root) / folder / "folder.yml"
    more = {"headers": [{"name": "X-Folder", "value": "1.0"}]}
    more |= {"variables": [{"name": "place", "value": "here"}]}
    own.write_text(own.read_text() + "\n" + yaml_text.document({"request": more}))
    ours = send_all(store, root, server, tmp_path)
    assert [each.target for each in ours] == [
        *("/here/c", "/here/a", "/here/b", "/last", "/last"),
    ]
    assert ours[0].headers == (("x-folder", "1.0"),)
    assert sent_by_bru(root, server, "-r") == ours


def test_an_edited_file_of_bruno_sends_the_same(tmp_path: Path, server: RawServer) -> None:
    """With its default settings Bruno encodes the URL itself: the rows stay verbatim in it."""
    store = CollectionFiles(tmp_path / "own")
    shutil.copytree(TESTS / "data" / "collections" / "garden", tmp_path / "garden")
    root = str(tmp_path / "garden")
    for item in store.open(root).items:
        if item.name not in {"Plants & co", "Forms"}:
            store.delete(root, item.path)
    main = Path(root) / "opencollection.yml"
    text = re.sub(r"  scripts:.*?\n\n", "\n", main.read_text(), flags=re.DOTALL)
    main.write_text(text.replace("http://127.0.0.1:8080", base(server)))
    for path in ("Photo", "Raw", "Plant one"):
        store.delete(root, f"Plants/{path}.yml")
    store.delete(root, "Forms/Sparql.yml")

    def edit(path: str, **changes: object) -> None:
        loaded = store.load(root, path)
        store.save(root, path, replace(loaded.request, **changes), loaded.digest)  # type: ignore[arg-type]

    rows = store.load(root, "Plants/List.yml").request.params
    edit("Plants/List.yml", params=(*rows, QueryParam("n", "a+b é%41")))
    edit("Forms/Xml.yml", url=f"{base(server)}/xml")
    edit("Forms/Text.yml", params=(QueryParam("a", "x&y"), QueryParam("b", "{{base}}")))
    edit("Forms/Sign in.yml", url=f"{base(server)}/login", body=FormBody((FormField("a", "é b"),)))
    ours = send_all(store, root, server, tmp_path)
    theirs = sent_by_bru(root, server, "-r")
    assert len(ours) == 4
    assert [_decoded(each) for each in ours] == [_decoded(each) for each in theirs]


def _decoded(sent: Wire) -> tuple[object, ...]:
    parts = urlsplit(sent.target)
    # A blank is `+` here and `%20` there.
    query = parse_qsl(parts.query, keep_blank_values=True)
    return sent.method, parts.path, query, sent.headers, sent.body


def test_bru_reports_no_file_as_invalid(tmp_path: Path, server: RawServer) -> None:
    store = CollectionFiles(tmp_path / "own")
    root = str(tmp_path / "collection")
    store.create(root, "Awkward")
    for number, text in enumerate(TELLING):
        request = Request(name=text, url=base(server), notes=text, headers=(Header("X-A", "b"),))
        store.add(root, "", replace(request, params=(QueryParam(f"n{number}", "1"),)))
    output = run_bru(root)
    assert "Skipping invalid file" not in output
    assert len(server.requests) == len(TELLING)


def test_the_yaml_library_of_bru_reads_our_text(tmp_path: Path) -> None:
    """A reader of YAML 1.2, where PyYAML is one of 1.1."""
    if not NPM.exists():
        pytest.fail(f"{NPM} is missing: the test set-up installs it (npm ci in tests/npm)")
    awkward = [chr(code) for code in (*range(0x20), *range(0x7F, 0xA1), 0x2028, 0xFEFF, 0x1F600)]
    texts = [*TELLING, *awkward, *(f"a{char}b\n{char}" for char in awkward), "a\n  b\n\tc\n", ""]
    data = {"list": texts, "map": [{"name": text, "value": [text]} for text in texts]}
    (tmp_path / "a.yml").write_bytes(yaml_text.document(data).encode())
    (tmp_path / "b.yml").write_bytes(f"all: {yaml_text.flow(data)}\n".encode())
    script = (
        "const YAML = require('yaml'), fs = require('fs');"
        "console.log(JSON.stringify(process.argv.slice(1).map("
        "f => YAML.parse(fs.readFileSync(f, 'utf8')))))"
    )
    done = subprocess.run(
        [_node(), "-e", script, str(tmp_path / "a.yml"), str(tmp_path / "b.yml")],
        cwd=NPM.parent,
        capture_output=True,
        check=True,
        timeout=30,
    )
    block, flow = json.loads(done.stdout)
    assert block == data
    assert flow == {"all": data}
    assert yaml.load((tmp_path / "a.yml").read_bytes(), yaml.CSafeLoader) == data


def _node() -> str:
    node = shutil.which("node")
    if node is None:
        pytest.fail("node is missing: the test set-up installs it")
    return node
