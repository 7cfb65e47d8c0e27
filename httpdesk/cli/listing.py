"""`httpdesk list`: the requests of a collection folder, as a tree or as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from httpdesk.cli.arguments import Parser
from httpdesk.cli.exit_status import ExitStatus
from httpdesk.cli.messages import describe
from httpdesk.cli.output import open_standard_output
from httpdesk.cli.ports import CliPorts, Streams
from httpdesk.cli.terminal import one_line, say
from httpdesk.engine.masking import mask_url
from httpdesk.model.collection import Collection, Item, ItemKind

_WIDEST_METHOD = 7


def run_list(argv: Sequence[str], ports: CliPorts, streams: Streams) -> ExitStatus:
    """Print what a folder holds; broken files are named and end in FILE. Raises StorageFailed."""
    parser = Parser(prog="httpdesk list", add_help=False, allow_abbrev=False)
    parser.add_argument("folder", nargs="?", default=".")
    parser.add_argument("--json", action="store_true")
    words = parser.parse_args(list(argv))
    collection = ports.collections().check(ports.files.absolute(words.folder))
    output = open_standard_output(streams.stdout)
    if words.json:
        output.text(json.dumps(_as_data(collection), indent=2, ensure_ascii=False) + "\n")
    else:
        output.text("".join(f"{one_line(line)}\n" for line in _lines(collection.items, "")))
    problems = [collection.problem, *(item.problem for item in collection.walk())]
    broken = [problem for problem in problems if problem is not None]
    for problem in broken:
        say(streams.stderr, describe(problem))
    return ExitStatus.FILE if broken else ExitStatus.SUCCESS


def _lines(items: Sequence[Item], indent: str) -> Iterator[str]:
    for item in items:
        if item.kind is ItemKind.FOLDER:
            yield f"{indent}{item.name}/"
            yield from _lines(item.children, f"{indent}  ")
        else:
            word = "broken" if item.kind is ItemKind.BROKEN else item.method
            yield f"{indent}{word:<{_WIDEST_METHOD}} {item.name}  ({item.path})"


def _as_data(collection: Collection) -> dict[str, Any]:
    return {
        "root": collection.root,
        "name": collection.name,
        "items": [_item_data(item) for item in collection.items],
    }


def _item_data(item: Item) -> dict[str, Any]:
    data: dict[str, Any] = {"path": item.path, "kind": item.kind.value, "name": item.name}
    if item.kind is ItemKind.FOLDER:
        data["items"] = [_item_data(child) for child in item.children]
    elif item.problem is not None:
        data["problem"] = describe(item.problem)
    else:
        data |= {"method": item.method, "url": mask_url(item.url)}
    return data
