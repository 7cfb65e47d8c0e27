"""The words behind `httpdesk send`."""

from __future__ import annotations

import pytest

from httpdesk.app import VERBS
from httpdesk.cli.arguments import UsageError, parse_duration, parse_send
from httpdesk.cli.commands import COMMANDS
from httpdesk.model.request import ResponseType
from tests.cli.conftest import Cli


@pytest.mark.parametrize(
    ("text", "milliseconds"),
    [("500", 500), ("0", 0), ("250ms", 250), ("30s", 30_000), ("1.5s", 1500), ("1m", 60_000)],
)
def test_a_time_is_milliseconds_unless_it_says_otherwise(text: str, milliseconds: int) -> None:
    assert parse_duration(text) == milliseconds


@pytest.mark.parametrize("text", ["", "x", "-5", "1e3", "5 apples", "nan", "٣"])
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="--timeout"):
        parse_duration(text)


def test_every_option_arrives() -> None:
    words = (
        "PUT http://h/ -H a:b --header c:d -q x=1 --query y -d text --body-type json "
        "--var n=v=w --timeout 2s --insecure --no-follow --max-redirects 7 "
        "--response-type binary --success 200-399 -i -o file --json -v --reveal"
    )
    found = parse_send(words.split())
    assert (found.method, found.url, found.file) == ("PUT", "http://h/", None)
    assert found.headers == ("a:b", "c:d")
    assert found.params == (("x", "1"), ("y", ""))
    assert (found.data, found.body_type) == (("text",), "json")
    assert found.variables == (("n", "v=w"),)
    assert (found.timeout_ms, found.max_redirects) == (2000, 7)
    assert (found.insecure, found.no_follow, found.include) == (True, True, True)
    assert found.response_type is ResponseType.BINARY
    assert (found.success, found.output) == ("200-399", "file")
    assert (found.as_json, found.verbose, found.reveal) == (True, True, True)


@pytest.mark.parametrize(
    ("word", "file"),
    [
        ("orders/list.yml", "orders/list.yml"),
        ("X.YAML", "X.YAML"),
        ("http://h/list.yml", None),
        ("h/list", None),
    ],
)
def test_a_request_file_is_told_from_a_url(word: str, file: str | None) -> None:
    assert parse_send([word]).file == file


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("", "URL or a request file is missing"),
        ("GET", "URL is missing behind GET"),
        ("GET http://h/ more", "3 words"),
        ("http://h/ --nonsense", "--nonsense"),
        ("http://h/ --time 5", "--time"),
        ("http://h/ -o", "-o"),
        ("http://h/ --max-redirects many", "--max-redirects"),
        ("http://h/ --body-type yaml", "yaml"),
        ("http://h/ --response-type html", "html"),
        ("http://h/ --var name", "--var"),
        ("http://h/ --var =x", "--var"),
    ],
)
def test_a_wrong_word_is_named(words: str, told: str) -> None:
    with pytest.raises(UsageError) as raised:
        parse_send(words.split())
    assert told in str(raised.value)


def test_every_command_is_known_to_the_start_and_has_its_help(cli: Cli) -> None:
    """The start tells a command from a folder; the help of the program names each."""
    assert set(COMMANDS) <= set(VERBS)
    program = cli("--help").out.decode()
    for name, command in COMMANDS.items():
        assert callable(command.run)
        assert f"httpdesk {name}" in program
        assert cli(name, "--help").out.decode() == command.help
