"""What the command line says of proxies, certificates' files, and questions it cannot ask."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from typing import Any

from httpdesk.cli.connection_secrets import variable
from httpdesk.cli.credentials import CERT_PASSPHRASE, PROXY_PASSWORD
from httpdesk.cli.told import told
from httpdesk.engine.environment_ports import secret_of
from httpdesk.model import errors
from httpdesk.model.auth import SECRETS, TOKEN_SECRET
from httpdesk.model.errors import (
    CredentialReason,
    Phase,
    ProxyUrlReason,
    SecretsReason,
    TlsFileReason,
    TlsFileRole,
)
from httpdesk.model.questions import (
    EnterPrivateNetwork,
    LeaveTls,
    NewPlaces,
    Question,
    SendBodyElsewhere,
    SendInvalidJson,
    SendToProtected,
)
from httpdesk.render.units import format_size

NOTHING_SENT = "Nothing was sent."

_PROXY_REASONS = {
    ProxyUrlReason.EMPTY: "is empty",
    ProxyUrlReason.SCHEME: "has a scheme that is not http, https or socks5",
    ProxyUrlReason.HOST: "has no host that can be used",
    ProxyUrlReason.PORT: "has a port that is not between 1 and 65535",
}
_FILE_ROLES = {
    TlsFileRole.CA: "The CA file",
    TlsFileRole.CERTIFICATE: "The client certificate",
    TlsFileRole.KEY: "The client certificate's key",
}
_FILE_REASONS = {
    TlsFileReason.MISSING: "is not there",
    TlsFileReason.UNREADABLE: "cannot be read",
    TlsFileReason.NOT_UNDERSTOOD: "is neither PEM nor PKCS#12",
    TlsFileReason.PASSPHRASE_NEEDED: "needs a passphrase",
    TlsFileReason.PASSPHRASE_WRONG: "has another passphrase",
    TlsFileReason.NO_KEY: "holds no key",
    TlsFileReason.KEY_MISMATCH: "does not belong to the certificate",
    TlsFileReason.TOO_WEAK: "has a key or signature that is not safe any more",
}
_SECRETS_REASONS = {
    SecretsReason.NO_STORE: "There is no keyring on this system that is known to be safe.",
    SecretsReason.LOCKED: "{0} is locked. Unlock it and try again.",
    SecretsReason.NO_ANSWER: "{0} did not answer.",
    SecretsReason.INCOMPLETE: "{0} holds only a part of the secret. Enter it anew.",
    SecretsReason.MISSING: "{0} no longer holds the secret. Enter it anew.",
    SecretsReason.FAILED: "{0} failed.",
}
_VAULT_REASONS = {
    SecretsReason.NO_STORE: "There is no encrypted file {0} yet. Create it in the settings.",
    SecretsReason.LOCKED: (
        "The encrypted file {0} is locked. Set HTTPDESK_VAULT_PASSPHRASE in the environment."
    ),
    SecretsReason.NO_ANSWER: "Another program holds the encrypted file {0}.",
    SecretsReason.MISSING: "The encrypted file {0} is no longer there.",
    SecretsReason.WRONG_PASSPHRASE: "That passphrase does not open the encrypted file {0}.",
    SecretsReason.DAMAGED: "The encrypted file {0} is damaged. It was left as it is.",
    SecretsReason.FAILED: "A later version of HTTPDesk wrote the encrypted file {0}.",
}
_FILE_ADVICE = {
    TlsFileReason.PASSPHRASE_NEEDED: "Set HTTPDESK_SECRET_CERT_PASSPHRASE in the environment.",
    TlsFileReason.NO_KEY: "Name the key's file with --key.",
}


def proxy_failed(error: errors.ProxyFailed) -> str:
    """Say how far the talk with the proxy came."""
    proxy = f"The proxy {error.proxy}" if error.proxy else "The proxy"
    if error.refused:
        return told(error, f"{proxy} wants a sign-in, or another one.")
    if error.status_code is not None:
        return told(error, f"{proxy} answered {error.status_code} and made no connection.")
    if error.phase is Phase.DNS:
        return told(error, f"{proxy} was not found.", "Check its name.")
    if error.phase is Phase.CONNECT:
        return told(error, f"{proxy} took no connection.", "Check its port, and whether it runs.")
    return told(error, f"{proxy} refused the connection or did not answer.")


def invalid_proxy(error: errors.InvalidProxy) -> str:
    """Name what is wrong with the proxy's URL."""
    owner = "The system's proxy" if error.from_system else "The proxy"
    shown = f" {error.text!r}" if error.text else ""
    return f"{owner}{shown} {_PROXY_REASONS[error.reason]}. {NOTHING_SENT}"


