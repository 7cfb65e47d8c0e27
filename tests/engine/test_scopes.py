"""Which level gives a variable its value, and what keeps an environment from giving any.

Statement 82: `{{name}}` is replaced by its value; inner levels win over outer ones.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import product
from pathlib import Path

import pytest

from httpdesk.adapters.connection_files import ConnectionFiles
from httpdesk.adapters.environment_files import EnvironmentFiles
from httpdesk.engine.auth_choice import chosen
from httpdesk.engine.cancel import CancelToken
from httpdesk.engine.connecting import Connecting
from httpdesk.engine.environment_ports import WORKSPACE, secret_name
from httpdesk.engine.fakes import FakeTransport, FrozenClock, MemoryRecords, ScriptedPrompt
from httpdesk.engine.levels import variable_origins, variable_values
from httpdesk.engine.masking import MASK
from httpdesk.engine.places import Approvals, approve
from httpdesk.engine.ports import Progress
from httpdesk.engine.scopes import (
    NO_VALUES,
    EnvironmentValues,
    environment_values,
    process_values,
    scope_of,
    with_connections,
)
from httpdesk.engine.send import SendContext, preview_send, send
from httpdesk.engine.unsealing import unsealed
from httpdesk.engine.wire_lines import WireLine
from httpdesk.engine.wire_preview import planned
from httpdesk.model.auth import ApiKeyAuth
from httpdesk.model.collection import Defaults, RequestDefaults
from httpdesk.model.connection import CONNECTION_VARIABLE, Connection
from httpdesk.model.environment import Environment, Variable
from httpdesk.model.errors import (
    EnvironmentCircle,
    FileNotUnderstood,
    PlacesRefused,
    SecretNotSet,
    SecretsFailed,
    SecretsReason,
    UnknownEnvironment,
    UnknownVariables,
    UnsafePath,
    ValuesNotGiven,
)
from httpdesk.model.exchange import Origin
from httpdesk.model.questions import EnterValues, NewPlaces, Question
from httpdesk.model.request import Header, Options, QueryParam, RawBody, RawKind, Request
from tests.helpers.connection_stores import one_connection

LEVELS = ("workspace", "collection", "environment", "folder", "request", "runtime", "response")
CANARY = "s3cr3t-canary-/+ä"


class Secrets:
    """Kept secrets that note what is read."""

    def __init__(self, kept: Mapping[str, str]) -> None:
        self._kept = kept
        self.read_names: list[str] = []

    def read(self, name: str) -> str | None:
        """Return the secret, None when there is none."""
        self.read_names.append(name)
        return self._kept.get(name)


@pytest.fixture
def store(tmp_path: Path) -> EnvironmentFiles:
    """Give a store."""
    return EnvironmentFiles(lambda: tmp_path / "config", tmp_path / "data")


@pytest.fixture
def root(tmp_path: Path) -> str:
    """Give a collection folder."""
    (tmp_path / "shop").mkdir()
    return str(tmp_path / "shop")


def plain(**values: str) -> tuple[Variable, ...]:
    """Return variables of these names and values."""
    return tuple(Variable(name, value) for name, value in values.items())


@pytest.mark.parametrize("given", list(product((False, True), repeat=len(LEVELS))))
def test_the_innermost_level_that_has_the_name_gives_its_value(given: tuple[bool, ...]) -> None:
    """Statement 82, as a table over every choice of levels."""
    has = dict(zip(LEVELS, given, strict=True))

    def pairs(level: str) -> tuple[tuple[str, str], ...]:
        return (("v", level),) if has[level] else ()

    inherited = tuple((level, RequestDefaults(pairs(level))) for level in ("collection", "folder"))
    values = EnvironmentValues(pairs("workspace"), pairs("environment"))
    scope = scope_of(inherited, dict(pairs("runtime")), dict(pairs("response")), values)
    request = Request(variables=pairs("request"))
    innermost = next((level for level in reversed(LEVELS) if has[level]), None)
    assert variable_values(request, scope).get("v") == innermost
    assert variable_origins(request, scope).get("v") == innermost


def test_an_environment_starts_from_others_and_its_file(store: EnvironmentFiles, root: str) -> None:
    """What it extends, then its .env file, then its own variables."""
    Path(root, ".env").write_text("a=dotenv\nb=dotenv\nd=dotenv\n")
    base = plain(a="base", b="base", c="base", e="base")
    store.create(root, Environment("Base", variables=base))
    own = (*plain(a="own"), Variable("e", "off", enabled=False))
    store.create(root, Environment("Own", extends="Base", dotenv=".env", variables=own))
    (workspace,) = store.environments(WORKSPACE)
    store.save(workspace, replace(workspace.environment, variables=plain(w="workspace")))
    found = environment_values(store, root, "Own")
    assert dict(found.environment) == {
        "a": "own",
        "b": "dotenv",
        "c": "base",
        "d": "dotenv",
        "e": "base",
    }
    assert found.workspace == (("w", "workspace"),)
    assert environment_values(store, root, None).environment == ()
    assert environment_values(store, None, None).workspace == (("w", "workspace"),)


def test_an_environment_of_the_same_name_takes_no_protection_away(
    store: EnvironmentFiles, root: str
) -> None:
    """ui.md 3.9: a second file, pulled, that comes first and is not protected."""
    store.create(root, Environment("Production", protected=True))
    for name in ("Production", "production"):
        Path(root, "environments", "0.yml").write_text(f"name: {name}\n")
        chosen = environment_values(store, root, name).chosen
        assert chosen is not None
        assert chosen.protected
    Path(root, "environments", "0.yml").write_text("name: Other\n")
    other = environment_values(store, root, "Other").chosen
    assert other is not None
    assert not other.protected


def test_a_file_name_names_an_environment_too(store: EnvironmentFiles, root: str) -> None:
    """As `bru run --env` takes it."""
    store.create(root, Environment("a/b", variables=plain(x="1")))
    assert dict(environment_values(store, root, "a-b").environment) == {"x": "1"}


def test_protection_comes_from_what_an_environment_extends(
    store: EnvironmentFiles, root: str
) -> None:
    store.create(root, Environment("Production", protected=True))
    store.create(root, Environment("Canary", extends="Production"))
    chosen = environment_values(store, root, "Canary").chosen
    assert chosen is not None
    assert (chosen.name, chosen.protected) == ("Canary", True)


def test_what_keeps_an_environment_from_being_had(store: EnvironmentFiles, root: str) -> None:
    store.create(root, Environment("A", extends="B"))
    store.create(root, Environment("B", extends="A"))
    store.create(root, Environment("C", extends="Nowhere"))
    store.create(root, Environment("D", dotenv="../x.env"))
    Path(root, "environments", "bad.yml").write_text("name: [")
    with pytest.raises(EnvironmentCircle) as circle:
        environment_values(store, root, "A")
    assert circle.value.names == ("A", "B", "A")
    with pytest.raises(UnknownEnvironment) as missing:
        environment_values(store, root, "C")
    assert (missing.value.name, missing.value.extended_by) == ("Nowhere", "C")
    with pytest.raises(UnknownEnvironment) as unknown:
        environment_values(store, root, "Z")
    assert unknown.value.known == ("A", "B", "bad", "C", "D")
    with pytest.raises(UnsafePath):
        environment_values(store, root, "D")
    with pytest.raises(FileNotUnderstood):
        environment_values(store, root, "bad")


def test_only_the_systems_variables_that_are_named_are_taken() -> None:
    environ = {"HOME": "/home/x", "TOKEN": "t", "OTHER": "o"}
    request = Request(
        url="http://h/{{process.env.HOME}}", headers=(Header("A", "{{ process.env.TOKEN }}"),)
    )
    inherited = (("folder", RequestDefaults((("v", "{{process.env.MISSING}}"),))),)
    assert process_values(environ, request, inherited) == (
        ("process.env.HOME", "/home/x"),
        ("process.env.TOKEN", "t"),
    )


def test_no_variable_hides_the_systems_own() -> None:
    """`{{process.env.NAME}}` always reads the operating system's environment."""
    inherited = (("folder", RequestDefaults((("process.env.A", "forged"),))),)
    scope = scope_of(inherited, {}, process=(("process.env.A", "real"),))
    request = Request(variables=(("process.env.A", "forged"),))
    assert variable_values(request, scope)["process.env.A"] == "real"
    assert variable_origins(request, scope)["process.env.A"] == Origin.PROCESS.value


