"""What the engine needs from the world; adapters implement these."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from httpdesk.engine.cancel import CancelToken
from httpdesk.engine.waiting import RetryGate
from httpdesk.model.error_base import Phase
from httpdesk.model.response import Timings

if TYPE_CHECKING:
    # Only in annotations: each class of values that is made costs time at the start.
    from httpdesk.model.auth import Auth
    from httpdesk.model.cookies import Cookie, CookieReceipt
    from httpdesk.model.errors import HttpDeskError, StorageFailed, UploadReason
    from httpdesk.model.exchange import Exchange, RequestSigner, ResolvedRequest, ResolvedUrl
    from httpdesk.model.questions import EnterValues, Question
    from httpdesk.model.response import (
        Arrivals,
        BodyHandle,
        ConnectionFacts,
        InterimResponse,
        LengthDoubt,
    )
    from httpdesk.model.secrets import KeyringState, StoredSecret, VaultState


def _nobody_looks(_reply: Reply) -> None:
    """Take the head of an answer that is not shown while it arrives."""


@dataclass(slots=True)
class Progress:
    """Where a send is right now.

    The worker writes plain attributes, a timer of the face reads them (30 times a second at most);
    no lock is needed because each is one assignment.
    """

    phase: Phase = Phase.BLOCKED
    attempt: int = 1
    bytes_sent: int = 0
    bytes_to_send: int | None = None
    bytes_received: int = 0
    bytes_to_receive: int | None = None
    """From Content-Length; None while unknown."""
    attempts: int = 1
    """How many attempts there can be at most."""
    waiting_until: float | None = None
    """The `Clock.monotonic` time at which the next attempt starts; None outside of a wait."""
    page: int = 1
    """Which page of the answer is asked for, counted from 1."""
    waits_for_keyring: bool = False
    """Whether a secret is being read, for which the user may have to unlock the keyring."""
    gate: RetryGate = field(default_factory=RetryGate, repr=False, compare=False)
    """`gate.open()` is "Retry now"."""
    arriving: Exchange | None = field(default=None, repr=False, compare=False)
    """The send as it would end now, while the body of its answer arrives and its handle grows.

    It has the id of the exchange at the end. None before the head, and for answers that are only
    passed through: a redirect that is followed, an attempt that is repeated.
    """
    took_head: Callable[[Reply], None] = field(default=_nobody_looks, repr=False, compare=False)
    """The transport calls it once, with the answer as it stands when its final head is there."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What one request on the wire brought: an answer, an error, or both (a cut body)."""

    status_code: int | None = None
    reason_phrase: str = ""
    http_version: str = ""
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    body: BodyHandle | None = field(default=None, repr=False)
    raw_body: BodyHandle | None = field(default=None, repr=False)
    wire_size: int = 0
    bytes_sent: int = 0
    timings: Timings = field(default_factory=Timings)
    connection: ConnectionFacts | None = None
    error: HttpDeskError | None = None
    resent: bool = False
    """Whether it was sent a second time because a kept connection was found closed."""
    interim: tuple[InterimResponse, ...] = ()
    doubts: tuple[LengthDoubt, ...] = ()
    sent_head: bytes = field(default=b"", repr=False)
    """The head as it was written to the socket, of the last try."""
    sent_body: bytes = field(default=b"", repr=False)
    """The first `SENT_BODY_KEPT` bytes of the body as they were written."""
    arrivals: Arrivals | None = field(default=None, repr=False, compare=False)


class Transport(Protocol):
    """Sends one request and reads its answer; follows no redirect and retries nothing."""

    def send(
        self,
        request: ResolvedRequest,
        *,
        cancel: CancelToken,
        progress: Progress,
        deadline: float | None,
    ) -> Reply:
        """Return what came back; errors of the send are in the reply, never raised.

        `deadline` is a `Clock.monotonic` time in seconds at which the attempt is cut.
        """

    def close(self) -> None:
        """Close kept connections."""


class OpenUpload(Protocol):
    """A file that is being read."""

    def readinto(self, buffer: memoryview) -> int:
        """Fill the buffer as far as bytes are there; 0 at the end. Raises OSError."""

    def close(self) -> None:
        """Let the file go."""


class Upload(Protocol):
    """A readable file that can be opened any number of times, for retries and redirects."""

    @property
    def path(self) -> str:
        """The absolute path."""

    @property
    def size(self) -> int:
        """The number of bytes when it was found."""

    def open(self) -> OpenUpload:
        """Start to read it; raises OSError."""


class UploadFiles(Protocol):
    """The files that bodies name; knows where a relative path starts."""

    def find(self, path: str) -> Upload | None:
        """Return the file at `path`, None while it is not known yet.

        Raises UploadRefusedError.
        """


class UploadRefusedError(Exception):
    """A file cannot be sent: a reason, and the system's words for it."""

    def __init__(self, reason: UploadReason, detail: str = "") -> None:
        super().__init__(reason, detail)
        self.reason = reason
        self.detail = detail


