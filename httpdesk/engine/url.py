"""Taking a typed URL apart without rewriting it (statements 1 to 5, 8, 9).

Nothing is normalised: percent-escapes, dot segments, odd but printable characters all leave as
typed. Only what cannot stand on a request line is percent-encoded.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from httpdesk.model.errors import InvalidUrl, UrlPart, UrlReason
from httpdesk.model.exchange import ResolvedUrl

DEFAULT_PORTS = {"http": 80, "https": 443}
BLANKS = " \t\r\n\f\v"

_WITH_SCHEME = re.compile(r"([^/?#]*?)://")
_OTHER_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
_KNOWN_SCHEMES = frozenset(
    {"http", "https", "ws", "wss", "ftp", "file", "mailto", "tel", "urn"}
    | {"data", "javascript", "about", "blob", "view-source"}
)
"""Words that are a scheme, not a host, even without `//` behind them."""
_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")
_OWN_HOST = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://|https?:|[/\\]{2}", re.IGNORECASE)
"""How a path begins that would take the place of the host; to browsers a backslash is a slash."""
_HOST = re.compile(r"[A-Za-z0-9._-]+\Z")
_IPV4_LIKE = re.compile(r"[0-9.]+\Z")
_UNSENDABLE = re.compile(r"[^\x21-\x7e]+")
_ESCAPES = tuple(f"%{byte:02X}" for byte in range(256))
_UNRESERVED = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_SEGMENT = tuple(chr(b) if b in _UNRESERVED else _ESCAPES[b] for b in range(256))


@dataclass(frozen=True, slots=True)
class UrlParts:
    """A URL as typed, in pieces; `path` and `query` are not encoded yet."""

    scheme: str
    host: str
    host_ascii: str
    port: int
    explicit_port: bool
    path: str = field(repr=False)
    query: str | None = field(repr=False)
    """None without a `?`."""
    fragment: str | None = field(default=None, repr=False)
    userinfo: bytes = field(default=b"", repr=False)
    """`user:password` with its escapes undone, empty when there is none (statement 16)."""
    scheme_typed: bool = True

    def resolved(self, path: str, query: str | None) -> ResolvedUrl:
        """Return the URL with this path and query, ready for the request line."""
        target = sendable(path or "/") + ("" if query is None else "?" + sendable(query))
        return ResolvedUrl(
            self.scheme, self.host, self.host_ascii, self.port, target, self.explicit_port
        )


def well_formed(text: str) -> str:
    """Return `text` with halves of surrogate pairs joined, or U+FFFD where one stands alone."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text


def utf8(text: str) -> bytes:
    """Return `text` as UTF-8, never raising (see `well_formed`)."""
    return well_formed(text).encode()


def sendable(text: str) -> str:
    """Return `text` with only spaces, controls and non-ASCII percent-encoded as UTF-8."""
    return _UNSENDABLE.sub(lambda run: _escape(utf8(run.group())), text)


def encode_segment(text: str) -> str:
    """Return `text` as one path segment: everything but unreserved encoded (statement 84)."""
    return "".join([_SEGMENT[byte] for byte in utf8(text)])


def encode_query(text: str) -> str:
    """Return `text` as a form-urlencoded name or value, blanks as `+` (statement 4)."""
    return encode_segment(text).replace("%20", "+")


def encode_pairs(pairs: Iterable[tuple[str, str]]) -> str:
    """Return the pairs as `a=1&b=2`, in their order."""
    return "&".join(f"{encode_query(name)}={encode_query(value)}" for name, value in pairs)


def join_query(own: str | None, pairs: Iterable[tuple[str, str]]) -> str | None:
    """Return the URL's own query with the rows behind it (statements 1 to 3)."""
    added = encode_pairs(pairs)
    if not added:
        return own
    return f"{own}&{added}" if own and not own.endswith("&") else f"{own or ''}{added}"


def is_relative(text: str) -> bool:
    """Return whether a typed URL stands below a base URL: whenever it has no `scheme://`."""
    return not _ABSOLUTE.match(text.strip(BLANKS))


def is_local(host: str) -> bool:
    """Return whether a host is this computer: `localhost`, 127.0.0.1 and their like."""
    from ipaddress import ip_address

    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host.lower().rstrip(".") == "localhost"


def join_base(base: str, path: str) -> str:
    """Return the URL of `path` below `base`, their queries in that order (statements 6 and 10).

    A blank path leaves the base as it is. Raises InvalidUrl for a base that is none, and for a
    path that names a host of its own (statement 7).
    """
    below = path.strip(BLANKS)
    parse_url(base)
    if _OWN_HOST.match(below):
        raise InvalidUrl(UrlPart.PATH, UrlReason.OTHER_HOST, below)
    if not below:
        return base
    start, _, base_query = base.strip(BLANKS).partition("#")[0].partition("?")
    rest, mark, fragment = below.partition("#")
    tail, _, query = rest.partition("?")
    if tail:
        start = start.removesuffix("/") + "/" + tail.removeprefix("/")
    queries = "&".join(each for each in (base_query, query) if each)
    return start + ("?" + queries if queries else "") + mark + fragment