def test_an_unknown_name_of_the_system_blocks_sending() -> None:
    """Statement 83."""
    request = Request(url="http://h/{{process.env.NOT_THERE}}")
    transport = FakeTransport()
    context = SendContext(transport, FrozenClock(), scope_of((), {}, process=()))
    with pytest.raises(UnknownVariables) as caught:
        send(request, context, CancelToken(), Progress())
    assert caught.value.names == ("process.env.NOT_THERE",)
    assert transport.requests == []


@pytest.mark.parametrize(
    ("workspace", "environment", "folder", "found"),
    [
        ("W", "", "", "W"),
        ("W", "E", "", "E"),
        ("W", "E", "F", "F"),
        ("", "E", "none", None),
        ("", "", "", "C"),
    ],
)
def test_the_name_of_a_connection_inherits_along_the_same_order(
    workspace: str, environment: str, folder: str, found: str | None
) -> None:
    """storage.md: reserved variables inherit and override like every variable."""

    def pairs(name: str) -> tuple[tuple[str, str], ...]:
        return ((CONNECTION_VARIABLE, name),) if name else ()

    inherited = (
        ("collection", RequestDefaults(() if workspace or environment else pairs("C"))),
        ("folder", RequestDefaults(pairs(folder))),
    )
    values = EnvironmentValues(pairs(workspace), pairs(environment))
    assert chosen(Request(), with_connections(inherited, values)).connection == found


