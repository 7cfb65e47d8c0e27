"""What a request is called where there is little room; never a query, never a credential."""

from __future__ import annotations

from pathlib import PurePath

from PySide6.QtCore import QCoreApplication

from httpdesk.engine.masking import mask_url
from httpdesk.gui.documents import Document
from httpdesk.gui.tabs import (
    CONNECTION,
    ENVIRONMENT,
    FIND,
    HISTORY,
    ITEM,
    LEVEL,
    MERGE,
    SETTINGS,
    VERSIONS,
    PageTab,
    Tab,
)
from httpdesk.model.request import Request


def request_title(request: Request) -> str:
    """Return the request's name, else the end of its URL's path, else its host."""
    if request.name:
        return request.name
    bare = request.url.partition("?")[0].partition("#")[0].strip()
    rest = bare.rpartition("://")[2]
    host, _, path = rest.partition("/")
    host = _without_secret(host.rpartition("@")[2])
    last = path.rstrip("/").rpartition("/")[2]
    return f"/{last}" if last else host or _untitled()


def _without_secret(host: str) -> str:
    """Return a host without what is no port: a password whose @ is not typed yet."""
    name, _, port = host.partition(":")
    return host if host.startswith("[") or port.isdigit() else name


def document_title(document: Document) -> str:
    """Return the words of the document's tab."""
    return request_title(document.request)


def tab_title(tab: Tab) -> str:
    """Return the words of a tab of any kind."""
    if isinstance(tab, Document):
        return document_title(tab)
    if not isinstance(tab, PageTab):
        return ""
    if tab.kind == MERGE:
        return tab.title
    if tab.kind in (CONNECTION, ITEM):
        return tab.title or PurePath(tab.subject).stem
    if tab.kind == ENVIRONMENT:
        return tab.title or QCoreApplication.translate("Titles", "Environments")
    if tab.kind == FIND:
        return QCoreApplication.translate("Titles", "Find")
    if tab.kind == HISTORY:
        return tab.title or QCoreApplication.translate("Titles", "From history")
    if tab.kind == VERSIONS:
        return tab.title or QCoreApplication.translate("Titles", "Version history")
    if tab.kind == LEVEL:
        root, _, path = tab.subject.partition("\n")
        return tab.title or PurePath(path or root).name
    return QCoreApplication.translate("Titles", "Settings")


def page_icon(page: PageTab) -> str:
    """Return the name of the icon in front of a page's title."""
    return {
        SETTINGS: "settings",
        CONNECTION: "plug",
        ITEM: "file",
        ENVIRONMENT: "sliders-horizontal",
        MERGE: "columns-2",
        FIND: "search",
        VERSIONS: "history",
        HISTORY: "history",
        LEVEL: "folder",
    }[page.kind]


def document_tooltip(document: Document) -> str:
    """Return what a tab says when the pointer rests on it: the whole URL, secrets masked."""
    request = document.request
    url = " ".join(part for part in (request.method, mask_url(request.url)) if part)
    return f"{request.name}\n{url}" if request.name else url


def _untitled() -> str:
    return QCoreApplication.translate("Titles", "Untitled request")
