"""TLS and proxy switches, and the settings of the window below them, on the wire."""

from __future__ import annotations

import base64
import contextlib
import json
import os
import pty
import ssl
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.conftest import Cli
from tests.cli.test_process import COMMAND
from tests.helpers.proxies import Relay, tinyproxy
from tests.helpers.raw_server import RawServer, answering, response
from tests.helpers.tls_server import Authority, tls_server


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path)


@pytest.fixture
def asking(authority: Authority) -> Iterator[RawServer]:
    """A server that lets nobody in without a certificate of the authority."""
    with tls_server(authority.asking(authority.context("localhost"))) as server:
        yield server


def settings(tmp_path: Path, text: str) -> None:
    (tmp_path / "settings.toml").write_text(text, encoding="utf-8")


# --- certificates --------------------------------------------------------------------------------


def test_ca_names_the_authority(cli: Cli, authority: Authority) -> None:
    with tls_server(authority.context("localhost")) as server:
        url = f"https://localhost:{server.port}/"
        refused = cli("send", url)
        result = cli("send", url, "--ca", str(authority.ca_file))
    assert refused.status == 3
    assert "whom this computer does not know" in refused.err
    assert "--ca FILE" in refused.err
    assert (result.status, result.out, result.err) == (0, b"secure", "")
    assert len(server.requests) == 1


