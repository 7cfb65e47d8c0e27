"""The encrypted file: what it gives back, what it refuses, and what survives two programs."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from httpdesk.adapters.chosen_secrets import ChosenSecrets
from httpdesk.adapters.keyring_secrets import KeyringSecrets
from httpdesk.adapters.memory_secrets import MemorySecrets
from httpdesk.adapters.vault_file import Cost
from httpdesk.adapters.vault_secrets import VaultSecrets, nobody
from httpdesk.engine.ports import SecretStore
from httpdesk.model.errors import NameTaken, SecretsFailed, SecretsReason, StorageFailed
from httpdesk.model.secrets import SecretPlace

CHEAP = Cost(n=2**10)
PASSPHRASE = "canary-passphrase-91"
SECRET = "canary-s3cret-17"
NASTY = ("", " ", "ü😀", "a\nb\r\n", "\ud800", "x" * 100_000)


def vault_at(path: Path, passphrase: str | None = None) -> VaultSecrets:
    ask = nobody if passphrase is None else lambda _: passphrase
    return VaultSecrets(lambda: path, ask, CHEAP)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "vault" / "secrets.vault"


@pytest.fixture
def vault(path: Path) -> VaultSecrets:
    """A file with one secret, unlocked."""
    made = vault_at(path)
    made.create(PASSPHRASE)
    made.keep("proxy", SECRET)
    return made


def reason_of(store: VaultSecrets | ChosenSecrets, name: str = "proxy") -> SecretsReason:
    with pytest.raises(SecretsFailed) as caught:
        store.read(name)
    assert caught.value.in_vault
    assert caught.value.store.endswith("secrets.vault")
    return caught.value.reason


def test_secrets_come_back_after_a_restart(vault: VaultSecrets, path: Path) -> None:
    store: SecretStore = vault
    for number, value in enumerate(NASTY):
        store.keep(f"secret {number}", value)
    again = vault_at(path)
    again.unlock(PASSPHRASE)
    assert tuple(again.read(f"secret {n}") for n in range(len(NASTY))) == NASTY
    again.forget("secret 1")
    again.forget("unknown")
    assert again.read("secret 1") is None
    assert vault.names() == ("proxy", "secret 0", *(f"secret {n}" for n in range(2, len(NASTY))))


def test_a_locked_file_gives_an_error_and_no_empty_secret(vault: VaultSecrets, path: Path) -> None:
    """Row 39 of quality.md; names are known without a passphrase, as with the keyring."""
    vault.lock()
    assert vault.state().locked
    assert reason_of(vault) is SecretsReason.LOCKED
    assert vault.read("never kept") is None
    with pytest.raises(SecretsFailed):
        vault.keep("other", SECRET)
    with pytest.raises(SecretsFailed):
        vault.forget("proxy")
    assert vault_at(path).names() == ("proxy",)


def test_a_wrong_passphrase_is_refused_and_changes_nothing(vault: VaultSecrets, path: Path) -> None:
    vault.lock()
    before = path.read_bytes()
    for wrong in ("", "Canary-passphrase-91", PASSPHRASE + " "):
        with pytest.raises(SecretsFailed) as caught:
            vault.unlock(wrong)
        assert caught.value.reason is SecretsReason.WRONG_PASSPHRASE
        assert wrong == "" or wrong not in repr(caught.value)
    assert vault.state().locked
    assert reason_of(vault_at(path, "wrong")) is SecretsReason.WRONG_PASSPHRASE
    assert path.read_bytes() == before


def test_another_spelling_of_the_same_letters_opens_it(path: Path) -> None:
    vault_at(path).create("caf\u00e9-caf\u00e9")
    vault_at(path).unlock("cafe\u0301-cafe\u0301")


def test_another_passphrase_locks_out_the_old_one(vault: VaultSecrets, path: Path) -> None:
    other = vault_at(path)
    other.unlock(PASSPHRASE)
    with pytest.raises(SecretsFailed):
        vault.change_passphrase("wrong", "next-passphrase")
    vault.change_passphrase(PASSPHRASE, "next-passphrase")
    assert vault.read("proxy") == SECRET
    assert reason_of(other) is SecretsReason.LOCKED
    with pytest.raises(SecretsFailed):
        other.unlock(PASSPHRASE)
    other.unlock("next-passphrase")
    assert other.read("proxy") == SECRET


def test_a_damaged_file_is_an_error_and_is_left_as_it_is(vault: VaultSecrets, path: Path) -> None:
    """Every length and every byte: never a wrong secret, never none, never written over."""
    good = path.read_bytes()
    cuts = [good[:length] for length in range(0, len(good), 7)]
    flips = [
        good[:at] + bytes((good[at] ^ (1 << at % 8),)) + good[at + 1 :] for at in range(len(good))
    ]
    foreign = [b"[]", b"{}", b"[" * 100_000, b"\xff\xfe", good + b"\n", good * 2]
    for damaged in (*cuts, *flips, *foreign):
        path.write_bytes(damaged)
        assert reason_of(vault) in (SecretsReason.DAMAGED, SecretsReason.FAILED)
        assert reason_of(vault_at(path, PASSPHRASE)) in (
            SecretsReason.DAMAGED,
            SecretsReason.FAILED,
        )
        assert path.read_bytes() == damaged
    for use in (lambda: vault.keep("a", "b"), lambda: vault.change_passphrase(PASSPHRASE, "b" * 9)):
        with pytest.raises(SecretsFailed):
            use()
    with pytest.raises(NameTaken):
        vault.create(PASSPHRASE)
    assert path.read_bytes() == foreign[-1]


def test_names_that_were_changed_by_hand_do_not_open(vault: VaultSecrets, path: Path) -> None:
    """A mended checksum helps nobody who has no key."""
    from dataclasses import replace

    from httpdesk.adapters.vault_file import unsealed

    for change in ({"names": ()}, {"names": ("proxy", "zzz")}, {"nonce": b"0" * 12}):
        sealed = unsealed(path.read_bytes())
        path.write_bytes(replace(sealed, **change).to_bytes())
        with pytest.raises(SecretsFailed):
            vault.keep("other", "value")
        path.write_bytes(sealed.to_bytes())
    assert vault.read("proxy") == SECRET


def test_a_planted_cost_does_not_take_the_memory(vault: VaultSecrets, path: Path) -> None:
    from dataclasses import replace

    from httpdesk.adapters.vault_file import unsealed

    sealed = unsealed(path.read_bytes())
    path.write_bytes(replace(sealed, cost=Cost(n=2**40)).to_bytes())
    assert reason_of(vault_at(path, PASSPHRASE)) is SecretsReason.DAMAGED


def test_a_file_that_is_gone_is_no_proof_of_no_secret(vault: VaultSecrets, path: Path) -> None:
    path.unlink()
    assert reason_of(vault) is SecretsReason.MISSING
    assert not vault.state().exists


@pytest.mark.skipif(os.name == "nt", reason="other permissions")
def test_only_its_owner_may_look_in(vault: VaultSecrets, path: Path) -> None:
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    path.chmod(0o644)
    vault.keep("other", SECRET)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_link_in_its_place_is_refused(vault: VaultSecrets, path: Path, tmp_path: Path) -> None:
    target = tmp_path / "elsewhere"
    path.rename(target)
    path.symlink_to(target)
    before = target.read_bytes()
    with pytest.raises(StorageFailed):
        vault.keep("other", SECRET)
    assert target.read_bytes() == before


def test_neither_secrets_nor_the_passphrase_are_in_any_file(
    vault: VaultSecrets, path: Path
) -> None:
    vault.change_passphrase(PASSPHRASE, "canary-next-passphrase")
    told = repr(vault) + repr(vars(vault))
    for file in path.parent.iterdir():
        told += file.read_bytes().decode("latin-1")
    assert "canary" not in told
    assert sorted(each.name for each in path.parent.iterdir()) == ["secrets.lock", "secrets.vault"]


# Two programs

_WRITER = """
import sys
from pathlib import Path
from httpdesk.adapters.vault_file import Cost
from httpdesk.adapters.vault_secrets import VaultSecrets
path, who, rounds = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
vault = VaultSecrets(lambda: path, cost=Cost(n=2**10))
vault.unlock("canary-passphrase-91")
print("ready", flush=True)
for number in range(rounds):
    vault.keep(f"{who} {number}", f"value {who} {number}")
    print(number, flush=True)
