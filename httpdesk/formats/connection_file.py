"""A connection as a YAML file, in OpenCollection's words for authentication (storage.md).

The file holds no secret. Writing an existing file touches only what changed.
"""

from __future__ import annotations

from typing import Any

from httpdesk.formats import yaml_text
from httpdesk.formats.oauth_block import oauth_data, oauth_of
from httpdesk.formats.plain_data import is_on, mapping, rows, text, without_empty
from httpdesk.formats.signature_block import aws_data, aws_of, oauth1_data, oauth1_of
from httpdesk.formats.yaml_edit import Patch
from httpdesk.formats.yaml_tree import Mapping, data_of, parse
from httpdesk.model.auth import (
    ApiKeyAuth,
    Auth,
    AwsV4Auth,
    BasicAuth,
    BearerAuth,
    DigestAuth,
    Grant,
    NoAuth,
    OAuth1Auth,
    OAuth2Auth,
    Placement,
)
from httpdesk.model.connection import Connection
from httpdesk.model.errors import FileNotUnderstood
from httpdesk.model.request import Header

ENDING = ".yaml"
"""Bruno reads `.yml` only, so this keeps connections out of its way."""
KIND = "connection"


def read_connection(data: bytes, path: str = "") -> Connection:
    """Return the connection of a file; raises FileNotUnderstood or ConflictMarkers."""
    found = data_of(parse(data, path).root)
    info = mapping(found, "info") if isinstance(found, dict) else {}
    if info.get("type") != KIND or not text(info, "id"):
        raise FileNotUnderstood(path=path, line=1, column=1, reason="not a connection")
    tls, proxy = mapping(found, "tls"), text(found, "proxy")
    return Connection(
        id=text(info, "id"),
        name=text(info, "name"),
        base_url=text(found, "baseUrl"),
        auth=_auth(mapping(found, "auth"), path),
        allowed_hosts=tuple(str(host) for host in rows(found, "allowedHosts")),
        headers=tuple(_header(row) for row in rows(found, "headers") if isinstance(row, dict)),
        ca_file=text(tls, "caFile"),
        certificate=text(tls, "certificateFile"),
        key=text(tls, "keyFile"),
        proxy=proxy,
    )


def new_connection(connection: Connection) -> bytes:
    """Return the file of a new connection; whatever equals its default is left out."""
    return yaml_text.document(_content(connection)).encode()


def edit_connection(data: bytes, connection: Connection, path: str = "") -> bytes:
    """Return the file with `connection` in it; raises what `read_connection` raises.

    Comments, order and keys that are not known stay.
    """
    tree = parse(data, path)
    root = tree.root
    if not isinstance(root, Mapping):
        raise FileNotUnderstood(path=path, line=1, column=1, reason="not a connection")
    old, new = _content(read_connection(data, path)), _content(connection)
    patch = Patch(tree)
    _change(patch, root, old, new)
    return patch.apply().encode()


def _content(connection: Connection) -> dict[str, Any]:
    return without_empty(_data(connection))


def _change(patch: Patch, place: Mapping, old: dict[str, Any], new: dict[str, Any]) -> None:
    """Change what differs; what neither of the two knows stays."""
    for key in old.keys() - new.keys():
        patch.remove(place, key)
    for key, value in new.items():
        before = old.get(key)
        if before == value:
            continue
        held = place.entries[key][1] if key in place.entries else None
        if isinstance(held, Mapping) and isinstance(before, dict) and _is_same(before, value):
            _change(patch, held, before, value)
        else:
            patch.put_in(place, (key,), value)


def _is_same(before: dict[str, Any], value: dict[str, Any]) -> bool:
    """Return whether two mappings are of one kind; another sign-in replaces the old one whole."""
    return all(before.get(key) == value.get(key) for key in ("type", "flow"))


# Writing


def _data(connection: Connection) -> dict[str, Any]:
    """Return everything that the file can say, in the order of a new file."""
    return {
        "info": {"name": connection.name, "type": KIND, "id": connection.id},
        "baseUrl": connection.base_url,
        "auth": _auth_data(connection.auth),
        "allowedHosts": list(connection.allowed_hosts),
        "headers": [_header_data(header) for header in connection.headers],
        "tls": {
            "caFile": connection.ca_file,
            "certificateFile": connection.certificate,
            "keyFile": connection.key,
        },
        "proxy": connection.proxy,
    }


def _auth_data(auth: Auth) -> dict[str, Any]:
    match auth:
        case NoAuth():
            return {}
        case ApiKeyAuth():
            return {
                "type": "apikey",
                "key": auth.name,
                "prefix": auth.prefix,
                "placement": auth.placement.value,
                "encode": auth.encodes,
            }
        case BasicAuth():
            return {"type": "basic", "username": auth.username}
        case BearerAuth():
            return {"type": "bearer"}
        case OAuth2Auth():
            return oauth_data(auth)
        case DigestAuth():
            return {"type": "digest", "username": auth.username}
        case OAuth1Auth():
            return {"type": "oauth1", **oauth1_data(auth)}
        case AwsV4Auth():
            return {"type": "awsv4", **aws_data(auth)}


def _header_data(header: Header) -> dict[str, Any]:
    data: dict[str, Any] = {"name": header.name, "value": header.value}
    if header.description:
        data["description"] = header.description
    return data if header.enabled else data | {"disabled": True}


# Reading


def _auth(data: dict[str, Any], path: str) -> Auth:
    kind = text(data, "type")
    if kind in ("", "none"):
        return NoAuth()
    if kind == "basic":
        return BasicAuth(text(data, "username"))
    if kind == "bearer":
        return BearerAuth()
    if kind == "apikey":
        placement = Placement.QUERY if data.get("placement") == "query" else Placement.HEADER
        return ApiKeyAuth(text(data, "key"), text(data, "prefix"), placement, is_on(data, "encode"))
    if kind == "digest":
        return DigestAuth(text(data, "username"))
    if kind == "awsv4":
        return aws_of(data)
    if kind == "oauth1":
        return oauth1_of(data)
    if kind == "oauth2" and text(data, "flow") in {grant.value for grant in Grant}:
        return oauth_of(data)
    raise FileNotUnderstood(path=path, reason=f"unknown kind of authentication: {kind[:40]}")


def _header(row: dict[str, Any]) -> Header:
    enabled = not is_on(row, "disabled")
    return Header(text(row, "name"), text(row, "value"), enabled, text(row, "description"))
