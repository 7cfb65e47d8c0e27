"""Turns the words of a command line, and a request file if there is one, into a Request."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, TextIO, TypeVar

from httpdesk.cli.arguments import Pair, SendArguments, UsageError
from httpdesk.cli.credentials import (
    environment_secrets,
    refuse_literal_field,
    refuse_literal_header,
    refuse_literal_password,
)
from httpdesk.cli.given_variables import given_variables, values_of
from httpdesk.cli.ports import CliPorts
from httpdesk.engine.scopes import PROCESS, plain_values, process_values, scope_of, with_connections
from httpdesk.engine.template import Filler
from httpdesk.engine.url import join_base
from httpdesk.model.collection import Defaults, Scope
from httpdesk.model.environment import Environment
from httpdesk.model.errors import FileNotUnderstood, FileUnreadable
from httpdesk.model.request import (
    STANDARD_METHODS,
    Body,
    FileBody,
    FormBody,
    FormField,
    FormPart,
    GraphQLBody,
    Header,
    MultipartBody,
    Options,
    PartKind,
    QueryParam,
    RawBody,
    RawKind,
    Request,
)

Row = TypeVar("Row", bound=Header | QueryParam | FormPart)

SAMPLE_URL = "sample_url"
"""The variable with the sample server's address; asking for it starts the server."""


@dataclass(frozen=True, slots=True)
class Composed:
    """A request with all that decides how it will be filled in."""

    request: Request
    scope: Scope
    defaults: Defaults
    secrets: tuple[Pair, ...] = field(repr=False)
    folder: str | None = None
    """Where relative paths of the body start: at the request file's collection."""
    collection: str | None = None
    """The folder of the collection that the request file is in."""
    environment: Environment | None = None
    allowed_system: frozenset[str] = frozenset()
    """Variables of the system, `process.env.NAME`, that the command line itself names."""


def compose(
    arguments: SendArguments,
    ports: CliPorts,
    stdin: TextIO | None,
    sample_url: Callable[[], str],
) -> Composed:
    """Return the request that the command line means; raises UsageError and StorageFailed."""
    reader = _Reader(ports, stdin)
    refuse_literal_password(arguments.url)
    refuse_literal_password(arguments.base or "")
    request, folder, collection = Request(), None, None
    defaults: Defaults = ()
    if arguments.file:
        request, defaults, folder, is_collection = _from_file(arguments.file, ports)
        collection = folder if is_collection else None
    if arguments.collection:
        collection = ports.files.absolute(arguments.collection)
    request = _with_arguments(request, arguments, reader)
    secrets = environment_secrets(ports.environ)
    stdin_text = partial(reader.text, "-")
    variables, hidden = given_variables(arguments.variables, ports.environ, stdin_text)
    values = values_of(ports, collection, arguments.environment)
    given = (*secrets, *variables)
    own = (values.workspace, values.environment)
    mentioning = (request, defaults, arguments.base or "", *own)
    if _mentions(SAMPLE_URL, mentioning) and SAMPLE_URL not in dict(given):
        given = (*given, (SAMPLE_URL, sample_url()))
    process = process_values(ports.environ, mentioning, variables)
    scope = scope_of(defaults, dict(given), None, values, process)
    if arguments.base is not None:
        request = _below(arguments.base, request, plain_values(request, scope))
    defaults = with_connections(defaults, values)
    return Composed(
        request,
        scope,
        defaults,
        (*secrets, *hidden),
        folder,
        collection,
        values.chosen,
        _allowed_system(arguments, ports.environ),
    )


def _allowed_system(arguments: SendArguments, environ: Mapping[str, str]) -> frozenset[str]:
    """Return which variables of the system the user allows, or has typed."""
    typed = (name for name, _ in process_values(environ, arguments))
    return frozenset((*typed, *(PROCESS + name for name in arguments.allowed_system)))


def _below(base: str, request: Request, values: dict[str, str]) -> Request:
    """Return the request with its URL, only a path, below the base; raises InvalidUrl.

    Both are filled in first, so that no variable gives the path a host (statement 7).
    """
    filler = Filler(values)
    filled = [filler.fill(text, "url") for text in (base, request.url)]
    if not all(each.complete for each in filled):
        # The send lists this name with all the others that are unknown.
        return replace(request, url=base + request.url)
    url = join_base(*(each.text for each in filled))
    return replace(request, url=url.replace("{{", r"\{{"))