"""


def writer(path: Path, who: str, rounds: int) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", _WRITER, str(path), who, str(rounds)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def test_two_programs_write_and_nothing_is_lost(vault: VaultSecrets, path: Path) -> None:
    """200 rounds together (row 30 of quality.md)."""
    programs = [writer(path, who, 100) for who in ("a", "b")]
    for program in programs:
        program.communicate(timeout=60)
        assert program.returncode == 0
    for who in ("a", "b"):
        for number in range(100):
            assert vault.read(f"{who} {number}") == f"value {who} {number}"
    assert vault.read("proxy") == SECRET


@pytest.mark.skipif(os.name == "nt", reason="no kill -9")
def test_a_writer_that_is_killed_leaves_a_whole_file(vault: VaultSecrets, path: Path) -> None:
    """20 rounds of kill -9 (row 30 of quality.md): what was told as kept is there."""
    for turn in range(20):
        program = writer(path, f"turn {turn}", 100_000)
        assert program.stdout is not None
        told = [program.stdout.readline() for _ in range(2 + turn % 5)]
        program.send_signal(signal.SIGKILL)
        told += program.stdout.readlines()
        program.wait(timeout=10)
        program.stdout.close()
        for number in (int(line) for line in told if line.strip().isdigit()):
            assert vault.read(f"turn {turn} {number}") == f"value turn {turn} {number}"
    vault.keep("last", "value")
    assert sorted(each.name for each in path.parent.iterdir()) == ["secrets.lock", "secrets.vault"]


# The choice of the place


class Index:
    """The keyring's index in memory; the keyring behind it must not be needed."""

    def __init__(self, *names: str) -> None:
        self.ids = dict.fromkeys(names, "0")

    def secret_ids(self) -> dict[str, str]:
        return dict(self.ids)

    def add_secret(self, name: str, secret_id: str) -> None:
        raise AssertionError("the keyring was written to")

    def remove_secret(self, name: str) -> None:
        raise AssertionError("the keyring was written to")


