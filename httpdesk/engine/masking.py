"""Hiding credentials wherever an exchange is shown: by header and key name, and by value.

Statement 76. What is told by its name is hidden where the name stands; a value that is known to be
a secret is hidden wherever it stands, also in another spelling.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from httpdesk.model.exchange import Hop, ResolvedRequest

MASK = "••••••••"
FORM_TYPE = "application/x-www-form-urlencoded"

_SHORTEST = 6
"""Characters of a value that is looked for: shorter ones stand everywhere by chance."""

_TELLING_START = 3
"""First characters of a value that are hidden where the rest of it is cut off."""

_CREDENTIAL_HEADERS = frozenset(
    {"authorization", "proxy-authorization", "cookie", "set-cookie", "x-api-key", "x-auth-token"}
)
_HARMLESS_HEADERS = frozenset(
    {"access-control-allow-credentials", "idempotency-key", "sec-websocket-key", "surrogate-key"}
)
_WITH_SCHEME = frozenset({"authorization", "proxy-authorization"})
_WITH_URL = frozenset({"location", "content-location", "referer"})
_SCHEMES = frozenset(
    {"basic", "bearer", "digest", "token", "apikey", "dpop", "gnap", "hoba", "mutual"}
    | {"negotiate", "ntlm", "oauth", "privatetoken", "scram-sha-1", "scram-sha-256", "vapid"}
    | {"aws4-hmac-sha256"}
)
"""The registered authentication schemes and three that are in wide use."""

_TELLING = (
    *("token", "secret", "password", "passwd", "passphrase", "credential", "signature"),
    *("sessionid", "sessid"),
)
"""Parts of a name that are enough to tell a credential."""
_TELLING_WORDS = frozenset({"key", "pwd", "pass", "auth", "session", "sid", "sig", "jwt", "apikey"})
"""Words that tell a credential when they stand alone: `api_key`, `apiKey`, but not `keyword`."""

_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_USERINFO = re.compile(r"\A(\s*+(?:[A-Za-z][A-Za-z0-9+.-]*+://|//|))([^/?#]*)@")
_ESCAPE = re.compile(r"%[0-9A-F]{2}")
_PAIR = re.compile(r"([?&#;])([^=&#;?]*)=([^&#;]*)")


def mask_headers(pairs: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """Return the pairs with credentials masked; a scheme word such as `Bearer` stays."""
    return tuple((name, mask_header_value(name, value)) for name, value in pairs)


def mask_header_value(name: str, value: str) -> str:
    """Return `value` as it may be shown in a header called `name`."""
    lowered = name.strip().lower()
    if lowered in _WITH_URL:
        return mask_url(value)
    if not value or not is_credential_header(name):
        return value
    scheme, blank, rest = value.partition(" ")
    if lowered in _WITH_SCHEME and blank and rest and scheme.lower() in _SCHEMES:
        return f"{scheme} {MASK}"
    return MASK


def is_credential_header(name: str) -> bool:
    """Return whether a header called `name` holds a credential."""
    lowered = name.strip().lower()
    if lowered in _HARMLESS_HEADERS:
        return False
    return lowered in _CREDENTIAL_HEADERS or is_credential_key(name)


def is_credential_key(name: str) -> bool:
    """Return whether a query, form or header key called `name` tells of a credential."""
    return _known_to_tell(name) if len(name) <= _LONGEST_KNOWN else _tells(name)


def _tells(name: str) -> bool:
    lowered = name.lower()
    if any(part in lowered for part in _TELLING):
        return True
    return any(word.lower() in _TELLING_WORDS for word in _WORDS.findall(name))


_LONGEST_KNOWN = 100
"""Characters of a name that is remembered: a server may use names of any length."""
_known_to_tell = lru_cache(maxsize=1024)(_tells)
"""The same few headers are asked for at each send."""


def mask_url(url: str) -> str:
    """Return `url` with its userinfo and credential-like query values masked.

    A fragment is treated like a query: tokens travel in it too (RFC 6749 section 4.2.2).
    """
    without_user = _USERINFO.sub(lambda match: f"{match.group(1)}{MASK}@", url)
    return _PAIR.sub(_mask_pair, without_user)


def _mask_pair(match: re.Match[str]) -> str:
    mark, key, value = match.groups()
    shown = MASK if value and is_credential_key(unescaped(key)) else value
    return f"{mark}{key}={shown}"


def unescaped(key: str) -> str:
    """Undo percent-escapes, so that `api%5Fkey` does not slip through."""
    if "%" not in key:
        return key
    from urllib.parse import unquote

    return unquote(key)


class Masker:
    """Hides known secret values, also in base64, percent-encoded and escaped for JSON."""

    def __init__(self, values: Iterable[str]) -> None:
        forms = {form for value in values if len(value) >= _SHORTEST for form in _forms(value)}
        self._forms = sorted(forms, key=len, reverse=True)
        self._keep = max((len(form) for form in forms), default=1) - 1

    @cached_property
    def _pattern(self) -> re.Pattern[str] | None:
        # Made for those who ask for places: with many values it takes longer than all the rest.
        texts = [re.escape(form.decode("utf-8", "replace")) for form in self._forms]
        return re.compile("|".join(texts)) if texts else None

    def text(self, text: str) -> str:
        """Return `text` with every known value hidden."""
        return self._mask(text.encode("utf-8", "surrogatepass")).decode("utf-8", "surrogatepass")

    def spans(self, text: str) -> list[tuple[int, int]]:
        """Return where known values stand in `text`, from left to right."""
        if self._pattern is None:
            return []
        return [match.span() for match in self._pattern.finditer(text)]

    def begun(self, text: str) -> int:
        """Return where a value may begin that goes on behind the end of `text`, else its end."""
        data = text[-self._keep :].encode("utf-8", "surrogatepass") if self._keep else b""
        longest = max((_overlap(data, form) for form in self._forms), default=0)
        return len(text) - len(data[len(data) - longest :].decode("utf-8", "replace"))

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


def secret_values(
    request: ResolvedRequest, secrets: Iterable[tuple[str, str]], longest: int | None = None
) -> set[str]:
    """Return the secret values that a send knows.

    They are the given ones and those whose header, query or form name tells that they are. Of a
    form body the first `longest` bytes are looked at.
    """
    from urllib.parse import parse_qsl

    from httpdesk.engine.body_source import MultipartSource

    values = {value for _, value in secrets} | request.secrets | set(_sign_in_values(request))
    content_type = ""
    for name, value in request.header_pairs():
        if is_credential_header(name):
            values |= set(_credentials(value))
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
        pairs += parse_qsl(request.body[:longest].decode("utf-8", "replace"))
    return values | {value for name, value in pairs if is_credential_key(name)}


def _sign_in_values(request: ResolvedRequest) -> Iterator[str]:
    """Yield what the way to the server holds: a proxy's password, a certificate's passphrase."""
    from base64 import b64encode

    proxy, certificate = request.route.proxy, request.route.tls.client_certificate
    if proxy is not None and proxy.password:
        yield proxy.password
        yield b64encode(f"{proxy.username}:{proxy.password}".encode()).decode("ascii")
    if certificate is not None and certificate.passphrase:
        yield certificate.passphrase


def hop_values(hops: Iterable[Hop]) -> Iterator[str]:
    """Yield what stands in credential headers of requests and answers, each cookie by itself."""
    for hop in hops:
        for name, value in (*hop.request_headers, *hop.response_headers):
            if not is_credential_header(name):
                continue
            yield from _credentials(value)
            if name.lower() in ("cookie", "set-cookie"):
                pairs = value.split(";") if name.lower() == "cookie" else value.split(";")[:1]
                yield from (pair.partition("=")[2].strip() for pair in pairs)


def _credentials(value: str) -> Iterator[str]:
    """Yield a header's value, what stands behind its scheme, and the password of Basic."""
    scheme, _, rest = value.partition(" ")
    yield from (value, rest)
    if scheme.lower() == "basic":
        from base64 import b64decode

        try:
            yield b64decode(rest).decode().partition(":")[2]
        except ValueError:
            return


