"""A provider and an API in one loopback server: tokens are counted, refused and renewed.

with TokenWorld() as world:
    ...  # world.url is the API's base URL, world.calls the bodies of the token calls
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable
from types import TracebackType
from urllib.parse import parse_qs

from tests.helpers.raw_server import RawServer, RecordingPeer, response


class TokenWorld:
    """Gives tokens `access-1`, `access-2` ...; the API takes those that are in `good`."""

    def __init__(self) -> None:
        self.calls: list[dict[str, str]] = []
        self.api: list[str] = []
        """The Authorization of each API call, empty for none."""
        self.heads: list[str] = []
        """The whole heads of the API calls."""
        self.good: set[str] = set()
        self.expires_in: int | None = 600
        self.gives_refresh = True
        self.accepts = True
        """Whether what is given is good, too."""
        self.error = ""
        """What the token endpoint answers instead of a token."""
        self.raw: bytes | None = None
        """What the token endpoint answers instead, byte for byte; nothing at all when empty."""
        self.on_api: Callable[[], None] = lambda: None
        self.on_token: Callable[[], None] = lambda: None
        """Called before each answer of the token endpoint."""
        self._lock = threading.Lock()
        self._server = RawServer(self._serve)

    @property
    def url(self) -> str:
        """The API's base URL."""
        return f"http://127.0.0.1:{self._server.port}/api"

    @property
    def token_url(self) -> str:
        """Where tokens come from."""
        return f"http://127.0.0.1:{self._server.port}/token"

    def __enter__(self) -> TokenWorld:
        self._server.__enter__()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.__exit__(kind, error, trace)

    def _serve(self, peer: RecordingPeer) -> None:
        while request := peer.read_request():
            head, _, body = request.decode().partition("\r\n\r\n")
            with self._lock:
                path = head.split(" ")[1]
                if path == "/device":
                    peer.send(self._code())
                else:
                    peer.send(self._token(body) if path == "/token" else self._answer(head))

    def _code(self) -> bytes:
        fields = {"device_code": "dev-CANARY", "user_code": "ABCD-1234", "interval": 0.1}
        page = {"verification_uri": "https://id.test/enter", "expires_in": 120}
        return response(json.dumps(fields | page).encode(), "Content-Type: application/json")

    def _token(self, body: str) -> bytes:
        self.calls.append({name: values[0] for name, values in parse_qs(body).items()})
        self.on_token()
        if self.raw is not None:
            return self.raw
        if self.error:
            return response(
                json.dumps({"error": self.error, "error_description": body}).encode(),
                "Content-Type: application/json",
                status="400 Bad Request",
            )
        number = len(self.calls)
        access = f"access-{number}-CANARY"
        if self.accepts:
            self.good.add(access)
        fields: dict[str, object] = {"access_token": access, "token_type": "Bearer"}
        if self.expires_in is not None:
            fields["expires_in"] = self.expires_in
        if self.gives_refresh:
            fields["refresh_token"] = f"refresh-{number}-CANARY"
        return response(json.dumps(fields).encode(), "Content-Type: application/json")

    def _answer(self, head: str) -> bytes:
        lines = [line for line in head.split("\r\n") if line.startswith("Authorization: ")]
        value = lines[0].partition(": ")[2] if lines else ""
        self.api.append(value)
        self.heads.append(head)
        self.on_api()
        good = not self.good.isdisjoint(re.split(r"[ =&\r\n]", head))
        return response(b"done") if good else response(b"no", status="401 Unauthorized")