def chosen(vault: VaultSecrets, place: SecretPlace, *in_keyring: str) -> ChosenSecrets:
    keyring = KeyringSecrets(Index(*in_keyring), lambda: None)
    return ChosenSecrets(keyring, MemorySecrets(), vault, lambda: place)


def test_secrets_go_to_the_chosen_place_and_to_no_other(vault: VaultSecrets) -> None:
    """security.md R4: never a silent fallback, and nothing is moved unasked."""
    places = chosen(vault, SecretPlace.VAULT)
    places.keep("token", SECRET)
    assert vault.read("token") == SECRET
    vault.lock()
    with pytest.raises(SecretsFailed) as caught:
        places.keep("token", "another")
    assert caught.value.reason is SecretsReason.LOCKED
    assert caught.value.name == "token"
    assert reason_of(places, "token") is SecretsReason.LOCKED
    assert places.at_hand("token") is None
    session = chosen(vault, SecretPlace.SESSION)
    session.keep("token", "for now")
    assert session.read("token") == "for now"
    keyring = chosen(vault, SecretPlace.KEYRING)
    with pytest.raises(SecretsFailed) as caught:
        keyring.keep("token", "value")
    assert caught.value.reason is SecretsReason.NO_STORE
    assert not caught.value.in_vault


def test_what_is_in_the_other_place_is_still_found_and_rests(vault: VaultSecrets) -> None:
    places = chosen(vault, SecretPlace.KEYRING, "in keyring")
    assert places.read("proxy") == SECRET
    assert [(each.name, each.place) for each in places.stored()] == [
        ("in keyring", SecretPlace.KEYRING),
        ("proxy", SecretPlace.VAULT),
    ]
    both = chosen(vault, SecretPlace.VAULT, "proxy")
    assert both.read("proxy") == SECRET
    assert [each.place for each in both.stored()] == [SecretPlace.VAULT]


def test_a_chosen_file_that_is_not_made_yet_stops_what_needs_it(path: Path) -> None:
    places = chosen(vault_at(path), SecretPlace.VAULT)
    assert reason_of(places) is SecretsReason.NO_STORE
    with pytest.raises(SecretsFailed):
        places.keep("proxy", SECRET)
    assert places.stored() == ()
    assert not path.exists()
