"""What the window knows of connections and does to them (ui.md 3.8), on real files."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from httpdesk.engine.connection_status import minutes_left
from httpdesk.gui.connection_work import Deleted
from httpdesk.gui.messages.standing import short_state
from httpdesk.model.auth import TOKEN_SECRET, ApiKeyAuth, Grant, NoAuth
from httpdesk.model.connection import BrokenConnection, Connection, StoredConnection
from httpdesk.model.connection_state import NO_RECORD, ConnectionStatus, Standing
from httpdesk.model.errors import (
    FileChanged,
    NameTaken,
    SecretsFailed,
    SecretsReason,
    SignInFailed,
    SignInReason,
)
from tests.gui.connections.conftest import World, oauth
from tests.gui.exchanges import exchange_with_body
from tests.helpers.desk import wait_until

KEYED = Connection("id-keyed", "Keyed", "https://api.test", ApiKeyAuth())


def names(world: World) -> list[str]:
    return [
        each.connection.name if isinstance(each, StoredConnection) else Path(each.path).name
        for each in world.keeper.entries()
    ]


def test_personal_connections_come_before_those_of_open_collections(
    world: World, tmp_path: Path
) -> None:
    """A closed collection's connections are not listed."""
    root = tmp_path / "orders"
    root.mkdir()
    world.load(replace(KEYED, id="shared", name="Shared"), root=str(root))
    world.load(KEYED)
    assert names(world) == ["Keyed"]
    told: list[bool] = []
    world.keeper.listChanged.connect(lambda: told.append(True))
    world.keeper.set_roots([str(root)])
    world.settle()
    assert names(world) == ["Keyed", "Shared"]
    assert told == [True]
    assert world.keeper.named("Shared", str(root)) == str(root / "connections" / "Shared.yaml")
    assert world.keeper.named("Shared", None) is None
    assert world.keeper.named("Keyed", str(root)) is not None


def test_a_file_that_cannot_be_read_is_listed_with_its_problem(world: World) -> None:
    """Row 27 of quality.md: it does not hide the others."""
    world.load(KEYED)
    (world.folder / "connections" / "odd.yaml").write_text("auth: [")
    world.keeper.reload()
    world.settle()
    assert names(world) == ["Keyed", "odd.yaml"]
    broken = world.keeper.entries()[1]
    assert isinstance(broken, BrokenConnection)
    status = world.keeper.status(broken.path)
    assert (status.standing, status.error) == (Standing.FAILED, broken.problem)


@pytest.mark.parametrize(
    ("seconds", "standing"),
    [(3000, Standing.CONNECTED), (200, Standing.EXPIRING), (-1, Standing.EXPIRED)],
)
def test_a_token_shows_how_long_it_lasts(world: World, seconds: int, standing: Standing) -> None:
    """The keyring is not asked for it: it may be locked at the start."""
    connection = oauth()
    world.signed_in(connection, seconds)
    world.secrets.problem = SecretsFailed(reason=SecretsReason.LOCKED)
    (key,) = world.load(connection)
    status = world.keeper.status(key)
    assert status.standing is standing
    assert status.token is not None
    assert status.token.granted == "read"


def test_a_token_for_other_addresses_is_none(world: World) -> None:
    """Rule R4 of security.md: a changed file names another provider, so nobody is signed in."""
    connection = oauth()
    world.signed_in(connection, 3000)
    (key,) = world.load(replace(connection, base_url="https://evil.test"))
    assert world.keeper.status(key).standing is Standing.NOT_CONNECTED


def test_a_missing_secret_is_named_until_it_is_kept(world: World) -> None:
    (key,) = world.load(KEYED)
    status = world.keeper.status(key)
    assert (status.standing, status.missing) == (Standing.SECRET_MISSING, "key")
    changed: list[str] = []
    world.keeper.statusChanged.connect(changed.append)
    world.secrets.values[KEYED.secret("key")] = "k"
    world.keeper.reload()
    world.settle()
    assert world.keeper.status(key).standing is Standing.READY
    assert changed == [key]


def test_the_minutes_left_are_told_as_they_pass(world: World) -> None:
    """It wakes at the end of a minute, and never while no token is there."""
    world.load(KEYED)
    assert not world.keeper.wakes
    connection = oauth()
    world.signed_in(connection, 61.5)
    (key,) = world.load(connection)
    token = world.keeper.status(key).token
    assert token is not None
    assert minutes_left(token, token.obtained_at) == 1
    changed: list[str] = []
    world.keeper.statusChanged.connect(changed.append)
    assert world.keeper.wakes
    wait_until(lambda: changed, "the minute to end", 6000)
    assert changed == [key]


def test_new_connections_take_free_names(world: World) -> None:
    made: list[str] = []
    for _ in range(2):
        world.keeper.add_new("New connection", made.append)
        world.settle()
    assert names(world) == ["New connection", "New connection 2"]
    first, second = (world.keeper.entry(key) for key in made)
    assert isinstance(first, StoredConnection)
    assert isinstance(second, StoredConnection)
    assert first.connection.auth == NoAuth()
    assert first.connection.id != second.connection.id


def test_saving_under_another_name_moves_the_key(world: World) -> None:
    (key,) = world.load(KEYED)
    moved: list[tuple[str, str]] = []
    world.keeper.moved.connect(lambda before, now: moved.append((before, now)))
    world.keeper.save(key, replace(KEYED, name="Other"))
    world.settle()
    now = str(Path(key).with_name("Other.yaml"))
    assert moved == [(key, now)]
    assert names(world) == ["Other"]
    assert world.keeper.entry(key) is None


