"""What the command line leaves in the history, and the command that shows it."""

from __future__ import annotations

import json
import sqlite3
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from urllib.parse import quote, quote_plus

import pytest

from httpdesk.adapters import sqlite_file
from httpdesk.adapters.history_database import HistoryDatabase
from httpdesk.cli.exit_status import ExitStatus
from httpdesk.model.history import HistoryFilter, HistoryRecord
from tests.cli.conftest import Cli, Result
from tests.helpers.raw_server import RawServer, answering, response


@pytest.fixture
def server() -> Iterator[RawServer]:
    answer = response(b'{"item": "quark"}', "Content-Type: application/json")
    with RawServer(answering(answer)) as made:
        yield made


def records(history: HistoryDatabase) -> list[HistoryRecord]:
    """Return the whole history, newest first."""
    found = [history.record(each.id) for each in history.page(HistoryFilter()).entries]
    return [each for each in found if each is not None]


def request_file(
    folder: Path, url: str, *lines: str, inputs: bool, outputs: bool, variable: str = ""
) -> Path:
    """Write a collection with one request, and return the file of that."""
    (folder / "opencollection.yml").write_text("opencollection: 1.0.0\ninfo: {name: Shop}\n")
    options = f"""
runtime:
  variables:
    - {{name: httpdesk.secure.inputs, value: "{str(inputs).lower()}"}}
    - {{name: httpdesk.secure.outputs, value: "{str(outputs).lower()}"}}
    - {{name: session_token, value: {json.dumps(variable)}}}
"""
    http = "\n".join((f"  url: {url}", *lines))
    path = folder / "ask.yml"
    path.write_text(f"info: {{name: Ask, type: http}}\nhttp:\n{http}\n{options}")
    return path


def test_a_send_leaves_its_facts_alone(
    cli: Cli, history: HistoryDatabase, server: RawServer
) -> None:
    """Statement 77."""
    url = f"http://127.0.0.1:{server.port}/orders?x=muon"
    assert cli("send", url).status is ExitStatus.SUCCESS
    (record,) = records(history)
    assert record == HistoryRecord(record.entry)
    entry = record.entry
    assert (entry.method, entry.host, entry.status_code, entry.url) == ("GET", "127.0.0.1", 200, "")
    assert entry.bytes_received == 17
    assert cli("send", url, "--no-history").status is ExitStatus.SUCCESS
    assert len(records(history)) == 1


def test_what_is_not_secured_is_kept(
    cli: Cli, history: HistoryDatabase, server: RawServer, tmp_path: Path
) -> None:
    """Statement 79."""
    url = f"http://127.0.0.1:{server.port}/orders"
    file = request_file(tmp_path, url, "  method: GET", inputs=False, outputs=False)
    (tmp_path / "environments").mkdir()
    (tmp_path / "environments" / "Staging.yml").write_text("name: Staging\nvariables: []\n")
    assert cli("send", str(file), "--env", "Staging").status is ExitStatus.SUCCESS
    (record,) = records(history)
    assert record.entry.environment == "Staging"
    assert (record.entry.root, record.entry.path) == (str(tmp_path), "ask.yml")
    assert (record.entry.name, record.entry.url) == ("Ask", url)
    assert record.body == b'{"item": "quark"}'
    assert record.request is not None
    listed = cli("history", "list", "--search", "quark")
    assert record.entry.id in listed.out.decode()
    assert f"GET\t200\t{record.entry.elapsed_ms:.0f} ms\t{url}" in listed.out.decode()
    shown = cli("history", "show", record.entry.id).out.decode()
    assert "Content-Type: application/json" in shown
    assert '{"item": "quark"}' in shown


def test_the_history_is_listed_shown_and_deleted(
    cli: Cli, history: HistoryDatabase, server: RawServer
) -> None:
    """Issue 6, part 8."""
    url = f"http://127.0.0.1:{server.port}/"
    for method in ("GET", "PUT", "DELETE"):
        cli("send", method, url)
    cli("send", "http://127.0.0.1:1/")
    lines = cli("history", "--limit", "3").out.decode().splitlines()
    assert [line.split("\t")[2:4] for line in lines] == [
        ["GET", "ConnectionRefused"],
        ["DELETE", "200"],
        ["PUT", "200"],
    ]
    listed = json.loads(cli("history", "list", "--json", "--search", "delete").out)
    assert [each["method"] for each in listed] == ["DELETE"]
    one = listed[0]["id"]
    shown = json.loads(cli("history", "show", one, "--json").out)
    assert (shown["method"], shown["request"], shown["body"]) == ("DELETE", None, None)
    assert "not kept (secure)" in cli("history", "show", one).out.decode()
    assert cli("history", "delete", one).status is ExitStatus.SUCCESS
    again = cli("history", "delete", one)
    assert again.status is ExitStatus.USAGE
    assert again.err == f"There is no entry '{one}' in the history.\n"
    assert len(records(history)) == 3


def test_all_is_deleted_once_that_is_agreed_to(
    cli: Cli, history: HistoryDatabase, server: RawServer
) -> None:
    """Issue 6, part 8."""
    cli("send", f"http://127.0.0.1:{server.port}/")
    refused = cli("history", "clear")
    assert (refused.status, "--yes" in refused.err) == (ExitStatus.USAGE, True)
    no = cli("history", "clear", asked=True, stdin=b"n\n")
    assert no.err == "Delete all 1 entries of the history? y or n:\nNothing was deleted.\n"
    assert len(records(history)) == 1
    assert cli("history", "clear", asked=True, stdin=b"y\n").status is ExitStatus.SUCCESS
    assert records(history) == []
    assert cli("history", "clear", "--yes").err == "Deleted: 0.\n"
    assert "Nothing is found" in cli("history").err