class _Reader:
    """Reads `@file` and `@-`; standard input only once, because it is gone then."""

    def __init__(self, ports: CliPorts, stdin: TextIO | None) -> None:
        self._files = ports.files
        self._stdin = stdin
        self._stdin_used = False

    def path(self, name: str) -> str:
        """Return the path of a file that is sent; one in a variable stays as it is."""
        return name if name.startswith("{{") else self._files.absolute(name)

    def text(self, name: str) -> str:
        """Return what the file `name` holds, or standard input for `-`; no byte is changed."""
        data = self._read_stdin() if name == "-" else self._files.read(name)
        try:
            return data.decode("utf-8")
        except UnicodeDecodeError as error:
            shown = "standard input" if name == "-" else name
            line = data.count(b"\n", 0, error.start) + 1
            raise FileNotUnderstood(path=shown, line=line, reason="not UTF-8") from error

    def _read_stdin(self) -> bytes:
        if self._stdin_used:
            raise UsageError("Standard input, @-, can be read only once.")
        self._stdin_used = True
        if self._stdin is None or self._stdin.closed:
            raise FileUnreadable(path="standard input", detail="it is closed")
        try:
            return self._stdin.buffer.read()
        except OSError as error:
            raise FileUnreadable(path="standard input", detail=str(error.strerror)) from error


def _from_file(path: str, ports: CliPorts) -> tuple[Request, Defaults, str, bool]:
    root, inside, is_collection = ports.files.locate(path)
    store = ports.collections()
    defaults = store.defaults(root, inside) if is_collection else ()
    return store.load(root, inside).request, defaults, root, is_collection


def _with_arguments(request: Request, arguments: SendArguments, reader: _Reader) -> Request:
    headers = _headers(arguments.headers, reader)
    for name, value in (*arguments.params, *arguments.form):
        refuse_literal_field(name, value)
    params = tuple(QueryParam(name, value) for name, value in arguments.params)
    body = _body(request.body, arguments, reader)
    method = _method(request.method, arguments)
    return replace(
        request,
        method=method,
        url=arguments.url or request.url,
        headers=_merged(request.headers, headers, str.lower),
        params=_merged(request.params, params, str),
        body=body,
        options=_options(request.options, arguments),
    )


def _method(default: str, arguments: SendArguments) -> str:
    if arguments.method is not None:
        upper = arguments.method.upper()
        return upper if upper in STANDARD_METHODS else arguments.method
    given = (arguments.data, arguments.body_type, arguments.form, arguments.files)
    if arguments.file is None and any(given):
        return "POST"
    return default


def _headers(lines: Iterable[str], reader: _Reader) -> tuple[Header, ...]:
    headers = []
    for line in lines:
        if line.startswith("@"):
            text = reader.text(line[1:])
            headers += [_header(each.rstrip("\r")) for each in text.split("\n") if each.strip()]
        else:
            header = _header(line)
            refuse_literal_header(header.name, header.value)
            headers.append(header)
    return tuple(headers)


def _header(line: str) -> Header:
    name, colon, value = line.partition(":")
    if not colon:
        raise UsageError("A header is given as 'Name: value'; one has no colon.")
    return Header(name, value.strip(" \t"))


def _merged(
    own: tuple[Row, ...], given: tuple[Row, ...], key: Callable[[str], str]
) -> tuple[Row, ...]:
    """Return the file's rows without those that the command line gives anew."""
    names = {key(row.name) for row in given}
    return (*(row for row in own if key(row.name) not in names), *given)


