"""OAuth 2.0 in OpenCollection's words, without its secrets: of a connection and of an `auth`."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from httpdesk.formats.plain_data import is_on, mapping, rows, text
from httpdesk.model.auth import Grant, OAuth2Auth, Placement
from httpdesk.model.oauth import ClientAuthentication, Pkce

_BASIC = "basic_auth_header"
_PLACEMENTS = {
    ClientAuthentication.BASIC: _BASIC,
    ClientAuthentication.BASIC_RAW: "basic_auth_header_raw",
    ClientAuthentication.BODY: "body",
}
_HOST = "http://127.0.0.1"
_THIS_MACHINE = ("127.0.0.1", "localhost")
_CALLBACK = "/callback"
_USUAL_PREFIX = "Bearer"
_USUAL_TOKEN = ("Authorization", _USUAL_PREFIX, Placement.HEADER)
_NO_PREFIX = "none"
"""Stands for the token alone, since an empty text is left out."""


def oauth_data(auth: OAuth2Auth) -> dict[str, Any]:
    """Return everything that a connection's file can say, what is empty included."""
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
        "callbackUrl": "" if callback == f"{_HOST}{_CALLBACK}" else callback,
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


def shared_oauth_data(auth: OAuth2Auth) -> dict[str, Any]:
    """Return what `shared_oauth_of` reads, what is empty included."""
    name = auth.token_name if auth.token_placement is Placement.QUERY else auth.token_prefix
    return {**oauth_data(auth), "tokenConfig": {"placement": {auth.token_placement.value: name}}}


def shared_oauth_of(data: dict[str, Any]) -> OAuth2Auth:
    """Return the kind as Bruno writes it: what stands under `header` is the token's prefix.

    A callback elsewhere than on this machine gives way to the usual one.
    """
    found = oauth_of(data)
    place = mapping(mapping(data, "tokenConfig"), "placement")
    if not text(place, "query"):
        prefix = text(place, "header") if "header" in place else _USUAL_PREFIX
        is_name = prefix.lower() == "authorization"
        found = replace(
            found, token_name="Authorization", token_prefix=_USUAL_PREFIX if is_name else prefix
        )
    host = text(data, "callbackUrl").partition("://")[2].partition("/")[0].partition(":")[0]
    if host not in _THIS_MACHINE:
        found = replace(found, redirect_port=0, redirect_path=_CALLBACK)
    return found


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


def oauth_of(data: dict[str, Any]) -> OAuth2Auth:
    """Return the kind as a connection's file says it; its `flow` is one of `Grant`."""
    credentials, pkce = mapping(data, "credentials"), mapping(data, "pkce")
    additional = mapping(data, "additionalParameters")
    places = {word: each for each, word in _PLACEMENTS.items()}
    port, path = _callback(text(data, "callbackUrl"))
    name, prefix, placement = _token_placement(mapping(data, "tokenConfig"))
    plain = Pkce.PLAIN if pkce.get("method") == "plain" else Pkce.S256
    return OAuth2Auth(
        grant=Grant(text(data, "flow")),
        authorization_url=text(data, "authorizationUrl"),
        token_url=text(data, "accessTokenUrl"),
        refresh_url=text(data, "refreshTokenUrl"),
        client_id=text(credentials, "clientId"),
        scope=text(data, "scope"),
        authentication=places.get(text(credentials, "placement"), ClientAuthentication.BASIC),
        pkce=Pkce.OFF if is_on(pkce, "disabled") else plain,
        token_headers=_pairs(additional, "accessTokenRequest", "header"),
        token_params=_pairs(additional, "accessTokenRequest", "body"),
        authorization_params=_pairs(additional, "authorizationRequest", "query"),
        device_url=text(data, "deviceAuthorizationUrl"),
        revocation_url=text(data, "revocationUrl"),
        username=text(mapping(data, "resourceOwner"), "username"),
        token_name=name,
        token_prefix=prefix,
        token_placement=placement,
        redirect_port=port,
        redirect_path=path,
        issuer=text(data, "issuer"),
        names_issuer=is_on(data, "namesIssuer"),
        allows_http=is_on(data, "allowHttp"),
    )


def _token_placement(config: dict[str, Any]) -> tuple[str, str, Placement]:
    place = mapping(config, "placement")
    prefix = text(config, "prefix") or _USUAL_PREFIX
    prefix = "" if prefix == _NO_PREFIX else prefix
    if text(place, "query"):
        return text(place, "query"), prefix, Placement.QUERY
    return text(place, "header") or "Authorization", prefix, Placement.HEADER


def _pairs(data: dict[str, Any], key: str, placement: str) -> tuple[tuple[str, str], ...]:
    return tuple(
        (text(row, "name"), text(row, "value"))
        for row in rows(data, key)
        if isinstance(row, dict) and row.get("placement") == placement
    )


def _callback(url: str) -> tuple[int, str]:
    """Return the port, 0 for a free one, and the path of a redirect URI."""
    rest = url.partition("://")[2]
    authority, slash, path = rest.partition("/")
    port = authority.rpartition(":")[2]
    number = int(port) if port.isascii() and port.isdigit() and len(port) <= 5 else 0
    return number, f"/{path}" if slash else _CALLBACK