@pytest.mark.parametrize(
    "words",
    [
        ("unknown",),
        ("show",),
        ("delete",),
        ("show", "a", "b"),
        ("list", "a"),
        ("list", "--limit", "0"),
        ("list", "--limit", "x"),
        ("clear", "a"),
    ],
)
def test_wrong_words_are_told(cli: Cli, words: tuple[str, ...]) -> None:
    result = cli("history", *words)
    assert result.status is ExitStatus.USAGE
    assert "See httpdesk history --help." in result.err


def test_a_locked_history_fails_no_send(
    cli: Cli,
    history: HistoryDatabase,
    history_path: Path,
    server: RawServer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Row 32: it is told to those who want to know more; a server without a home is no news."""
    monkeypatch.setattr(sqlite_file, "LOCK_WAIT_S", 0.01)
    history.open()
    other = sqlite3.connect(history_path, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    url = f"http://127.0.0.1:{server.port}/"
    result = cli("send", url)
    assert (result.status, result.out, result.err) == (ExitStatus.SUCCESS, b'{"item": "quark"}', "")
    assert "Warning: the send is not in the history. " in cli("send", url, "-v").err
    other.execute("ROLLBACK")
    other.close()


# Row 44: 12 secrets in 6 encodings, with each of the four ways to keep a send

CANARIES = tuple(f'c4n/ary+{number:02} "é' for number in range(12))
PLAIN = tuple(
    each.encode("ascii", "ignore").decode().replace('"', "").replace(" ", "~")
    for each in CANARIES[:5]
)
"""Those in headers, where not every sign may stand."""
SET_COOKIE = "c4n-ary-set-cookie-10"
ALL = (*PLAIN, *CANARIES[5:10], SET_COOKIE, CANARIES[11])


def forms(secret: str) -> tuple[str, ...]:
    raw = secret.encode()
    return (
        secret,
        quote(secret, safe=""),
        quote_plus(secret),
        json.dumps(secret)[1:-1].replace("/", "\\/"),
        b64encode(raw).decode(),
        urlsafe_b64encode(raw).decode().rstrip("="),
    )


FORMS = tuple(form for secret in ALL for form in forms(secret))


def planted(cli: Cli, folder: Path, port: int, *, inputs: bool, outputs: bool) -> Result:
    """Send a request that holds ten of the secrets; the answer has two more and repeats all."""
    bearer, cookie, key, token, note = PLAIN
    query, password, field, secret, variable = CANARIES[5:10]
    url = (
        f"http://me:{quote(password, safe='')}@127.0.0.1:{port}/said/{{{{SECRET}}}}"
        f"?api_key={quote(query, safe='')}"
    )
    headers = {
        "Authorization": f"Bearer {bearer}",
        "Cookie": f"a={cookie}",
        "X-API-Key": key,
        "X-Auth-Token": token,
        "X-Note": "{{NOTE}}",
    }
    body = {"password": field, "said": "{{session_token}}", "again": field}
    file = request_file(
        folder,
        json.dumps(url),
        "  method: POST",
        "  headers:",
        *(f"    - {{name: {name}, value: {json.dumps(text)}}}" for name, text in headers.items()),
        f"  body: {{type: json, data: {json.dumps(json.dumps(body))}}}",
        inputs=inputs,
        outputs=outputs,
        variable=variable,
    )
    return cli("send", str(file), HTTPDESK_SECRET_SECRET=secret, HTTPDESK_SECRET_NOTE=note)


@pytest.mark.parametrize(("inputs", "outputs"), list(product((True, False), repeat=2)))
def test_no_secret_is_in_the_history(  # noqa: PLR0917
    cli: Cli,
    history: HistoryDatabase,
    history_path: Path,
    tmp_path: Path,
    inputs: bool,
    outputs: bool,
) -> None:
    """Statements 76, 77 and 79; row 44."""
    echo = json.dumps({"access_token": CANARIES[11], "echo": FORMS}).encode()
    answer = response(
        echo,
        "Content-Type: application/json",
        f"Set-Cookie: b={SET_COOKIE}",
        *(f"X-Echo: {quote(form, safe='')}" for form in FORMS),
    )
    with RawServer(answering(answer)) as server:
        result = planted(cli, tmp_path, server.port, inputs=inputs, outputs=outputs)
    assert result.status is ExitStatus.SUCCESS, result.err
    (record,) = records(history)
    assert (record.request is None, record.body is None) == (inputs, outputs)
    shown = cli("history", "show", record.entry.id).out.decode()
    texts = [shown, cli("history", "--json").out.decode(), repr(record), str(record.request)]
    texts += [bytes(record.body or b"").decode(), json.dumps(record.response_headers)]
    texts.append(cli("history", "show", record.entry.id, "--json").out.decode())
    history.close()
    files = b"".join(file.read_bytes() for file in history_path.parent.iterdir())
    assert files
    for form in FORMS:
        assert not any(form in text for text in texts), form
        assert form.encode() not in files, form
