"""Which requests the program gives the sample server's address to."""

from __future__ import annotations

import pytest

from httpdesk.gui.runtime import uses_sample_server
from httpdesk.model.request import (
    FormBody,
    FormField,
    Header,
    QueryParam,
    RawBody,
    RawKind,
    Request,
)

HERE = "{{sample_url}}/a"


@pytest.mark.parametrize(
    "request_",
    [
        Request(url=HERE),
        Request(headers=(Header("Referer", HERE),)),
        Request(params=(QueryParam("to", HERE),)),
        Request(body=RawBody(RawKind.TEXT, HERE)),
        Request(body=FormBody((FormField("to", HERE),))),
    ],
)
def test_the_sample_server_is_found_wherever_it_is_named(request_: Request) -> None:
    """A request's own repr says nothing of what was typed."""
    assert uses_sample_server(request_)
    assert not uses_sample_server(Request(url="http://h/"))
