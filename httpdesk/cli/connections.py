"""`httpdesk connections`: what there is, secrets, signing in and out, a try."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace
from typing import TypeVar

from httpdesk.cli.arguments import NetworkArguments, Parser, UsageError
from httpdesk.cli.beside import Beside, countdown
from httpdesk.cli.connection_secrets import connecting
from httpdesk.cli.exit_status import ExitStatus
from httpdesk.cli.facts import bodies_of
from httpdesk.cli.messages import describe
from httpdesk.cli.network import Network
from httpdesk.cli.output import open_standard_output
from httpdesk.cli.ports import CliPorts, Streams
from httpdesk.cli.prompt import CommandLinePrompt, is_interactive
from httpdesk.cli.request_messages import warning_sentence
from httpdesk.cli.terminal import printable, say
from httpdesk.engine.cancel import CancelToken
from httpdesk.engine.connect import connect, disconnect
from httpdesk.engine.connecting import Connecting
from httpdesk.engine.masking import Masker, secret_values
from httpdesk.engine.oauth import endpoint, missing_scopes
from httpdesk.engine.places import PASSPHRASE, PROXY_PASSWORD, approve, weaker_proof
from httpdesk.engine.ports import Progress, UserPrompt
from httpdesk.engine.send import SendContext, send
from httpdesk.engine.sign_in import SIGN_IN_SECONDS
from httpdesk.engine.tokens import BY_ITSELF, client_of
from httpdesk.model.auth import (
    ApiKeyAuth,
    AwsV4Auth,
    BasicAuth,
    BearerAuth,
    DigestAuth,
    NoAuth,
    OAuth1Auth,
    OAuth2Auth,
    needed_secrets,
    secret_names,
)
from httpdesk.model.connection import BrokenConnection, Connection, StoredConnection
from httpdesk.model.error_base import HttpDeskError
from httpdesk.model.errors import SecretsFailed, SignInFailed, StorageFailed, UnknownConnection
from httpdesk.model.exchange import Exchange
from httpdesk.model.oauth import Token
from httpdesk.model.request import Options, Request
from httpdesk.model.sign_in import SignInStep, StepKind

Value = TypeVar("Value")
_KINDS = {
    NoAuth: "no sign-in",
    ApiKeyAuth: "API key",
    BasicAuth: "Basic",
    BearerAuth: "Bearer token",
    DigestAuth: "Digest",
    OAuth1Auth: "OAuth 1.0a",
    AwsV4Auth: "AWS signature",
    OAuth2Auth: "OAuth 2.0",
}
_COMMANDS = ("list", "login", "logout", "test", "set-secret")
_MOST_SECRET = 64 * 1024
_CANCEL_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class _Words:
    command: str
    name: str
    secret: str
    root: str | None
    no_browser: bool
    weaker: bool


def run_connections(argv: Sequence[str], ports: CliPorts, streams: Streams) -> ExitStatus:
    """Do what the words behind `connections` say; raises UsageError and HttpDeskError."""
    words = _parse(argv, ports)
    with ExitStack() as stack:
        return _Run(words, ports, streams, stack).run()


def _parse(argv: Sequence[str], ports: CliPorts) -> _Words:
    parser = Parser(prog="httpdesk connections", add_help=False, allow_abbrev=False)
    parser.add_argument("words", nargs="*")
    parser.add_argument("--collection")
    parser.add_argument("--no-browser", action="store_true")
    parser.add_argument("--weaker", action="store_true")
    found = parser.parse_args(list(argv))
    command, *rest = found.words or ["list"]
    if command not in _COMMANDS:
        raise UsageError(f"{command!r} is none of {', '.join(_COMMANDS)}.")
    count = {"list": 0, "set-secret": 2}.get(command, 1)
    if len(rest) != count:
        wanted = ("nothing", "the name of a connection", "a connection and the name of a secret")
        raise UsageError(f"{command} takes {wanted[count]}.")
    name, secret = [*rest, "", ""][:2]
    root = ports.files.absolute(found.collection) if found.collection else None
    return _Words(command, name, secret, root, found.no_browser, found.weaker)


class _Run:
    """One command; the stack closes what it opens."""

    def __init__(self, words: _Words, ports: CliPorts, streams: Streams, stack: ExitStack) -> None:
        self._words = words
        self._ports = ports
        self._streams = streams
        self._network = Network(ports, NetworkArguments())
        self._transport = stack.enter_context(closing(ports.transport()))
        self._system = self._network.system_proxies()
        self._until: float | None = None
        """When the user's time to sign in is over, by `time.monotonic`."""
        self._connections = ports.connections(self._transport, self._system)
        self._connecting: Connecting = connecting(self._connections, ports, words.root)

    def run(self) -> ExitStatus:
        """Run the command."""
        if self._words.command == "list":
            return self._waited(lambda _: self._list(), CancelToken())
        stored = self._connections.store.find(self._words.name, self._words.root)
        if stored is None:
            raise UnknownConnection(self._words.name)
        commands: dict[str, Callable[[Connection], ExitStatus]] = {
            "login": self._log_in,
            "logout": self._log_out,
            "set-secret": self._set_secret,
            "test": self._test,
        }
        return commands[self._words.command](stored.connection)

    # Listing

    def _list(self) -> ExitStatus:
        places = (self._words.root, None) if self._words.root else (None,)
        lines: list[str] = []
        for place in places:
            lines += [self._line(each) for each in self._connections.store.list(place)]
        if lines:
            open_standard_output(self._streams.stdout).text(printable("\n".join(lines)) + "\n")
        else:
            self._say("There are no connections.")
        return ExitStatus.SUCCESS

    def _line(self, entry: StoredConnection | BrokenConnection) -> str:
        if isinstance(entry, BrokenConnection):
            return f"cannot be read\t{describe(entry.problem)}"
        place = "collection" if entry.root else "personal"
        try:
            found = self._connections.store.find(entry.connection.name, entry.root)
        except StorageFailed as problem:
            return f"cannot be used\t{describe(problem)}"
        connection = found.connection if found is not None else entry.connection
        kind = _KINDS[type(connection.auth)]
        state = self._state(connection)
        return f"{connection.name}\t{place}\t{kind}\t{connection.base_url}\t{state}"

    def _state(self, connection: Connection) -> str:
        """Return in a few words whether the connection can sign in."""
        try:
            if isinstance(connection.auth, OAuth2Auth):
                return self._token_state(connection, connection.auth)
            names = needed_secrets(connection.auth)
            missing = [each for each in names if self._connecting.secret(connection, each) is None]
        except SecretsFailed as error:
            return describe(error).partition("\n")[0]
        return f"no {missing[0]} yet" if missing else "ready"

    def _token_state(self, connection: Connection, auth: OAuth2Auth) -> str:
        assert self._connecting.tokens is not None
        token = self._connecting.tokens.stored(connection, self._connecting.secret)
        if token is None:
            return "gets a token by itself" if auth.grant in BY_ITSELF else "not signed in"
        if token.expires_at is None:
            return "signed in"
        minutes = round((token.expires_at - self._ports.clock.now().timestamp()) / 60)
        renews = ", is renewed" if token.refresh_token else ""
        return f"signed in, {minutes} min left{renews}" if minutes > 0 else f"expired{renews}"

    # Secrets

    def _set_secret(self, connection: Connection) -> ExitStatus:
        name = self._words.secret
        names = (*secret_names(connection.auth), PASSPHRASE, PROXY_PASSWORD)
        if name not in names:
            raise UsageError(f"{connection.name} has no secret {name!r}, but {', '.join(names)}.")
        value = self._typed(f"{name} of {connection.name}: ")
        if not value and name != "password":
            raise UsageError("Nothing was typed, and nothing was changed.")
        self._connections.keyring().keep(connection.secret(name), value)
        approve(connection, self._connections.records)
        self._say(f"The {name} of {connection.name} is kept.")
        return ExitStatus.SUCCESS

    def _typed(self, question: str) -> str:
        """Return what is typed unseen, or the first line of standard input, of a key all lines."""
        if is_interactive(self._streams):
            return self._ports.ask_secret(question)
        stdin = self._streams.stdin
        if stdin is None or stdin.closed:
            raise UsageError("The secret is read from standard input, which is closed.")
        line = stdin.readline(_MOST_SECRET)
        # A private key in PEM is the one secret with several lines.
        rest = stdin.read(_MOST_SECRET) if line.startswith("-----BEGIN ") else ""
        return (line + rest).rstrip("\r\n")

    def _log_out(self, connection: Connection) -> ExitStatus:
        refused = self._given_back(connection)
        self._waited(lambda _: self._forget(connection), CancelToken())
        self._say(f"Signed out of {connection.name}; its secrets are deleted.")
        if refused is not None:
            said = describe(refused).partition("\n")[0]
            self._say(f"Notice: the provider did not take the token back: {said}")
        return ExitStatus.SUCCESS

    def _forget(self, connection: Connection) -> None:
        keyring = self._connections.keyring()
        for name in (*secret_names(connection.auth), PASSPHRASE, PROXY_PASSWORD):
            keyring.forget(connection.secret(name))

    def _given_back(self, connection: Connection) -> HttpDeskError | None:
        """Let go of the token; return why the provider did not take it back."""
        if not isinstance(connection.auth, OAuth2Auth):
            return None
        cancel, network = CancelToken(), self._network.options()
        return self._waited(
            lambda prompt: disconnect(
                connection, self._connecting, self._connections, network, cancel, prompt=prompt
            ),
            cancel,
        )

    # Signing in

    def _log_in(self, connection: Connection) -> ExitStatus:
        auth = connection.auth
        if not isinstance(auth, OAuth2Auth):
            names = " or ".join(secret_names(auth)) or "nothing"
            raise UsageError(
                f"{connection.name} needs no sign-in in a browser, but {names}: see set-secret."
            )
        cancel = CancelToken()
        token = self._waited(lambda prompt: self._token(connection, cancel, prompt), cancel)
        self._tell_token(connection, auth, token)
        return ExitStatus.SUCCESS

    def _token(self, connection: Connection, cancel: CancelToken, prompt: UserPrompt) -> Token:
        ports = replace(self._connections, open_browser=self._open_page)
        assert isinstance(connection.auth, OAuth2Auth)
        return connect(
            connection,
            self._connecting,
            ports,
            self._network.options(),
            cancel,
            watch=self._tell_step,
            prompt=prompt,
            weaker=weaker_proof(connection.auth) if self._words.weaker else "",
        )

    def _open_page(self, url: str) -> bool:
        self._say(f"Sign in with a browser at {endpoint(url)}:\n{url}")
        opened = not self._words.no_browser and self._connections.open_browser(url)
        if not opened and not self._words.no_browser:
            self._say("No browser could be opened; open the URL yourself.")
        self._tell_wait(SIGN_IN_SECONDS)
        return opened

    def _tell_step(self, step: SignInStep) -> None:
        """Print what the user is to enter where; the other steps tell for themselves."""
        if step.kind is StepKind.SHOWED_CODE:
            self._say(f"Enter the code {step.user_code} at:\n{step.url}")
            self._tell_wait(step.seconds)

    def _tell_wait(self, seconds: float) -> None:
        self._until = time.monotonic() + seconds
        self._say(f"Waiting for {seconds / 60:.0f} minutes. Ctrl+C cancels.")

    def _tell_token(self, connection: Connection, auth: OAuth2Auth, token: Token) -> None:
        self._say(f"{connection.name}: {self._token_state(connection, auth)}.")
        refused = missing_scopes(token, client_of(connection, {}))
        if refused:
            self._say(f"Notice: the provider did not grant {', '.join(refused)}.")

    def _waited(self, work: Callable[[UserPrompt], Value], cancel: CancelToken) -> Value:
        """Return what `work` gives, which runs beside and may ask; Ctrl+C cancels it."""
        prompt = CommandLinePrompt(self._streams, self._ports.ask_secret, follow_with_body=False)
        beside = Beside(lambda: work(prompt))
        try:
            countdown(beside, lambda: self._until, self._streams.stderr, prompt.serve_next)
        except KeyboardInterrupt:
            cancel.cancel()
            beside.wait(_CANCEL_SECONDS)
            raise
        return beside.result()

    # Trying

    def _test(self, connection: Connection) -> ExitStatus:
        prompt = CommandLinePrompt(self._streams, self._ports.ask_secret, follow_with_body=False)
        options = Options(connection=connection.name, success="200-399")
        context = SendContext(
            transport=self._transport,
            clock=self._ports.clock,
            network=self._network.options(),
            system_proxies=self._system,
            prompt=prompt,
            connecting=self._connecting,
        )
        cancel = CancelToken()
        beside = Beside(lambda: _sent(options, context, cancel, prompt))
        try:
            prompt.serve()
            return self._tell_test(beside.result())
        except KeyboardInterrupt:
            cancel.cancel()
            beside.wait(_CANCEL_SECONDS)
            raise

    def _tell_test(self, exchange: Exchange) -> ExitStatus:
        """Print the status of the answer, or say why there is none."""
        for body in bodies_of(exchange):
            body.close()
        masker = Masker(secret_values(exchange.request, ()))
        for warning in exchange.request.warnings:
            self._say(f"Warning: {warning_sentence(warning)}")
        if exchange.response is not None:
            response = exchange.response
            status = f"{response.status_code} {response.reason_phrase}".rstrip()
            text = f"{status}  {exchange.elapsed_ms:.0f} ms  {endpoint(response.url)}"
            open_standard_output(self._streams.stdout).text(printable(masker.text(text)) + "\n")
        if exchange.error is not None:
            self._say(masker.text(describe(exchange.error)))
            refused = isinstance(exchange.error, SignInFailed | SecretsFailed)
            return ExitStatus.SIGN_IN if refused else ExitStatus.NO_RESPONSE
        return ExitStatus.SUCCESS if exchange.succeeded else ExitStatus.FAILED_RESPONSE

    def _say(self, text: str) -> None:
        say(self._streams.stderr, text)


def _sent(
    options: Options, context: SendContext, cancel: CancelToken, prompt: CommandLinePrompt
) -> Exchange:
    try:
        return send(Request(options=options), context, cancel, Progress())
    finally:
        prompt.end()
