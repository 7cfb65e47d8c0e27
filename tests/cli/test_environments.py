"""`httpdesk env`, and sends with `--env` and `--var`."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from httpdesk.adapters.chosen_secrets import ChosenSecrets
from httpdesk.adapters.database import Database
from httpdesk.adapters.keyring_secrets import KeyringSecrets
from httpdesk.adapters.memory_secrets import MemorySecrets
from httpdesk.adapters.vault_secrets import VaultSecrets
from httpdesk.cli.ports import CliPorts
from httpdesk.model.secrets import SecretPlace
from tests.cli.conftest import Cli
from tests.helpers.raw_server import RawServer, answering, response

CANARY = "canary-77aa+ü/x"
ALLOWED = ("--allow-env", "ACME")
REQUEST = """\
info:
  name: Order
  type: http
http:
  method: POST
  url: http://127.0.0.1:{port}/{{{{area}}}}
  headers:
    - name: X-Token
      value: "{{{{token}}}}"
    - name: X-Home
      value: "{{{{process.env.ACME}}}}"
"""
ENVIRONMENT = """\
# ours
name: Staging
variables:
  - name: area
    value: stage   # of the map
  - secret: true
    name: token
"""


@pytest.fixture
def ports(ports: CliPorts, tmp_path: Path) -> CliPorts:
    """Give the same with secrets that are kept in memory."""
    kept = ChosenSecrets(
        KeyringSecrets(Database(tmp_path / "secrets.db")),
        MemorySecrets(),
        VaultSecrets(lambda: tmp_path / "secrets.vault"),
        lambda: SecretPlace.SESSION,
        lambda _: None,
    )
    return replace(ports, secrets=lambda: kept)


@pytest.fixture
def server() -> Iterator[RawServer]:
    """Give a server that answers."""
    with RawServer(answering(response(b"done"))) as server:
        yield server


@pytest.fixture
def root(tmp_path: Path, server: RawServer) -> Path:
    """Give a collection with a request and an environment."""
    root = tmp_path / "shop"
    (root / "environments").mkdir(parents=True)
    (root / "opencollection.yml").write_text('opencollection: "1.0.0"\ninfo:\n  name: Shop\n')
    (root / "Order.yml").write_text(REQUEST.format(port=server.port))
    (root / "environments" / "Staging.yml").write_text(ENVIRONMENT)
    return root


def env(cli: Cli, root: Path, *words: str, stdin: bytes = b"") -> str:
    """Run a verb of `env`, which has to succeed, and return what it printed."""
    done = cli("env", *words, "--collection", str(root), stdin=stdin)
    assert done.status == 0, done.err
    return done.out.decode() + done.err


def test_a_send_with_an_environment(cli: Cli, root: Path, server: RawServer) -> None:
    """Statements 76 and 82: the secret is on the wire and in nothing that is printed."""
    words = (
        "send",
        str(root / "Order.yml"),
        "--env",
        "Staging",
        "-v",
        "--debug",
        "--json",
        *ALLOWED,
    )
    missing = cli(*words, ACME="home")
    assert missing.status == 5
    assert "The secret {{token}} of the environment 'Staging' has no value" in missing.err
    assert server.connections == 0
    said = env(cli, root, "set", "Staging", "token", "--secret", stdin=f"{CANARY}\n".encode())
    assert said == "The value of token is kept.\n"
    assert (root / "environments" / "Staging.yml").read_text() == ENVIRONMENT
    done = cli(*words, ACME="home")
    assert done.status == 0, done.err
    raw = server.requests[0]
    assert raw.startswith(b"POST /stage HTTP/1.1\r\n")
    assert b"X-Token: " + CANARY.encode() + b"\r\n" in raw
    assert b"X-Home: home\r\n" in raw
    assert "77aa" not in done.out.decode() + done.err
    revealed = cli(*words, "--reveal", ACME="home")
    assert "77aa" in revealed.out.decode()


def test_a_preview_reads_no_secret_unless_it_is_to_be_seen(
    cli: Cli, root: Path, server: RawServer
) -> None:
    words = ("send", str(root / "Order.yml"), "--env", "Staging", "--preview")
    shown = cli(*words, ACME="h")
    assert shown.status == 0, shown.err
    assert "X-Token: ••••••••" in shown.out.decode()
    assert cli(*words, "--reveal", ACME="h").status == 5
    env(cli, root, "set", "Staging", "token", "--secret", stdin=CANARY.encode())
    assert f"X-Token: {CANARY}" in cli(*words, "--reveal", ACME="h").out.decode()
    assert server.connections == 0


def test_variables_of_the_command_line_win(cli: Cli, root: Path, server: RawServer) -> None:
    words = ("send", str(root / "Order.yml"), "--env", "Staging", "--json", "-v", *ALLOWED)
    given = ("--var", "area=mine", "--var", "token=@env:MY_TOKEN")
    done = cli(*words, *given, ACME="h", MY_TOKEN=CANARY)
    assert done.status == 0, done.err
    assert server.requests[0].startswith(b"POST /mine HTTP/1.1\r\n")
    assert CANARY.encode() in server.requests[0]
    assert "77aa" not in done.out.decode() + done.err
    piped = cli(*words, "--var", "token=@-", ACME="h", stdin=f"{CANARY}\n".encode())
    assert b"X-Token: " + CANARY.encode() + b"\r\n" in server.requests[1]
    assert "77aa" not in piped.out.decode() + piped.err
    refused = cli(*words, "--var", "token=literal", ACME="h")
    assert refused.status == 2
    assert "other users of this computer can read" in refused.err
    unset = cli(*words, "--var", "token=@env:NOT_SET", ACME="h")
    assert (unset.status, len(server.requests)) == (2, 2)
    assert "NOT_SET is not set" in unset.err


def test_an_unknown_environment_is_told_with_those_that_there_are(
    cli: Cli, root: Path, server: RawServer
) -> None:
    """Statement 83 for names of environments: nothing is sent."""
    done = cli("send", str(root / "Order.yml"), "--env", "Stage")
    assert done.status == 2
    assert "No environment is called 'Stage'. Nothing was sent.\nThere are: 'Staging'." in done.err
    assert server.connections == 0
    alone = cli("send", f"http://127.0.0.1:{server.port}/", "--env", "Staging")
    assert alone.status == 2
    assert "--env goes with" in alone.err
    url = f"http://127.0.0.1:{server.port}/{{{{area}}}}"
    assert cli("send", url, "--env", "Staging", "--collection", str(root)).status == 0
    assert server.requests[0].startswith(b"GET /stage ")


def test_a_base_is_filled_in_from_the_environment(cli: Cli, root: Path, server: RawServer) -> None:
    env(cli, root, "set", "Staging", f"host=127.0.0.1:{server.port}")
    words = ("--base", "http://{{host}}", "/{{area}}", "--env", "Staging")
    assert cli("send", *words, "--collection", str(root)).status == 0
    assert server.requests[0].startswith(b"GET /stage ")


def test_protected_environments_ask_or_refuse(cli: Cli, root: Path, server: RawServer) -> None:
    """ui.md 3.9, on a terminal and elsewhere."""
    file = root / "environments" / "Live.yml"
    file.write_text(
        ENVIRONMENT.replace("Staging", "Live") + '  - name: httpdesk.protected\n    value: "true"\n'
    )
    words = ("send", str(root / "Order.yml"), "--env", "Live", *ALLOWED)
    given = {"ACME": "h", "HTTPDESK_SECRET_token": "t0ken-value"}
    refused = cli(*words, **given)
    assert (refused.status, server.connections) == (2, 0)
    assert "The environment Live is protected" in refused.err
    no = cli(*words, asked=True, stdin=b"n\n", **given)
    assert (no.status, server.connections) == (2, 0)
    yes = cli(*words, asked=True, stdin=b"y\n", **given)
    assert (yes.status, len(server.requests)) == (0, 1), yes.err
    assert f"POST to http://127.0.0.1:{server.port}/stage" in yes.err or "POST" in yes.err
    read = cli("send", "GET", f"http://127.0.0.1:{server.port}/", "--collection", str(root))
    assert read.status == 0


def test_the_verbs(cli: Cli, root: Path) -> None:
    file = root / "environments" / "Staging.yml"
    assert env(cli, root, "list") == "Staging\n"
    assert env(cli, root, "show", "Staging") == "area=stage\ntoken=(secret, without a value here)\n"
    env(cli, root, "set", "Staging", "area=prod", "extra=1 = 2")
    assert file.read_text() == ENVIRONMENT.replace("stage ", "prod ") + (
        "  - name: extra\n    value: 1 = 2\n"
    )
    env(cli, root, "set", "Staging", "token", "--secret", stdin=b"s3cret\n")
    shown = env(cli, root, "show", "Staging")
    assert shown == "area=prod\ntoken=•••••••• (secret)\nextra=1 = 2\n"
    copied = env(cli, root, "copy", "Staging", "Live")
    assert copied == "environments/Live.yml\nIts secrets have no value yet: token.\n"
    assert "without a value" in env(cli, root, "show", "Live")
    env(cli, root, "unset", "Staging", "extra", "token")
    env(cli, root, "set", "Staging", "area=stage")
    assert file.read_text() == ENVIRONMENT.split("  - secret", maxsplit=1)[0]
    env(cli, root, "set", "Staging", "token", "--secret", stdin=b"another\n")
    assert file.read_text() == ENVIRONMENT
    assert env(cli, root, "new", "Empty") == "environments/Empty.yml\n"
    assert env(cli, root, "list") == "Empty\nLive\nStaging\n"


def test_the_secret_of_a_variable_that_was_taken_out_is_forgotten(cli: Cli, root: Path) -> None:
    env(cli, root, "set", "Staging", "token", "--secret", stdin=b"s3cret\n")
    env(cli, root, "unset", "Staging", "token")
    (root / "environments" / "Staging.yml").write_text(ENVIRONMENT)
    assert "without a value" in env(cli, root, "show", "Staging")


def test_the_variables_of_the_workspace(cli: Cli, root: Path, server: RawServer) -> None:
    assert cli("env", "set", "--workspace", "area=everywhere").status == 0
    assert cli("env", "show", "--workspace").out == b"area=everywhere\n"
    url = f"http://127.0.0.1:{server.port}/{{{{area}}}}"
    assert cli("send", url).status == 0
    assert server.requests[0].startswith(b"GET /everywhere ")
    cli("send", url, "--env", "Staging", "--collection", str(root))
    assert server.requests[1].startswith(b"GET /stage ")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("frob",), "is none of list, show"),
        (("show",), "show takes the name of an environment."),
        (("set", "Staging", "area"), "not 'area'"),
        (("set", "Staging", "token=x"), "--secret"),
        (("set", "Staging", "password=x"), "--secret"),
        (("set", "Staging", "a", "b", "--secret"), "one variable"),
        (("set", "Staging", "a", "--secret"), "Nothing was typed"),
        (("unset", "Staging", "area", "none"), "There is no variable 'none'"),
        (("show", "Nowhere"), "No environment is called 'Nowhere'"),
        (("list", "--workspace"), "without --workspace"),
        (("show", "Staging", "--secret"), "--secret goes with set."),
    ],
)
def test_wrong_words_change_nothing(
    cli: Cli, root: Path, words: tuple[str, ...], said: str
) -> None:
    done = cli("env", *words, "--collection", str(root))
    assert done.status == 2
    assert said in done.err
    assert (root / "environments" / "Staging.yml").read_text() == ENVIRONMENT


def test_broken_and_taken_files_are_said(cli: Cli, root: Path) -> None:
    (root / "environments" / "bad.yml").write_text("name: [")
    listed = cli("env", "list", "--collection", str(root))
    assert (listed.status, listed.out) == (4, b"Staging\n")
    assert "bad.yml" in listed.err
    assert cli("env", "copy", "Staging", "STAGING", "--collection", str(root)).status == 4
    assert cli("send", str(root / "Order.yml"), "--env", "bad", ACME="h").status == 4


def test_a_value_that_seems_secret_is_not_shown(cli: Cli, root: Path) -> None:
    file = root / "environments" / "Staging.yml"
    file.write_text("name: Staging\nvariables:\n  - name: api_key\n    value: abc123\n")
    assert env(cli, root, "show", "Staging") == "api_key=••••••••\n"


def test_a_pulled_change_of_the_url_takes_no_secret_along_unasked(
    cli: Cli, root: Path, server: RawServer
) -> None:
    """Row 37 of quality.md; exit status 5, and a question on a terminal."""
    file = root / "Order.yml"
    words = ("send", str(file), "--env", "Staging", *ALLOWED)
    env(cli, root, "set", "Staging", "token", "--secret", stdin=CANARY.encode())
    assert cli(*words, ACME="h").status == 0
    with RawServer(answering(response(b"thanks"))) as evil:
        file.write_text(file.read_text().replace(str(server.port), str(evil.port)))
        refused = cli(*words, ACME="h")
        assert (refused.status, evil.connections) == (5, 0)
        old, new = (f"http://127.0.0.1:{each.port}" for each in (server, evil))
        assert "The secret token of the environment Staging would go where" in refused.err
        assert f"Before: origin {old}. Now: origin {new}." in refused.err
        no = cli(*words, asked=True, stdin=b"\n", ACME="h")
        assert (no.status, evil.connections) == (5, 0)
        given = cli(*words, ACME="h", HTTPDESK_SECRET_token="for-this-run")
        assert given.status == 0
        yes = cli(*words, asked=True, stdin=b"y\n", ACME="h")
        assert yes.status == 0
        assert "May it go there? [y/N]" in yes.err
        assert cli(*words, ACME="h").status == 0
        assert [CANARY.encode() in each for each in evil.requests] == [False, True, True]
    env(cli, root, "set", "Staging", "token", "--secret", stdin=CANARY.encode())
    with RawServer(answering(response(b"thanks"))) as other:
        file.write_text(file.read_text().replace(str(evil.port), str(other.port)))
        assert cli(*words, ACME="h").status == 0


def test_a_variable_of_the_system_goes_nowhere_unasked(
    cli: Cli, root: Path, server: RawServer
) -> None:
    """Row 37 of quality.md: a pulled file may name any of them; what was typed is agreed to."""
    for name, more in (("Order", "other"), ("Nested", "nested")):
        text = REQUEST.format(port=server.port).replace("{{token}}", "x")
        value = "{{process.env.ACME}}" if name == "Order" else "{{nested|base64}}"
        text = text.replace("{{process.env.ACME}}", value)
        (root / f"{name}.yml").write_text(text)
        env(cli, root, "set", "Staging", f"{more}={{{{process.env.ACME}}}}")
    for name in ("Order", "Nested"):
        words = ("send", str(root / f"{name}.yml"), "--env", "Staging")
        refused = cli(*words, ACME=CANARY)
        assert (refused.status, server.connections) == (5, 0)
        assert "The system's variable process.env.ACME would go where it has not" in refused.err
        assert f"Now: origin http://127.0.0.1:{server.port}." in refused.err
        assert "--allow-env ACME" in refused.err
        assert cli(*words, "--allow-env", "OTHER", ACME=CANARY).status == 5
        shown = cli(*words, "--preview", ACME=CANARY)
        assert shown.status == 0
        assert "77aa" not in refused.err + shown.out.decode()
    given = ("--base", f"http://127.0.0.1:{server.port}", "/{{nested}}", "--env", "Staging")
    assert cli("send", *given, "--collection", str(root), ACME=CANARY).status == 5
    assert server.connections == 0
    allowed = cli(*words, *ALLOWED, "--json", "-v", ACME=CANARY)
    assert allowed.status == 0, allowed.err
    assert b64encode(CANARY.encode()) in server.requests[0]
    assert "77aa" not in allowed.out.decode() + allowed.err
    assert cli(*words, ACME=CANARY).status == 5
    yes = cli(*words, asked=True, stdin=b"y\n", ACME=CANARY)
    assert yes.status == 0, yes.err
    assert cli(*words, ACME=CANARY).status == 0
    url = f"http://127.0.0.1:{server.port}/{{{{process.env.ACME}}}}"
    assert cli("send", url, ACME="typed").status == 0
    assert server.requests[-1].startswith(b"GET /typed ")


FORMS = """\
info:
  name: Forms
  type: http
http:
  method: PUT
  url: http://127.0.0.1:{port}/items/:id/:rest
  params:
    - name: id
      value: "{{{{v}}}}"
      type: path
    - name: rest
      value: "{{{{v|raw}}}}"
      type: path
    - name: q
      value: "{{{{v}}}}"
      type: query
  body:
    type: json
    data: '{{"text": {{{{v|json}}}}}}'
"""


def test_a_value_is_written_as_its_place_needs(cli: Cli, root: Path, server: RawServer) -> None:
    """Statement 84: in a path, in a query once, and quoted in a JSON body."""
    file = root / "Forms.yml"
    file.write_text(FORMS.format(port=server.port))
    env(cli, root, "set", "Staging", 'v=a/b "&"')
    done = cli("send", str(file), "--env", "Staging")
    assert done.status == 0, done.err
    line, _, rest = server.requests[0].partition(b"\r\n")
    assert line == b'PUT /items/a%2Fb%20%22%26%22/a/b%20"&"?q=a%2Fb+%22%26%22 HTTP/1.1'
    assert rest.endswith(b'\r\n\r\n{"text": "a/b \\"&\\""}')