def test_a_save_that_is_refused_changes_nothing_and_is_told(world: World) -> None:
    """Statement 96 in spirit: what was changed outside is never written over."""
    key, _ = world.load(KEYED, replace(KEYED, id="2", name="Second"))
    failed: list[object] = []
    world.keeper.failed.connect(failed.append)
    world.keeper.save(key, replace(KEYED, name="second"))
    world.settle()
    Path(key).write_text(Path(key).read_text() + "# mine\n")
    world.keeper.save(key, replace(KEYED, base_url="https://other.test"))
    world.settle()
    assert [type(each) for each in failed] == [NameTaken, FileChanged]
    assert Path(key).read_text().endswith("# mine\n")


def test_a_duplicate_has_secrets_of_its_own(world: World) -> None:
    world.secrets.values[KEYED.secret("key")] = "k"
    (key,) = world.load(KEYED)
    made: list[str] = []
    world.keeper.duplicate(key, made.append)
    world.settle()
    copy = world.keeper.entry(made[0])
    assert isinstance(copy, StoredConnection)
    assert (copy.connection.name, copy.connection.auth) == ("Keyed copy", KEYED.auth)
    assert world.keeper.status(made[0]).standing is Standing.SECRET_MISSING


def delete(world: World, key: str) -> Deleted:
    found: list[Deleted] = []
    world.keeper.deleted.connect(found.append)
    world.keeper.delete(key)
    world.settle()
    assert found
    return found[0]


def test_deleting_forgets_the_secrets_and_undo_brings_all_back(world: World) -> None:
    """The file comes back byte for byte, the secrets and what was known of the token with it."""
    connection = oauth()
    world.signed_in(connection, 3000)
    world.secrets.values["connection other x key"] = "not mine"
    (key,) = world.load(connection)
    Path(key).write_text(text := "# mine\n" + Path(key).read_text())
    world.keeper.reload()
    world.settle()
    before, record = dict(world.secrets.values), world.records.record(connection.id)
    deleted = delete(world, key)
    assert "planted" not in repr(deleted)
    assert not Path(key).exists()
    assert list(world.secrets.values) == ["connection other x key"]
    assert world.records.record(connection.id) == NO_RECORD
    world.keeper.undo_delete(deleted)
    world.settle()
    assert Path(key).read_text() == text
    assert world.secrets.values == before
    assert world.records.record(connection.id) == record
    assert world.keeper.status(key).standing is Standing.CONNECTED


def test_secrets_stay_where_they_cannot_be_read(world: World) -> None:
    """Otherwise undo could not bring them back."""
    connection = oauth()
    world.signed_in(connection, 3000)
    (key,) = world.load(connection)
    world.secrets.problem = SecretsFailed(reason=SecretsReason.LOCKED)
    deleted = delete(world, key)
    assert deleted.problem is world.secrets.problem
    assert connection.secret(TOKEN_SECRET) in world.secrets.values
    assert not Path(key).exists()


def test_a_copied_file_keeps_the_secrets_that_it_shares(world: World) -> None:
    """Two files with one id, such as two clones of a collection, use the same secrets."""
    world.secrets.values[KEYED.secret("key")] = "k"
    key, _ = world.load(KEYED, replace(KEYED, name="Clone"))
    delete(world, key)
    assert world.secrets.values == {KEYED.secret("key"): "k"}


def test_a_locked_keyring_is_a_state_of_its_own_until_the_next_try(world: World) -> None:
    """Row 39 of quality.md: the sign-in does not begin, and nothing is taken for empty."""
    (key,) = world.load(oauth())
    world.secrets.problem = SecretsFailed(reason=SecretsReason.LOCKED)
    world.keeper.connect_(key)
    assert world.keeper.status(key).standing is Standing.WAITING
    world.settle()
    status = world.keeper.status(key)
    assert (status.standing, status.error) == (Standing.LOCKED, world.secrets.problem)
    world.secrets.problem = None
    world.keeper.save(key, oauth("Other name"))
    world.settle()
    (entry,) = world.keeper.entries()
    assert world.keeper.status(entry.path).standing is Standing.NOT_CONNECTED


def test_only_kinds_with_a_token_connect(world: World) -> None:
    (key,) = world.load(KEYED)
    world.keeper.connect_(key)
    world.keeper.renew(key)
    world.keeper.disconnect_(key)
    assert world.jobs.running == 0
    assert world.keeper.status(key).standing is Standing.SECRET_MISSING


@pytest.mark.parametrize(
    ("reason", "standing"),
    [
        (SignInReason.PROVIDER_ERROR, Standing.FAILED),
        (SignInReason.NEEDED, Standing.NOT_CONNECTED),
        (SignInReason.CANCELLED, Standing.NOT_CONNECTED),
    ],
)
def test_a_send_tells_how_its_connection_stands(
    world: World, reason: SignInReason, standing: Standing
) -> None:
    """Statement 34: what was refused shows; that somebody has to sign in is no failure."""
    connection = oauth()
    (key,) = world.load(connection)
    answered = exchange_with_body(b"")
    error = SignInFailed(reason=reason, connection="Acme")
    world.keeper.sends.note(replace(answered, error=error), None)
    world.settle()
    assert world.keeper.status(key).standing is standing
    request = replace(answered.request, connection=connection)
    world.keeper.sends.note(replace(answered, request=request), None)
    world.settle()
    assert world.keeper.status(key).standing is Standing.NOT_CONNECTED


def test_a_sign_in_by_code_asks_for_the_code_in_the_list() -> None:
    waits = ConnectionStatus(Standing.WAITING)
    made = oauth(grant=Grant.DEVICE_CODE)
    assert short_state(StoredConnection(made, "x.yaml"), waits, 0.0) == "Enter the code"
    browser = oauth(grant=Grant.AUTHORIZATION_CODE)
    assert short_state(StoredConnection(browser, "x.yaml"), waits, 0.0) == "In the browser"