# Secrets


def with_secret(store: EnvironmentFiles, root: str) -> EnvironmentValues:
    """Return the values of an environment with a secret, and others that are not asked for."""
    rows = (
        Variable("token", secret=True),
        Variable("other", secret=True),
        Variable("auth", "Bearer {{token}}"),
    )
    store.create(root, Environment("Staging", variables=rows))
    return environment_values(store, root, "Staging")


def context_of(values: EnvironmentValues, transport: FakeTransport) -> SendContext:
    """Return what a send with these values begins with."""
    return SendContext(transport, FrozenClock(), scope_of((), {}, {}, values))


EVERYWHERE = Request(
    method="POST",
    url="http://h/{{token}}",
    params=(QueryParam("q", "{{token}}"),),
    headers=(Header("X-Acme", "{{auth}}"), Header("X-Two", "{{token}}")),
    body=RawBody(RawKind.JSON, '{"token": "{{token}}"}'),
)


def test_a_secret_is_read_when_it_is_sent_and_only_that_one(
    store: EnvironmentFiles, root: str
) -> None:
    values, transport = with_secret(store, root), FakeTransport()
    name = secret_name(root, "Staging", "token")
    secrets = Secrets({name: CANARY, secret_name(root, "Staging", "other"): "never"})
    context = unsealed(EVERYWHERE, context_of(values, transport), secrets.read, CancelToken())
    exchange = send(EVERYWHERE, context, CancelToken(), Progress())
    assert secrets.read_names == [name]
    sent = transport.requests[0]
    assert dict(sent.header_pairs())["X-Acme"] == f"Bearer {CANARY}"
    assert isinstance(sent.body, bytes)
    assert CANARY in sent.body.decode()
    assert CANARY in exchange.request.secrets
    assert CANARY not in repr(context) + repr(exchange) + repr(values)


def test_a_preview_reads_no_secret_and_shows_that_there_is_one(
    store: EnvironmentFiles, root: str
) -> None:
    """Statement 76: what stands for the secret is hidden wherever the secret would be."""
    values = with_secret(store, root)
    context = context_of(values, FakeTransport())
    found = planned(preview_send(EVERYWHERE, context))
    assert found is not None
    stand_in = values.sealed[0].stand_in
    shown = ""
    for line in found.lines:
        assert isinstance(line, WireLine)
        text = line.text
        for start, end in reversed(line.secrets):
            text = text[:start] + "•" + text[end:]
        shown += text + "\n"
    assert stand_in not in shown
    assert shown.count("•") >= 5
    assert not preview_send(EVERYWHERE, context).problems


