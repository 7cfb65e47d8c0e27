"""An OpenCollection request file as a Request, with the nodes that its rows came from."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from httpdesk.formats import query_text
from httpdesk.formats.auth_block import auth_of
from httpdesk.formats.body_block import body_node, read_body
from httpdesk.formats.example_block import example_nodes, example_of, tags_of
from httpdesk.formats.file_rows import (
    is_on,
    mappings,
    name_of,
    path_param_of,
    prose,
    row_of,
    variable_text,
)
from httpdesk.formats.yaml_tree import (
    Mapping,
    Node,
    Tree,
    child,
    data_of,
    items,
    plain,
    text_of,
)
from httpdesk.model import reserved_options
from httpdesk.model.collection import RequestDefaults
from httpdesk.model.errors import FileNotUnderstood
from httpdesk.model.request import (
    DEFAULT_MAX_REDIRECTS,
    STANDARD_METHODS,
    Body,
    Header,
    MultipartBody,
    OpaqueBody,
    Options,
    QueryParam,
    Request,
    SetVariable,
)

KINDS = ("http", "graphql")
"""The kinds of item that are requests; each has a block of that name."""
OTHER_KINDS = frozenset({"grpc", "websocket", "script", "app"})
FILES = "httpdesk.files."
"""With a field's name behind it: the name sent for its file; the n-th for its n-th (45)."""
_SETTINGS = {
    "timeout": "timeout_ms",
    "followRedirects": "follow_redirects",
    "maxRedirects": "max_redirects",
}


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
        options=options_of(child(root, "settings"), child(root, "runtime", "variables")),
        notes=prose(child(root, "docs")),
        auth=auth_of(data_of(child(root, kind, "auth"))),
        unapplied=tuple(_unapplied(root, found)),
        tags=tags_of(root),
        examples=tuple(map(example_of, example_nodes(root))),
    )
    return found


def encodes_url(root: Node) -> bool:
    """Return whether Bruno encodes the URL again: by default, once there are settings."""
    settings = plain(child(root, "settings"))
    return isinstance(settings, Mapping) and text_of(child(settings, "encodeUrl")) != "false"


def read_defaults(root: Node) -> RequestDefaults:
    """Return what a collection or folder file hands down to the requests below it."""
    request = child(root, "request")
    variables = [v for v in mappings(child(request, "variables")) if is_on(v)]
    headers = [h for h in mappings(child(request, "headers")) if is_on(h)]
    return RequestDefaults(
        variables=tuple((name_of(each), variable_text(each)) for each in variables),
        headers=tuple((name_of(each), text_of(child(each, "value"))) for each in headers),
        name=text_of(child(root, "info", "name")),
        unapplied=(*_asked_for(request), *_unused_options(child(request, "variables"))),
        auth=auth_of(data_of(child(request, "auth"))),
        options=options_of(child(request, "settings", "http"), child(request, "variables")),
    )


def _read_target(root: Node, found: Reading) -> None:
    rows = mappings(child(root, found.block, "params"))
    queries = [row for row in rows if text_of(child(row, "type")) != "path"]
    enabled = [row for row in queries if is_on(row) and name_of(row)]
    pairs = [(name_of(row), text_of(child(row, "value"))) for row in enabled]
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
    params = tuple(QueryParam(*row_of(row, off=row in shown_off)) for row in found.params)
    found.path_params = [row for row in rows if row not in queries and is_on(row)]
    found.request = replace(
        found.request,
        method=method_of(root, found.block),
        url=url,
        params=params,
        path_params=tuple(path_param_of(row) for row in found.path_params),
    )


def _read_rows(root: Node, found: Reading) -> None:
    found.headers = mappings(child(root, found.block, "headers"))
    found.body = body_node(child(root, found.block, "body"))
    variables = [row for row in mappings(child(root, "runtime", "variables")) if is_on(row)]
    found.variables = [
        row for row in variables if not name_of(row).startswith(reserved_options.PREFIX)
    ]
    found.actions = actions_of(root)
    found.file_names = [row for row in variables if name_of(row).startswith(FILES)]
    found.request = replace(
        found.request,
        headers=tuple(Header(*row_of(row)) for row in found.headers),
        body=_body(found),
        variables=tuple((name_of(row), variable_text(row)) for row in found.variables),
        actions=tuple(_action(node) for node in found.actions),
    )


def _body(found: Reading) -> Body:
    """Return the body, with the nodes of its rows noted in `found`."""
    sent = [(name_of(row).removeprefix(FILES), variable_text(row)) for row in found.file_names]
    held = read_body(found.body, found.block, sent)
    found.parts, found.file = held.parts, held.file
    return held.body


def actions_of(root: Node) -> list[Node]:
    """Return the actions that a send does: values of the response as variables for later."""
    return [each for each in mappings(child(root, "runtime", "actions")) if _is_applied(each)]


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


def options_of(settings: Node | None, variables: Node | None) -> Options:
    """Return the options that settings of the format and reserved variables say."""
    reserved, _ = reserved_options.read_options(_switched_on(variables))
    said = {option: text_of(child(settings, key)) for key, option in _SETTINGS.items()}
    return Options(
        timeout_ms=_count(said["timeout_ms"], 0) or None,
        follow_redirects=said["follow_redirects"] != "false",
        max_redirects=_count(said["max_redirects"], DEFAULT_MAX_REDIRECTS),
        **reserved,
        stated=(*reserved, *(option for option, text in said.items() if _is_said(option, text))),
    )


def _is_said(option: str, text: str) -> bool:
    """Return whether a setting has a value of its own, not a word such as `inherit`."""
    if option == "follow_redirects":
        return text in {"true", "false"}
    return _count(text, -1) >= 0


def _switched_on(variables: Node | None) -> dict[str, str]:
    """Return the enabled variables of a request or level, options among them."""
    return {name_of(row): variable_text(row) for row in mappings(variables) if is_on(row)}


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
        word
        for word in _unused_options(child(root, "runtime", "variables"))
        if not (isinstance(found.request.body, MultipartBody) and word.startswith(FILES))
    ]
    if encodes_url(root) and "%" in (query_text.own_query(found.request.url) or ""):
        # Bruno would send `%252B` for a `%2B` that was typed; here it goes out as typed.
        words.append("encodeUrl")
    if text_of(child(root, "settings", "forwardAuthorizationHeader")) == "false":
        words.append("forwardAuthorizationHeader: false")
    if items(child(root, "settings", "omitHeaders")):
        words.append("omitHeaders")
    words += [word for word in ("app",) if child(root, word) is not None]
    return words


def _unused_options(variables: Node | None) -> list[str]:
    """Name the reserved variables that mean nothing here, and those with a value that is none."""
    names = (name_of(row) for row in mappings(variables))
    unknown = [
        name
        for name in names
        if name.startswith(reserved_options.PREFIX) and not reserved_options.is_applied(name)
    ]
    return unknown + reserved_options.read_options(_switched_on(variables))[1]


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
