"""Secrets in the system's keyring: a real Secret Service, and backends that misbehave."""

from __future__ import annotations

import gc
import re
import threading
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from httpdesk.adapters.keyring_secrets import PART_UNITS, KeyringSecrets, system_backend
from httpdesk.adapters.memory_secrets import MemorySecrets
from httpdesk.engine.ports import SecretStore
from httpdesk.model.errors import SecretsFailed, SecretsReason
from tests.helpers.keyring_daemon import KeyringDaemon

NASTY = ("", " ", "ü😀", "a\nb\r\n", "{{name}}", "=x", "#abc:1:2", "x" * PART_UNITS)
LONG = ("é" * 5000, "😀" * 1199 + "x", "k" * (PART_UNITS * 3), "-----BEGIN KEY-----\n" * 400)


class Index:
    """The index in memory."""

    def __init__(self) -> None:
        self.ids: dict[str, str] = {}

    def secret_ids(self) -> dict[str, str]:
        return dict(self.ids)

    def add_secret(self, name: str, secret_id: str) -> None:
        self.ids[name] = secret_id

    def remove_secret(self, name: str) -> None:
        self.ids.pop(name, None)


class Items:
    """A backend in memory that can be told to fail."""

    def __init__(self) -> None:
        self.items: dict[tuple[str, str], str] = {}
        self.writes_left = 1_000_000
        self.problem: Exception | None = None

    def get_password(self, service: str, username: str) -> str | None:
        if self.problem is not None:
            raise self.problem
        return self.items.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        if self.writes_left == 0:
            raise OSError("the store is full")
        self.writes_left -= 1
        self.items[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.items[service, username]


@pytest.fixture(scope="module")
def daemon(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KeyringDaemon]:
    with KeyringDaemon(tmp_path_factory.mktemp("keyring"), "pass phrase") as daemon:
        yield daemon


@pytest.fixture
def real(daemon: KeyringDaemon, monkeypatch: pytest.MonkeyPatch) -> KeyringSecrets:
    _use(daemon, monkeypatch)
    return KeyringSecrets(Index())


def _use(daemon: KeyringDaemon, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "PYTHON_KEYRING_BACKEND"):
        monkeypatch.delenv(name, raising=False)
    for name, value in daemon.environment.items():
        monkeypatch.setenv(name, value)


def _in_memory() -> tuple[KeyringSecrets, Items, Index]:
    items, index = Items(), Index()
    return KeyringSecrets(index, lambda: (items, "the test's store"), patience=5.0), items, index


def _services(daemon: KeyringDaemon) -> list[str]:
    """Return the services of all items, each as often as it has one."""
    return sorted(re.findall(r"attribute\.service = (\S+)", daemon.items()))


def _refusal(use: Callable[[], object]) -> SecretsReason:
    """Return why `use` fails; the connection that the library leaves open then is collected."""
    with pytest.raises(SecretsFailed) as caught:
        use()
    reason = caught.value.reason
    del caught
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()
    return reason


class SecretStoreContract:
    """What every place for secrets does."""

    @pytest.fixture
    def store(self) -> SecretStore:
        raise NotImplementedError

    @pytest.mark.parametrize("value", [*NASTY, *LONG])
    def test_a_secret_comes_back_equal(self, store: SecretStore, value: str) -> None:
        """Statement 25."""
        store.keep("connection a", value)
        assert store.read("connection a") == value

    def test_a_newer_secret_takes_the_place_of_the_older(self, store: SecretStore) -> None:
        for value in ("short", LONG[0], LONG[1], "short again"):
            store.keep("a", value)
            assert store.read("a") == value

    def test_names_do_not_disturb_each_other(self, store: SecretStore) -> None:
        store.keep("a", "1")
        store.keep("b", "2")
        store.forget("a")
        store.forget("never there")
        assert (store.read("a"), store.read("b")) == (None, "2")


class TestMemory(SecretStoreContract):
    """Secrets until the program ends."""

    @pytest.fixture
    def store(self) -> SecretStore:
        return MemorySecrets()


class TestRealKeyring(SecretStoreContract):
    """A real Secret Service."""

    @pytest.fixture
    def store(self, real: KeyringSecrets) -> SecretStore:
        return real


def test_another_client_reads_the_item_and_learns_no_name(
    daemon: KeyringDaemon, monkeypatch: pytest.MonkeyPatch
) -> None:
    """security.md R4: opaque ids only."""
    _use(daemon, monkeypatch)
    index = Index()
    secrets = KeyringSecrets(index)
    secrets.keep("connection Acme API client_secret", "CANARY")
    service = f"HTTPDesk/{index.ids['connection Acme API client_secret']}"
    assert daemon.lookup(service, "v1") == "=CANARY"
    assert "Acme" not in daemon.items()
    assert re.search(r"HTTPDesk/[0-9a-f]{32}", daemon.items())
    secrets.forget("connection Acme API client_secret")
    assert daemon.lookup(service, "v1") == ""


def test_nothing_stays_of_a_long_secret_that_was_deleted(
    daemon: KeyringDaemon, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Statement 25: all parts are gone."""
    _use(daemon, monkeypatch)
    index = Index()
    secrets = KeyringSecrets(index)
    secrets.keep("a", LONG[0])
    service = f"HTTPDesk/{index.ids['a']}"
    assert service in daemon.items()
    secrets.forget("a")
    assert service not in daemon.items()
    assert index.ids == {}


def test_a_secret_is_there_after_the_keyring_was_started_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And while it is locked it is neither empty nor missing."""
    index = Index()
    with KeyringDaemon(tmp_path, "pass phrase") as daemon:
        _use(daemon, monkeypatch)
        KeyringSecrets(index).keep("a", "word")
        daemon.start_locked()
        assert _refusal(lambda: KeyringSecrets(index).read("a")) is SecretsReason.LOCKED
        daemon.stop()
        daemon.unlock()
        assert KeyringSecrets(index).read("a") == "word"


def test_a_keyring_that_hangs_is_not_waited_for_without_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """quality.md, fault 39."""
    with KeyringDaemon(tmp_path, "pass phrase") as daemon:
        _use(daemon, monkeypatch)
        secrets = KeyringSecrets(Index(), patience=0.5)
        secrets.keep("a", "word")
        daemon.freeze()
        try:
            with pytest.raises(SecretsFailed) as caught:
                secrets.read("a")
            assert caught.value.reason is SecretsReason.NO_ANSWER
        finally:
            daemon.thaw()
        assert secrets.read("a") == "word"


def test_without_a_keyring_nothing_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Statement 24: never a silent fallback."""
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", f"unix:path={tmp_path / 'nothing'}")
    index = Index()
    for use in (lambda: KeyringSecrets(index).keep("a", "word"), KeyringSecrets(index).check):
        with pytest.raises(SecretsFailed) as caught:
            use()
        assert caught.value.reason is SecretsReason.NO_STORE
    assert index.ids == {}


def test_a_backend_that_a_variable_names_is_not_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """security.md 8: only keyrings that are known to be safe."""
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", f"unix:path={tmp_path / 'nothing'}")
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
    assert system_backend() is None


def test_the_probe_leaves_nothing(real: KeyringSecrets, daemon: KeyringDaemon) -> None:
    before = _services(daemon)
    assert real.check() == "the system keyring"
    assert _services(daemon) == before


@pytest.mark.parametrize("writes", range(8))
def test_a_write_that_breaks_off_leaves_the_old_secret_whole(writes: int) -> None:
    """quality.md, fault 30: the old one or the new one, nothing between."""
    secrets, items, index = _in_memory()
    old, new = "o" * (PART_UNITS * 2), "n" * (PART_UNITS * 3)
    secrets.keep("a", old)
    items.writes_left = writes
    if writes < 4:
        assert _refusal(lambda: secrets.keep("a", new)) is SecretsReason.FAILED
    else:
        secrets.keep("a", new)
    assert secrets.read("a") == (old if writes < 4 else new)
    items.writes_left = 100
    secrets.forget("a")
    assert index.ids == {}


def test_a_missing_part_is_no_shorter_secret() -> None:
    secrets, items, _ = _in_memory()
    secrets.keep("a", "k" * (PART_UNITS * 3))
    part = next(key for key in items.items if key[1].endswith(".1"))
    items.items[part] = items.items[part][:-1]
    with pytest.raises(SecretsFailed) as caught:
        secrets.read("a")
    assert caught.value.reason is SecretsReason.INCOMPLETE
    del items.items[part]
    with pytest.raises(SecretsFailed):
        secrets.read("a")


def test_no_item_is_longer_than_windows_keeps() -> None:
    secrets, items, _ = _in_memory()
    secrets.keep("a", "x😀" * 4000)
    assert max(len(text.encode("utf-16-le")) // 2 for text in items.items.values()) <= PART_UNITS


def test_what_a_backend_raises_holds_no_secret() -> None:
    secrets, items, _ = _in_memory()
    secrets.keep("a", "word")
    items.problem = ValueError("cannot handle CANARY")
    with pytest.raises(SecretsFailed) as caught:
        secrets.read("a")
    error = caught.value
    assert "CANARY" not in f"{error} {error!r} {error.__cause__} {error.detail}"
    assert error.__suppress_context__


def test_one_call_after_the_other() -> None:
    """Two prompts of the system at once would puzzle anybody."""
    secrets, items, _ = _in_memory()
    at_once: list[int] = []
    inside = threading.Semaphore(1)
    plain_get = items.get_password

    def get(service: str, username: str) -> str | None:
        alone = inside.acquire(blocking=False)
        at_once.append(int(not alone))
        found = plain_get(service, username)
        if alone:
            inside.release()
        return found

    items.get_password = get  # type: ignore[method-assign]
    secrets.keep("a", "word")
    workers = [threading.Thread(target=secrets.read, args=("a",)) for _ in range(8)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(10)
    assert len(at_once) >= 9
    assert sum(at_once) == 0