def test_every_place_that_the_secret_goes_to_is_masked(store: EnvironmentFiles, root: str) -> None:
    """Statement 76, with a canary that has a blank form in every encoding."""
    values, transport = with_secret(store, root), FakeTransport()
    secrets = Secrets({secret_name(root, "Staging", "token"): CANARY})
    context = unsealed(EVERYWHERE, context_of(values, transport), secrets.read, CancelToken())
    found = planned(preview_send(EVERYWHERE, context))
    assert found is not None
    for line in found.lines:
        assert isinstance(line, WireLine)
        text = line.text
        for start, end in reversed(line.secrets):
            text = text[:start] + "•" + text[end:]
        assert "s3cr3t" not in text


def test_a_secret_without_a_value_is_never_sent_as_nothing(
    store: EnvironmentFiles, root: str
) -> None:
    values, transport = with_secret(store, root), FakeTransport()
    with pytest.raises(SecretNotSet) as caught:
        unsealed(EVERYWHERE, context_of(values, transport), Secrets({}).read, CancelToken())
    assert (caught.value.variable, caught.value.environment) == ("token", "Staging")


def test_a_locked_place_is_said(store: EnvironmentFiles, root: str) -> None:
    def locked(_name: str) -> str | None:
        raise SecretsFailed(reason=SecretsReason.LOCKED)

    values = with_secret(store, root)
    with pytest.raises(SecretsFailed):
        unsealed(EVERYWHERE, context_of(values, FakeTransport()), locked, CancelToken())
    harmless = Request(url="http://h/")
    context = unsealed(harmless, context_of(values, FakeTransport()), locked, CancelToken())
    assert context.scope.sealed == ()


def test_a_plain_variable_over_a_secret_needs_no_secret(store: EnvironmentFiles, root: str) -> None:
    values = with_secret(store, root)
    request = Request(url="http://h/{{token}}", variables=(("token", "mine"),))
    secrets = Secrets({})
    context = unsealed(request, context_of(values, FakeTransport()), secrets.read, CancelToken())
    assert secrets.read_names == []
    assert variable_values(request, context.scope)["token"] == "mine"


def test_a_secret_within_a_secret_is_read_too(store: EnvironmentFiles, root: str) -> None:
    values, transport = with_secret(store, root), FakeTransport()
    kept = {
        secret_name(root, "Staging", "token"): "with {{other}}",
        secret_name(root, "Staging", "other"): "inner-value",
    }
    request = Request(url="http://h/", headers=(Header("A", "{{token}}"),))
    context = unsealed(request, context_of(values, transport), Secrets(kept).read, CancelToken())
    send(request, context, CancelToken(), Progress())
    assert dict(transport.requests[0].header_pairs())["A"] == "with inner-value"
    assert "inner-value" in context.scope.secrets


def test_a_base_keeps_its_own_secrets(store: EnvironmentFiles, root: str) -> None:
    store.create(root, Environment("Base", variables=(Variable("token", secret=True),)))
    store.create(root, Environment("Own", extends="Base"))
    (sealed,) = environment_values(store, root, "Own").sealed
    assert sealed.kept_as == secret_name(root, "Base", "token")
    assert sealed.environment == "Base"


def sends_to(
    url: str,
    values: EnvironmentValues,
    records: MemoryRecords,
    *answers: bool,
    token: str = CANARY,
    process: tuple[tuple[str, str], ...] = (),
    entered: Mapping[str, str] | None = None,
    inherited: Defaults = (),
    unverified: bool = False,
) -> list[Question]:
    """Unseal a request for this URL; return what was asked."""
    prompt = ScriptedPrompt(*answers)
    approvals = Approvals(records, lambda _connection, _name: False, unverified=unverified)
    connecting = Connecting(ConnectionFiles(Path, Path()), lambda _connection, _name: None)
    context = replace(
        context_of(values, FakeTransport()),
        scope=scope_of((), {}, {}, values, process),
        defaults=inherited,
        prompt=prompt,
        values=None if entered is None else Entering(entered),
        connecting=replace(connecting, approvals=approvals),
    )
    header = "{{token}}" if values.sealed else "none"
    request = Request(url=url, headers=(Header("A", header),))
    secrets = Secrets(dict.fromkeys((each.kept_as for each in values.sealed), token))
    try:
        unsealed(request, context, secrets.read, CancelToken())
    except PlacesRefused:
        assert secrets.read_names == []
        raise
    return prompt.asked