def tls_file_unusable(error: errors.TlsFileUnusable) -> str:
    """Name the file, what it is for, and why it cannot be used."""
    sentence = f"{_FILE_ROLES[error.role]} {error.path} {_FILE_REASONS[error.reason]}."
    return told(error, sentence, _FILE_ADVICE.get(error.reason, ""))


def invalid_json_body(error: errors.InvalidJsonBody) -> str:
    """Say where the body stops being JSON (statement 41), when it is not sent all the same."""
    return (
        f"The body is not JSON: {error.fault} at line {error.line}, column {error.column}. "
        f"{NOTHING_SENT}\nTo send it as it is, give --body-type text and "
        "-H 'Content-Type: application/json'."
    )


def not_confirmed(error: errors.NotConfirmed) -> str:
    """Say where a redirect leads to that is not followed unasked (security.md R5)."""
    return told(error, _refused(error.question), _advice(error.question))


def private_address(error: errors.PrivateAddress) -> str:
    """Say that a name leads into a private network."""
    return told(error, f"The address of {error.host} is {error.address}, in a private network.")


def asked(question: Question) -> str:
    """Return the question as it is put on a terminal, in front of `[y/N]`."""
    if isinstance(question, SendInvalidJson):
        return (
            f"The body is not JSON: {question.fault} at line {question.line}, "
            f"column {question.column}. Send it all the same?"
        )
    if isinstance(question, SendToProtected):
        return (
            f"The environment {question.environment} is protected. "
            f"Send the {question.method} to {question.url}?"
        )
    if isinstance(question, NewPlaces):
        secrets = "it" if question.variable else "its secrets"
        return f"{new_places(question)}\nMay {secrets} go there?"
    if isinstance(question, SendBodyElsewhere):
        size = format_size(question.body_size)
        return f"{_fact(question)} Send the body ({size}) there?"
    return f"{_fact(question)} Follow it?"


def _refused(question: Question) -> str:
    if isinstance(question, SendBodyElsewhere):
        return f"{_fact(question)} A body is not taken to another server unasked."
    if isinstance(question, EnterPrivateNetwork):
        return f"{_fact(question)} It is not entered unasked."
    if isinstance(question, LeaveTls):
        return f"{_fact(question)} TLS is not left unasked."
    return "This is not done unasked."


def _fact(question: Question) -> str:
    """Say what the answer of the server asks for."""
    if isinstance(question, SendBodyElsewhere):
        return (
            f"The {question.method} to {question.origin} is redirected with its body to "
            f"{question.target}."
        )
    if isinstance(question, EnterPrivateNetwork):
        return (
            f"From {question.origin} a redirect leads to {question.target} ({question.address}), "
            "an address of a private network."
        )
    if isinstance(question, LeaveTls):
        return (
            f"From {question.origin} a redirect leads to {question.target}, where everybody on the "
            "way can read along."
        )
    return "A redirect leads elsewhere."


def _advice(question: Question) -> str:
    if isinstance(question, SendBodyElsewhere):
        return "Allow it with --follow-with-body, or send to that server yourself."
    return "Send to that URL yourself if that is what you want."


_VARIABLES = {"proxy": PROXY_PASSWORD, "certificate": CERT_PASSPHRASE}


def secrets_failed(error: errors.SecretsFailed) -> str:
    """Say why a secret could not be had; a request is never sent without one it needs."""
    if error.in_vault:
        return _vault_failed(error)
    store = error.store or "the system's keyring"
    reason = _SECRETS_REASONS.get(error.reason, _SECRETS_REASONS[SecretsReason.FAILED])
    sentence = reason.format(store[:1].upper() + store[1:])
    details = f"\nDetails: {error.detail}" if error.detail else ""
    need = f"\nIt is asked for the {secret_name(error.name)}." if error.name else ""
    instead = _VARIABLES.get(error.name.partition(" ")[0])
    if error.name.startswith("connection ") and not error.name.endswith(TOKEN_SECRET):
        instead = "HTTPDESK_SECRET_ with the names of connection and secret behind it, in capitals,"
    variable = secret_of(error.name)
    if variable is not None:
        instead = f"HTTPDESK_SECRET_{variable[1]}"
    way_out = f"\nSet {instead} in the environment instead." if instead else ""
    return f"{sentence} {NOTHING_SENT}{need}{way_out}{details}"


