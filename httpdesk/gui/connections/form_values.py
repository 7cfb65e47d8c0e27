"""What the fields of a connection's form hold, and the connection that they make.

Values are by field; each kind of authentication reads only its own, so that those of another kind
stay as they were typed. No secret is among them.
"""

from __future__ import annotations

from dataclasses import fields, replace
from enum import Enum
from typing import Any

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
)
from httpdesk.model.connection import Connection

Values = dict[str, Any]


class Kind(Enum):
    """A kind of authentication as the menu of types has it."""

    NONE = "none"
    API_KEY = "api key"
    BASIC = "basic"
    BEARER = "bearer"
    DIGEST = "digest"
    OAUTH1 = "oauth1"
    AWS = "aws"
    CODE = "code"
    CLIENT = "client"
    DEVICE = "device"
    PASSWORD = "password"


OAUTH2 = (Kind.CODE, Kind.CLIENT, Kind.DEVICE, Kind.PASSWORD)
_GRANTS = {
    Kind.CODE: Grant.AUTHORIZATION_CODE,
    Kind.CLIENT: Grant.CLIENT_CREDENTIALS,
    Kind.DEVICE: Grant.DEVICE_CODE,
    Kind.PASSWORD: Grant.PASSWORD,
}
_TYPES: dict[Kind, type] = {
    Kind.NONE: NoAuth,
    Kind.API_KEY: ApiKeyAuth,
    Kind.BASIC: BasicAuth,
    Kind.BEARER: BearerAuth,
    Kind.DIGEST: DigestAuth,
    Kind.OAUTH1: OAuth1Auth,
    Kind.AWS: AwsV4Auth,
    **dict.fromkeys(OAUTH2, OAuth2Auth),
}
_PREFIXES: dict[type, str] = {ApiKeyAuth: "key_", OAuth1Auth: "oauth1_", AwsV4Auth: "aws_"}
"""Before the names of fields that other kinds have too, and mean something else by."""
_SHARED = ("username",)
"""One field of the form for all kinds that have it."""
_ADDRESS = (
    "name",
    "base_url",
    "allowed_hosts",
    "headers",
    "ca_file",
    "certificate",
    "key",
    "proxy",
)


def kind_of(auth: Auth) -> Kind:
    """Return the entry of the menu that stands for `auth`."""
    if isinstance(auth, OAuth2Auth):
        return next(kind for kind, grant in _GRANTS.items() if grant is auth.grant)
    return next(kind for kind, made in _TYPES.items() if made is type(auth))


def auth_key(kind: Kind, name: str) -> str:
    """Return the key of a kind's own field among the values."""
    return name if name in _SHARED else _PREFIXES.get(_TYPES[kind], "") + name


def values_of(connection: Connection) -> Values:
    """Return what the fields show for `connection`."""
    kind = kind_of(connection.auth)
    values: Values = {name: getattr(connection, name) for name in _ADDRESS}
    values["kind"] = kind
    for name in _names(kind):
        values[auth_key(kind, name)] = getattr(connection.auth, name)
    return values


def default_values() -> Values:
    """Return what the fields of every kind hold before anything is typed."""
    values: Values = {}
    for made in dict.fromkeys(_TYPES.values()):
        values |= values_of(Connection("", "", auth=made()))
    return values | {"kind": Kind.NONE}


def connection_of(base: Connection, values: Values) -> Connection:
    """Return `base` with what the fields say; what no field shows stays as it is."""
    kind: Kind = values["kind"]
    own = {name: values[name] for name in _ADDRESS if name in values}
    return replace(base, **own, auth=_auth(base.auth, kind, values))


def _auth(base: Auth, kind: Kind, values: Values) -> Auth:
    wanted = _TYPES[kind]
    auth: Any = base if isinstance(base, wanted) else wanted()
    keys = {name: auth_key(kind, name) for name in _names(kind)}
    own = {name: values[key] for name, key in keys.items() if key in values}
    if kind in OAUTH2:
        own["grant"] = _GRANTS[kind]
    made: Auth = replace(auth, **own)
    return made


def _names(kind: Kind) -> tuple[str, ...]:
    return tuple(each.name for each in fields(_TYPES[kind]) if each.name != "grant")