def fill_path(path: str, values: dict[str, str]) -> str:
    """Return `path` with `:name` and `{name}` segments replaced where there is a value.

    The values are encoded already, as by `encode_segment`.
    """
    if not values:
        return path
    return "/".join(_fill_segment(segment, values) for segment in path.split("/"))


def path_param_names(path: str) -> tuple[str, ...]:
    """Return the names of the `:name` and `{name}` segments of `path`, each once."""
    names = (_segment_name(segment) for segment in path.split("/"))
    return tuple(dict.fromkeys(name for name in names if name))


def parse_url(typed: str) -> UrlParts:
    """Take a typed URL apart; raises InvalidUrl, whose position counts in `typed`.

    Blanks around the URL are left out. Without a scheme it is https, or http for localhost and
    addresses, as in a browser's address bar.
    """
    text = typed.strip(BLANKS)
    if not text:
        raise InvalidUrl(UrlPart.URL, UrlReason.EMPTY, typed)
    lead = typed.index(text[0])
    scheme, start = _scheme(text, lead)
    end = _first(text, "/?#", start)
    host_part, userinfo = _userinfo(text[start:end], lead + start)
    at = lead + end - len(host_part)
    host, port_text = _split_port(host_part, at)
    host_ascii = _host_ascii(host, at)
    taken = scheme or _assumed_scheme(host_ascii)
    port_at = at + len(host_part) - len(port_text or "")
    port = _port(port_text, port_at, may_be_empty=bool(scheme))
    path, query, fragment = _split_rest(text[end:])
    return UrlParts(
        scheme=taken,
        host=host.strip("[]"),
        host_ascii=host_ascii,
        port=DEFAULT_PORTS[taken] if port is None else port,
        explicit_port=port is not None,
        path=path,
        query=query,
        fragment=fragment,
        userinfo=userinfo,
        scheme_typed=bool(scheme),
    )


def _escape(data: bytes) -> str:
    return "".join([_ESCAPES[byte] for byte in data])


def _fill_segment(segment: str, values: dict[str, str]) -> str:
    return values.get(_segment_name(segment)) or segment


def _segment_name(segment: str) -> str:
    if segment.startswith(":"):
        return segment[1:]
    if segment.startswith("{") and segment.endswith("}"):
        return segment[1:-1]
    return ""


def _first(text: str, characters: str, start: int) -> int:
    """Return where the first of `characters` stands from `start` on, else the end."""
    found = (text.find(character, start) for character in characters)
    return min((at for at in found if at >= 0), default=len(text))


def _scheme(text: str, lead: int) -> tuple[str, int]:
    """Return the scheme in lower case ("" when none was typed) and where the authority starts."""
    if match := _WITH_SCHEME.match(text):
        scheme = match.group(1)
        if scheme.lower() in DEFAULT_PORTS:
            return scheme.lower(), match.end()
        reason = UrlReason.UNSUPPORTED if scheme else UrlReason.MISSING
        raise InvalidUrl(UrlPart.SCHEME, reason, scheme, lead)
    if (match := _OTHER_SCHEME.match(text)) and _is_scheme(match.group(1), text[match.end() :]):
        scheme = match.group(1)
        known = scheme.lower() in DEFAULT_PORTS
        reason = UrlReason.MALFORMED if known else UrlReason.UNSUPPORTED
        raise InvalidUrl(UrlPart.SCHEME, reason, scheme, lead)
    return "", 2 if text.startswith("//") else 0


def _is_scheme(word: str, rest: str) -> bool:
    """Tell `mailto:x` and `file:/x` from `localhost:8080/x` and `user:secret@host`."""
    if rest[:1].isdigit():
        return False
    return word.lower() in _KNOWN_SCHEMES or rest.startswith("/")


def _userinfo(authority: str, at: int) -> tuple[str, bytes]:
    """Return the authority without its userinfo, and `user:password`; the last `@` divides."""
    # Browsers read `\\` as `/`, others as part of the user name: two readings of who gets the
    # request, so neither is taken.
    if "\\" in authority:
        part = UrlPart.USERINFO if "@" in authority else UrlPart.HOST
        raise InvalidUrl(part, UrlReason.MALFORMED, authority, at)
    userinfo, _, host = authority.rpartition("@")
    return host, _credentials(userinfo, at) if userinfo else b""