def telling_values(variables: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield the variables whose name tells that they are secrets."""
    return ((name, value) for name, value in variables.items() if is_credential_key(name))


def _overlap(data: bytes, form: bytes) -> int:
    """Return how many of the last bytes of `data` are the first ones of `form`, if not few."""
    at = data.find(form[:_TELLING_START])
    while at >= 0:
        if form.startswith(data[at:]):
            return len(data) - at
        at = data.find(form[:_TELLING_START], at + 1)
    return 0


def _forms(value: str) -> set[bytes]:
    raw = value.encode("utf-8", "replace")
    texts = {value, *_percent_encoded(raw), *_in_json(value), *_in_base64(raw)}
    return {text.encode("utf-8", "replace") for text in texts}


def _percent_encoded(raw: bytes) -> Iterator[str]:
    """Yield the escaped forms: blanks in both ways, slashes kept or not, digits of either case."""
    from urllib.parse import quote, quote_plus

    # As typed into a URL, where only what no URL can hold is escaped.
    in_url = quote(raw, safe="!#$%&'()*+,/:;=?@[]")
    for text in (quote(raw), quote(raw, safe=""), quote_plus(raw), in_url):
        yield text
        yield _ESCAPE.sub(lambda escape: escape[0].lower(), text)


def _in_json(value: str) -> Iterator[str]:
    """Yield the value as JSON writers put it between quotes."""
    from json import dumps

    for ascii_only in (False, True):
        text = dumps(value, ensure_ascii=ascii_only)[1:-1]
        yield from (text, text.replace("/", "\\/"))


def _in_base64(raw: bytes) -> Iterator[str]:
    """Yield both alphabets, without the padding: what has it, holds this too."""
    from base64 import b64encode, urlsafe_b64encode

    yield from (form(raw).decode("ascii").rstrip("=") for form in (b64encode, urlsafe_b64encode))