def _body(own: Body, arguments: SendArguments, reader: _Reader) -> Body:
    kind, data = arguments.body_type, arguments.data
    if arguments.form or arguments.files:
        if data or kind:
            raise UsageError("A body is either --form and --file rows, or -d; not both.")
        return _multipart(own, arguments, reader)
    if arguments.graphql_variables is not None and kind != "graphql":
        raise UsageError("--variables goes with --body-type graphql.")
    if not data and kind is None:
        return own
    if kind == "form":
        return FormBody(tuple(_form_field(text) for text in data))
    if len(data) > 1:
        raise UsageError("-d can be given once; several make a form, with --body-type form.")
    if kind == "graphql":
        return _graphql(own, arguments, reader)
    text = data[0] if data else None
    if kind == "file" or (kind is None and _is_file(own, text)):
        return _file(own, text, reader)
    held = own.text if isinstance(own, RawBody) else ""
    own_kind = own.kind if isinstance(own, RawBody) else RawKind.TEXT
    return RawBody(RawKind(kind) if kind else own_kind, _given(text, held, reader))


def _given(text: str | None, default: str, reader: _Reader) -> str:
    if text is None:
        return default
    return reader.text(text[1:]) if text.startswith("@") else text


def _is_file(own: Body, text: str | None) -> bool:
    """Tell whether `@file` means its bytes: unless the request file says which text it is."""
    return bool(text and text.startswith("@") and text != "@-" and not isinstance(own, RawBody))


def _file(own: Body, text: str | None, reader: _Reader) -> FileBody:
    held = own if isinstance(own, FileBody) else FileBody()
    if text is None:
        return held
    if not text.startswith("@") or text == "@-":
        raise UsageError("With --body-type file, -d is @FILE.")
    return FileBody(reader.path(text[1:]), held.content_type)


def _graphql(own: Body, arguments: SendArguments, reader: _Reader) -> GraphQLBody:
    held = own if isinstance(own, GraphQLBody) else GraphQLBody()
    query = _given(arguments.data[0] if arguments.data else None, held.query, reader)
    return GraphQLBody(query, _given(arguments.graphql_variables, held.variables, reader))


def _multipart(own: Body, arguments: SendArguments, reader: _Reader) -> MultipartBody:
    """Return the rows; those of a request file stay unless their name is given anew."""
    rows = tuple(FormPart(name, value) for name, value in arguments.form)
    rows += tuple(
        FormPart(
            each.name, reader.path(each.path), PartKind.FILE, each.content_type, each.file_name
        )
        for each in arguments.files
    )
    held = own.parts if isinstance(own, MultipartBody) else ()
    return MultipartBody(_merged(held, rows, str))


def _form_field(text: str) -> FormField:
    name, equals, value = text.partition("=")
    if not equals:
        raise UsageError("With --body-type form, each -d is name=value.")
    refuse_literal_field(name, value)
    return FormField(name, value)


def _options(own: Options, arguments: SendArguments) -> Options:
    changed: dict[str, Any] = {
        "connection": arguments.connection,
        "timeout_ms": arguments.timeout_ms,
        "max_redirects": arguments.max_redirects,
        "response_type": arguments.response_type,
        "success": arguments.success,
        "follow_redirects": False if arguments.no_follow else None,
        "use_cookies": False if arguments.no_cookies else None,
        "ignore_tls_errors": True if arguments.insecure else None,
        "retry_max": arguments.max_retries,
        "retry_delay_ms": arguments.retry_delay_ms,
        "retry_backoff": True if arguments.backoff else None,
        "retry_all": True if arguments.retry_all else None,
        "retry_safe_only": True if arguments.retry_safe_only else None,
        "retry_on_429": True if arguments.retry_on_429 else None,
        "total_timeout_ms": arguments.total_timeout_ms,
        "debug": True if arguments.debug else None,
        "full_response": True if arguments.full else None,
        "follow_pages": True if arguments.pages else None,
        "most_pages": arguments.most_pages,
        "page_rule": arguments.page_rule,
        "wait_for_completion": True if arguments.wait else None,
    }
    if arguments.removed_headers:
        changed["removed_headers"] = (*own.removed_headers, *arguments.removed_headers)
    return own.stating(**{name: value for name, value in changed.items() if value is not None})


def _mentions(name: str, values: object) -> bool:
    """Return whether some text in `values`, dataclasses included, speaks of the variable."""
    if isinstance(values, str):
        return "{{" in values and name in values
    if isinstance(values, tuple):
        return any(_mentions(name, value) for value in values)
    fields = getattr(values, "__dataclass_fields__", ())
    return any(_mentions(name, getattr(values, field)) for field in fields)