def test_a_relative_file_starts_at_the_working_directory(
    cli: Cli, authority: Authority, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with tls_server(authority.context("localhost")) as server:
        result = cli("send", f"https://localhost:{server.port}/", "--ca", authority.ca_file.name)
        missing = cli("send", f"https://localhost:{server.port}/", "--ca", "~/none.pem")
    assert (result.status, result.out) == (0, b"secure")
    assert (missing.status, len(server.requests)) == (3, 1)
    assert f"The CA file {tmp_path / '~' / 'none.pem'} is not there. Nothing" in missing.err


def test_a_client_certificate_is_shown(
    cli: Cli, authority: Authority, asking: RawServer, tmp_path: Path
) -> None:
    url = f"https://localhost:{asking.port}/"
    ca = ("--ca", str(authority.ca_file))
    one = authority.client().pem(tmp_path / "one.pem")
    two = authority.client().two_files(tmp_path / "two.pem", tmp_path / "two.key")
    assert cli("send", url, *ca).status == 3
    assert cli("send", url, *ca, "--cert", one.path).out == b"secure"
    assert cli("send", url, *ca, "--cert", two.path, "--key", two.key_path).out == b"secure"
    keyless = cli("send", url, *ca, "--cert", two.path)
    assert keyless.status == 3
    assert "--key" in keyless.err
    assert len(asking.requests) == 2


def test_the_certificate_stays_with_the_first_origin(
    cli: Cli, authority: Authority, asking: RawServer, tmp_path: Path
) -> None:
    """security.md R5: a redirect elsewhere does not take the certificate along."""
    certificate = authority.client().pem(tmp_path / "one.pem")
    there = f"Location: https://localhost:{asking.port}/"
    context = authority.asking(authority.context("localhost"))
    redirect = answering(response(b"", there, status="302 Found"))
    with tls_server(context, redirect) as first:
        words = ("--ca", str(authority.ca_file), "--cert", certificate.path)
        result = cli("send", f"https://localhost:{first.port}/", *words)
    assert (len(first.requests), asking.requests, result.status) == (1, [], 3)


PASSPHRASE = "pass-phrase-77"


def test_the_passphrase_comes_from_the_environment(
    cli: Cli, authority: Authority, asking: RawServer, tmp_path: Path
) -> None:
    certificate = authority.client().encrypted(tmp_path / "locked.pem", PASSPHRASE)
    trusted = ("--ca", str(authority.ca_file), "--cert", certificate.path)
    words = (f"https://localhost:{asking.port}/", *trusted)
    given = cli("send", *words, HTTPDESK_SECRET_CERT_PASSPHRASE=PASSPHRASE)
    without = cli("send", *words)
    wrong = cli("send", *words, HTTPDESK_SECRET_CERT_PASSPHRASE="another-one")
    assert (given.status, given.out) == (0, b"secure")
    assert (without.status, wrong.status, len(asking.requests)) == (3, 3, 1)
    assert "needs a passphrase. Nothing was sent." in without.err
    assert "Set HTTPDESK_SECRET_CERT_PASSPHRASE" in without.err
    assert "has another passphrase. Nothing was sent." in wrong.err


def test_the_passphrase_is_asked_for_on_a_terminal(
    cli: Cli, authority: Authority, asking: RawServer, tmp_path: Path
) -> None:
    certificate = authority.client().pkcs12(tmp_path / "locked.p12", PASSPHRASE)
    trusted = ("--ca", str(authority.ca_file), "--cert", certificate.path)
    words = (f"https://localhost:{asking.port}/", *trusted)
    result = cli("send", *words, asked=True, secret=PASSPHRASE)
    assert (result.status, result.out) == (0, b"secure")
    assert result.err == f"Passphrase of {certificate.path}: "
    nothing = cli("send", *words, asked=True, secret="")
    assert (nothing.status, len(asking.requests)) == (3, 1)
    unseen = cli("send", *words, secret=PASSPHRASE)
    assert "Passphrase of" not in unseen.err


def test_the_passphrase_is_not_shown_while_it_is_typed(
    authority: Authority, asking: RawServer, tmp_path: Path
) -> None:
    """The whole program on a pseudo-terminal that echoes."""
    certificate = authority.client().encrypted(tmp_path / "locked.pem", PASSPHRASE)
    trusted = ("--ca", str(authority.ca_file), "--cert", certificate.path)
    master, slave = pty.openpty()
    with subprocess.Popen(
        [*COMMAND, f"https://localhost:{asking.port}/", *trusted],
        stdin=slave,
        stdout=subprocess.PIPE,
        stderr=slave,
        start_new_session=True,
    ) as process:
        os.close(slave)
        shown = b""
        while b"locked.pem: " not in shown:
            shown += os.read(master, 1000)
        os.write(master, PASSPHRASE.encode() + b"\n")
        out, _ = process.communicate(timeout=20)
        with contextlib.suppress(OSError):  # the end of a terminal that nobody writes to
            shown += os.read(master, 1000)
    os.close(master)
    assert (process.returncode, out) == (0, b"secure")
    assert PASSPHRASE.encode() not in shown


def test_tls_min_is_the_oldest_version(cli: Cli, authority: Authority) -> None:
    context = authority.context("localhost")
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    with tls_server(context) as server:
        words = (f"https://localhost:{server.port}/", "--ca", str(authority.ca_file))
        assert cli("send", *words, "--tls-min", "1.3").status == 3
        assert server.requests == []
        assert cli("send", *words, "--tls-min", "1.2").out == b"secure"


# --- the settings of the window ------------------------------------------------------------------


def test_the_settings_hold_and_switches_go_over_them(
    cli: Cli, authority: Authority, tmp_path: Path
) -> None:
    rule = f'[[tls_rules]]\nhost = "localhost"\nca_file = "{authority.ca_file}"\n'
    settings(tmp_path, f"version = 1\n{rule}")
    other = Authority(tmp_path, "other")
    with tls_server(authority.context("localhost")) as server:
        url = f"https://localhost:{server.port}/"
        assert cli("send", url).out == b"secure"
        assert cli("send", url, "--ca", str(other.ca_file)).status == 3
    assert len(server.requests) == 1


def test_the_program_reads_its_settings(tmp_path: Path) -> None:
    """With everything real, from the folder that HTTPDESK_HOME names."""
    (tmp_path / "config").mkdir()
    with RawServer(answering(response(b"from the proxy"))) as proxy:
        lines = f'proxy = "manual"\nproxy_url = "127.0.0.1:{proxy.port}"\n'
        (tmp_path / "config" / "settings.toml").write_text(lines)
        command = [*COMMAND, "http://somewhere.test/a"]
        environ = os.environ | {"HTTPDESK_HOME": str(tmp_path)}
        result = subprocess.run(command, capture_output=True, check=True, env=environ)
    assert result.stdout == b"from the proxy"
    assert proxy.requests[0].startswith(b"GET http://somewhere.test/a HTTP/1.1\r\n")


def test_settings_that_cannot_be_used_stop_the_send(cli: Cli, tmp_path: Path) -> None:
    """Else a misspelt proxy would send everything directly; the file is left as it is."""
    with RawServer(answering(response(b"ok"))) as server:
        url = f"http://127.0.0.1:{server.port}/"
        settings(tmp_path, 'proxy = "manula"\n')
        misspelt = cli("send", url)
        settings(tmp_path, "proxy = \n")
        broken = cli("send", url)
        settings(tmp_path, 'theme = "sepia"\n')
        assert cli("send", url).out == b"ok"
    assert (misspelt.status, broken.status, len(server.requests)) == (2, 4, 1)
    assert "no usable value for proxy" in misspelt.err
    assert "settings.toml: " in broken.err
    assert [path.name for path in tmp_path.glob("settings*")] == ["settings.toml"]


# --- proxies -------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def proxy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Relay]:
    """A proxy that wants a sign-in, behind a relay that notes what it is told."""
    folder = tmp_path_factory.mktemp("proxy")
    with tinyproxy(folder, "ada", "s3cret-77") as port, Relay(port) as relay:
        yield relay


@pytest.fixture
def server() -> Iterator[RawServer]:
    with RawServer(answering(response(b"ok"))) as server:
        yield server


SIGN_IN = b"Basic " + base64.b64encode(b"ada:s3cret-77")


def test_a_proxy_is_gone_through_with_its_password(
    cli: Cli, proxy: Relay, server: RawServer
) -> None:
    """The password of the environment is in no output (statement 76)."""
    url, through = f"http://127.0.0.1:{server.port}/a?b", f"http://ada@127.0.0.1:{proxy.port}"
    words = ("send", url, "-v", "--json", "--proxy", through)
    proxy.seen.clear()
    result = cli(*words, HTTPDESK_SECRET_PROXY_PASSWORD="s3cret-77")
    refused = cli(*words)
    assert (result.status, refused.status) == (0, 1)
    assert json.loads(refused.out)["response"]["status_code"] in (401, 407)
    assert f", the proxy http://127.0.0.1:{proxy.port}" in result.err
    assert proxy.seen[0].startswith(f"GET http://127.0.0.1:{server.port}/a?b HTTP/1.1".encode())
    assert SIGN_IN in proxy.seen[0]
    assert len(server.requests) == 1
    shown = result.out.decode() + result.err
    assert all(secret not in shown for secret in ("s3cret-77", SIGN_IN[6:].decode()))


def test_hosts_may_be_reached_without_the_proxy(
    cli: Cli, proxy: Relay, server: RawServer, tmp_path: Path
) -> None:
    """Switches go over the settings: their proxy is not used, or not for this host."""
    settings(tmp_path, f'proxy = "manual"\nproxy_url = "http://127.0.0.1:{proxy.port}"\n')
    url = f"http://127.0.0.1:{server.port}/"
    proxy.seen.clear()
    with (tmp_path / "settings.toml").open("a") as file:
        file.write('proxy_exceptions = ""\n')
    assert cli("send", url).status == 1  # the proxy wants a sign-in
    assert len(proxy.seen) == 1
    assert cli("send", url, "--no-proxy", "10.0.0.0/8, 127.0.0.1").out == b"ok"
    assert cli("send", url, "--proxy", "none").out == b"ok"
    assert len(proxy.seen) == 1
    words = ("--proxy", f"127.0.0.1:{proxy.port}", "--no-proxy", "127.0.0.0/8")
    assert cli("send", url, *words).out == b"ok"
    assert len(proxy.seen) == 1


def test_the_proxy_of_the_system_is_used_when_it_is_asked_for(
    cli: Cli, proxy: Relay, server: RawServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", f"http://ada:s3cret-77@127.0.0.1:{proxy.port}")
    proxy.seen.clear()
    url = f"http://127.0.0.1:{server.port}/"
    assert cli("send", url).out == b"ok"
    assert proxy.seen == []
    assert cli("send", url, "--proxy", "system", "--no-proxy", "").out == b"ok"
    assert SIGN_IN in proxy.seen[0]


# --- words that are refused ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--key", "k.pem"], "--key goes with --cert"),
        (["--ca", ""], "--ca takes the name of a file"),
        (["--tls-min", "1.1"], "1.1"),
        (["--proxy", "http://ada:pw@proxy.test:3128"], "HTTPDESK_SECRET_PROXY_PASSWORD"),
        (["--proxy", "ada:pw@proxy.test"], "HTTPDESK_SECRET_PROXY_PASSWORD"),
        (["--proxy", "ftp://proxy.test"], "not http, https or socks5"),
        (["--proxy", "http://proxy.test:0"], "between 1 and 65535"),
        (["--full", "--json"], "either --full"),
        (["--base", "http://u:p@h/", "/x"], "The URL holds a password"),
    ],
)
def test_what_is_wrong_is_told_before_anything_is_sent(
    cli: Cli, words: list[str], told: str
) -> None:
    with RawServer(answering(response(b""))) as server:
        target = [] if "--base" in words else [f"http://127.0.0.1:{server.port}/"]
        result = cli("send", *target, *words)
    assert (result.status, result.out, server.requests) == (2, b"", [])
    assert told in result.err
    assert ":pw@" not in result.err
