"""Where a part of a request comes from, in words."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from httpdesk.model.exchange import Origin


def origin_words(origin: Origin, level: str = "") -> str:
    """Return the words of the From column; `level` is the folder's or collection's name."""
    translate = QCoreApplication.translate
    words = {
        Origin.REQUEST: translate("Origins", "This request"),
        Origin.FOLDER: translate("Origins", "Folder"),
        Origin.COLLECTION: translate("Origins", "Collection"),
        Origin.ENVIRONMENT: translate("Origins", "Environment"),
        Origin.CONNECTION: translate("Origins", "Connection"),
        Origin.AUTH: translate("Origins", "Auth of"),
        Origin.RUNTIME: translate("Origins", "Program"),
        Origin.RESPONSE: translate("Origins", "Response"),
        Origin.WORKSPACE: translate("Origins", "Workspace"),
        Origin.PROCESS: translate("Origins", "System"),
        Origin.GENERATED: translate("Origins", "Generated"),
        Origin.URL: translate("Origins", "From URL"),
        Origin.BODY: translate("Origins", "From body"),
        Origin.RESPONSE_TYPE: translate("Origins", "Response type"),
        Origin.COOKIES: translate("Origins", "Cookies"),
        Origin.PROXY: translate("Origins", "Proxy"),
        Origin.REDIRECT: translate("Origins", "Redirect"),
        Origin.DEFAULT: translate("Origins", "Default"),
    }[origin]
    return f"{words} {level}" if level else words
