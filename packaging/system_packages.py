"""The libraries that come from Debian or Ubuntu and not from PyPI: named, then installed."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from console import SetUpFailed, ask, can_ask, run, say

INSTALL = ("install", "-y", "-q", "--no-install-recommends")


@dataclass(frozen=True)
class Need:
    """One line of a list: any of `names` installed, or any of `commands` on the PATH, meets it."""

    names: tuple[str, ...]
    commands: tuple[str, ...]
    purpose: str


def read_list(path: Path) -> list[Need]:
    """Return the needs in a list file, in its order."""
    lines = (line.strip() for line in path.read_text(encoding="utf-8").splitlines())
    return [_need(line) for line in lines if line and not line.startswith("#")]


def _need(line: str) -> Need:
    text, _, purpose = line.partition("#")
    parts = [part.strip() for part in text.split("|")]
    return Need(
        names=tuple(part for part in parts if not part.startswith("(")),
        commands=tuple(part[1:-1] for part in parts if part.startswith("(")),
        purpose=purpose.strip(),
    )


def is_debian() -> bool:
    """Tell whether this system installs its libraries with apt-get."""
    return bool(shutil.which("dpkg-query") and shutil.which("apt-get"))


def venv_need() -> Need:
    """Return what this interpreter lacks to make virtual environments; raises SetUpFailed."""
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    if not (is_debian() and sys.base_prefix == "/usr"):
        raise SetUpFailed(
            f"This Python {version} has no ensurepip, so it cannot make a virtual environment."
            " Install a complete Python 3.11, 3.12 or 3.13 and use that."
        )
    return Need((f"python{version}-venv",), (), "makes the environment in .venv")


def ensure(needs: Sequence[Need], *, yes: bool) -> None:
    """Install what is missing after naming it; raises SetUpFailed where that cannot be done."""
    if not is_debian():
        _tell_other_system(needs)
        return
    missing = _missing(needs)
    if missing:
        _install(missing, yes=yes)
        still = _missing(missing)
        if still:
            raise SetUpFailed(f"Still missing after the installation: {_names(still)}.")


def _tell_other_system(needs: Sequence[Need]) -> None:
    """Qt's own packages hold everything on macOS and Windows; another Linux has other names."""
    wanted = [need for need in needs if not any(map(shutil.which, need.commands))]
    if sys.platform.startswith("linux") and wanted:
        say("This is not Debian or Ubuntu. These are needed, by the names that they have there:")
        _list(wanted)
        say("If one is missing, install it with this system's own package manager.")


def _missing(needs: Sequence[Need]) -> list[Need]:
    installed = _installed(name for need in needs for name in need.names)
    return [
        need
        for need in needs
        if not installed.intersection(need.names) and not any(map(shutil.which, need.commands))
    ]


def _installed(names: Iterable[str]) -> set[str]:
    # Unknown names make dpkg-query's exit status 1; the known ones are printed all the same.
    found = subprocess.run(
        ["dpkg-query", "-W", "-f", "${Package} ${db:Status-Status}\\n", *names],
        capture_output=True,
        text=True,
        check=False,
    )
    pairs = (line.split() for line in found.stdout.splitlines())
    return {name for name, *status in pairs if status == ["installed"]}


def _install(missing: Sequence[Need], *, yes: bool) -> None:
    say("HTTPDesk needs these system packages, which are not installed:")
    _list(missing)
    prefix = _privilege(missing, yes=yes)
    names = _offered(missing)
    if names is None:
        _apt_get(prefix, "update", "-qq")
        names = _offered(missing) or [need.names[0] for need in missing]
    if _apt_get(prefix, *INSTALL, *names) != 0:
        # The lists may name files that the server no longer has.
        _apt_get(prefix, "update", "-qq")
        if _apt_get(prefix, *INSTALL, *names) != 0:
            raise SetUpFailed(f"apt-get failed, see above. {_by_hand(missing)}")


def _privilege(missing: Sequence[Need], *, yes: bool) -> list[str]:
    """Return what to put before apt-get, once the user agrees or nobody can be asked."""
    asked = can_ask() and not yes
    prefix = _root_prefix()
    if prefix is None:
        raise SetUpFailed(f"This needs root or sudo. {_by_hand(missing)}")
    if asked and not ask(f"Install them now{' with sudo' if prefix else ''}?"):
        raise SetUpFailed(f"Nothing was installed. {_by_hand(missing)}")
    if not asked:
        reason = "--yes was given" if yes else "nobody can be asked here"
        say(f"Installing them without a question, because {reason}.")
    return prefix


def _root_prefix() -> list[str] | None:
    """Return [] for root, a sudo command where sudo can work, else None."""
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo") is None:
        return None
    if sys.stdin is not None and sys.stdin.isatty():
        return ["sudo"]
    # Without a terminal sudo cannot ask for a password.
    free = subprocess.call(["sudo", "-n", "true"], stderr=subprocess.DEVNULL)
    return ["sudo", "-n"] if free == 0 else None


def _apt_get(prefix: Sequence[str], *arguments: str) -> int:
    options = ["-o", "DPkg::Lock::Timeout=300", "-o", "Dpkg::Use-Pty=0"]
    environment = ["env", "DEBIAN_FRONTEND=noninteractive", "LC_ALL=C.UTF-8"]
    return run([*prefix, *environment, "apt-get", *options, *arguments])


def _offered(missing: Sequence[Need]) -> list[str] | None:
    """Return one name for each need that apt can install now; None when one has none."""
    candidates = _candidates([name for need in missing for name in need.names])
    chosen = [next((n for n in need.names if n in candidates), None) for need in missing]
    names = [name for name in chosen if name is not None]
    return names if len(names) == len(missing) else None


def _candidates(names: Sequence[str]) -> set[str]:
    """Return the names that are real packages here, not merely provided by another one."""
    policy = subprocess.run(
        ["apt-cache", "policy", *names],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "LC_ALL": "C"},
    )
    found: set[str] = set()
    name = ""
    for line in policy.stdout.splitlines():
        if not line.startswith(" "):
            name = line.rstrip(":")
        elif line.strip().startswith("Candidate:") and "(none)" not in line:
            found.add(name)
    return found


def _list(needs: Sequence[Need]) -> None:
    for need in needs:
        say(f"  {' or '.join(need.names):<34} {need.purpose}".rstrip())


def _names(needs: Sequence[Need]) -> str:
    return ", ".join(need.names[0] for need in needs)


def _by_hand(missing: Sequence[Need]) -> str:
    names = _offered(missing) or [need.names[-1] for need in missing]
    command = shlex.join(["apt-get", "install", "-y", "--no-install-recommends", *names])
    return f"Run this as root, then try again:\n  {command}"
