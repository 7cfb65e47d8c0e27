"""A body with its variables filled in: bytes, or what reads its files (statements 39 to 50)."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from httpdesk.engine.body_source import FileSource, MultipartSource, Part
from httpdesk.engine.headers import CONTENT_TYPES, FORM_CONTENT_TYPE
from httpdesk.engine.json_check import JsonFault, JsonProblem, json_problem
from httpdesk.engine.ports import OpenUpload, Upload, UploadFiles, UploadRefusedError
from httpdesk.engine.template import Filled, Filler
from httpdesk.engine.url import encode_pairs, utf8
from httpdesk.model.errors import (
    InvalidGraphQL,
    InvalidPart,
    InvalidRequest,
    UnsupportedBody,
    UploadReason,
    UploadUnreadable,
)
from httpdesk.model.exchange import BodySource, ResolveWarning, WarningKind
from httpdesk.model.media_types import base_name, guess
from httpdesk.model.request import (
    Body,
    FileBody,
    FormBody,
    FormPart,
    GraphQLBody,
    MultipartBody,
    NoBody,
    OpaqueBody,
    PartKind,
    RawBody,
    RawKind,
)

JSON_CONTENT_TYPE = CONTENT_TYPES[RawKind.JSON]

_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")


@dataclass(slots=True)
class BuiltBody:
    """What a body comes to."""

    content: bytes | BodySource | None = None
    content_type: str = ""
    size_known: bool = True
    """False while a file has not been looked at; only in a preview."""
    paths: tuple[str, ...] = ()
    """The files that it names, as filled in."""
    problems: list[InvalidRequest] = field(default_factory=list)
    warnings: list[ResolveWarning] = field(default_factory=list)


def build_body(
    body: Body, filler: Filler, files: UploadFiles, boundary: Callable[[], str]
) -> BuiltBody:
    """Return the body filled in, with all that is wrong with it."""
    return _Builder(filler, files, boundary).build(body)


class Unmeasured:
    """Stands for a file that a preview has not looked at."""

    size = 0

    def __init__(self, path: str) -> None:
        self.path = path

    def open(self) -> OpenUpload:
        """Raise: a preview is never sent."""
        raise FileNotFoundError(self.path)


class _Builder:
    def __init__(self, filler: Filler, files: UploadFiles, boundary: Callable[[], str]) -> None:
        self._filler = filler
        self._files = files
        self._boundary = boundary
        self._built = BuiltBody()

    def build(self, body: Body) -> BuiltBody:
        built = self._built
        match body:
            case NoBody():
                pass
            case RawBody(kind=kind, text=text):
                built.content = utf8(self._filler.fill(text, "body").text)
                built.content_type = CONTENT_TYPES[kind]
            case FormBody():
                self._form(body)
            case MultipartBody(parts=parts):
                self._multipart(parts)
            case FileBody():
                self._file(body)
            case GraphQLBody():
                self._graphql(body)
            case OpaqueBody(kind=name):
                built.problems.append(UnsupportedBody(name))
        return built

    def _form(self, body: FormBody) -> None:
        pairs = []
        for row, each in enumerate(body.fields):
            if each.enabled:
                name = self._filler.fill(each.name, f"form {row + 1} name", row).text
                value = self._filler.fill(each.value, f"form {row + 1}", row).text
                if self._is_sent(name, value, row):
                    pairs.append((name, value))
        self._built.content = encode_pairs(pairs).encode("ascii")
        self._built.content_type = FORM_CONTENT_TYPE

    def _is_sent(self, name: str, value: str, row: int) -> bool:
        """Tell whether a row has a name; a value without one is flagged (statement 3)."""
        if not name and value:
            self._built.warnings.append(ResolveWarning(WarningKind.EMPTY_FORM_KEY, row=row))
        return bool(name)

    # Multipart

    def _multipart(self, rows: tuple[FormPart, ...]) -> None:
        made = [(each, self._part(each, at)) for at, each in enumerate(rows) if each.enabled]
        parts = [(each, part) for each, part in made if part is not None]
        texts = [part for each, part in parts if each.kind is not PartKind.FILE]
        files = [part for each, part in parts if each.kind is PartKind.FILE]
        source = MultipartSource((*texts, *files), self._boundary())
        self._built.content = source
        self._built.content_type = source.content_type

    def _part(self, each: FormPart, row: int) -> Part | None:
        label = f"part {row + 1}"
        name = self._filler.fill(each.name, f"{label} name", row)
        value = self._filler.fill(each.value, label, row)
        kind = self._filler.fill(each.content_type, f"{label} type", row).text.strip()
        if not self._is_sent(name.text, value.text, row):
            return None
        if _CONTROL.search(kind):
            self._built.problems.append(InvalidPart(row, name.text))
        if each.kind is not PartKind.FILE:
            own = JSON_CONTENT_TYPE if each.kind is PartKind.JSON else ""
            return Part(name.text, utf8(value.text), kind or own, row=row)
        sent = self._filler.fill(each.file_name, f"{label} file name", row).text
        sent = sent or base_name(value.text)
        upload = self._upload(value, name.text, row)
        return Part(name.text, upload, kind or guess(sent), sent, row)

    # Files

    def _file(self, body: FileBody) -> None:
        path = self._filler.fill(body.path, "file")
        kind = self._filler.fill(body.content_type, "file type").text.strip()
        self._built.content_type = kind or guess(base_name(path.text))
        if _CONTROL.search(kind):
            self._built.problems.append(InvalidPart(0, ""))
        self._built.content = FileSource(self._upload(path, "", None))

    def _upload(self, path: Filled, name: str, row: int | None) -> Upload:
        """Return the file at `path`; what keeps it from being read is noted (statement 48)."""
        found: Upload | None = None
        if path.complete:
            self._built.paths += (path.text,)
            try:
                found = self._files.find(path.text)
            except UploadRefusedError as error:
                refusal = UploadUnreadable(row, name, path.text, error.reason, error.detail)
                self._built.problems.append(refusal)
        if found is None:
            self._built.size_known = False
            return Unmeasured(path.text)
        return found

    # GraphQL

    def _graphql(self, body: GraphQLBody) -> None:
        import json

        query = self._filler.fill(body.query, "query")
        variables = self._filler.fill(body.variables, "variables")
        if variables.complete:
            self._check_variables(body.variables, variables)
        # The text itself goes out: parsing it would change its numbers.
        given = variables.text.strip() or "{}"
        self._built.content = utf8(
            f'{{"query":{json.dumps(query.text, ensure_ascii=False)},"variables":{given}}}'
        )
        self._built.content_type = JSON_CONTENT_TYPE

    def _check_variables(self, typed: str, filled: Filled) -> None:
        problem = variables_problem(filled.text)
        if problem is None:
            return
        at = _offset(filled.text, problem)
        line, column = _place(typed, filled.typed_position(at))
        self._built.problems.append(InvalidGraphQL(line, column, problem.fault.value))


class NoFiles:
    """Knows no file yet; implements UploadFiles for previews."""

    def find(self, path: str) -> Upload | None:
        """Return None; raises UploadRefusedError where no file is named."""
        if not path:
            raise UploadRefusedError(UploadReason.NOT_CHOSEN)
        return None


def variables_problem(text: str) -> JsonProblem | None:
    """Return why `text` cannot be the variables of a query; blank text can."""
    if not text.strip():
        return None
    problem = json_problem(text)
    if problem is None and text.lstrip()[0] not in "{n" and not text.lstrip().startswith("{{"):
        line, column = _place(text, len(text) - len(text.lstrip()))
        return JsonProblem(line, column, JsonFault.OBJECT_EXPECTED)
    return problem


def _offset(text: str, problem: JsonProblem) -> int:
    start = 0
    for _ in range(problem.line - 1):
        start = text.index("\n", start) + 1
    return start + problem.column - 1


def _place(text: str, position: int) -> tuple[int, int]:
    before = text[:position]
    return before.count("\n") + 1, len(before) - before.rfind("\n")
