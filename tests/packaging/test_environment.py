"""The environment is made once, renewed when it no longer fits, and otherwise left alone."""

from __future__ import annotations

from pathlib import Path

import environment
import pytest
from console import SetUpFailed
from environment import set_up_to_develop, set_up_to_run


class Checkout:
    """A checkout without packages; `done` lists what the set-up did in it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.venv = folder / ".venv"
        self.done: list[str] = []
        for name in ("requirements.lock", "requirements-dev.lock", "debian-run.txt"):
            (folder / name).write_text(name)

    def change(self, name: str) -> None:
        (self.folder / name).write_text("changed")

    def make_venv(self) -> None:
        self.done.append("venv")
        (self.venv / "httpdesk-set-up.json").unlink(missing_ok=True)
        (self.venv / "bin").mkdir(parents=True, exist_ok=True)
        (self.venv / "bin" / "python").write_text("")

    def install(self, lock: Path) -> None:
        self.done.append(lock.name)

    def look(self, *_: object, **__: object) -> None:
        self.done.append("system")


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Checkout:
    made = Checkout(tmp_path)
    lists = (tmp_path / "debian-run.txt",)
    for name, value in (
        ("ROOT", tmp_path),
        ("VENV", made.venv),
        ("PYTHON", made.venv / "bin" / "python"),
        ("STAMP", made.venv / "httpdesk-set-up.json"),
        ("RUN_LOCK", tmp_path / "requirements.lock"),
        ("DEV_LOCK", tmp_path / "requirements-dev.lock"),
        ("RUN_LISTS", lists),
        ("DEV_LISTS", lists),
        ("_make_venv", made.make_venv),
        ("_install", made.install),
    ):
        monkeypatch.setattr(environment, name, value)
    monkeypatch.setattr("system_packages.ensure", made.look)
    monkeypatch.setattr("system_packages.read_list", lambda path: [])
    return made


def run(checkout: Checkout) -> list[str]:
    """Return what a start does."""
    checkout.done.clear()
    set_up_to_run(yes=False, screen=False)
    return list(checkout.done)


def develop(checkout: Checkout) -> list[str]:
    """Return what a test run does before the tests."""
    checkout.done.clear()
    set_up_to_develop(yes=False)
    return list(checkout.done)


def test_the_first_start_makes_everything_and_the_second_nothing(checkout: Checkout) -> None:
    assert run(checkout) == ["system", "venv", "requirements.lock"]
    assert run(checkout) == []


def test_the_tools_are_added_to_what_is_there(checkout: Checkout) -> None:
    run(checkout)
    assert develop(checkout) == ["requirements-dev.lock"]
    assert develop(checkout) == []
    assert run(checkout) == []


def test_an_environment_for_the_tools_is_enough_to_run(checkout: Checkout) -> None:
    assert develop(checkout) == ["system", "venv", "requirements-dev.lock"]
    assert run(checkout) == []


def test_another_lock_renews(checkout: Checkout) -> None:
    develop(checkout)
    checkout.change("requirements-dev.lock")
    assert run(checkout) == []
    assert develop(checkout) == ["venv", "requirements-dev.lock"]
    checkout.change("requirements.lock")
    assert run(checkout) == ["venv", "requirements.lock"]
    assert develop(checkout) == ["requirements-dev.lock"]


def test_another_python_renews(checkout: Checkout, monkeypatch: pytest.MonkeyPatch) -> None:
    run(checkout)
    monkeypatch.setattr(environment, "_version", lambda: "3.99")
    assert run(checkout) == ["venv", "requirements.lock"]


def test_an_interpreter_that_is_gone_renews(checkout: Checkout) -> None:
    run(checkout)
    (checkout.venv / "bin" / "python").unlink()
    assert run(checkout) == ["venv", "requirements.lock"]


def test_a_changed_list_is_looked_at_and_the_environment_kept(checkout: Checkout) -> None:
    run(checkout)
    checkout.change("debian-run.txt")
    assert run(checkout) == ["system"]
    assert run(checkout) == []


def test_what_was_cut_short_is_done_again(
    checkout: Checkout, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(lock: Path) -> None:
        raise SetUpFailed("no network")

    with monkeypatch.context() as patch:
        patch.setattr(environment, "_install", fail)
        with pytest.raises(SetUpFailed):
            set_up_to_run(yes=False, screen=False)
    assert run(checkout) == ["system", "venv", "requirements.lock"]


def test_a_damaged_stamp_renews(checkout: Checkout) -> None:
    run(checkout)
    (checkout.venv / "httpdesk-set-up.json").write_text("{")
    assert run(checkout) == ["system", "venv", "requirements.lock"]


def test_a_python_without_pip_gets_debian_s_package_for_it(
    checkout: Checkout, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(checkout)
    (checkout.venv / "bin" / "python").unlink()
    asked: list[tuple[str, ...]] = []
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    monkeypatch.setattr("system_packages.is_debian", lambda: True)
    monkeypatch.setattr("sys.base_prefix", "/usr")
    monkeypatch.setattr(
        "system_packages.ensure", lambda needs, yes: asked.extend(need.names for need in needs)
    )
    run(checkout)
    assert asked == [(f"python{environment._version()}-venv",)]
