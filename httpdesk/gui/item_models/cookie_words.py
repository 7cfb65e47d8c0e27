"""Cookies in words: when they end, what they allow, why one was refused."""

from __future__ import annotations

from datetime import UTC, datetime

from PySide6.QtCore import QCoreApplication

from httpdesk.model.cookies import Cookie, CookieRefusal, RefusedCookie

MINUTES, SECONDS = "%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S"


def expires_text(expires: datetime | None, time_format: str = SECONDS) -> str:
    """Return the local time at which a cookie ends, or the word for one without an end."""
    if expires is None:
        return QCoreApplication.translate("Cookies", "Session")
    try:
        return expires.astimezone().strftime(time_format)
    except (OverflowError, OSError, ValueError):
        # Systems know local times only so far; a cookie for ever ends beyond that.
        return f"{expires.astimezone(UTC).replace(tzinfo=None).isoformat(' ')} UTC"


def flags_text(cookie: Cookie) -> str:
    """Return the flags of a cookie as they are written in a Set-Cookie header."""
    flags = [
        "Secure" if cookie.secure else "",
        "HttpOnly" if cookie.http_only else "",
        f"SameSite={cookie.same_site}" if cookie.same_site else "",
    ]
    return ", ".join(flag for flag in flags if flag)


def refusal_sentence(refused: RefusedCookie) -> str:
    """Return why a cookie was refused."""
    translate = QCoreApplication.translate
    sentence = {
        CookieRefusal.EMPTY: translate("Cookies", "Refused: neither a name nor a value"),
        CookieRefusal.CONTROL: translate("Cookies", "Refused: it holds a control character"),
        CookieRefusal.TOO_LARGE: translate("Cookies", "Refused: larger than 4 KB"),
        CookieRefusal.OTHER_DOMAIN: translate(
            "Cookies", "Refused: this server may not set cookies for {0}"
        ),
        CookieRefusal.PUBLIC_SUFFIX: translate(
            "Cookies", "Refused: {0} is shared by the sites of many owners"
        ),
        CookieRefusal.SECURE_OVER_HTTP: translate(
            "Cookies", "Refused: it is Secure, and the answer came over http"
        ),
        CookieRefusal.SECURE_PREFIX: translate(
            "Cookies", "Refused: a name with __Secure- needs the Secure flag"
        ),
        CookieRefusal.HOST_PREFIX: translate(
            "Cookies", "Refused: a name with __Host- needs Secure, Path=/ and no Domain"
        ),
        CookieRefusal.HIDES_SECURE: translate(
            "Cookies", "Refused: over http it may not stand in for a Secure cookie"
        ),
    }[refused.reason]
    return sentence.format(refused.domain)
