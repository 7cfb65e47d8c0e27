"""Pages followed from the command line, on a server that really counts."""

from __future__ import annotations

import json

from tests.cli.conftest import Cli
from tests.helpers.raw_server import RawServer, RecordingPeer, response

JSON = "Content-Type: application/json"


def paged(peer: RecordingPeer) -> None:
    """Answer three pages that are linked by the Link header."""
    while request := peer.read_request():
        target = request.split(b" ")[1].decode()
        at = int(target.partition("page=")[2] or 1)
        link = [f'Link: </list?page={at + 1}>; rel="next"'] if at < 3 else []
        peer.send(response(json.dumps([{"id": at}]).encode(), JSON, *link))


def test_all_items_are_one_array(cli: Cli) -> None:
    with RawServer(paged) as server:
        result = cli("send", f"http://127.0.0.1:{server.port}/list", "--pages")
    assert result.status == 0
    assert json.loads(result.out) == [{"id": 1}, {"id": 2}, {"id": 3}]
    assert result.err.strip() == "3 pages, 3 items. The last one names no next page."
    assert len(server.requests) == 3


def test_the_limit_is_the_users(cli: Cli) -> None:
    with RawServer(paged) as server:
        url = f"http://127.0.0.1:{server.port}/list"
        result = cli("send", url, "--max-pages", "2", "--page-rule", "link")
    assert json.loads(result.out) == [{"id": 1}, {"id": 2}]
    assert "There are more; --max-pages raises the limit." in result.err


def test_a_rule_that_is_none_is_refused(cli: Cli) -> None:
    result = cli("send", "http://127.0.0.1:9/", "--page-rule", "url next")
    assert result.status == 2
    assert "--page-rule 'url next' is no rule." in result.err