class CookieJar(Protocol):
    """The cookies of one environment, in memory; may be used from several threads."""

    def header_for(self, url: ResolvedUrl) -> str:
        """Return the value of the Cookie header for a request to `url`; empty without cookies.

        RFC 6265 section 5.4: longer paths first, among equals the older one.
        """

    def receive(self, url: ResolvedUrl, set_cookie: Sequence[str]) -> CookieReceipt:
        """Take the Set-Cookie values of an answer from `url`, each by itself (section 5.3).

        Returns which were kept and which refused, in their order, each with the reason.
        """

    def cookies(self) -> tuple[Cookie, ...]:
        """Return what is in the jar and has not expired, by domain, path and name."""

    def put(self, cookie: Cookie) -> None:
        """Add a cookie, in place of the one with the same key."""

    def delete(self, cookies: Sequence[Cookie]) -> None:
        """Take these out; those that are not there are ignored."""


class CookieStore(Protocol):
    """The jars, each kept over a restart except its session cookies."""

    def jar(self, name: str) -> CookieJar:
        """Return the jar of this name, the same object each time.

        One that cannot be read from disk starts empty and `problem` says why: requests are sent
        whatever becomes of the cookies.
        """

    @property
    def problem(self) -> StorageFailed | None:
        """The last failure to read or to keep cookies, None when the last try succeeded."""

    def close(self) -> None:
        """Bring what is not yet on disk there."""


class SecretStore(Protocol):
    """Where secrets are kept, each under a name.

    Every call may wait for the user to unlock the store, and raises SecretsFailed.
    """

    def read(self, name: str) -> str | None:
        """Return the secret, None when there is none."""

    def knows(self, name: str) -> bool:
        """Return whether there is such a secret; it is not read. Raises StorageFailed."""

    def keep(self, name: str, value: str) -> None:
        """Keep the secret, in place of an older one."""

    def forget(self, name: str) -> None:
        """Let go of the secret; unknown names are ignored."""


class Signers(Protocol):
    """Makes what signs the requests of one send: Digest, OAuth 1.0a, AWS."""

    def __call__(self, auth: Auth, secrets: Mapping[str, str]) -> RequestSigner:
        """Return the signer; `secrets` has those that `auth` needs. Raises InvalidCredential."""


class SecretReader(Protocol):
    """What a send needs of the secrets."""

    def read(self, name: str) -> str | None:
        """Return the secret, None when there is none; raises SecretsFailed, StorageFailed."""


class SecretVault(Protocol):
    """The file that a passphrase encrypts; every method raises SecretsFailed and StorageFailed."""

    def state(self) -> VaultState:
        """Return whether there is a file, and whether it is locked."""

    def create(self, passphrase: str) -> None:
        """Make a file without secrets and leave it unlocked; raises NameTaken."""

    def unlock(self, passphrase: str) -> None:
        """Open the file for this run of the program; raises WRONG_PASSPHRASE."""

    def lock(self) -> None:
        """Let go of the key: the passphrase is needed again."""

    def change_passphrase(self, old: str, new: str) -> None:
        """Encrypt all secrets with another passphrase; raises WRONG_PASSPHRASE."""


class SecretPlaces(SecretStore, Protocol):
    """The secrets of the running program: in the keyring, an encrypted file, or for the session.

    `keep` uses the place that the user chose and nothing else; `read` finds what is in any.
    """

    @property
    def vault(self) -> SecretVault:
        """The encrypted file."""

    def at_hand(self, name: str) -> str | None:
        """Return what is kept for the session, without asking the keyring."""

    def keep_for_session(self, name: str, value: str) -> None:
        """Keep the secret until the program ends, as the user chose."""

    def stored(self) -> tuple[StoredSecret, ...]:
        """Return which secrets there are, without asking the keyring; raises StorageFailed."""

    def state(self) -> KeyringState:
        """Return how the keyring presents itself; reads no secret."""

    def check(self) -> str:
        """Write, read and delete a value that is no secret; return the keyring's name."""

    def patiently(self, cancel: CancelToken, waiting: Callable[[bool], None]) -> SecretReader:
        """Return a reader for one send.

        It calls `waiting` around each wait for the keyring, which a cancel ends.
        """


class UserPrompt(Protocol):
    """Asks the user; called on the worker thread of a send."""

    def ask(self, question: Question, cancel: CancelToken) -> bool:
        """Return whether the user agrees; False when the send is cancelled meanwhile."""


class ValuePrompt(Protocol):
    """Asks the user for values; called on the worker thread of a send."""

    def values(self, question: EnterValues, cancel: CancelToken) -> Mapping[str, str] | None:
        """Return label -> what was entered; None when the user does not want to send."""


class SystemProxies(Protocol):
    """The proxy settings of the operating system, and of the environment's variables."""

    def proxy_for(self, scheme: str, host: str, port: int) -> str:
        """Return the URL of the proxy to use, empty for none."""

    def describe(self) -> str:
        """Return in a few words what is set, without sign-ins; empty when nothing is."""


class Clock(Protocol):
    """Time, so that tests can hold it still."""

    def monotonic(self) -> float:
        """Return seconds that never run backwards."""

    def now(self) -> datetime:
        """Return the time of day, in UTC and with its time zone."""


class SampleServer(Protocol):
    """The test server inside the program."""

    def start(self) -> str:
        """Start if it is not running; return its base URL, such as `http://127.0.0.1:41234`."""

    def stop(self) -> None:
        """Stop it; nothing happens when it is not running."""
