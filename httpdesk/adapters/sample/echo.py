"""Tells a client what it sent: the request line, headers, body, form fields and files."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl, unquote

from httpdesk.adapters.sample.multipart import Part, read_parts
from httpdesk.adapters.sample.replies import as_pairs, json_reply, query_pairs
from httpdesk.adapters.sample.wire import HttpProblem, Reply, WireRequest

SHOWN_BYTES = 1024 * 1024
_BOUNDARY = re.compile(r"""boundary=(?:"([^"]{1,200})"|([^\s;"]{1,200}))""", re.IGNORECASE)


class _Body:
    """Hashes and counts what passes by, and keeps its beginning."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chunks
        self._digest = hashlib.sha256()
        self.size = 0
        self.start = bytearray()

    def __iter__(self) -> Iterator[bytes]:
        for chunk in self._chunks:
            self._digest.update(chunk)
            self.size += len(chunk)
            self.start += chunk[: max(0, SHOWN_BYTES - len(self.start))]
            yield chunk

    def facts(self) -> dict[str, Any]:
        """Return size, digest and the text, or base64 when it is not UTF-8."""
        facts: dict[str, Any] = {"size": self.size, "sha256": self._digest.hexdigest()}
        if self.size > SHOWN_BYTES:
            facts["truncated"] = True
        try:
            facts["text"] = self.start.decode()
        except UnicodeDecodeError:
            facts["base64"] = base64.b64encode(self.start).decode()
        return facts


def echo(base_url: str, request: WireRequest) -> Reply:
    """Return everything that arrived, in the order it arrived in."""
    body = _Body(request.body.chunks())
    content_type = request.header("content-type")
    form: list[tuple[str, str]] = []
    files: list[Part] = []
    boundary = _BOUNDARY.search(content_type)
    if content_type.lower().startswith("multipart/form-data") and boundary:
        form, files = _parts(iter(body), boundary[1] or boundary[2])
    else:
        _drain(body)
        if content_type.lower().startswith("application/x-www-form-urlencoded"):
            form = parse_qsl(body.start.decode("utf-8", "replace"), keep_blank_values=True)
    return json_reply(
        {
            "method": request.method,
            "url": base_url + request.target,
            "path": unquote(request.path),
            "http_version": request.http_version,
            "query": as_pairs(query_pairs(request)),
            "headers": as_pairs(request.headers),
            "body": body.facts(),
            "form": as_pairs(form),
            "files": [part.facts() for part in files],
        }
    )


def _parts(chunks: Iterator[bytes], boundary: str) -> tuple[list[tuple[str, str]], list[Part]]:
    form: list[tuple[str, str]] = []
    files: list[Part] = []
    try:
        for part in read_parts(chunks, boundary.encode("utf-8")):
            if part.filename is None:
                form.append((part.name, bytes(part.start).decode("utf-8", "replace")))
            else:
                files.append(part)
    except ValueError as error:
        raise HttpProblem(400, f"The multipart body cannot be read: {error}", final=True) from error
    _drain(chunks)
    return form, files


def _drain(chunks: _Body | Iterator[bytes]) -> None:
    for _ in chunks:
        continue
