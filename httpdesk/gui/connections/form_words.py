"""The words of a connection's form."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QCoreApplication

from httpdesk.gui.connections.form_values import Kind
from httpdesk.model.auth import Auth, OAuth1Signature, OAuth2Auth, Placement, SignaturePlacement
from httpdesk.model.oauth import ClientAuthentication, Pkce

translate = QCoreApplication.translate
Options = tuple[tuple[Any, str], ...]


def kinds() -> Options:
    """Return the kinds of authentication with their names."""
    return (
        (Kind.NONE, translate("ConnectionForm", "None")),
        (Kind.API_KEY, translate("ConnectionForm", "API key")),
        (Kind.BASIC, translate("ConnectionForm", "Basic")),
        (Kind.BEARER, translate("ConnectionForm", "Bearer token")),
        (Kind.DIGEST, translate("ConnectionForm", "Digest")),
        (Kind.OAUTH1, translate("ConnectionForm", "OAuth 1.0a")),
        (Kind.AWS, translate("ConnectionForm", "AWS Signature V4")),
        (Kind.CODE, translate("ConnectionForm", "OAuth 2.0: authorization code")),
        (Kind.CLIENT, translate("ConnectionForm", "OAuth 2.0: client credentials")),
        (Kind.DEVICE, translate("ConnectionForm", "OAuth 2.0: device code")),
        (Kind.PASSWORD, translate("ConnectionForm", "OAuth 2.0: password")),
    )


def kind_words(kind: Kind, auth: Auth) -> str:
    """Return what the head of the page says of the kind."""
    words = dict(kinds())[kind].replace(":", ",")
    if kind is Kind.CODE and isinstance(auth, OAuth2Auth) and auth.pkce is not Pkce.OFF:
        return translate("ConnectionForm", "{0} with PKCE").format(words)
    return words if kind is not Kind.NONE else translate("ConnectionForm", "No authentication")


def placements() -> Options:
    """Return the places of a credential."""
    return (
        (Placement.HEADER, translate("ConnectionForm", "Header")),
        (Placement.QUERY, translate("ConnectionForm", "Query parameter")),
    )


def oauth1_placements() -> Options:
    """Return the places of a signature of OAuth 1.0a."""
    return (
        (SignaturePlacement.HEADER, translate("ConnectionForm", "Header")),
        (SignaturePlacement.QUERY, translate("ConnectionForm", "Query parameter")),
        (SignaturePlacement.BODY, translate("ConnectionForm", "Form body")),
    )


def pkces() -> Options:
    """Return the methods of PKCE."""
    return (
        (Pkce.OFF, translate("ConnectionForm", "Off")),
        (Pkce.PLAIN, translate("ConnectionForm", "Plain")),
        (Pkce.S256, "S256"),
    )


def authentications() -> Options:
    """Return the ways in which a client says who it is."""
    return (
        (ClientAuthentication.BASIC, translate("ConnectionForm", "Basic")),
        (ClientAuthentication.BASIC_RAW, translate("ConnectionForm", "Basic, raw")),
        (ClientAuthentication.BODY, translate("ConnectionForm", "In the body")),
    )


def signatures() -> Options:
    """Return the methods of OAuth 1.0a."""
    return tuple((each, each.value) for each in OAuth1Signature)


def secret_label(name: str) -> str:
    """Return what a secret is called in the form."""
    return {
        "key": translate("ConnectionForm", "Key"),
        "token": translate("ConnectionForm", "Token"),
        "password": translate("ConnectionForm", "Password"),
        "client_secret": translate("ConnectionForm", "Client secret"),
        "consumer_secret": translate("ConnectionForm", "Consumer secret"),
        "token_secret": translate("ConnectionForm", "Token secret"),
        "secret_access_key": translate("ConnectionForm", "Secret access key"),
        "session_token": translate("ConnectionForm", "Session token"),
    }[name]


def secret_help() -> str:
    """Return where secrets are."""
    return translate(
        "ConnectionForm", "Kept where the settings say, never in the connection's file."
    )
