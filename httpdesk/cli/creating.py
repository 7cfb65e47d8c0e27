"""`httpdesk new`: a collection, a folder in it, or a request."""

from __future__ import annotations

import os
from collections.abc import Sequence

from httpdesk.cli.arguments import Parser, UsageError
from httpdesk.cli.exit_status import ExitStatus
from httpdesk.cli.output import open_standard_output
from httpdesk.cli.ports import CliPorts, Streams
from httpdesk.engine.headers import is_token
from httpdesk.model.request import Request

_USES = {
    "collection": "new collection FOLDER [NAME]",
    "folder": "new folder FOLDER NAME",
    "request": "new request FOLDER NAME [[METHOD] URL]",
}


def run_new(argv: Sequence[str], ports: CliPorts, streams: Streams) -> ExitStatus:
    """Make what the words say and print its path; raises UsageError and StorageFailed."""
    parser = Parser(prog="httpdesk new", add_help=False, allow_abbrev=False)
    parser.add_argument("words", nargs="*")
    kind, *words = parser.parse_args(list(argv)).words or [""]
    makers = {"collection": _collection, "folder": _folder, "request": _request}
    if kind not in makers:
        raise UsageError(f"{kind!r} is none of {', '.join(makers)}.")
    path = makers[kind](words, ports)
    open_standard_output(streams.stdout).text(f"{path}\n")
    return ExitStatus.SUCCESS


def _collection(words: list[str], ports: CliPorts) -> str:
    folder, name = _named(words, "collection", (1, 2), default="")
    root = ports.files.absolute(folder)
    return ports.collections().create(root, name or os.path.basename(root)).root


def _folder(words: list[str], ports: CliPorts) -> str:
    folder, name = _named(words, "folder", (2, 2))
    root, inside = ports.files.locate_folder(folder)
    return os.path.join(root, ports.collections().add_folder(root, inside, name))


def _request(words: list[str], ports: CliPorts) -> str:
    folder, name, *target = _named(words, "request", (2, 4))
    root, inside = ports.files.locate_folder(folder)
    method, url = ["GET", *target][-2:] if target else ("GET", "")
    if not is_token(method):
        raise UsageError(f"{method!r} is no method.")
    request = Request(name=name, method=method.upper(), url=url)
    return os.path.join(root, ports.collections().add(root, inside, request).path)


def _named(
    words: list[str], kind: str, count: tuple[int, int], default: str | None = None
) -> list[str]:
    fewest, most = count
    if not fewest <= len(words) <= most or not all(word.strip() for word in words):
        raise UsageError(f"Use: httpdesk {_USES[kind]}.")
    return words if default is None or len(words) == most else [*words, default]
