"""Servers with TLS and certificates that are good, or wrong in one way.

authority = Authority(tmp_path)
with tls_server(authority.context("localhost")) as server:
    transport = RequestsTransport(tls=TlsContexts(ca_file=authority.ca_file))
"""

from __future__ import annotations

import ssl
from datetime import UTC, datetime
from pathlib import Path

import trustme

from tests.helpers.raw_server import Behaviour, RawServer, answering, response


class Authority:
    """A certificate authority of the test; `ca_file` is what a client has to trust."""

    def __init__(self, folder: Path) -> None:
        self._authority = trustme.CA()
        self.ca_file = folder / "authority.pem"
        self._authority.cert_pem.write_to_path(str(self.ca_file))

    def context(self, *names: str) -> ssl.SSLContext:
        """Return a server's context with a certificate for `names`."""
        return _server_context(self._authority.issue_cert(*names))

    def expired_context(self, *names: str) -> ssl.SSLContext:
        """Return a server's context with a certificate that ended with 2001."""
        return _server_context(
            self._authority.issue_cert(*names, not_after=datetime(2001, 12, 31, tzinfo=UTC))
        )


def _server_context(certificate: trustme.LeafCert) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(context)
    return context


def tls_server(context: ssl.SSLContext, behaviour: Behaviour | None = None) -> RawServer:
    """Return a server with TLS that answers `secure`, unless told otherwise."""
    return RawServer(behaviour or answering(response(b"secure")), tls=context)
