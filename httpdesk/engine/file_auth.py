"""The credential of an `auth` that stands in a file, filled in from variables."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from typing import Any

from httpdesk.engine.auth_choice import Chosen
from httpdesk.engine.authorize import Credential, credential, is_signing
from httpdesk.engine.masking import MASK
from httpdesk.engine.ports import Signers
from httpdesk.engine.template import Filled, marks
from httpdesk.model.auth import Auth, OAuth2Auth
from httpdesk.model.auth_choice import AuthChoice, FileAuth
from httpdesk.model.errors import InvalidCredential, UnusableAuth
from httpdesk.model.request import Request

Fill = Callable[[str, str], Filled]
"""Fills in a text that stands in the field of this name."""


@dataclass(frozen=True, slots=True)
class SignedByFile:
    """An auth of a file that signs a request in, and the level that says so."""

    choice: Chosen
    auth: FileAuth
    hides: bool = False
    """Put bullets in place of what is secret, for a view that stays on the screen."""
    signers: Signers | None = None
    """Makes the signatures of a send; a view that hides needs none."""

    def credential(self, fill: Fill) -> Credential:
        """Return what it adds to the request, nothing while a variable of it is unknown.

        Raises UnusableAuth for a kind that is not done, and InvalidCredential.
        """
        auth = self.auth.auth
        signs = auth is not None and is_signing(auth) and not self.hides
        if auth is None or isinstance(auth, OAuth2Auth) or (signs and self.signers is None):
            raise UnusableAuth(self.auth.kind, self._owner(), self.choice.level)
        texts = Texts(fill)
        made = texts.filled(auth)
        secrets = {name: texts.text(text, name) for name, text in self.auth.secrets}
        if not texts.complete:
            return Credential()
        values = frozenset(secrets.values())
        if self.hides:
            secrets = {name: MASK if value else "" for name, value in secrets.items()}
        try:
            found = credential(made, secrets)
            if signs and self.signers is not None:
                given = {
                    name: value for name, value in secrets.items() if value or name == "password"
                }
                found = replace(found, signer=self.signers(made, given))
        except InvalidCredential as error:
            error.owner = self._owner()
            raise
        return replace(found, secrets=found.secrets | (values - {""}))

    def _owner(self) -> str:
        return self.choice.origin.value if self.choice.origin is not None else ""


def without_secrets(auth: AuthChoice) -> AuthChoice:
    """Return the auth for a copy of the request that lies elsewhere than its file.

    Of the secrets only the names of variables stay; a missing one stops a send.
    """
    if not isinstance(auth, FileAuth):
        return auth
    made = auth.auth
    if isinstance(made, OAuth2Auth):
        made = replace(made, token_headers=(), token_params=(), authorization_params=())
    kept = ((name, text) for name, text in auth.secrets if not text or is_reference(text))
    return FileAuth(auth.kind, made, tuple(kept))


def kept_elsewhere(request: Request) -> Request:
    """Return the request as a copy that lies elsewhere than its file may have it."""
    if request.auth is None:
        return request
    return replace(request, auth=without_secrets(request.auth))


def is_reference(text: str) -> bool:
    """Return whether a text is made of variables alone."""
    end = 0
    for mark in marks(text):
        if mark.name is None or mark.start != end:
            return False
        end = mark.end
    return end == len(text)


class Texts:
    """Fills in one text after the other, and knows whether all could be."""

    def __init__(self, fill: Fill) -> None:
        self._fill = fill
        self.complete = True

    def text(self, typed: str, name: str) -> str:
        """Return the text with its variables filled in."""
        filled = self._fill(typed, f"auth {name.replace('_', ' ')}")
        self.complete = self.complete and filled.complete
        return filled.text

    def filled(self, auth: Auth) -> Auth:
        """Return the auth with all texts of it filled in."""
        changes: dict[str, Any] = {
            each.name: self.text(getattr(auth, each.name), each.name)
            for each in fields(auth)
            if isinstance(getattr(auth, each.name), str)
        }
        return replace(auth, **changes)
