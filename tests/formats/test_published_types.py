"""Files with every field of the format load and save whole, and stay what the format allows.

The format's JSON Schema is in no package; its published types are, and TypeScript's own compiler
tells whether a file is one of them: a wrong type, a missing field, a field that there is not.
`bru run` on what is written is in tests/adapters/test_collection_with_bru.py.
"""

from __future__ import annotations

import difflib
import json
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from httpdesk.formats.opencollection import (
    edit_info,
    edit_request,
    new_collection,
    new_folder,
    new_request,
    read_head,
    read_request,
)
from httpdesk.model.collection import ItemKind
from httpdesk.model.request import (
    Body,
    Example,
    ExampleRequest,
    ExampleResponse,
    FileBody,
    FormBody,
    FormField,
    FormPart,
    GraphQLBody,
    Header,
    MultipartBody,
    NoBody,
    PartKind,
    PathParam,
    QueryParam,
    RawBody,
    RawKind,
    Request,
    SetVariable,
)
from tests.formats.test_opencollection_write import FILES

SCRIPT = Path(__file__).parents[1] / "npm" / "published_types.mjs"
EXAMPLE = Example("New", response=ExampleResponse(200, "OK", (("A", "b"),), "text", "hi"))
NODE_SECONDS = 60
KINDS = ("HttpRequest", "GraphQLRequest", "GrpcRequest", "WebSocketRequest", "ScriptFile", "App")
WRONG = {
    "key.yml": b"info:\n  type: http\n  odd: 1\n",
    "type.yml": b"info:\n  type: http\nsettings:\n  timeout: soon\n",
    "gone.yml": b"info:\n  type: http\nhttp:\n  headers:\n    - name: a\n",
}
"""What the check has to see, so that its silence tells something."""


