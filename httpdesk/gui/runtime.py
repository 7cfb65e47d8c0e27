"""Variables that the running program itself gives, such as the sample server's address."""

from __future__ import annotations

from dataclasses import astuple

from httpdesk.gui.ports import WindowPorts
from httpdesk.model.request import Request

SAMPLE_VARIABLE = "sample_url"


def uses_sample_server(request: Request) -> bool:
    """Return whether any text of the request asks for the sample server's address."""
    # The repr of a request keeps quiet about what was typed; that of its bare values does not.
    return SAMPLE_VARIABLE in repr(astuple(request))


def runtime_variables(ports: WindowPorts, request: Request) -> dict[str, str]:
    """Return what the program gives to `request`; starts the sample server when it is asked for.

    Runs on a worker.
    """
    return {SAMPLE_VARIABLE: ports.sample_server().start()} if uses_sample_server(request) else {}
