"""What a provider tells of itself, read from its discovery documents (RFC 8414, OpenID)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from requests import Request, Response, Session

from httpdesk import __version__
from httpdesk.adapters.transport_adapter import TransportAdapter
from httpdesk.engine.oauth import check_endpoint, endpoint
from httpdesk.model.errors import SignInFailed, SignInReason
from httpdesk.model.oauth import OAuthClient, ProviderMetadata

_MOST_SCOPES = 200
_LONGEST = 2000
"""Characters of a URL or a scope that is taken."""


def discover(issuer: str, adapter: TransportAdapter) -> ProviderMetadata:
    """Return the metadata of the provider; raises SignInFailed, and SendFailed without an answer.

    WRONG_ISSUER for another provider's document (RFC 8414 section 3.3), NO_METADATA where none
    can be used, INSECURE_URL and INVALID_URL for an issuer or an endpoint that is not safe.
    """
    issuer = issuer.strip()
    _check(issuer)
    status_code = None
    for url in _places(issuer):
        response = _answer(url, adapter)
        fields = _fields(response)
        if fields is None:
            status_code = response.status_code
        elif not _is_same(fields.get("issuer"), issuer):
            named = fields.get("issuer")
            raise SignInFailed(
                reason=SignInReason.WRONG_ISSUER,
                error=named[:300] if isinstance(named, str) else "",
                url=endpoint(url),
            )
        else:
            return _metadata(fields)
    raise SignInFailed(
        reason=SignInReason.NO_METADATA, url=endpoint(issuer), status_code=status_code
    )


def _places(issuer: str) -> tuple[str, ...]:
    """Return where the document may be: RFC 8414 inserts its path, OpenID appends it."""
    scheme, _, rest = issuer.partition("://")
    authority, slash, path = rest.rstrip("/").partition("/")
    base = f"{scheme}://{authority}"
    places = (
        f"{base}/.well-known/oauth-authorization-server{slash}{path}",
        f"{base}{slash}{path}/.well-known/openid-configuration",
        f"{base}/.well-known/openid-configuration{slash}{path}",
    )
    return tuple(dict.fromkeys(places))


def _answer(url: str, adapter: TransportAdapter) -> Response:
    headers = {"Accept": "application/json", "User-Agent": f"HTTPDesk/{__version__}"}
    # Redirects are not followed: the document is believed because of where it is.
    return adapter.send(Session().prepare_request(Request("GET", url, headers=headers)))


def _fields(response: Response) -> Mapping[str, Any] | None:
    """Return the JSON object of a 200, None for any other answer."""
    if response.status_code != 200:
        return None
    try:
        found = response.json()
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _is_same(named: object, issuer: str) -> bool:
    """Return whether both are one issuer; a slash at the end is often left out by people."""
    return isinstance(named, str) and named.rstrip("/") == issuer.rstrip("/")


def _metadata(fields: Mapping[str, Any]) -> ProviderMetadata:
    methods = fields.get("code_challenge_methods_supported")
    return ProviderMetadata(
        issuer=str(fields["issuer"]),
        authorization_url=_url(fields, "authorization_endpoint"),
        token_url=_url(fields, "token_endpoint"),
        device_url=_url(fields, "device_authorization_endpoint"),
        revocation_url=_url(fields, "revocation_endpoint"),
        scopes=_scopes(fields.get("scopes_supported")),
        names_issuer=fields.get("authorization_response_iss_parameter_supported") is True,
        lacks_s256=isinstance(methods, list) and "S256" not in methods,
    )


def _url(fields: Mapping[str, Any], name: str) -> str:
    """Return an endpoint, empty without one; raises SignInFailed for one that is not safe."""
    value = fields.get(name)
    if not isinstance(value, str) or not value:
        return ""
    _check(value)
    return value


def _check(url: str) -> None:
    if len(url) > _LONGEST:
        raise SignInFailed(reason=SignInReason.INVALID_URL, url=endpoint(url[:_LONGEST]))
    check_endpoint(url, OAuthClient(token_url="", client_id=""))


def _scopes(value: object) -> tuple[str, ...]:
    """Return the scopes that are words of RFC 6749 section 3.3."""
    if not isinstance(value, list):
        return ()
    words = (each for each in value if isinstance(each, str) and len(each) <= _LONGEST)
    good = (each for each in words if each.isascii() and each.isprintable() and " " not in each)
    return tuple(dict.fromkeys(each for each in good if each))[:_MOST_SCOPES]
