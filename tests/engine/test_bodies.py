"""Bodies that are read while they are sent (statements 40, 43 to 49), without disk or wire."""

from __future__ import annotations

import io
import re
from email import message_from_bytes, policy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from httpdesk.engine.body_source import MultipartSource, Part
from httpdesk.engine.boundary import new_boundary
from httpdesk.engine.ports import Upload, UploadRefusedError
from httpdesk.engine.resolve import Means, preview, resolve
from httpdesk.model.collection import Scope
from httpdesk.model.errors import (
    InvalidGraphQL,
    InvalidHeader,
    InvalidPart,
    InvalidRequest,
    UnknownVariables,
    UploadReason,
    UploadUnreadable,
)
from httpdesk.model.exchange import ResolvedRequest, SourceChangedError, WarningKind
from httpdesk.model.request import (
    Body,
    FileBody,
    FormPart,
    GraphQLBody,
    Header,
    MultipartBody,
    PartKind,
    Request,
)

URL = "http://h/up"
FILE, JSON = PartKind.FILE, PartKind.JSON


class MemoryUpload:
    """A file in memory; `grows` bytes more are there when it is read."""

    def __init__(self, path: str, data: bytes, size: int | None = None) -> None:
        self.path = path
        self.size = len(data) if size is None else size
        self._data = data

    def open(self) -> io.BytesIO:
        return io.BytesIO(self._data)


class MemoryFiles:
    """Implements UploadFiles."""

    def __init__(self, **files: bytes) -> None:
        self._files = {name.replace("_", "."): data for name, data in files.items()}

    def find(self, path: str) -> Upload:
        if path not in self._files:
            raise UploadRefusedError(UploadReason.MISSING)
        return MemoryUpload(path, self._files[path])


FILES = MemoryFiles(a_png=b"\x89PNG", b_txt=b"text", c_unknown=b"", d=b"no ending")


def resolved(body: Body, *headers: Header, **variables: str) -> ResolvedRequest:
    request = Request(method="POST", url=URL, body=body, headers=headers)
    scope = Scope((("environment", tuple(variables.items())),))
    return resolve(request, Means(scope=scope, files=FILES, boundary=lambda: "XX"))


def refused(body: Body, *headers: Header) -> InvalidRequest:
    with pytest.raises(InvalidRequest) as caught:
        resolved(body, *headers)
    return caught.value


def sent(request: ResolvedRequest) -> bytes:
    """Return the body, after a look at the length that is promised for it."""
    body = request.body
    assert body is not None
    data = body if isinstance(body, bytes) else b"".join(map(bytes, body.chunks()))
    assert header(request, "Content-Length") == str(len(data))
    return data


def header(request: ResolvedRequest, name: str) -> str:
    found = [value for key, value in request.header_pairs() if key.lower() == name.lower()]
    assert len(found) == 1
    return found[0]


def parts_of(request: ResolvedRequest) -> list[tuple[str, str | None, str, bytes]]:
    """Read the body back with the standard library: name, file name, type, content."""
    head = f"Content-Type: {header(request, 'Content-Type')}\r\n\r\n".encode()
    message = message_from_bytes(head + sent(request), policy=policy.HTTP)
    found = []
    for part in message.iter_parts():
        name = part.get_param("name", header="content-disposition")
        content = part.get_payload(decode=True)
        assert isinstance(content, bytes)
        kind = part.get_content_type() if "content-type" in part else ""
        found.append((str(name), part.get_filename(), kind, content))
    return found


def test_form_rows_come_first_then_files_each_in_row_order() -> None:
    """Statement 43, byte for byte; 44 for the names and types of files."""
    parts = (
        FormPart("photo", "a.png", FILE),
        FormPart("note", "hi {{who}}"),
        FormPart("photo", "b.txt", FILE),
        FormPart("off", "x", enabled=False),
        FormPart("note", ""),
        FormPart("meta", '{"a":1}', JSON),
    )
    request = resolved(MultipartBody(parts), who="é")
    assert header(request, "Content-Type") == "multipart/form-data; boundary=XX"
    assert sent(request) == (
        b'--XX\r\nContent-Disposition: form-data; name="note"\r\n\r\nhi \xc3\xa9\r\n'
        b'--XX\r\nContent-Disposition: form-data; name="note"\r\n\r\n\r\n'
        b'--XX\r\nContent-Disposition: form-data; name="meta"\r\n'
        b'Content-Type: application/json\r\n\r\n{"a":1}\r\n'
        b'--XX\r\nContent-Disposition: form-data; name="photo"; filename="a.png"\r\n'
        b"Content-Type: image/png\r\n\r\n\x89PNG\r\n"
        b'--XX\r\nContent-Disposition: form-data; name="photo"; filename="b.txt"\r\n'
        b"Content-Type: text/plain\r\n\r\ntext\r\n"
        b"--XX--\r\n"
    )
    assert sent(request) == sent(request)