def new_places(question: NewPlaces) -> str:
    """Return where secrets went and would go, side by side."""
    old = ", ".join(each for each in question.old if each not in question.new) or "none"
    new = ", ".join(each for each in question.new if each not in question.old) or "none"
    name = question.connection
    if question.is_of_system:
        return (
            f"The system's variable {question.variable} would go where it has not gone yet.\n"
            f"Before: {old}. Now: {new}."
        )
    if question.variable:
        owner = f"the environment {name}" if name else "the workspace"
        return (
            f"The secret {question.variable} of {owner} would go where it has not gone yet.\n"
            f"Before: {old}. Now: {new}."
        )
    return (
        f"The connection {name} leads to places that you have not agreed to.\n"
        f"Before: {old}. Now: {new}."
    )


def places_refused(error: errors.PlacesRefused) -> str:
    """Say that secrets were not read, and how to agree to where they would go."""
    if error.question.is_of_system:
        name = error.question.variable.removeprefix("process.env.")
        return (
            f"{new_places(error.question)}\n{NOTHING_SENT} If that is right, allow it with "
            f"--allow-env {name}, or send on a terminal and agree."
        )
    if error.question.new[0].startswith("unverified "):
        return (
            f"{new_places(error.question)}\n{NOTHING_SENT} Without a check of the certificate "
            "anybody on the way could read what is secret. Allow it with --insecure, or send on a "
            "terminal and agree."
        )
    return (
        f"{new_places(error.question)}\n{NOTHING_SENT} If that is right, send on a terminal and "
        "agree, or enter its secret again."
    )


def _vault_failed(error: errors.SecretsFailed) -> str:
    """Say why the encrypted file gave no secret; it is never taken for an empty one."""
    sentence = _VAULT_REASONS.get(error.reason, _VAULT_REASONS[SecretsReason.FAILED])
    need = f"\nIt is asked for the {secret_name(error.name)}." if error.name else ""
    return f"{sentence.format(error.store)} {NOTHING_SENT}{need}"


def secret_name(name: str) -> str:
    """Return what a secret is, from the name under which it is kept."""
    variable = secret_of(name)
    if variable is not None:
        return f"secret {variable[1]!r} of the environment {variable[0]!r}"
    kind, _, rest = name.partition(" ")
    if kind == "certificate":
        return f"passphrase of {rest}"
    return {"proxy": "password of the proxy", "connection": "secret of a connection"}.get(
        kind, name
    )


def invalid_credential(error: errors.InvalidCredential) -> str:
    """Say which input of a connection cannot be sent."""
    owner = f"The connection {error.connection}" if error.connection else "The connection"
    yet = " yet"
    if error.owner:
        owner, yet = f"The auth of the {error.owner}", ""
    problem = {
        CredentialReason.MISSING: f"has no {error.field.replace('_', ' ')}{yet}",
        CredentialReason.COLON: "has a colon in its user name, which Basic cannot say",
        CredentialReason.CONTROL: f"has a control character in its {error.field}",
        CredentialReason.KEY: f"has a {error.field.replace('_', ' ')} that is no RSA private key "
        "in PEM without a passphrase",
    }[error.reason]
    return f"{owner} {problem}. {NOTHING_SENT}{_ways_to_enter(error)}"


def _ways_to_enter(error: errors.InvalidCredential) -> str:
    """Say where a connection's secret that is missing can come from."""
    is_secret = any(error.field in names for names in SECRETS.values())
    if not (error.connection and is_secret and error.reason is CredentialReason.MISSING):
        return ""
    name = variable(error.connection, error.field)
    words = f"httpdesk connections set-secret {shlex.quote(error.connection)} {error.field}"
    return f"\nEnter it: {words}\nOr set {name} in the environment."


NETWORK_MESSAGES: dict[type, Callable[[Any], str]] = {
    errors.InvalidCredential: invalid_credential,
    errors.InvalidProxy: invalid_proxy,
    errors.ProxyFailed: proxy_failed,
    errors.TlsFileUnusable: tls_file_unusable,
    errors.InvalidJsonBody: invalid_json_body,
    errors.NotConfirmed: not_confirmed,
    errors.PrivateAddress: private_address,
    errors.PlacesRefused: places_refused,
    errors.SecretsFailed: secrets_failed,
}
