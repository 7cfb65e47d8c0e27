"""Missing libraries are named, then installed, or the command for it is shown."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest
import system_packages
from console import SetUpFailed
from system_packages import Need, ensure, read_list

ROOT = Path(__file__).resolve().parents[2]
GL = Need(("libgl1",), (), "OpenGL")
GLIB = Need(("libglib2.0-0t64", "libglib2.0-0"), (), "GLib")
CURL = Need(("curl",), ("no-such-command",), "a peer")

DPKG_QUERY = """
shift 3
for name in "$@"; do grep -x "$name" installed | sed 's/$/ installed/'; done
[ -f removed ] && sed 's/$/ config-files/' removed
exit 1
"""
APT_CACHE = """
for name in "$@"; do grep -qx "$name" offered && printf '%s:\\n  Candidate: 1.0\\n' "$name"; done
printf 'libglib2.0-0t64:\\n  Candidate: (none)\\n'
"""
APT_GET = """
echo "apt-get $*" >> log
case "$*" in
  *update*) [ -f news ] && cat news >> offered; exit 0;;
esac
[ -f broken ] && exit 100
while [ "$1" != --no-install-recommends ]; do shift; done
shift
for name in "$@"; do echo "$name" >> installed; done
exit 0
"""
SUDO = """
echo "sudo $*" >> log
[ "$1" = -n ] && { [ -f password ] && exit 1; shift; }
exec "$@"
"""


class Machine:
    """A Debian of four shell scripts, on which nothing is installed yet."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.write("installed", "")
        self.write("offered", "libgl1\nlibglib2.0-0\ncurl\n")
        for name, text in (
            ("dpkg-query", DPKG_QUERY),
            ("apt-cache", APT_CACHE),
            ("apt-get", APT_GET),
        ):
            self.command(name, text)

    def write(self, name: str, text: str) -> None:
        (self.folder / name).write_text(text)

    def command(self, name: str, text: str) -> None:
        path = self.folder / "bin" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"#!/bin/sh\ncd {self.folder}\n{text}")
        path.chmod(path.stat().st_mode | stat.S_IXUSR)

    def installations(self) -> list[str]:
        """Return what was asked of apt-get, without its options."""
        log = self.folder / "log"
        lines = log.read_text().splitlines() if log.exists() else []
        texts = (line.partition("Use-Pty=0 ")[2] for line in lines if line.startswith("apt-get"))
        return [text.replace("-y -q --no-install-recommends ", "") for text in texts]


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    made = Machine(tmp_path)
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:/usr/bin:/bin")
    # The real sudo, where there is one, stays out of it.
    made.command("sudo", SUDO)
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr("system_packages.can_ask", lambda: False)
    return made


def test_nothing_is_said_or_done_when_all_is_there(
    machine: Machine, capfd: pytest.CaptureFixture[str]
) -> None:
    machine.write("installed", "libgl1\nlibglib2.0-0\n")
    ensure([GL, GLIB], yes=False)
    assert machine.installations() == []
    assert capfd.readouterr().err == ""


def test_missing_ones_are_named_and_installed_where_nobody_can_be_asked(
    machine: Machine, capfd: pytest.CaptureFixture[str]
) -> None:
    ensure([GL, GLIB, CURL], yes=False)
    assert machine.installations() == ["install libgl1 libglib2.0-0 curl"]
    said = capfd.readouterr().err
    assert "libgl1 " in said
    assert "OpenGL" in said
    assert "Installing them without a question, because nobody can be asked here." in said


def test_yes_spares_the_question(
    machine: Machine, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("system_packages.can_ask", lambda: True)
    ensure([GL], yes=True)
    assert machine.installations() == ["install libgl1"]
    assert "because --yes was given" in capfd.readouterr().err


@pytest.mark.parametrize("answer", ["n", "no", "maybe"])
def test_a_no_installs_nothing_and_shows_the_command(
    answer: str, machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("system_packages.can_ask", lambda: True)
    monkeypatch.setattr("builtins.input", lambda: answer)
    with pytest.raises(SetUpFailed, match="apt-get install -y --no-install-recommends libgl1"):
        ensure([GL], yes=False)
    assert machine.installations() == []


@pytest.mark.parametrize("answer", ["", "y", "Yes"])
def test_a_yes_installs(answer: str, machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("system_packages.can_ask", lambda: True)
    monkeypatch.setattr("builtins.input", lambda: answer)
    ensure([GL], yes=False)
    assert machine.installations() == ["install libgl1"]


def test_a_removed_package_whose_settings_stayed_is_missing(machine: Machine) -> None:
    machine.write("removed", "libgl1\n")
    ensure([GL], yes=False)
    assert machine.installations() == ["install libgl1"]


def test_a_command_on_the_path_spares_the_package(machine: Machine) -> None:
    ensure([Need(("curl",), ("sh",), "a peer")], yes=False)
    assert machine.installations() == []


def test_lists_are_fetched_once_when_apt_does_not_know_a_name(machine: Machine) -> None:
    machine.write("offered", "")
    machine.write("news", "libgl1\n")
    ensure([GL], yes=False)
    assert machine.installations() == ["update -qq", "install libgl1"]


def test_a_failed_installation_is_tried_once_more_with_fresh_lists(machine: Machine) -> None:
    machine.write("broken", "")
    with pytest.raises(SetUpFailed, match="apt-get failed"):
        ensure([GL], yes=False)
    assert machine.installations() == ["install libgl1", "update -qq", "install libgl1"]


def test_another_user_goes_through_sudo(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setattr("sys.stdin", None)
    ensure([GL], yes=False)
    assert machine.installations() == ["install libgl1"]
    assert "sudo -n env DEBIAN_FRONTEND=noninteractive" in (machine.folder / "log").read_text()


def test_sudo_that_wants_a_password_from_nobody_is_not_tried(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine.write("password", "")
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setattr("sys.stdin", None)
    with pytest.raises(SetUpFailed) as caught:
        ensure([GL, GLIB], yes=False)
    assert str(caught.value) == (
        "This needs root or sudo. Run this as root, then try again:\n"
        "  apt-get install -y --no-install-recommends libgl1 libglib2.0-0"
    )
    assert machine.installations() == []


def test_another_system_is_told_and_goes_on(
    machine: Machine, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(system_packages, "is_debian", lambda: False)
    monkeypatch.setattr("sys.platform", "linux")
    ensure([GL], yes=False)
    said = capfd.readouterr().err
    assert "not Debian or Ubuntu" in said
    assert "libgl1" in said
    assert machine.installations() == []


def test_a_mac_needs_nothing(
    machine: Machine, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(system_packages, "is_debian", lambda: False)
    monkeypatch.setattr("sys.platform", "darwin")
    ensure([GL], yes=False)
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize("name", ["debian-run.txt", "debian-screen.txt", "debian-test.txt"])
def test_the_lists_name_packages_and_what_they_are_for(name: str) -> None:
    needs = read_list(ROOT / "packaging" / name)
    assert needs
    assert all(need.names and need.purpose for need in needs)
