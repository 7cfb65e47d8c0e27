"""Name, method and place of a request from the first lines of its file, without a YAML parser.

Only the usual form is understood; for anything else the answer is None and the parser decides.
"""

from __future__ import annotations

import re

from httpdesk.formats.opencollection import Head, number
from httpdesk.formats.yaml_tree import NULLS
from httpdesk.model.collection import ItemKind
from httpdesk.model.request import STANDARD_METHODS

_TEXT = (
    rb'(?:"(?P<q_%b>[^"\\\r\n]*)"'
    rb"|(?P<p_%b>[A-Za-z0-9/_$(](?:[^\r\n:# \t]|:(?=[^ \t\r\n])|[ ](?=[^ \t#\r\n]))*+))"
)
_TAG = rb"[A-Za-z_][A-Za-z0-9_.-]*"
_HEAD = re.compile(
    rb"(?:\xef\xbb\xbf)?info:\r?\n"
    rb"  name: " + _TEXT.replace(b"%b", b"name") + rb"\r?\n"
    rb"  type: http\r?\n"
    rb"(?:  seq: (?P<seq>[0-9]+(?:\.[0-9]+)?)\r?\n)?"
    rb"(?:  tags:\r?\n(?P<tags>(?:    - " + _TAG + rb"\r?\n)+))?"
    rb"(?:\r?\n)*http:\r?\n"
    rb"  method: (?P<method>[A-Za-z]+)\r?\n"
    rb"  url: " + _TEXT.replace(b"%b", b"url") + rb"(?:\r?\n(?=  [a-z]|\r?\n|[a-z])|\r?\n?\Z)"
)


def scan(data: bytes) -> Head | None:
    """Return what the tree shows, or None when the file has to be parsed to tell."""
    found = _HEAD.match(data)
    if found is None or b"<<<<<<<" in data or b">>>>>>>" in data:
        return None
    try:
        name = _text(found["q_name"], found["p_name"])
        url = _text(found["q_url"], found["p_url"])
    except UnicodeDecodeError:
        return None
    if name is None or url is None or not (name + url).isprintable():
        return None
    method = found["method"].decode()
    if method.upper() in STANDARD_METHODS:
        method = method.upper()
    tags = tuple(re.findall(_TAG.decode(), (found["tags"] or b"").decode()))
    if NULLS.intersection(tags):
        return None
    seq = number((found["seq"] or b"").decode())
    return Head(ItemKind.REQUEST, name, method, url, seq, tags)


def _text(quoted: bytes | None, plain: bytes | None) -> str | None:
    if quoted is not None:
        return quoted.decode()
    text = (plain or b"").decode()
    return None if text in NULLS else text
