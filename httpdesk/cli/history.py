"""`httpdesk history`: what was sent, from the window and from the command line."""

from __future__ import annotations

import argparse
import json
from base64 import b64encode
from collections.abc import Iterator, Sequence
from contextlib import closing
from typing import Any

from httpdesk.cli.arguments import Parser, UsageError
from httpdesk.cli.exit_status import ExitStatus
from httpdesk.cli.output import open_standard_output
from httpdesk.cli.ports import CliPorts, Streams
from httpdesk.cli.prompt import is_interactive
from httpdesk.cli.terminal import printable, say
from httpdesk.engine.history_ports import PAGE, HistoryStore
from httpdesk.formats import request_json
from httpdesk.model.history import HistoryEntry, HistoryFilter, HistoryRecord
from httpdesk.render.units import format_size

_COMMANDS = ("list", "show", "delete", "clear")
_MOST = 1_000_000
_AT_FIRST = 20
_SECURE = "not kept (secure)"


def run_history(argv: Sequence[str], ports: CliPorts, streams: Streams) -> ExitStatus:
    """Do what the words behind `history` say; raises UsageError and StorageFailed."""
    found = _parse(argv)
    command, *ids = found.words or ["list"]
    with closing(ports.history()) as store:
        run = _Run(store, found, streams)
        if command == "list":
            return run.list()
        return run.clear() if command == "clear" else run.each(command, ids)


def _parse(argv: Sequence[str]) -> argparse.Namespace:
    parser = Parser(prog="httpdesk history", add_help=False, allow_abbrev=False)
    parser.add_argument("words", nargs="*")
    parser.add_argument("--search", default="")
    parser.add_argument("--limit", default=str(_AT_FIRST))
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--yes", action="store_true")
    found = parser.parse_args(list(argv))
    command, *ids = found.words or ["list"]
    if command not in _COMMANDS:
        raise UsageError(f"{command!r} is none of {', '.join(_COMMANDS)}.")
    if command in ("show", "delete") and not ids:
        raise UsageError(f"{command} takes the id of an entry, as list shows it.")
    if ids and (command in ("list", "clear") or (command == "show" and len(ids) > 1)):
        raise UsageError(f"{command} takes no {ids[-1]!r}.")
    limit = found.limit
    if not (limit.isascii() and limit.isdigit() and 0 < int(limit[:9]) <= _MOST):
        raise UsageError(f"--limit takes a number from 1 to {_MOST}, not {limit!r}.")
    return found


class _Run:
    def __init__(self, store: HistoryStore, found: argparse.Namespace, streams: Streams) -> None:
        self._store = store
        self._found = found
        self._streams = streams

    def list(self) -> ExitStatus:
        """Print a line for each entry, newest first."""
        entries = list(self._entries(HistoryFilter(text=self._found.search)))
        if self._found.json:
            self._print(json.dumps([_facts(each) for each in entries], indent=2))
        elif entries:
            self._print("\n".join(map(_line, entries)))
        else:
            say(self._streams.stderr, "Nothing is found in the history.")
        return ExitStatus.SUCCESS

    def each(self, command: str, ids: Sequence[str]) -> ExitStatus:
        """Print or delete the entries with these ids; one that is missing is told."""
        if command == "delete":
            deleted = {each.entry.id for each in self._store.delete(ids)}
            missing = [each for each in ids if each not in deleted]
        else:
            record = self._store.record(ids[0])
            missing = [] if record is not None else [ids[0]]
            if record is not None:
                self._show(record)
        for each in missing:
            say(self._streams.stderr, f"There is no entry {each!r} in the history.")
        return ExitStatus.USAGE if missing else ExitStatus.SUCCESS

    def clear(self) -> ExitStatus:
        """Delete everything, once that is agreed to."""
        count = self._store.count(HistoryFilter())
        if not self._found.yes and not self._agrees(count):
            say(self._streams.stderr, "Nothing was deleted.")
            return ExitStatus.USAGE
        say(self._streams.stderr, f"Deleted: {self._store.clear()}.")
        return ExitStatus.SUCCESS

    def _agrees(self, count: int) -> bool:
        streams = self._streams
        if not is_interactive(streams) or streams.stdin is None:
            raise UsageError("clear deletes the whole history; without a terminal it needs --yes.")
        say(streams.stderr, f"Delete all {count} entries of the history? y or n:")
        return streams.stdin.readline().strip().lower() in ("y", "yes")

    def _entries(self, wanted: HistoryFilter) -> Iterator[HistoryEntry]:
        left, after = int(self._found.limit), ""
        while left:
            page = self._store.page(wanted, after, min(left, PAGE))
            yield from page.entries
            left, after = left - len(page.entries), page.next
            if not after:
                return

    def _show(self, record: HistoryRecord) -> None:
        if self._found.json:
            self._print(json.dumps(_whole(record), indent=2))
        else:
            self._print("\n".join(_lines(record)))

    def _print(self, text: str) -> None:
        open_standard_output(self._streams.stdout).text(printable(text) + "\n")


def _line(entry: HistoryEntry) -> str:
    at = entry.started_at.astimezone().strftime("%Y-%m-%d %H:%M:%S")
    place = entry.url or entry.host
    return f"{entry.id}\t{at}\t{entry.method}\t{_end(entry)}\t{entry.elapsed_ms:.0f} ms\t{place}"


def _end(entry: HistoryEntry) -> str:
    parts = [str(entry.status_code)] if entry.status_code is not None else []
    return " ".join([*parts, entry.failure] if entry.failure else parts)


def _lines(record: HistoryRecord) -> Iterator[str]:
    entry = record.entry
    yield f"{entry.method} {entry.url or entry.host}"
    yield f"{entry.started_at.astimezone().isoformat(timespec='milliseconds')}"
    sizes = f"{format_size(entry.bytes_sent)} sent, {format_size(entry.bytes_received)} received"
    tries = f", {entry.attempts} attempts" if entry.attempts > 1 else ""
    yield f"{_end(entry)} in {entry.elapsed_ms:.0f} ms, {sizes}{tries}"
    yield from ("", "Request:")
    yield from (f"  {name}: {value}" for name, value in record.request_headers)
    if entry.secure_inputs:
        yield f"  {_SECURE}"
    yield from ("", "Response:")
    yield from (f"  {name}: {value}" for name, value in record.response_headers)
    if entry.secure_outputs:
        yield f"  {_SECURE}"
    if record.body is not None:
        yield from ("", _body_text(record))


def _body_text(record: HistoryRecord) -> str:
    body = record.body or b""
    rest = record.body_size - len(body)
    try:
        text = body.decode()
    except UnicodeDecodeError:
        return f"<{format_size(record.body_size)}>"
    return f"{text}\n<{format_size(rest)} more>" if rest > 0 else text


def _facts(entry: HistoryEntry) -> dict[str, Any]:
    found = {name: getattr(entry, name) for name in entry.__slots__}
    return found | {"started_at": entry.started_at.isoformat()}


def _whole(record: HistoryRecord) -> dict[str, Any]:
    body = record.body
    composed = None if record.request is None else json.loads(request_json.dump(record.request))
    return _facts(record.entry) | {
        "request": composed,
        "request_headers": record.request_headers,
        "http_version": record.http_version,
        "reason_phrase": record.reason_phrase,
        "response_headers": record.response_headers,
        "body": None if body is None else b64encode(body).decode(),
        "body_size": record.body_size,
    }
