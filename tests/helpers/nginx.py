"""An nginx with TLS on a free port of 127.0.0.1, which runs while its `with` block does."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

_ANSWER = "$ssl_client_verify|$ssl_client_s_dn|$ssl_protocol|$ssl_server_name|$request_uri|"
_START_SECONDS = 10.0


@contextlib.contextmanager
def nginx(folder: Path, certificate: Path, client_ca: Path, *directives: str) -> Iterator[int]:
    """Yield the port of a server that answers with what it saw of the client.

    `certificate` has its key too; `client_ca` is whom it believes about clients.
    """
    with socket.create_server(("127.0.0.1", 0)) as reserved:
        port: int = reserved.getsockname()[1]
    lines = [
        f"listen 127.0.0.1:{port} ssl;",
        "server_name localhost;",
        f"ssl_certificate {certificate};",
        f"ssl_certificate_key {certificate};",
        f"ssl_client_certificate {client_ca};",
        *directives,
        f'location / {{ return 200 "{_ANSWER}"; }}',
    ]
    places = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    http = "\n".join(
        [
            "access_log off;",
            *(f"{place}_temp_path {folder};" for place in places),
            *("server {", *lines, "}"),
        ]
    )
    configuration = folder / "nginx.conf"
    configuration.write_text(
        f"daemon off; master_process off; pid {folder / 'pid'}; error_log {folder / 'log'};\n"
        f"events {{}}\nhttp {{\n{http}\n}}\n"
    )
    command = [_command(), "-p", str(folder), "-c", str(configuration), "-e", str(folder / "log")]
    with subprocess.Popen(command) as process:
        try:
            _wait_until_it_listens(process, port, folder / "log")
            yield port
        finally:
            process.terminate()


def _command() -> str:
    # Debian puts it where only root looks.
    path = os.pathsep.join((os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin"))
    found = shutil.which("nginx", path=path)
    assert found is not None, "nginx is not installed; packaging/debian-test.txt names it"
    return found


def _wait_until_it_listens(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    end = time.monotonic() + _START_SECONDS
    while True:
        with contextlib.suppress(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", port)).close()
            return
        assert time.monotonic() < end, "nginx does not listen"
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(0.02)
            raise AssertionError(log.read_text())
