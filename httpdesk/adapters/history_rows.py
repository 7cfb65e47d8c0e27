"""Rows of the history's tables: entries and what is kept of them, to values and back."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable
from dataclasses import fields
from datetime import UTC, datetime, timedelta
from typing import Any

from httpdesk.formats import request_json
from httpdesk.model.errors import FileNotUnderstood
from httpdesk.model.history import HistoryEntry, HistoryRecord

ENTRY_COLUMNS = (
    "key, id, method, host, status, failure, elapsed_ms, sent, received, attempts, "
    "secure_inputs, secure_outputs, name, url, root, path, environment, body_kept"
)
DETAIL_COLUMNS = "request, request_headers, http_version, reason, response_headers, body, body_size"

_SETTERS = tuple(getattr(HistoryEntry, each.name).__set__ for each in fields(HistoryEntry))
Row = tuple[Any, ...]
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_LARGEST = 2**63 - 1
_INDEX_FACTOR = 3
"""About so many bytes of index stand for each byte of searched text."""
_OVERHEAD = 300


def key_of(moment: datetime) -> int:
    """Return the microseconds since 1970 at which a send began: its place in the history."""
    return (moment - _EPOCH) // _MICROSECOND


def entry_row(record: HistoryRecord, key: int) -> Row:
    """Return the values of `ENTRY_COLUMNS`, and how much the record weighs."""
    entry = record.entry
    return (
        key,
        _text(entry.id),
        _text(entry.method),
        _text(entry.host),
        entry.status_code,
        _text(entry.failure),
        entry.elapsed_ms,
        min(entry.bytes_sent, _LARGEST),
        min(entry.bytes_received, _LARGEST),
        entry.attempts,
        entry.secure_inputs,
        entry.secure_outputs,
        _text(entry.name),
        _text(entry.url),
        place(entry.root),
        place(entry.path),
        _text(entry.environment),
        record.body is not None,
        _weight(record),
    )


def detail_row(record: HistoryRecord, key: int) -> Row | None:
    """Return the values of `DETAIL_COLUMNS` between the key and whether the body is text.

    None for a record that has nothing but its entry.
    """
    if record == HistoryRecord(record.entry):
        return None
    request = None if record.request is None else zlib.compress(_dumped(record))
    return (
        key,
        request,
        _lines(record.request_headers),
        _text(record.http_version),
        _text(record.reason_phrase),
        _lines(record.response_headers),
        record.body,
        min(record.body_size, _LARGEST),
        record.body is not None and is_text(record.body),
    )


def entries(rows: Iterable[Row]) -> tuple[HistoryEntry, ...]:
    """Return the entries of rows of `ENTRY_COLUMNS`; one that cannot be read is left out."""
    return tuple(found for found in map(_entry, rows) if found is not None)


def record(row: Row, detail: Row | None) -> HistoryRecord | None:
    """Return what is kept of an entry, None when that cannot be read."""
    found = _entry(row)
    if found is None or detail is None:
        return None if found is None else HistoryRecord(found)
    request, request_headers, http_version, reason, response_headers, body, body_size = detail
    try:
        return HistoryRecord(
            found,
            None if request is None else request_json.load(zlib.decompress(request).decode()),
            _pairs(request_headers),
            str(http_version),
            str(reason),
            _pairs(response_headers),
            None if body is None else bytes(body),
            int(body_size),
        )
    except (FileNotUnderstood, zlib.error, ValueError, TypeError):
        return None


def _entry(row: Row) -> HistoryEntry | None:
    key, entry_id, method, host, status, failure, elapsed_ms, sent, received, attempts = row[:10]
    inputs, outputs, name, url, root, path, environment, body_kept = row[10:]
    try:
        return _made(
            entry_id,
            _EPOCH + timedelta(microseconds=key),
            method,
            host,
            None if status is None else int(status),
            failure,
            float(elapsed_ms),
            int(sent),
            int(received),
            int(attempts),
            bool(inputs),
            bool(outputs),
            name,
            url,
            _place(root),
            _place(path),
            environment,
            bool(body_kept),
        )
    except (ValueError, TypeError, OverflowError, AttributeError):
        return None


def _made(*values: object) -> HistoryEntry:
    """Return the entry with these values in the order of its fields."""
    # By its own way, one value at a time checked for being frozen, it takes most of a page's time.
    made = object.__new__(HistoryEntry)
    for set_value, value in zip(_SETTERS, values, strict=True):
        set_value(made, value)
    return made


def is_text(body: bytes) -> bool:
    """Return whether a body is worth searching: an image or an archive is not."""
    return b"\0" not in body[:8192]


def place(path: str) -> bytes:
    """Return a path as bytes: file names may hold what is no valid Unicode."""
    return path.encode("utf-8", "surrogatepass")


def plain(text: str) -> str:
    """Return `text` without what SQLite refuses or ends at."""
    return _text(text).replace("\0", " ")


def _weight(record: HistoryRecord) -> int:
    searched = len(record.entry.name) + len(record.entry.url)
    kept = sum(len(name) + len(value) for name, value in _all_headers(record))
    if record.request is not None:
        kept += len(_dumped(record))
    if record.body is not None:
        kept += len(record.body)
        searched += len(record.body) if is_text(record.body) else 0
    return _OVERHEAD + kept + _INDEX_FACTOR * searched


def _all_headers(record: HistoryRecord) -> tuple[tuple[str, str], ...]:
    return (*record.request_headers, *record.response_headers)


def _dumped(record: HistoryRecord) -> bytes:
    return b"" if record.request is None else request_json.dump(record.request).encode()


def _text(text: str) -> str:
    return text.encode("utf-8", "replace").decode()


def _place(kept: bytes) -> str:
    try:
        return kept.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        return kept.decode("utf-8", "replace")


def _lines(pairs: tuple[tuple[str, str], ...]) -> str:
    return json.dumps(pairs, separators=(",", ":"))


def _pairs(text: str) -> tuple[tuple[str, str], ...]:
    return tuple((str(name), str(value)) for name, value in json.loads(text))
