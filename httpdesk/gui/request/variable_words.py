"""What is told of the variables that a request sees."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from httpdesk.engine.generated import NAMES as MADE_NAMES
from httpdesk.engine.masking import MASK
from httpdesk.engine.template import covered
from httpdesk.engine.url import path_param_names
from httpdesk.gui.request.params_tab import mask_pair
from httpdesk.model.collection import Scope
from httpdesk.model.exchange import Origin
from httpdesk.model.request import Request


def variable_words(request: Request, scope: Scope) -> dict[str, str]:
    """Return for each variable what a tooltip says of it."""
    made = QCoreApplication.translate("VariableWords", "{0}\nMade anew for each send")
    sources = {name: made.format(name) for name in MADE_NAMES}
    sources |= {
        name: _told(name, MASK if value in scope.secrets else value, origin)
        for name, (value, origin) in scope.flat().items()
    }
    for name, value in request.variables:
        sources[name] = _told(name, value, Origin.REQUEST.value)
    return sources


def path_names(url: str) -> tuple[str, ...]:
    """Return the names of `:name` and `{name}` segments of a typed URL's path."""
    url = covered(url, lambda _: "x")
    start = url.find("://")
    rest = url[start + 3 :] if start >= 0 else url
    before = rest.partition("#")[0].partition("?")[0]
    return path_param_names(before.partition("/")[2])


def _told(name: str, value: str, origin: str) -> str:
    """Return name, value and level of a variable; a value that looks secret is masked."""
    translate = QCoreApplication.translate
    words = {
        Origin.REQUEST.value: translate("VariableWords", "this request"),
        Origin.FOLDER.value: translate("VariableWords", "folder"),
        Origin.COLLECTION.value: translate("VariableWords", "collection"),
        Origin.ENVIRONMENT.value: translate("VariableWords", "environment"),
        Origin.RUNTIME.value: translate("VariableWords", "the running program"),
        Origin.RESPONSE.value: translate("VariableWords", "an earlier response"),
        Origin.WORKSPACE.value: translate("VariableWords", "the workspace"),
        Origin.PROCESS.value: translate("VariableWords", "the system's environment"),
        Origin.GENERATED.value: translate("VariableWords", "made anew for each send"),
    }
    told = translate("VariableWords", "{0} = {1}\nFrom: {2}")
    return told.format(name, mask_pair(name, value), words.get(origin, origin))