class Entering:
    """Gives the same values whenever some are asked for."""

    def __init__(self, entered: Mapping[str, str]) -> None:
        self._entered = entered

    def values(self, question: EnterValues, cancel: CancelToken) -> Mapping[str, str]:
        """Return what is entered."""
        return self._entered


def test_a_secret_goes_to_another_server_only_after_a_yes(
    store: EnvironmentFiles, root: str
) -> None:
    """Row 37 of quality.md: a pulled change of the URL sends no secret unasked."""
    values, records = with_secret(store, root), MemoryRecords()
    assert sends_to("http://good/a", values, records) == []
    assert sends_to("http://good/b?c", values, records) == []
    with pytest.raises(PlacesRefused) as refused:
        sends_to("http://evil/a", values, records, False)
    asked = NewPlaces("Staging", ("origin http://good:80",), ("origin http://evil:80",), "token")
    assert refused.value.question == asked
    for url in ("https://good/", "http://good:8080/", "http://good.evil/"):
        with pytest.raises(PlacesRefused):
            sends_to(url, values, records, False)
    assert sends_to("http://evil/a", values, records, True) == [asked]
    assert sends_to("http://evil/b", values, records) == []
    assert sends_to("http://good/a", values, records) == []


def test_what_a_request_asks_for_leads_no_secret_elsewhere(
    store: EnvironmentFiles, root: str
) -> None:
    """Row 37 of quality.md: a host that is asked for is known before the secret is read."""
    values, records = with_secret(store, root), MemoryRecords()
    assert sends_to("http://good/", values, records) == []
    with pytest.raises(PlacesRefused) as refused:
        sends_to("http://{{?Host}}/", values, records, False, entered={"Host": "evil"})
    assert refused.value.question.new == ("origin http://evil:80",)
    with pytest.raises(ValuesNotGiven):
        sends_to("http://{{?Host}}/", values, records, False)


def test_a_secret_of_a_dotenv_file_goes_to_another_server_only_after_a_yes(
    store: EnvironmentFiles, root: str
) -> None:
    """Row 37 of quality.md: git ignores the file, and a pulled URL is somebody else's."""
    Path(root, ".env").write_text(f"API_TOKEN={CANARY}\nPLACE=a\nOLD_KEY=first\n")
    own = plain(OLD_KEY="second")
    store.create(root, Environment("Own", dotenv=".env", variables=own))
    values, records = environment_values(store, root, "Own"), MemoryRecords()
    assert [each.name for each in values.placed] == ["API_TOKEN"]
    assert CANARY not in repr(values)
    assert CANARY in scope_of((), {}, {}, values).secrets
    url = "http://{}/{{{{PLACE}}}}/{{{{OLD_KEY}}}}?a={{{{API_TOKEN}}}}"
    assert sends_to(url.format("good"), values, records) == []
    assert sends_to("http://evil/{{PLACE}}/{{OLD_KEY}}", values, records) == []
    with pytest.raises(PlacesRefused) as refused:
        sends_to(url.format("evil"), values, records, False)
    asked = NewPlaces("Own", ("origin http://good:80",), ("origin http://evil:80",), "API_TOKEN")
    assert refused.value.question == asked


def test_a_variable_of_the_system_goes_to_each_server_after_a_yes(
    store: EnvironmentFiles, root: str
) -> None:
    """Row 37 of quality.md: for each collection; the value is in no question and no record."""
    values, records = EnvironmentValues(), MemoryRecords()
    process = (("process.env.token", CANARY),)
    url = "http://good/{{process.env.token}}"
    assert sends_to("http://good/", values, records, process=process) == []
    with pytest.raises(PlacesRefused) as refused:
        sends_to(url, values, records, False, process=process)
    asked = NewPlaces("", (), ("origin http://good:80",), "process.env.token", True)
    assert refused.value.question == asked
    assert sends_to(url, values, records, True, process=process) == [asked]
    assert sends_to(url, values, records, process=process) == []
    elsewhere = "http://{{process.env.token}}.evil/"
    with pytest.raises(PlacesRefused) as refused:
        sends_to(elsewhere, values, records, False, process=(("process.env.token", "secrethost"),))
    assert refused.value.question.new == (f"origin http://{MASK}.evil:80",)


