"""An OpenCollection request file as a Request, with the nodes that its rows came from."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from httpdesk.formats import query_text, reserved_options
from httpdesk.formats.auth_block import auth_of
from httpdesk.formats.yaml_tree import (
    Mapping,
    Node,
    Sequence,
    Tree,
    child,
    data_of,
    items,
    plain,
    text_of,
)
from httpdesk.model.collection import RequestDefaults
from httpdesk.model.errors import FileNotUnderstood
from httpdesk.model.media_types import base_name, guess
from httpdesk.model.request import (
    DEFAULT_MAX_REDIRECTS,
    STANDARD_METHODS,
    Body,
    FileBody,
    FormBody,
    FormField,
    FormPart,
    GraphQLBody,
    Header,
    MultipartBody,
    NoBody,
    OpaqueBody,
    Options,
    PartKind,
    PathParam,
    QueryParam,
    RawBody,
    RawKind,
    Request,
    SetVariable,
)

KINDS = ("http", "graphql")
"""The kinds of item that are requests; each has a block of that name."""
OTHER_KINDS = frozenset({"grpc", "websocket", "script", "app"})
FILES = "httpdesk.files."
"""With a field's name behind it: the name sent for its file; the n-th for its n-th (45)."""
JSON = "application/json"


@dataclass(slots=True)
class Reading:
    """What a file says, and the node of every row, in the order of the request's rows."""

    request: Request
    params: list[Node] = field(default_factory=list)
    mirrors: list[Node] = field(default_factory=list)
    """Rows that only repeat a query which stays in the URL; not among the request's rows."""
    path_params: list[Node] = field(default_factory=list)
    headers: list[Node] = field(default_factory=list)
    variables: list[Node] = field(default_factory=list)
    body: Node | None = None
    """The body in use: `http.body`, or the selected one of its variants."""
    block: str = "http"
    """Where method, URL and body stand: `http` or `graphql`."""
    parts: list[Node] = field(default_factory=list)
    """The node of each part of a multipart form; one that names several files is there for each."""
    file_names: list[Node] = field(default_factory=list)
    """The variables with the names sent for files."""
    file: Node | None = None
    """The file in use of a file body."""
    actions: list[Node] = field(default_factory=list)


def kind_of(root: Node) -> str:
    """Return the item's type, such as `http`; empty for what is no item."""
    kind = text_of(child(root, "info", "type")) or text_of(child(root, "type"))
    if not kind and isinstance(plain(child(root, "http")), Mapping):
        return "http"
    return kind


def method_of(root: Node, block: str = "http") -> str:
    """Return the method; a standard one in capitals, as Bruno sends it however it is written."""
    method = text_of(child(root, block, "method"), "GET" if block == "http" else "POST")
    return method.upper() if method.upper() in STANDARD_METHODS else method


def read(tree: Tree, path: str, default_name: str = "") -> Reading:
    """Return the request of a parsed file; raises FileNotUnderstood for any other kind."""
    kind = kind_of(tree.root)
    if kind not in KINDS:
        reason = f"kind {kind}" if kind else "not a request"
        raise FileNotUnderstood(path=path, line=1, column=1, reason=reason)
    root = tree.root
    found = Reading(Request(name=text_of(child(root, "info", "name"), default_name)), block=kind)
    _read_target(root, found)
    _read_rows(root, found)
    found.request = replace(
        found.request,
        options=_options(root),
        notes=prose(child(root, "docs")),
        auth=auth_of(data_of(child(root, kind, "auth"))),
        unapplied=tuple(_unapplied(root, found)),
    )
    return found


def encodes_url(root: Node) -> bool:
    """Return whether Bruno encodes the URL again: by default, once there are settings."""
    settings = plain(child(root, "settings"))
    return isinstance(settings, Mapping) and text_of(child(settings, "encodeUrl")) != "false"


def prose(node: Node | None) -> str:
    """Return a description or documentation: text, or the content of a structured one."""
    return text_of(node) or text_of(child(node, "content"))


def is_on(node: Node | None) -> bool:
    """Return whether a row is enabled."""
    return text_of(child(node, "disabled")) not in {"true", "True", "TRUE"}


def variable_text(node: Node | None) -> str:
    """Return the value of a variable: plain, typed, or its selected variant."""
    value = child(node, "value")
    variants = items(value)
    if variants:
        value = child(selected(variants), "value")
    return text_of(value) or text_of(child(value, "data"))


def read_defaults(root: Node) -> RequestDefaults:
    """Return what a collection or folder file hands down to the requests below it."""
    request = child(root, "request")
    variables = [v for v in _mappings(child(request, "variables")) if is_on(v)]
    headers = [h for h in _mappings(child(request, "headers")) if is_on(h)]
    return RequestDefaults(
        variables=tuple((_name(each), variable_text(each)) for each in variables),
        headers=tuple((_name(each), text_of(child(each, "value"))) for each in headers),
        name=text_of(child(root, "info", "name")),
        unapplied=tuple(_asked_for(request)),
        auth=auth_of(data_of(child(request, "auth"))),
    )


