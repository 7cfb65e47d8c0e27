"""What the engine needs from the world for connections and sign-ins; adapters implement these."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any, Protocol

from httpdesk.engine.cancel import CancelToken

if TYPE_CHECKING:
    # Only in annotations: each class of values that is made costs time at the start.
    from httpdesk.model.connection import BrokenConnection, Connection, StoredConnection
    from httpdesk.model.connection_state import ConnectionRecord
    from httpdesk.model.oauth import DeviceCode, OAuthClient, Token
    from httpdesk.model.sign_in import AuthorizationAnswer


class ConnectionStore(Protocol):
    """Connections as files: a user's own, and those that a collection shares (storage.md).

    `root` is a collection's folder, None for personal connections. Every method raises
    StorageFailed.
    """

    def list(self, root: str | None) -> tuple[StoredConnection | BrokenConnection, ...]:
        """Return the connections of one place by name; a broken file is there with its problem."""

    def find(self, name: str, root: str | None) -> StoredConnection | None:
        """Return the collection's connection of this name, else the personal one, else None.

        Raises the problem of a broken file that may be the one.
        """

    def add(self, connection: Connection, root: str | None) -> StoredConnection:
        """Write a new file under a portable name; raises NameTaken for a name that is in use."""

    def save(self, stored: StoredConnection, connection: Connection) -> StoredConnection:
        """Change the file, and only what differs; raises FileChanged when it is another by now.

        With another name the file is renamed too; raises NameTaken.
        """

    def delete(self, stored: StoredConnection | BrokenConnection) -> bytes:
        """Delete the file; return what was in it. Raises FileChanged when it is another by now."""

    def put_back(self, stored: StoredConnection | BrokenConnection, data: bytes) -> None:
        """Write what `delete` returned to where it was; raises NameTaken where another is now."""


class ConnectionRecords(Protocol):
    """What the profile remembers of connections, by their ids; no secret. Raises StorageFailed."""

    def record(self, connection_id: str) -> ConnectionRecord:
        """Return what is remembered; `NO_RECORD` where nothing is, or it cannot be understood."""

    def keep(self, connection_id: str, record: ConnectionRecord) -> None:
        """Remember this in place of what was; URLs and codes of the steps are left out."""

    def forget(self, connection_id: str) -> None:
        """Remember nothing more; unknown ids are ignored."""


class PendingSignIn(Protocol):
    """A sign-in whose browser page is about to open."""

    @property
    def url(self) -> str:
        """What the browser opens."""

    @property
    def state(self) -> str:
        """What the answer has to bring back."""


class TokenEndpoint(Protocol):
    """What an OAuth client asks its provider for.

    Raises SignInFailed, and SendFailed where the provider could not be reached.
    """

    def begin(self, client: OAuthClient, redirect_uri: str) -> PendingSignIn:
        """Return the sign-in with the URL to open (statement 26)."""

    def exchange(self, client: OAuthClient, pending: Any, code: str) -> Token:
        """Return the token for an authorization code; `pending` is what `begin` returned."""

    def client_credentials(self, client: OAuthClient) -> Token:
        """Return a token for the client itself (statement 35)."""

    def password(self, client: OAuthClient) -> Token:
        """Return a token for a user name and a password (RFC 6749 section 4.3)."""

    def device_code(self, client: OAuthClient) -> DeviceCode:
        """Return the code that the user is to enter (RFC 8628 section 3.1)."""

    def device_token(self, client: OAuthClient, code: DeviceCode) -> Token:
        """Return the token, or raise SignInFailed whose `error` may say to ask again later."""

    def refresh(self, client: OAuthClient, token: Token) -> Token:
        """Return a newer token (statements 28 and 33)."""

    def revoke(self, client: OAuthClient, token: Token) -> None:
        """Give the token back, and what can renew it (RFC 7009)."""


class TokenLocks(Protocol):
    """Keeps two renewals of one connection apart, in this program and in others."""

    def hold(self, name: str, cancel: CancelToken) -> AbstractContextManager[None]:
        """Return a block that one holder of `name` is in at a time; raises SignInFailed.

        CANCELLED when the wait is cancelled, BUSY when it is too long.
        """


class SignInListener(Protocol):
    """Waits for the browser to come back; a block at whose start the port is opened."""

    def __enter__(self) -> SignInListener: ...

    def __exit__(self, *_exception: object) -> None: ...

    @property
    def redirect_uri(self) -> str:
        """Where the browser comes back to."""

    def wait(self, state: str, cancel: CancelToken, seconds: float = ...) -> AuthorizationAnswer:
        """Return the answer with this `state`; raises SignInFailed."""