UNCHECKED = (
    (
        "folder",
        RequestDefaults(options=Options(ignore_tls_errors=True, stated=("ignore_tls_errors",))),
    ),
)


def test_a_folder_that_ignores_certificates_asks_before_a_secret_is_sent(
    store: EnvironmentFiles, root: str
) -> None:
    """security.md T6: a pulled folder.yml must not open the way to whoever stands on it."""
    values, records = with_secret(store, root), MemoryRecords()
    assert sends_to("https://good/", values, records) == []
    with pytest.raises(PlacesRefused) as refused:
        sends_to("https://good/", values, records, False, inherited=UNCHECKED)
    assert refused.value.question.new == ("unverified https://good:443",)
    assert sends_to("https://good/", values, records, inherited=UNCHECKED, unverified=True) == []
    assert sends_to("http://good/", values, records, True, inherited=UNCHECKED) != []
    fresh = MemoryRecords()
    with pytest.raises(PlacesRefused):
        sends_to("https://good/", values, fresh, False, inherited=UNCHECKED)
    assert sends_to("https://localhost/", values, fresh, inherited=UNCHECKED) == []
    assert len(sends_to("https://good/", values, fresh, True, inherited=UNCHECKED)) == 1
    assert sends_to("https://good/", values, fresh, inherited=UNCHECKED) == []


@pytest.mark.parametrize("agrees", [True, False])
def test_a_connection_on_a_way_without_a_check_is_asked_about_once(agrees: bool) -> None:
    """security.md T6: the places of the connection are what they were."""
    connection = Connection("id-1", "Orders", "https://good", ApiKeyAuth("X-Key", ""))
    records, prompt = MemoryRecords(), ScriptedPrompt(agrees)
    approve(connection, records)
    store = one_connection(connection)
    approvals = Approvals(records, lambda _connection, _name: True)
    connecting = Connecting(store, lambda _connection, _name: CANARY, approvals=approvals)
    transport = FakeTransport()
    context = SendContext(
        transport, FrozenClock(), defaults=UNCHECKED, prompt=prompt, connecting=connecting
    )
    request = Request(url="https://good/", options=Options(connection="Orders"))
    if not agrees:
        with pytest.raises(PlacesRefused):
            send(request, context, CancelToken(), Progress())
        assert transport.requests == []
        return
    for _ in range(2):
        send(request, context, CancelToken(), Progress())
    assert prompt.asked == [NewPlaces("Orders", (), ("unverified https://good:443",))]


def test_what_a_server_wrote_is_filled_in_as_it_is() -> None:
    """Statement 80: a value out of a response names no variable, secret or not."""
    inherited = (("folder", RequestDefaults((("key", "of-the-user"),))),)
    process = (("process.env.A", "of-the-system"),)
    taken = {"next": "{{key}}{{process.env.A}}{{next}}"}
    context = SendContext(
        FakeTransport(), FrozenClock(), scope_of(inherited, {}, taken, process=process)
    )
    request = Request(url="http://h/", headers=(Header("A", "{{next}}"), Header("B", "{{key}}")))
    found = preview_send(request, context)
    assert found.problems == ()
    headers = {each.name: each.value for each in found.headers}
    assert (headers["A"], headers["B"]) == (taken["next"], "of-the-user")


def test_a_secret_in_the_host_is_in_no_question(store: EnvironmentFiles, root: str) -> None:
    values, records = with_secret(store, root), MemoryRecords()
    assert sends_to("http://{{token}}.good/", values, records, token="secrethost") == []
    with pytest.raises(PlacesRefused) as refused:
        sends_to("http://{{token}}.evil/", values, records, False, token="secrethost")
    assert "secrethost" not in repr(refused.value.question) + repr(records.kept)
    assert refused.value.question.new == (f"origin http://{MASK}.evil:80",)


def test_a_port_that_is_a_secret_is_asked_about_too(store: EnvironmentFiles, root: str) -> None:
    values, records = with_secret(store, root), MemoryRecords()
    assert sends_to("http://good:{{token}}/", values, records, token="8443") == []
    assert [each.places for each in records.kept.values()] == [("origin http://good:8443",)]


def test_nothing_is_given_without_environments() -> None:
    assert scope_of((), {}, {}, NO_VALUES).levels == ((Origin.RUNTIME.value, ()),)
