"""Environments written here give `bru run --env` the same values (storage.md; statement 82)."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pytest

from httpdesk.adapters.collection_files import CollectionFiles
from httpdesk.adapters.environment_files import EnvironmentFiles
from httpdesk.adapters.requests_transport import RequestsTransport
from httpdesk.engine.cancel import CancelToken
from httpdesk.engine.fakes import FrozenClock
from httpdesk.engine.ports import Progress
from httpdesk.engine.scopes import environment_values, process_values, scope_of
from httpdesk.engine.send import SendContext, send
from httpdesk.model.environment import Environment, ValueType, Variable
from httpdesk.model.request import Header, QueryParam, RawBody, RawKind, Request
from tests.adapters.test_collection_with_bru import Wire, sent_by_bru, wire
from tests.helpers.raw_server import RawServer, answering, response

LEVELS = ("collection", "environment", "folder", "request")
TABLE = [each for each in product((False, True), repeat=len(LEVELS)) if any(each)]


@pytest.fixture
def server() -> Iterator[RawServer]:
    """Give a server that answers."""
    with RawServer(answering(response(b"ok"))) as running:
        yield running


@pytest.fixture
def files(tmp_path: Path) -> CollectionFiles:
    """Give a store of collections."""
    return CollectionFiles(tmp_path / "data")


def environments(tmp_path: Path) -> EnvironmentFiles:
    """Return a store of environments."""
    return EnvironmentFiles(lambda: tmp_path / "config", tmp_path / "data")


def sent_by_us(root: str, path: str, name: str, server: RawServer, tmp_path: Path) -> Wire:
    """Send a request with an environment as the program does; return what arrived."""
    store = CollectionFiles(tmp_path / "data")
    request, inherited = store.load(root, path).request, store.defaults(root, path)
    values = environment_values(environments(tmp_path), root, name)
    process = process_values({"ACME": "from the system"}, request)
    transport = RequestsTransport(tmp_path)
    context = SendContext(
        transport, FrozenClock(), scope_of(inherited, {}, None, values, process), defaults=inherited
    )
    assert send(request, context, CancelToken(), Progress()).error is None
    transport.close()
    return wire(server.requests[-1])


def variables(level: str) -> list[tuple[str, str]]:
    """Return what a level gives: the names of the rows of the table in which it has a say."""
    at = LEVELS.index(level)
    return [(f"v{number}", level) for number, row in enumerate(TABLE) if row[at]]


def block(level: str) -> str:
    """Return the variables of a collection or folder as its file has them."""
    rows = "".join(
        f"    - name: {name}\n      value: {value}\n" for name, value in variables(level)
    )
    return f"request:\n  variables:\n{rows}"


def test_the_levels_win_over_each_other_as_in_bruno(
    files: CollectionFiles, server: RawServer, tmp_path: Path
) -> None:
    """Statement 82: every choice of collection, environment, folder and request, in one send."""
    root = str(tmp_path / "shop")
    files.create(root, "Shop")
    files.add_folder(root, "", "In")
    for level, file in (("collection", "opencollection.yml"), ("folder", "In/folder.yml")):
        with Path(root, file).open("a") as opened:
            opened.write("\n" + block(level))
    rows = tuple(Header(f"X-{number}", f"{{{{v{number}}}}}") for number in range(len(TABLE)))
    url = f"http://127.0.0.1:{server.port}/levels"
    own = tuple(variables("request"))
    files.add(root, "In", Request(name="All", url=url, headers=rows, variables=own))
    given = tuple(Variable(name, value) for name, value in variables("environment"))
    environments(tmp_path).create(root, Environment("Local", variables=given))
    ours = sent_by_us(root, "In/All.yml", "Local", server, tmp_path)
    assert [ours] == sent_by_bru(root, server, "-r", "--env", "Local")
    innermost = [
        next(level for level, on in zip(LEVELS[::-1], row[::-1], strict=True) if on)
        for row in TABLE
    ]
    expected = {f"x-{number}": level for number, level in enumerate(innermost)}
    assert {name: value for name, value in ours.headers if name in expected} == expected


def test_every_kind_of_variable_arrives_the_same(
    files: CollectionFiles, server: RawServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Typed, with odd text, off, through each other; what is reserved does no harm."""
    monkeypatch.setenv("ACME", "from the system")
    root = str(tmp_path / "shop")
    files.create(root, "Shop")
    given = (
        Variable("base", f"http://127.0.0.1:{server.port}"),
        Variable("number", "5", type=ValueType.NUMBER),
        Variable("truth", "true", type=ValueType.BOOLEAN),
        Variable("object", '{"a":1}', type=ValueType.OBJECT),
        Variable("odd", "é: #1 'x' \"y\" \\ %41"),
        Variable("number_like", "010"),
        Variable("nothing", ""),
        Variable("off", "on"),
        Variable("off", "really off", enabled=False),
        Variable("nested", "<{{number}}>", description="of another one"),
        Variable("token", secret=True, enabled=False),
    )
    names = [each.name for each in given if each.name not in ("base", "token")]
    environments(tmp_path).create(
        root, Environment("A b & c", protected=True, color="#aabbcc", variables=given)
    )
    text = "\n".join(f"{name}={{{{{name}}}}}" for name in (*names, "process.env.ACME"))
    request = Request(
        name="Kinds",
        method="POST",
        url="{{base}}/kinds",
        params=(QueryParam("n", "{{number}}"),),
        body=RawBody(RawKind.TEXT, text),
    )
    files.add(root, "", request)
    ours = sent_by_us(root, "Kinds.yml", "A b & c", server, tmp_path)
    assert [ours] == sent_by_bru(root, server, "--env", "A b & c")
    assert b"nested=<5>" in ours.body
    assert b"process.env.ACME=from the system" in ours.body