def _credentials(userinfo: str, at: int) -> bytes:
    """Return the octets of `user:password`; RFC 7617 allows no colon in a user, no controls."""
    from urllib.parse import unquote_to_bytes

    typed_user, _, typed_password = userinfo.partition(":")
    user = unquote_to_bytes(utf8(typed_user))
    both = user + b":" + unquote_to_bytes(utf8(typed_password))
    if b":" in user:
        raise InvalidUrl(UrlPart.USERINFO, UrlReason.MALFORMED, userinfo, at)
    if any(byte < 0x20 or byte == 0x7F for byte in both):
        raise InvalidUrl(UrlPart.USERINFO, UrlReason.CONTROL, userinfo, at)
    return both


def _split_port(authority: str, at: int) -> tuple[str, str | None]:
    """Return host and port text; None without a colon."""
    if authority.startswith("["):
        host, bracket, rest = authority.partition("]")
        if not bracket or (rest and not rest.startswith(":")):
            raise InvalidUrl(UrlPart.HOST, UrlReason.MALFORMED, authority, at)
        return host + bracket, rest[1:] if rest else None
    host, colon, port = authority.partition(":")
    return host, port if colon else None


def _port(text: str | None, at: int, *, may_be_empty: bool) -> int | None:
    """Return the port, or None for the scheme's own (RFC 3986 allows `http://h:/`)."""
    if text is None or (not text and may_be_empty):
        return None
    if not text:
        raise InvalidUrl(UrlPart.PORT, UrlReason.EMPTY, text, at)
    if not (text.isascii() and text.isdigit()):
        reason = UrlReason.SPACE if any(c in BLANKS for c in text) else UrlReason.NOT_A_NUMBER
        raise InvalidUrl(UrlPart.PORT, reason, text, at)
    digits = text.lstrip("0")
    if not digits or len(digits) > 5 or int(digits) > 65535:
        raise InvalidUrl(UrlPart.PORT, UrlReason.OUT_OF_RANGE, text, at)
    return int(digits)


def _host_ascii(host: str, at: int) -> str:
    """Return the host as DNS and the Host header want it; raises InvalidUrl."""
    if not host:
        raise InvalidUrl(UrlPart.HOST, UrlReason.MISSING, host, at)
    if host.startswith("["):
        return _ipv6(host, at)
    if any(character.isspace() for character in host):
        raise InvalidUrl(UrlPart.HOST, UrlReason.SPACE, host, at)
    if any(_is_control(character) for character in host):
        raise InvalidUrl(UrlPart.HOST, UrlReason.CONTROL, host, at)
    ascii_host = host if host.isascii() else _idna(host, at)
    if not _HOST.match(ascii_host):
        raise InvalidUrl(UrlPart.HOST, UrlReason.MALFORMED, host, at)
    _check_labels(ascii_host, host, at)
    return ascii_host


def _ipv6(host: str, at: int) -> str:
    from ipaddress import AddressValueError, IPv6Address

    address = host[1:-1]
    try:
        IPv6Address(address)
    except AddressValueError:
        raise InvalidUrl(UrlPart.HOST, UrlReason.MALFORMED, host, at) from None
    # A zone such as %eth0 has no meaning in a Host header (RFC 9844) and is not taken.
    if "%" in address:
        raise InvalidUrl(UrlPart.HOST, UrlReason.UNSUPPORTED, host, at)
    return address


def _idna(host: str, at: int) -> str:
    """Return the host's IDNA 2008 form with UTS 46 mapping; ASCII labels stay as typed."""
    import idna

    try:
        mapped = idna.uts46_remap(host, std3_rules=False, transitional=False)
        labels = (label if label.isascii() else idna.alabel(label) for label in mapped.split("."))
        return ".".join(x if isinstance(x, str) else x.decode("ascii") for x in labels)
    except idna.IDNAError:
        raise InvalidUrl(UrlPart.HOST, UrlReason.NOT_IDNA, host, at) from None


def _check_labels(ascii_host: str, host: str, at: int) -> None:
    """Refuse empty labels and the lengths that RFC 1035 section 2.3.4 rules out."""
    name = ascii_host.removesuffix(".")
    labels = name.split(".")
    if not all(labels):
        raise InvalidUrl(UrlPart.HOST, UrlReason.MALFORMED, host, at)
    if len(name) > 253 or any(len(label) > 63 for label in labels):
        raise InvalidUrl(UrlPart.HOST, UrlReason.OUT_OF_RANGE, host, at)


def _is_control(character: str) -> bool:
    return character < " " or character == "\x7f"


def _assumed_scheme(host: str) -> str:
    local = host.lower() == "localhost" or host.lower().endswith(".localhost")
    return "http" if local or ":" in host or _IPV4_LIKE.match(host) else "https"


def _split_rest(text: str) -> tuple[str, str | None, str | None]:
    """Return path, query and fragment; None where their mark is missing."""
    before, hash_mark, fragment = text.partition("#")
    path, question, query = before.partition("?")
    return path, query if question else None, fragment if hash_mark else None
