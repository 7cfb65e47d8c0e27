"""A real Secret Service with its own D-Bus and its own folder, for one test module.

with KeyringDaemon(folder, "passphrase") as daemon:
    ... daemon.environment ...
"""

from __future__ import annotations

import os
import signal
import subprocess
from pathlib import Path
from types import TracebackType

_NAME = "org.freedesktop.secrets"
_BUS = """\
<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-BUS Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:tmpdir={folder}</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
"""


class KeyringDaemon:
    """gnome-keyring on a private bus; its processes end with the block."""

    def __init__(self, folder: Path, passphrase: str) -> None:
        self._folder = folder
        self._passphrase = passphrase
        self._bus: subprocess.Popen[str] | None = None
        self._daemon: subprocess.Popen[bytes] | None = None
        self.address = ""

    @property
    def environment(self) -> dict[str, str]:
        """The variables that lead a program to this keyring and to no display."""
        runtime = self._folder / "runtime"
        runtime.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = os.environ["PATH"]
        return {
            "DBUS_SESSION_BUS_ADDRESS": self.address,
            "HOME": str(self._folder),
            "PATH": path,
            "XDG_RUNTIME_DIR": str(runtime),
        }

    def __enter__(self) -> KeyringDaemon:
        self._bus = subprocess.Popen(
            ["dbus-daemon", f"--config-file={self._bus_config()}", "--nofork", "--print-address"],
            stdout=subprocess.PIPE,
            env=self.environment,
            text=True,
        )
        assert self._bus.stdout is not None
        self.address = self._bus.stdout.readline().strip()
        self.unlock()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()
        if self._bus is not None:
            self._bus.terminate()
            self._bus.wait(10)
            assert self._bus.stdout is not None
            self._bus.stdout.close()

    def unlock(self) -> None:
        """Start the daemon with the keyring open; the first time it makes the keyring."""
        # Without a line break, which would be a part of the passphrase.
        self._start(["--unlock"], self._passphrase.encode())

    def start_locked(self) -> None:
        """Start the daemon anew with the keyring locked and nobody who could unlock it."""
        self.stop()
        self._start([], None)

    def lock(self) -> None:
        """Lock the keyring while the daemon goes on, as a user's menu or a locked screen does."""
        subprocess.run(
            [
                *("gdbus", "call", "--session", "--dest", _NAME),
                *("--object-path", "/org/freedesktop/secrets"),
                *("--method", "org.freedesktop.Secret.Service.Lock"),
                "['/org/freedesktop/secrets/collection/login']",
            ],
            env=self.environment,
            check=True,
            capture_output=True,
            timeout=20,
        )

    def stop(self) -> None:
        """End the daemon; the keyring's file stays."""
        if self._daemon is not None:
            self._daemon.send_signal(signal.SIGCONT)
            self._daemon.terminate()
            self._daemon.wait(10)
            self._daemon = None

    def freeze(self) -> None:
        """Let the daemon answer nobody until `thaw`."""
        assert self._daemon is not None
        self._daemon.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let the daemon go on."""
        assert self._daemon is not None
        self._daemon.send_signal(signal.SIGCONT)

    def lookup(self, service: str, user: str) -> str:
        """Return what another client of the keyring finds under the two attributes."""
        found = subprocess.run(
            ["secret-tool", "lookup", "service", service, "username", user],
            env=self.environment,
            capture_output=True,
            check=False,
            timeout=20,
        )
        return found.stdout.decode()

    def clear(self, service: str) -> None:
        """Delete what is there under an attribute, as another client of the keyring."""
        subprocess.run(
            ["secret-tool", "clear", "service", service],
            env=self.environment,
            check=True,
            timeout=20,
        )

    def items(self) -> str:
        """Return what another client sees of all items of HTTPDesk: labels and attributes."""
        found = subprocess.run(
            ["secret-tool", "search", "--all", "application", "Python keyring library"],
            env=self.environment,
            capture_output=True,
            check=False,
            timeout=20,
        )
        return (found.stdout + found.stderr).decode()

    def _bus_config(self) -> Path:
        """Write a configuration under which the bus starts no service by itself.

        A session's own would bring up another keyring in the moment in which this one is stopped.
        """
        self._folder.mkdir(parents=True, exist_ok=True)
        path = self._folder / "bus.conf"
        path.write_text(_BUS.format(folder=self._folder), encoding="utf-8")
        return path

    def _start(self, options: list[str], stdin: bytes | None) -> None:
        self._daemon = subprocess.Popen(
            ["gnome-keyring-daemon", "--foreground", "--components=secrets", *options],
            stdin=subprocess.PIPE if stdin is not None else subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=self.environment,
        )
        if stdin is not None:
            assert self._daemon.stdin is not None
            self._daemon.stdin.write(stdin)
            self._daemon.stdin.close()
        self._wait_until_on_the_bus()

    def _wait_until_on_the_bus(self) -> None:
        subprocess.run(
            ["gdbus", "wait", "--session", "--timeout", "20", _NAME],
            env=self.environment,
            check=True,
            timeout=30,
        )
