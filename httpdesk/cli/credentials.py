"""Secrets on the command line: where they may come from, and hiding them in what is printed.

Other users of a computer can read the words of every command (security.md R4), so a literal
credential among them is refused.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable, Iterator, Mapping
from urllib.parse import parse_qsl, quote, quote_plus

from httpdesk.cli.arguments import Pair, UsageError
from httpdesk.engine.body_source import MultipartSource
from httpdesk.engine.masking import MASK, is_credential_header, is_credential_key
from httpdesk.model.exchange import ResolvedRequest

PREFIX = "HTTPDESK_SECRET_"
FORM_TYPE = "application/x-www-form-urlencoded"
_SHORTEST = 6


def environment_secrets(environ: Mapping[str, str]) -> tuple[Pair, ...]:
    """Return the variables that `HTTPDESK_SECRET_<NAME>` gives, as NAME and in lower case."""
    found: dict[str, str] = {}
    for key, value in environ.items():
        if key.startswith(PREFIX) and len(key) > len(PREFIX):
            name = key[len(PREFIX) :]
            found.setdefault(name.lower(), value)
            found[name] = value
    return tuple(found.items())


def refuse_literal_header(name: str, value: str) -> None:
    """Raise UsageError for a credential in a header that stands on the command line itself."""
    if not is_credential_header(name) or not value or "{{" in value:
        return
    scheme = "Bearer " if name.lower() in ("authorization", "proxy-authorization") else ""
    raise UsageError(
        f"The header {name} holds a credential, and other users of this computer can read "
        "command lines.\n"
        "Put the line into a file and give -H @FILE, or set "
        f"{PREFIX}TOKEN and give -H '{name}: {scheme}{{{{TOKEN}}}}'."
    )


def refuse_literal_variable(name: str, value: str) -> None:
    """Raise UsageError for a variable whose name tells that it is a secret."""
    if value and is_credential_key(name):
        raise UsageError(
            f"The variable {name} seems to be a secret, and other users of this computer can read "
            f"command lines.\nSet {PREFIX}{name} in the environment instead."
        )


def refuse_literal_password(url: str) -> None:
    """Raise UsageError for `user:password@` in a URL that stands on the command line."""
    authority = url.partition("://")[2] or url
    userinfo, at, _ = authority.partition("/")[0].rpartition("@")
    password = userinfo.partition(":")[2]
    if at and password and "{{" not in password:
        raise UsageError(
            "The URL holds a password, and other users of this computer can read command lines.\n"
            f"Set {PREFIX}PASSWORD and write {{{{PASSWORD}}}} in its place."
        )


class Masker:
    """Hides known secret values, also in base64, percent-encoded and escaped for JSON."""

    def __init__(self, values: Iterable[str]) -> None:
        forms = {form for value in values if len(value) >= _SHORTEST for form in _forms(value)}
        self._forms = sorted(forms, key=len, reverse=True)
        self._keep = max((len(form) for form in forms), default=1) - 1

    def text(self, text: str) -> str:
        """Return `text` with every known value hidden."""
        return self._mask(text.encode("utf-8", "surrogatepass")).decode("utf-8", "surrogatepass")

    def stream(self, chunks: Iterable[bytes]) -> Iterator[bytes]:
        """Yield the bytes with every known value hidden, also where it lies across two chunks."""
        held = b""
        for chunk in chunks:
            held = self._mask(held + chunk)
            safe = max(0, len(held) - self._keep)
            yield held[:safe]
            held = held[safe:]
        yield held

    def _mask(self, data: bytes) -> bytes:
        for form in self._forms:
            data = data.replace(form, MASK.encode())
        return data


NO_MASK = Masker(())


def secret_values(request: ResolvedRequest, secrets: Iterable[Pair]) -> set[str]:
    """Return the secret values that a send knows.

    They are the given ones and those whose header, query or form name tells that they are.
    """
    values = {value for _, value in secrets}
    content_type = ""
    for name, value in request.header_pairs():
        if is_credential_header(name):
            values |= {value, value.partition(" ")[2]}
        if name.lower() == "content-type":
            content_type = value
    pairs = parse_qsl(request.url.target.partition("?")[2])
    if isinstance(request.body, MultipartSource):
        pairs += [
            (part.name, part.content.decode("utf-8", "replace"))
            for part in request.body.parts
            if isinstance(part.content, bytes)
        ]
    if content_type.startswith(FORM_TYPE) and isinstance(request.body, bytes):
        pairs += parse_qsl(request.body.decode("utf-8", "replace"))
    return values | {value for name, value in pairs if is_credential_key(name)}


def _forms(value: str) -> set[bytes]:
    raw = value.encode("utf-8", "replace")
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    texts = {value, quote(value, safe=""), quote_plus(value), escaped}
    return {text.encode("utf-8", "replace") for text in texts} | {raw, b64encode(raw)}
