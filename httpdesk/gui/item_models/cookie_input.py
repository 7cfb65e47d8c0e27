"""A cookie as it is typed into the form, and what is wrong with it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime

from PySide6.QtCore import QCoreApplication

from httpdesk.engine.cookie_rules import is_address
from httpdesk.engine.set_cookie import parse_cookie_date
from httpdesk.engine.url import parse_url, well_formed
from httpdesk.gui.item_models.cookie_words import expires_text
from httpdesk.model.cookies import MOST_COOKIE_BYTES, Cookie
from httpdesk.model.errors import InvalidUrl

NAME, VALUE, DOMAIN, PATH, EXPIRES = "name", "value", "domain", "path", "expires"
_CONTROLS = frozenset(map(chr, (*range(32), 127)))


@dataclass(frozen=True, slots=True)
class CookieInput:
    """The texts and switches of the form."""

    name: str = ""
    value: str = field(default="", repr=False)
    domain: str = ""
    path: str = "/"
    expires: str = ""
    """Local time; empty for a cookie that ends with the program."""
    subdomains: bool = False
    secure: bool = False
    http_only: bool = False
    same_site: str = ""


class CookieInputError(Exception):
    """One field cannot be read: which, and a sentence about it."""

    def __init__(self, field_name: str, sentence: str) -> None:
        super().__init__(field_name, sentence)
        self.field = field_name
        self.sentence = sentence


def input_of(cookie: Cookie) -> CookieInput:
    """Return what the form shows of a cookie."""
    return CookieInput(
        name=cookie.name,
        value=cookie.value,
        domain=cookie.domain,
        path=cookie.path,
        expires=expires_text(cookie.expires) if cookie.expires else "",
        subdomains=not cookie.host_only,
        secure=cookie.secure,
        http_only=cookie.http_only,
        same_site=cookie.same_site,
    )


def cookie_of(typed: CookieInput, now: datetime) -> Cookie:
    """Return the cookie that was typed; raises CookieInputError."""
    tr = QCoreApplication.translate
    name, value = well_formed(typed.name.strip()), well_formed(typed.value.strip(" \t"))
    if not name and not value:
        raise CookieInputError(NAME, tr("CookieInput", "Type a name"))
    if "=" in name:
        raise CookieInputError(NAME, tr("CookieInput", "A name has no ="))
    for where, text in ((NAME, name), (VALUE, value), (PATH, typed.path)):
        if ";" in text or _CONTROLS & set(text):
            raise CookieInputError(where, tr("CookieInput", "No ; and no control characters"))
    if len(name.encode()) + len(value.encode()) > MOST_COOKIE_BYTES:
        raise CookieInputError(VALUE, tr("CookieInput", "Larger than 4 KB"))
    path = well_formed(typed.path.strip()) or "/"
    if not path.startswith("/"):
        raise CookieInputError(PATH, tr("CookieInput", "A path begins with /"))
    domain = _domain(typed.domain.strip())
    return Cookie(
        name=name,
        value=value,
        domain=domain,
        path=path,
        host_only=not typed.subdomains or is_address(domain),
        secure=typed.secure,
        http_only=typed.http_only,
        same_site=typed.same_site,
        expires=_expires(typed.expires.strip(), now),
    )


def _domain(text: str) -> str:
    host = text.removeprefix(".")
    host = f"[{host}]" if ":" in host and not host.startswith("[") else host
    try:
        url = parse_url(f"http://{host}/").resolved("/", None)
    except InvalidUrl:
        url = None
    if url is None or not host or url.explicit_port or "/" in host or "@" in host:
        sentence = QCoreApplication.translate("CookieInput", "A host, such as api.example.com")
        raise CookieInputError(DOMAIN, sentence)
    return url.host_ascii.lower()


def _expires(text: str, now: datetime) -> datetime | None:
    if not text:
        return None
    expires = _time(text)
    if expires is None:
        sentence = QCoreApplication.translate("CookieInput", "Such as 2030-12-31 18:00")
        raise CookieInputError(EXPIRES, sentence)
    if expires <= now:
        raise CookieInputError(EXPIRES, QCoreApplication.translate("CookieInput", "Already over"))
    return expires


def _time(text: str) -> datetime | None:
    """Return a time in ISO form, local unless it says where, or in the form of a header."""
    iso = text.removesuffix(" UTC") + ("+00:00" if text.endswith(" UTC") else "")
    try:
        return datetime.fromisoformat(iso).astimezone(UTC)
    except (ValueError, OverflowError, OSError):
        return parse_cookie_date(text)