def node(*words: str) -> str:
    done = subprocess.run(
        ["node", str(SCRIPT), *words],
        capture_output=True,
        text=True,
        timeout=NODE_SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with generated files, Bruno's own, and those that the tests have."""
    folder = tmp_path_factory.mktemp("corpus")
    node("generate", str(folder / "every-field"))
    node("bruno", str(folder / "bruno"))
    (folder / "own").mkdir()
    for path in FILES:
        (folder / "own" / f"{path.parent.name} {path.name}").write_bytes(path.read_bytes())
    return folder


def complaints(files: list[Path]) -> list[tuple[str, str]]:
    """Return (file name, what the types do not allow)."""
    found = json.loads(node("check", *map(str, files)))
    return [(Path(file).name, words) for file, words in found]


@pytest.fixture(scope="module")
def before(corpus: Path) -> list[tuple[str, str]]:
    """Return what the types do not allow in the corpus as it came."""
    return complaints(sorted(corpus.rglob("*.yml")))


def requests_of(corpus: Path) -> list[Path]:
    heads = {path: read_head(path.read_bytes()) for path in sorted(corpus.rglob("*.yml"))}
    return [path for path, head in heads.items() if head.kind is ItemKind.REQUEST]


def changed_lines(before: bytes, after: bytes) -> int:
    """Return how many lines a diff without context has."""
    matcher = difflib.SequenceMatcher(None, before.splitlines(), after.splitlines(), autojunk=False)
    spans = (each[1:] for each in matcher.get_opcodes() if each[0] != "equal")
    return sum((b - a) + (d - c) for a, b, c, d in spans)


EDITS: dict[str, tuple[Callable[[Request], Request], int]] = {
    "name": (lambda r: replace(r, name="Other"), 2),
    "method": (lambda r: replace(r, method="PATCH"), 2),
    "url": (lambda r: replace(r, url="http://other/" if not r.params else r.url), 2),
    "header": (lambda r: replace(r, headers=(*r.headers, Header("New", "1"))), 3),
    "header off": (
        lambda r: replace(
            r,
            headers=tuple(replace(h, enabled=not h.enabled) for h in r.headers[:1]) + r.headers[1:],
        ),
        2,
    ),
    "header gone": (lambda r: replace(r, headers=r.headers[1:]), 10),
    "path": (lambda r: replace(r, path_params=(*r.path_params, PathParam("new", "1"))), 5),
    "tag": (lambda r: replace(r, tags=(*r.tags, "new")), 2),
    "notes": (lambda r: replace(r, notes="other"), 25),
    "variable": (lambda r: replace(r, variables=(*r.variables, ("new", "1"))), 5),
    "action": (lambda r: replace(r, actions=(*r.actions, SetVariable("t", "res.body.t"))), 11),
    "option": (lambda r: replace(r, options=replace(r.options, retry_max=3)), 5),
    "timeout": (lambda r: replace(r, options=replace(r.options, timeout_ms=77)), 4),
    "example": (lambda r: replace(r, examples=(*r.examples, EXAMPLE)), 12),
    "example name": (
        lambda r: replace(
            r, examples=tuple(replace(e, name="Other") for e in r.examples[:1]) + r.examples[1:]
        ),
        2,
    ),
}


def editable(request: Request, edit: str) -> bool:
    """Return whether the format has that for a request of this kind."""
    return not (edit == "example" and isinstance(request.body, GraphQLBody))


def test_there_is_a_corpus(corpus: Path) -> None:
    assert len(requests_of(corpus)) > 50
    kinds = {read_head(path.read_bytes()).kind for path in corpus.rglob("*.yml")}
    assert kinds == {ItemKind.REQUEST, ItemKind.OTHER}


def test_loading_and_saving_changes_no_byte(corpus: Path) -> None:
    for path in requests_of(corpus):
        data = path.read_bytes()
        assert edit_request(data, read_request(data)) == data, path.name


def test_the_generated_files_are_what_the_types_say(before: list[tuple[str, str]]) -> None:
    assert [name for name, _ in before if name.split()[0] in KINDS] == []


def test_one_edit_is_a_small_diff_and_stays_valid(
    corpus: Path, before: list[tuple[str, str]], tmp_path: Path
) -> None:
    """Every field that can be edited, in each file of the corpus."""
    files = [path for path in requests_of(corpus) if path.parent.name != "own"]
    known = {words for _, words in before}
    edited: list[Path] = []
    for number, path in enumerate(files):
        data = path.read_bytes()
        request = read_request(data)
        for name, (edit, most) in EDITS.items():
            wanted = edit(request)
            if not editable(request, name):
                continue
            after = edit_request(data, wanted)
            count = changed_lines(data, after)
            assert count <= most, (path.parent.name, path.name, name, count)
            if wanted != request:
                assert after != data, (path.name, name)
            edited.append(tmp_path / f"{number} {name}.yml")
            edited[-1].write_bytes(after)
    assert [each for each in complaints(edited) if each[1] not in known] == []


def new_files() -> dict[str, bytes]:
    """Return a file of each kind that is written anew."""
    rows = Request(
        name="All",
        url="http://h/:id",
        params=(QueryParam("a", "b", False, "c"), QueryParam("d", "é&")),
        path_params=(PathParam("id", "1", "d"),),
        headers=(Header("A", "b", False, "c"),),
        notes="# Words",
        variables=(("v", "1"),),
        actions=(SetVariable("t", "res.body.t", False, "d"),),
        tags=("smoke", "no", "1.0"),
        examples=(
            EXAMPLE,
            Example(
                "Sent",
                "words",
                ExampleRequest("POST", "http://h/", (Header("A", "b"),), (QueryParam("a", "b"),)),
                ExampleResponse(),
            ),
            Example("Bare", "", ExampleRequest(), None),
        ),
    )
    bodies: tuple[Body, ...] = (
        NoBody(),
        RawBody(RawKind.JSON, "{}"),
        RawBody(RawKind.XML, "<a/>"),
        FormBody((FormField("a", "b", False, "c"),)),
        MultipartBody((FormPart("a", "b"), FormPart("f", "x.bin", PartKind.FILE, "a/b", "n"))),
        FileBody("photo.png"),
        GraphQLBody("{ a }", "{}"),
    )
    made = {"opencollection.yml": new_collection("C"), "folder.yml": new_folder("F", 2.0)}
    made["folder seq.yml"] = edit_info(new_folder("F"), seq=3)
    for number, body in enumerate(bodies):
        examples = () if isinstance(body, GraphQLBody) else rows.examples
        request = replace(rows, body=body, examples=examples)
        made[f"{number}.yml"] = new_request(request, 1.5)
    return made


def test_every_new_file_is_valid(tmp_path: Path) -> None:
    files = []
    for name, data in (new_files() | WRONG).items():
        files.append(tmp_path / name)
        files[-1].write_bytes(data)
    assert [name for name, _ in complaints(files)] == list(WRONG)