def test_form_rows_only_are_still_multipart() -> None:
    """Statement 43."""
    request = resolved(MultipartBody((FormPart("a", "1"),)))
    assert parts_of(request) == [("a", None, "", b"1")]


@pytest.mark.parametrize(
    ("part", "file_name", "kind"),
    [
        (FormPart("f", "a.png", FILE), "a.png", "image/png"),
        (FormPart("f", "a.png", FILE, file_name="x.pdf"), "x.pdf", "application/pdf"),
        (FormPart("f", "a.png", FILE, "image/webp", "x.pdf"), "x.pdf", "image/webp"),
        (FormPart("f", "c.unknown", FILE), "c.unknown", "application/octet-stream"),
        (FormPart("f", "d", FILE), "d", "application/octet-stream"),
        (FormPart("f", "{{path}}", FILE, "{{type}}", "{{name}}"), "n.gif", "text/x"),
    ],
)
def test_a_file_is_named_and_typed(part: FormPart, file_name: str, kind: str) -> None:
    """Statement 44; variables are filled in everywhere (statement 82)."""
    request = resolved(MultipartBody((part,)), path="b.txt", type="text/x", name="n.gif")
    assert [(each[1], each[2]) for each in parts_of(request)] == [(file_name, kind)]


def test_names_are_escaped_the_way_of_html() -> None:
    """Statement 46: %22, %0D%0A, raw UTF-8; a percent sign is no escape."""
    part = FormPart('a"b\r\nc\nd%é', "a.png", FILE, file_name='ü"\r\n.png')
    head = sent(resolved(MultipartBody((part,)))).partition(b"\r\n\r\n")[0].decode()
    assert 'name="a%22b%0D%0Ac%0D%0Ad%é"; filename="ü%22%0D%0A.png"' in head


@given(
    st.lists(
        st.tuples(st.text(min_size=1, max_size=12), st.text(max_size=12), st.binary(max_size=30)),
        max_size=4,
    )
)
def test_any_name_reads_back(rows: list[tuple[str, str, bytes]]) -> None:
    """Statement 46: no name breaks out of its line, and undoing the escapes gives it back."""
    parts = [Part(name, data, "", file_name) for name, file_name, data in rows]
    source = MultipartSource(parts, new_boundary())
    data = b"".join(map(bytes, source.chunks()))
    assert len(data) == source.size
    pieces = data.split(b"--" + source.boundary.encode())
    assert (pieces[0], pieces[-1]) == (b"", b"--\r\n")
    found = []
    for piece in pieces[1:-1]:
        head, _, content = piece[2:].partition(b"\r\n\r\n")
        line = re.fullmatch(
            rb'Content-Disposition: form-data; name="([^"\r\n]*)"; filename="([^"\r\n]*)"', head
        )
        assert line is not None
        found.append((line[1].decode(), line[2].decode(), content.removesuffix(b"\r\n")))
    assert found == [
        (html(name, True), html(file_name, False), data) for name, file_name, data in rows
    ]


def html(text: str, is_name: bool) -> str:
    """Return a name as HTML escapes it, written apart from the program's own way."""
    if is_name:
        text = "\n".join(re.split("\r\n|\r|\n", text)).replace("\n", "\r\n")
    text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text.replace("\r", "%0D").replace("\n", "%0A").replace('"', "%22")


def test_a_typed_content_type_gives_way_and_is_flagged() -> None:
    """Statement 49: the boundary is only in the generated one."""
    rows = (Header("X-A", "1"), Header("content-type", "multipart/form-data"))
    request = resolved(MultipartBody((FormPart("a", "1"),)), *rows)
    assert header(request, "Content-Type") == "multipart/form-data; boundary=XX"
    flagged = [(each.kind, each.row) for each in request.warnings]
    assert flagged == [(WarningKind.CONTENT_TYPE_REPLACED, 1)]


def test_boundaries_differ() -> None:
    body = MultipartBody((FormPart("a", "1"),))
    kinds = {
        header(resolve(Request(method="POST", url=URL, body=body)), "Content-Type")
        for _ in range(20)
    }
    assert len(kinds) == 20


def test_a_missing_file_is_named_by_its_row() -> None:
    """Statement 48."""
    error = refused(MultipartBody((FormPart("a", "1"), FormPart("pic", "gone", FILE))))
    assert isinstance(error, UploadUnreadable)
    assert (error.row, error.name, error.path) == (1, "pic", "gone")
    assert error.reason is UploadReason.MISSING
    single = refused(FileBody("gone"))
    assert isinstance(single, UploadUnreadable)
    assert single.row is None
    assert sent(resolved(MultipartBody((FormPart("pic", "gone", FILE, enabled=False),)))) == (
        b"--XX--\r\n"
    )