def _read_target(root: Node, found: Reading) -> None:
    rows = _mappings(child(root, found.block, "params"))
    queries = [row for row in rows if text_of(child(row, "type")) != "path"]
    enabled = [row for row in queries if is_on(row) and _name(row)]
    pairs = [(_name(row), text_of(child(row, "value"))) for row in enabled]
    url = text_of(child(root, found.block, "url"))
    parts = query_text.split(url, pairs, encodes=encodes_url(root))
    shown_off: list[Node] = []
    if parts is not None:
        url, kept = parts
        found.mirrors = enabled[:kept]
    elif query_text.own_query(url) is not None:
        # The URL is what gets sent; rows that it does not have are shown as switched off.
        shown_off = enabled
    found.params = [row for row in queries if row not in found.mirrors]
    params = tuple(QueryParam(*_row(row, off=row in shown_off)) for row in found.params)
    found.path_params = [row for row in rows if row not in queries and is_on(row)]
    found.request = replace(
        found.request,
        method=method_of(root, found.block),
        url=url,
        params=params,
        path_params=tuple(_path_param(row) for row in found.path_params),
    )


def _read_rows(root: Node, found: Reading) -> None:
    found.headers = _mappings(child(root, found.block, "headers"))
    found.body = _body_node(child(root, found.block, "body"))
    variables = [row for row in _mappings(child(root, "runtime", "variables")) if is_on(row)]
    found.variables = [
        row for row in variables if not _name(row).startswith(reserved_options.PREFIX)
    ]
    found.actions = actions_of(root)
    found.file_names = [row for row in variables if _name(row).startswith(FILES)]
    found.request = replace(
        found.request,
        headers=tuple(Header(*_row(row)) for row in found.headers),
        body=_body(root, found),
        variables=tuple((_name(row), variable_text(row)) for row in found.variables),
        actions=tuple(_action(node) for node in found.actions),
    )


def actions_of(root: Node) -> list[Node]:
    """Return the actions that a send does: values of the response as variables for later."""
    return [each for each in _mappings(child(root, "runtime", "actions")) if _is_applied(each)]


def _is_applied(action: Node) -> bool:
    return (
        text_of(child(action, "type")) == "set-variable"
        and text_of(child(action, "phase"), "after-response") == "after-response"
        and text_of(child(action, "selector", "method"), "jsonq") == "jsonq"
        and text_of(child(action, "selector", "expression")).startswith("res.body")
        and text_of(child(action, "variable", "scope"), "runtime") == "runtime"
    )


def _action(node: Node) -> SetVariable:
    return SetVariable(
        text_of(child(node, "variable", "name")),
        text_of(child(node, "selector", "expression")),
        is_on(node),
        prose(child(node, "description")),
    )


def _mappings(node: Node | None) -> list[Node]:
    return [each for each in items(node) if isinstance(plain(each), Mapping)]


def _name(node: Node | None) -> str:
    return text_of(child(node, "name"))


def _row(node: Node, *, off: bool = False) -> tuple[str, str, bool, str]:
    value, note = text_of(child(node, "value")), prose(child(node, "description"))
    return _name(node), value, is_on(node) and not off, note


def _path_param(node: Node) -> PathParam:
    return PathParam(_name(node), text_of(child(node, "value")), prose(child(node, "description")))


def selected(variants: list[Node]) -> Node:
    """Return the variant in use: the one that is marked, else the first."""
    chosen = [each for each in variants if text_of(child(each, "selected")) == "true"]
    return (chosen or variants)[0]


def _body_node(node: Node | None) -> Node | None:
    variants = items(node)
    return child(selected(variants), "body") if variants else node


def _body(root: Node, found: Reading) -> Body:
    """Return the body, with the nodes of its rows noted in `found`."""
    node = found.body
    if found.block == "graphql":
        return _graphql(node)
    kind = text_of(child(node, "type"))
    if not kind or kind == "none":
        return NoBody()
    if kind in {each.value for each in RawKind}:
        return RawBody(RawKind(kind), text_of(child(node, "data")))
    if kind == "form-urlencoded":
        return FormBody(tuple(FormField(*_row(row)) for row in form_rows(node)))
    readers = {"multipart-form": _multipart, "file": _file}
    reader = readers.get(kind)
    return (reader(root, found) if reader else None) or OpaqueBody(kind)


def _graphql(node: Node | None) -> Body:
    query, variables = child(node, "query"), child(node, "variables")
    if any(isinstance(plain(each), Mapping | Sequence) for each in (query, variables)):
        return OpaqueBody("graphql")
    return GraphQLBody(text_of(query), text_of(variables))


def _multipart(root: Node, found: Reading) -> Body | None:
    """Return the parts, one for each file; None for an entry that is neither text nor file."""
    parts: list[FormPart] = []
    nodes: list[Node] = []
    for node in form_rows(found.body):
        made = _parts(node)
        if made is None:
            return None
        parts += made
        nodes += [node] * len(made)
    found.parts = nodes
    names: dict[str, list[str]] = {}
    for row in found.file_names:
        names.setdefault(_name(row).removeprefix(FILES), []).append(variable_text(row))
    return MultipartBody(tuple(_named(part, names) for part in parts))


