"""Values that a request takes out of its responses, as its file says them."""

from __future__ import annotations

from dataclasses import replace

import yaml

from httpdesk.formats import request_json
from httpdesk.formats.opencollection import edit_request, new_request, read_request
from httpdesk.model.request import Request, SetVariable

TOKEN = SetVariable("token", "res.body.data[0].token")
FILE = b"""\
info:
  name: Log in
  type: http
http:
  method: POST
  url: https://api.test/login
runtime:
  actions:
    - type: set-variable
      phase: before-request
      selector: {expression: req.x, method: jsonq}
      variable: {name: other, scope: runtime}
    - type: set-variable   # kept
      phase: after-response
      selector:
        expression: res.body.token
        method: jsonq
      variable:
        name: token
        scope: runtime
    - type: set-variable
      selector: {expression: res.body.id, method: jsonq}
      variable: {name: id, scope: environment}
"""


def test_an_action_is_written_as_the_format_has_it() -> None:
    """storage.md: set-variable, after-response, jsonq, scope runtime."""
    data = new_request(Request(name="Log in", actions=(TOKEN,)))
    assert yaml.safe_load(data)["runtime"]["actions"] == [
        {
            "type": "set-variable",
            "phase": "after-response",
            "selector": {"expression": "res.body.data[0].token", "method": "jsonq"},
            "variable": {"name": "token", "scope": "runtime"},
        }
    ]
    assert read_request(data).actions == (TOKEN,)


def test_actions_of_other_kinds_are_kept_and_told() -> None:
    request = read_request(FILE)
    assert request.actions == (SetVariable("token", "res.body.token"),)
    assert request.unapplied == ("actions: 2",)


def test_an_action_is_added_and_the_file_stays_as_it_is() -> None:
    request = read_request(FILE)
    changed = edit_request(FILE, replace(request, actions=(*request.actions, TOKEN)))
    lines = changed.decode().splitlines()
    assert [line for line in FILE.decode().splitlines() if line not in lines] == []
    assert read_request(changed).actions == (SetVariable("token", "res.body.token"), TOKEN)


def test_an_action_is_changed_and_removed() -> None:
    request = read_request(FILE)
    off = replace(request.actions[0], enabled=False, description="not now")
    changed = edit_request(FILE, replace(request, actions=(off,)))
    assert read_request(changed).actions == (off,)
    removed = edit_request(changed, replace(request, actions=()))
    assert read_request(removed).actions == ()
    assert len(yaml.safe_load(removed)["runtime"]["actions"]) == 2


def test_a_file_without_actions_gets_them() -> None:
    data = new_request(Request(name="x"))
    changed = edit_request(data, replace(read_request(data), actions=(TOKEN,)))
    assert read_request(changed).actions == (TOKEN,)


def test_a_draft_keeps_actions() -> None:
    request = Request(name="x", actions=(TOKEN, replace(TOKEN, enabled=False)))
    assert request_json.load(request_json.dump(request)) == request