def test_an_unknown_variable_is_told_before_the_file() -> None:
    error = refused(FileBody("{{nope}}.png"))
    assert isinstance(error, UnknownVariables)
    assert [(place.name, place.field) for place in error.places] == [("nope", "file")]


def test_a_content_type_cannot_break_out_of_its_line() -> None:
    part = FormPart("a", "1", content_type="text/plain\r\nX: y")
    assert isinstance(refused(MultipartBody((part,))), InvalidPart)
    assert isinstance(refused(FileBody("d", "a\nb")), InvalidPart)


def test_a_value_without_a_name_is_flagged_and_not_sent() -> None:
    """Statement 3, for parts."""
    request = resolved(MultipartBody((FormPart("", "x"), FormPart("a", "1"), FormPart("", ""))))
    assert [part[0] for part in parts_of(request)] == ["a"]
    assert [(each.kind, each.row) for each in request.warnings] == [(WarningKind.EMPTY_FORM_KEY, 0)]


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (FileBody("a.png"), "image/png"),
        (FileBody("d"), "application/octet-stream"),
        (FileBody("a.png", "image/x"), "image/x"),
    ],
)
def test_a_file_goes_out_as_it_is(body: FileBody, kind: str) -> None:
    """Statement 40: the type is by the file's ending, unless one is typed."""
    request = resolved(body)
    assert header(request, "Content-Type") == kind
    own = resolved(body, Header("Content-Type", "text/own"))
    assert header(own, "Content-Type") == "text/own"
    assert sent(own) == sent(request)


def test_a_typed_length_has_to_be_the_files() -> None:
    assert isinstance(refused(FileBody("a.png"), Header("Content-Length", "5")), InvalidHeader)
    assert sent(resolved(FileBody("a.png"), Header("Content-Length", "4"))) == b"\x89PNG"


# GraphQL


def test_graphql_is_json_with_the_variables_as_typed() -> None:
    """The numbers of the variables stay as they are."""
    request = resolved(GraphQLBody('{ a(x: "é") }\n', ' {"n": 1.10, "who": "{{who}}"} '), who="ann")
    assert header(request, "Content-Type") == "application/json"
    assert sent(request).decode() == (
        '{"query":"{ a(x: \\"é\\") }\\n","variables":{"n": 1.10, "who": "ann"}}'
    )
    assert sent(resolved(GraphQLBody("{ a }"))) == b'{"query":"{ a }","variables":{}}'


@pytest.mark.parametrize(
    ("variables", "place"),
    [
        ('{"a": 1,}', (1, 8, "trailing comma")),
        ('\n{\n  "a" 1}', (3, 7, "colon expected")),
        ("  [1]", (1, 3, "object expected")),
        ('{"long": {{value}},\n "a": }', (2, 7, "value expected")),
    ],
)
def test_broken_variables_are_told_by_line_and_column(
    variables: str, place: tuple[int, int, str]
) -> None:
    """Where it was typed, whatever the variables are filled in with."""
    with pytest.raises(InvalidGraphQL) as caught:
        resolved(GraphQLBody("{ a }", variables), value="[\n1,\n2]")
    assert (caught.value.line, caught.value.column, caught.value.fault) == place


# Reading, and the preview


@pytest.mark.parametrize("size", [0, 1, 3, 5, 600_000])
def test_a_file_of_another_length_is_an_error(size: int) -> None:
    """Neither a shorter nor a longer file goes out as if it were whole (statement 47)."""
    data = bytes(300_000) if size > 10 else b"1234"
    source = MultipartSource([Part("a", MemoryUpload("p", data, size))], "XX")
    received = bytearray()

    def read() -> None:
        for chunk in source.chunks():
            received.extend(chunk)

    with pytest.raises(SourceChangedError) as caught:
        read()
    assert caught.value.path == "p"
    assert len(received) < source.size


def test_the_preview_reads_nothing_and_promises_the_same_length() -> None:
    body = MultipartBody((FormPart("a", "1"), FormPart("p", "{{dir}}a.png", FILE)))
    request = Request(method="POST", url=URL, body=body, variables=(("dir", ""),))
    blind = preview(request)
    assert blind.uploads == ("a.png",)
    assert not blind.problems
    lengths = {each.name: each.value for each in blind.headers}
    assert lengths["Content-Length"] == ""
    seen = preview(request, Means(files=FILES))
    real = resolve(request, Means(files=FILES))
    shown = {each.name: each.value for each in seen.headers}
    assert shown["Content-Length"] == header(real, "Content-Length") == str(len(sent(real)))
    nothing = preview(Request(method="POST", url=URL, body=FileBody()))
    assert [type(each) for each in nothing.problems] == [UploadUnreadable]


def test_a_send_without_a_look_at_its_files_is_a_bug() -> None:
    with pytest.raises(LookupError):
        resolve(Request(method="POST", url=URL, body=FileBody("a.png")))
