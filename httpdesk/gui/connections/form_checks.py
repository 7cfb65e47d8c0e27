"""What is wrong with the values of a connection's form, by field."""

from __future__ import annotations

import re

from PySide6.QtCore import QCoreApplication

from httpdesk.engine.routing import parse_proxy
from httpdesk.engine.url import is_local, parse_url
from httpdesk.gui.connections.form_values import OAUTH2, Kind, Values
from httpdesk.gui.messages import proxy_problem
from httpdesk.model.errors import InvalidProxy, InvalidUrl

translate = QCoreApplication.translate
URLS = ("authorization_url", "token_url", "device_url", "refresh_url", "revocation_url")
_HOST = re.compile(r"(?:\*\.)?[^\s/@*:\[\]]+(?::\d{1,5})?|\[[0-9A-Fa-f:.]+\](?::\d{1,5})?")
_SCOPE = re.compile(r"[\x21\x23-\x5b\x5d-\x7e ]*")
"""Letters of scopes (RFC 6749 section 3.3)."""
_NEEDED: dict[Kind, tuple[str, ...]] = {
    Kind.CODE: ("authorization_url", "token_url", "client_id"),
    Kind.CLIENT: ("token_url", "client_id"),
    Kind.DEVICE: ("device_url", "token_url", "client_id"),
    Kind.PASSWORD: ("token_url", "client_id"),
    Kind.OAUTH1: ("oauth1_consumer_key",),
    Kind.AWS: ("aws_access_key_id", "aws_region", "aws_service"),
    Kind.API_KEY: ("key_name",),
}


def problems_of(values: Values, taken: frozenset[str] = frozenset()) -> dict[str, str]:
    """Return a sentence for each field whose value can't work; `taken` are others' names."""
    kind: Kind = values["kind"]
    found = _address_problems(values, taken)
    for key in _NEEDED.get(kind, ()):
        if not values.get(key):
            found[key] = translate("ConnectionForm", "This is needed.")
    if kind in OAUTH2:
        found |= _url_problems(values)
        if not _SCOPE.fullmatch(values["scope"]):
            found["scope"] = translate("ConnectionForm", "A scope can't hold these characters.")
    if kind is Kind.BASIC and ":" in values["username"]:
        found["username"] = translate("ConnectionForm", "Basic can't say a user name with a colon.")
    return found


def stops_saving(problems: dict[str, str]) -> bool:
    """Whether the connection can't be saved: its name leads to its file."""
    return "name" in problems


def _address_problems(values: Values, taken: frozenset[str]) -> dict[str, str]:
    found = {}
    name = values["name"]
    if not name:
        found["name"] = translate("ConnectionForm", "A connection needs a name.")
    elif name.casefold() in taken:
        found["name"] = translate("ConnectionForm", "Another connection has this name.")
    if values["base_url"] and not _is_url(values["base_url"]):
        found["base_url"] = translate("ConnectionForm", "This is no http or https URL.")
    wrong = [host for host in values["allowed_hosts"] if not _HOST.fullmatch(host)]
    if wrong:
        words = translate("ConnectionForm", "“{0}” is no host; type names such as *.example.com.")
        found["allowed_hosts"] = words.format(wrong[0])
    proxy = values["proxy"]
    if proxy and proxy != "none":
        try:
            parse_proxy(proxy)
        except InvalidProxy as error:
            found["proxy"] = proxy_problem(error.reason)
    return found


def _url_problems(values: Values) -> dict[str, str]:
    """Say which URLs of the provider are not used at all (statement 36)."""
    found = {}
    for key in URLS:
        url = values[key]
        if not url:
            continue
        if not _is_url(url) or "@" in url.split("/")[2]:
            found[key] = translate("ConnectionForm", "This is no https URL.")
        elif not url.lower().startswith("https:") and not values["allows_http"] and not _near(url):
            found[key] = translate(
                "ConnectionForm",
                "http to another computer is not used: anybody on the way could read the token. "
                "More options can allow it.",
            )
    return found


def _is_url(text: str) -> bool:
    if "{{" in text:
        return True
    try:
        return parse_url(text).scheme_typed and text.lower().startswith(("http://", "https://"))
    except InvalidUrl:
        return False


def _near(url: str) -> bool:
    if "{{" in url:
        return True
    return is_local(parse_url(url).host_ascii)
