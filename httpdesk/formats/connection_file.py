"""A connection as a YAML file, in OpenCollection's words for authentication (storage.md).

The file holds no secret. Writing an existing file touches only what changed.
"""

from __future__ import annotations

from typing import Any

from httpdesk.formats import yaml_text
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
    OAuth1Signature,
    OAuth2Auth,
    Placement,
)
from httpdesk.model.connection import Connection
from httpdesk.model.errors import FileNotUnderstood
from httpdesk.model.oauth import ClientAuthentication, Pkce
from httpdesk.model.request import Header

ENDING = ".yaml"
"""Bruno reads `.yml` only, so this keeps connections out of its way."""
KIND = "connection"

_BASIC = "basic_auth_header"
_PLACEMENTS = {
    ClientAuthentication.BASIC: _BASIC,
    ClientAuthentication.BASIC_RAW: "basic_auth_header_raw",
    ClientAuthentication.BODY: "body",
}
_HOST = "http://127.0.0.1"
_USUAL_PREFIX = "Bearer"
_USUAL_TOKEN = ("Authorization", _USUAL_PREFIX, Placement.HEADER)
_NO_PREFIX = "none"
"""Stands for the token alone, since an empty text is left out."""


def read_connection(data: bytes, path: str = "") -> Connection:
    """Return the connection of a file; raises FileNotUnderstood or ConflictMarkers."""
    found = data_of(parse(data, path).root)
    info = _mapping(found, "info") if isinstance(found, dict) else {}
    if info.get("type") != KIND or not _text(info, "id"):
        raise FileNotUnderstood(path=path, line=1, column=1, reason="not a connection")
    tls, proxy = _mapping(found, "tls"), _text(found, "proxy")
    return Connection(
        id=_text(info, "id"),
        name=_text(info, "name"),
        base_url=_text(found, "baseUrl"),
        auth=_auth(_mapping(found, "auth"), path),
        allowed_hosts=tuple(str(host) for host in _rows(found, "allowedHosts")),
        headers=tuple(_header(row) for row in _rows(found, "headers") if isinstance(row, dict)),
        ca_file=_text(tls, "caFile"),
        certificate=_text(tls, "certificateFile"),
        key=_text(tls, "keyFile"),
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
    return _without_empty(_data(connection))


def _change(patch: Patch, mapping: Mapping, old: dict[str, Any], new: dict[str, Any]) -> None:
    """Change what differs; what neither of the two knows stays."""
    for key in old.keys() - new.keys():
        patch.remove(mapping, key)
    for key, value in new.items():
        before = old.get(key)
        if before == value:
            continue
        held = mapping.entries[key][1] if key in mapping.entries else None
        if isinstance(held, Mapping) and isinstance(before, dict) and _is_same(before, value):
            _change(patch, held, before, value)
        else:
            patch.put_in(mapping, (key,), value)


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
            return _oauth_data(auth)
        case DigestAuth():
            return {"type": "digest", "username": auth.username}
        case OAuth1Auth():
            return {
                "type": "oauth1",
                "consumerKey": auth.consumer_key,
                "accessToken": auth.token,
                "signatureMethod": auth.signature.value,
                "placement": auth.placement.value,
                "realm": auth.realm,
            }
        case AwsV4Auth():
            return {
                "type": "awsv4",
                "accessKeyId": auth.access_key_id,
                "region": auth.region,
                "service": auth.service,
            }


def _oauth_data(auth: OAuth2Auth) -> dict[str, Any]:
    headers = [
        {"name": name, "value": value, "placement": "header"} for name, value in auth.token_headers
    ]
    port = f":{auth.redirect_port}" if auth.redirect_port else ""
    callback = f"{_HOST}{port}{auth.redirect_path}"
    methods = {Pkce.PLAIN: {"method": "plain"}, Pkce.OFF: {"disabled": True}}
    return {
        "type": "oauth2",
        "flow": auth.grant.value,
        "authorizationUrl": auth.authorization_url,
        "accessTokenUrl": auth.token_url,
        "refreshTokenUrl": auth.refresh_url,
        "callbackUrl": "" if callback == f"{_HOST}/callback" else callback,
        "credentials": {
            "clientId": auth.client_id,
            "placement": ""
            if auth.authentication is ClientAuthentication.BASIC
            else _PLACEMENTS[auth.authentication],
        },
        "scope": auth.scope,
        "pkce": methods.get(auth.pkce, {}),
        "deviceAuthorizationUrl": auth.device_url,
        "revocationUrl": auth.revocation_url,
        "resourceOwner": {"username": auth.username},
        "additionalParameters": {
            "authorizationRequest": _parameters(auth.authorization_params, "query"),
            "accessTokenRequest": [*headers, *_parameters(auth.token_params, "body")],
            "refreshTokenRequest": [*headers, *_parameters(auth.token_params, "body")],
        },
        "tokenConfig": _token_config(auth),
        "issuer": auth.issuer,
        "namesIssuer": auth.names_issuer,
        "allowHttp": auth.allows_http,
    }


def _parameters(pairs: tuple[tuple[str, str], ...], placement: str) -> list[dict[str, str]]:
    return [{"name": name, "value": value, "placement": placement} for name, value in pairs]


def _token_config(auth: OAuth2Auth) -> dict[str, Any]:
    """Return how the token is sent, empty for the usual way; the prefix is a word of ours.

    In the query it is kept only so that another choice of the placement finds it again.
    """
    if (auth.token_name, auth.token_prefix, auth.token_placement) == _USUAL_TOKEN:
        return {}
    prefix = auth.token_prefix or _NO_PREFIX
    return {
        "placement": {auth.token_placement.value: auth.token_name},
        "prefix": "" if prefix == _USUAL_PREFIX else prefix,
    }


def _header_data(header: Header) -> dict[str, Any]:
    data: dict[str, Any] = {"name": header.name, "value": header.value}
    if header.description:
        data["description"] = header.description
    return data if header.enabled else data | {"disabled": True}


def _without_empty(data: dict[str, Any]) -> dict[str, Any]:
    kept = {
        key: _without_empty(value) if isinstance(value, dict) else value
        for key, value in data.items()
    }
    return {key: value for key, value in kept.items() if value not in ("", [], {}, False)}


# Reading


def _auth(data: dict[str, Any], path: str) -> Auth:
    kind = _text(data, "type")
    if kind in ("", "none"):
        return NoAuth()
    if kind == "basic":
        return BasicAuth(_text(data, "username"))
    if kind == "bearer":
        return BearerAuth()
    if kind == "apikey":
        placement = Placement.QUERY if data.get("placement") == "query" else Placement.HEADER
        return ApiKeyAuth(
            _text(data, "key"), _text(data, "prefix"), placement, _is_on(data, "encode")
        )
    if kind == "digest":
        return DigestAuth(_text(data, "username"))
    if kind == "awsv4":
        return AwsV4Auth(_text(data, "accessKeyId"), _text(data, "region"), _text(data, "service"))
    if kind == "oauth1":
        return _oauth1(data)
    if kind == "oauth2" and _text(data, "flow") in {grant.value for grant in Grant}:
        return _oauth(data)
    raise FileNotUnderstood(path=path, reason=f"unknown kind of authentication: {kind[:40]}")


def _oauth1(data: dict[str, Any]) -> OAuth1Auth:
    methods = {each.value: each for each in OAuth1Signature}
    return OAuth1Auth(
        consumer_key=_text(data, "consumerKey"),
        token=_text(data, "accessToken"),
        signature=methods.get(_text(data, "signatureMethod"), OAuth1Signature.HMAC_SHA1),
        placement=Placement.QUERY if data.get("placement") == "query" else Placement.HEADER,
        realm=_text(data, "realm"),
    )


def _oauth(data: dict[str, Any]) -> OAuth2Auth:
    credentials, pkce = _mapping(data, "credentials"), _mapping(data, "pkce")
    additional = _mapping(data, "additionalParameters")
    places = {word: each for each, word in _PLACEMENTS.items()}
    port, path = _callback(_text(data, "callbackUrl"))
    name, prefix, placement = _token_placement(_mapping(data, "tokenConfig"))
    plain = Pkce.PLAIN if pkce.get("method") == "plain" else Pkce.S256
    return OAuth2Auth(
        grant=Grant(_text(data, "flow")),
        authorization_url=_text(data, "authorizationUrl"),
        token_url=_text(data, "accessTokenUrl"),
        refresh_url=_text(data, "refreshTokenUrl"),
        client_id=_text(credentials, "clientId"),
        scope=_text(data, "scope"),
        authentication=places.get(_text(credentials, "placement"), ClientAuthentication.BASIC),
        pkce=Pkce.OFF if _is_on(pkce, "disabled") else plain,
        token_headers=_pairs(additional, "accessTokenRequest", "header"),
        token_params=_pairs(additional, "accessTokenRequest", "body"),
        authorization_params=_pairs(additional, "authorizationRequest", "query"),
        device_url=_text(data, "deviceAuthorizationUrl"),
        revocation_url=_text(data, "revocationUrl"),
        username=_text(_mapping(data, "resourceOwner"), "username"),
        token_name=name,
        token_prefix=prefix,
        token_placement=placement,
        redirect_port=port,
        redirect_path=path,
        issuer=_text(data, "issuer"),
        names_issuer=_is_on(data, "namesIssuer"),
        allows_http=_is_on(data, "allowHttp"),
    )


def _token_placement(config: dict[str, Any]) -> tuple[str, str, Placement]:
    place = _mapping(config, "placement")
    prefix = _text(config, "prefix") or _USUAL_PREFIX
    prefix = "" if prefix == _NO_PREFIX else prefix
    if _text(place, "query"):
        return _text(place, "query"), prefix, Placement.QUERY
    return _text(place, "header") or "Authorization", prefix, Placement.HEADER


def _pairs(data: dict[str, Any], key: str, placement: str) -> tuple[tuple[str, str], ...]:
    return tuple(
        (_text(row, "name"), _text(row, "value"))
        for row in _rows(data, key)
        if isinstance(row, dict) and row.get("placement") == placement
    )


def _callback(url: str) -> tuple[int, str]:
    """Return the port, 0 for a free one, and the path of a redirect URI."""
    rest = url.partition("://")[2]
    authority, slash, path = rest.partition("/")
    port = authority.rpartition(":")[2]
    number = int(port) if port.isascii() and port.isdigit() and len(port) <= 5 else 0
    return number, f"/{path}" if slash else "/callback"


def _header(row: dict[str, Any]) -> Header:
    enabled = not _is_on(row, "disabled")
    return Header(_text(row, "name"), _text(row, "value"), enabled, _text(row, "description"))


def _mapping(data: Any, key: str) -> dict[str, Any]:
    value = data.get(key) if isinstance(data, dict) else None
    return value if isinstance(value, dict) else {}


def _rows(data: dict[str, Any], key: str) -> list[Any]:
    value = data.get(key)
    return value if isinstance(value, list) else []


def _text(data: dict[str, Any], key: str) -> str:
    value = data.get(key)
    return value if isinstance(value, str) else ""


def _is_on(data: dict[str, Any], key: str) -> bool:
    return _text(data, key).lower() == "true"