def _named(part: FormPart, names: dict[str, list[str]]) -> FormPart:
    """Give a file the next name of its field (statement 45)."""
    left = names.get(part.name)
    return replace(part, file_name=left.pop(0)) if part.kind is PartKind.FILE and left else part


def _parts(node: Node) -> list[FormPart] | None:
    name, _, enabled, note = _row(node)
    kind, value = text_of(child(node, "type")), plain(child(node, "value"))
    content_type = text_of(child(node, "contentType"))
    if kind == "file":
        if isinstance(value, Mapping):
            return None
        paths = [text_of(each) for each in items(value)] or [text_of(value)]
        return [
            FormPart(name, path, PartKind.FILE, content_type, "", enabled, note) for path in paths
        ]
    if kind not in {"", "text"} or isinstance(value, Mapping | Sequence):
        return None
    part = FormPart(name, text_of(value), PartKind.TEXT, content_type, "", enabled, note)
    return [normal_part(part)]


def normal_part(part: FormPart) -> FormPart:
    """Return a part as the format can tell it: JSON is text of a JSON content type."""
    if part.kind is PartKind.FILE:
        return part
    essence = part.content_type.partition(";")[0].strip().lower()
    given = part.content_type or (JSON if part.kind is PartKind.JSON else "")
    is_json = essence == JSON or essence.endswith("+json") or given == JSON
    kind = PartKind.JSON if is_json else PartKind.TEXT
    return replace(part, kind=kind, content_type="" if given == JSON else given, file_name="")


def _file(root: Node, found: Reading) -> Body | None:
    """Return the selected file; None where there are files and none is selected."""
    entries = form_rows(found.body)
    chosen = [each for each in entries if text_of(child(each, "selected")).lower() == "true"]
    if not entries:
        return FileBody()
    if not chosen:
        return None
    found.file = chosen[0]
    path = text_of(child(found.file, "filePath"))
    return normal_file(FileBody(path, text_of(child(found.file, "contentType"))))


def normal_file(body: FileBody) -> FileBody:
    """Return a file body as the format can tell it: the guessed type is written down there."""
    guessed = body.content_type == guess(base_name(body.path))
    return FileBody(body.path) if guessed else body


def form_rows(body: Node | None) -> list[Node]:
    """Return the nodes of a form's fields."""
    return _mappings(child(body, "data"))


def _options(root: Node) -> Options:
    settings = child(root, "settings")
    reserved, _ = reserved_options.read_options(_switched_on(root))
    return Options(
        timeout_ms=_count(text_of(child(settings, "timeout")), 0) or None,
        follow_redirects=text_of(child(settings, "followRedirects")) != "false",
        max_redirects=_count(text_of(child(settings, "maxRedirects")), DEFAULT_MAX_REDIRECTS),
        **reserved,
    )


def _switched_on(root: Node) -> dict[str, str]:
    """Return the enabled variables of the request, options among them."""
    rows = _mappings(child(root, "runtime", "variables"))
    return {_name(row): variable_text(row) for row in rows if is_on(row)}


def _count(text: str, default: int) -> int:
    """Return the whole number that `text` is; the default for words such as `inherit`."""
    try:
        number = round(float(text))
    except (ValueError, OverflowError):
        return default
    return number if number >= 0 else default


def _unapplied(root: Node, found: Reading) -> list[str]:
    """Name in short words what the file asks for and no send does yet."""
    words = _asked_for(child(root, found.block))
    if isinstance(found.request.body, OpaqueBody):
        words.append(f"body: {found.request.body.kind}")
    words += _asked_for(child(root, "runtime"), len(found.actions))
    words += [
        name
        for name in (_name(row) for row in _mappings(child(root, "runtime", "variables")))
        if name.startswith(reserved_options.PREFIX) and not reserved_options.is_applied(name)
        if not (isinstance(found.request.body, MultipartBody) and name.startswith(FILES))
    ]
    words += reserved_options.read_options(_switched_on(root))[1]
    if encodes_url(root) and "%" in (query_text.own_query(found.request.url) or ""):
        # Bruno would send `%252B` for a `%2B` that was typed; here it goes out as typed.
        words.append("encodeUrl")
    if text_of(child(root, "settings", "forwardAuthorizationHeader")) == "false":
        words.append("forwardAuthorizationHeader: false")
    if items(child(root, "settings", "omitHeaders")):
        words.append("omitHeaders")
    words += [word for word in ("app",) if child(root, word) is not None]
    return words


def _asked_for(block: Node | None, applied_actions: int = 0) -> list[str]:
    words = []
    scripts = [text_of(child(each, "type")) for each in items(child(block, "scripts"))]
    if scripts:
        words.append(f"scripts: {', '.join(scripts)}")
    for name in ("assertions", "actions"):
        count = len(items(child(block, name)))
        if name == "actions":
            count -= applied_actions
        if count:
            words.append(f"{name}: {count}")
    return words
