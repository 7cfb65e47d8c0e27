"""`httpdesk env`: the environments of a collection, shown and changed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass, replace

from httpdesk.cli.arguments import Parser, UsageError
from httpdesk.cli.exit_status import ExitStatus
from httpdesk.cli.messages import describe
from httpdesk.cli.output import open_standard_output
from httpdesk.cli.ports import CliPorts, Streams
from httpdesk.cli.prompt import is_interactive
from httpdesk.cli.terminal import one_line, say
from httpdesk.engine.environment_ports import WORKSPACE, secret_name
from httpdesk.engine.masking import MASK, is_credential_key
from httpdesk.engine.scopes import find_environment
from httpdesk.model.environment import Environment, LoadedEnvironment, Variable
from httpdesk.model.errors import UnknownEnvironment

_COMMANDS = {
    "list": (0, 0, "nothing"),
    "show": (1, 1, "the name of an environment"),
    "set": (2, 1000, "the name of an environment and VARIABLE=VALUE"),
    "unset": (2, 1000, "the name of an environment and of variables"),
    "copy": (2, 2, "the name of an environment and of the new one"),
    "new": (1, 1, "the name of the new environment"),
}
_WITHOUT_WORKSPACE = ("list", "copy", "new")
_MOST_SECRET = 64 * 1024


@dataclass(frozen=True, slots=True)
class _Words:
    command: str
    name: str
    rest: tuple[str, ...]
    root: str
    secret: bool


def run_env(argv: Sequence[str], ports: CliPorts, streams: Streams) -> ExitStatus:
    """Do what the words behind `env` say; raises UsageError and HttpDeskError."""
    words = _parse(argv, ports)
    run = _Run(words, ports, streams)
    commands = {
        "list": run.show_all,
        "show": run.show,
        "set": run.set_secret if words.secret else run.set_values,
        "unset": run.unset,
        "copy": run.copy,
        "new": run.new,
    }
    return commands[words.command]()


def _parse(argv: Sequence[str], ports: CliPorts) -> _Words:
    parser = Parser(prog="httpdesk env", add_help=False, allow_abbrev=False)
    parser.add_argument("words", nargs="*")
    parser.add_argument("--collection")
    parser.add_argument("--workspace", action="store_true")
    parser.add_argument("--secret", action="store_true")
    found = parser.parse_intermixed_args(list(argv))
    command, *rest = found.words or ["list"]
    if command not in _COMMANDS:
        raise UsageError(f"{command!r} is none of {', '.join(_COMMANDS)}.")
    if found.workspace and command in _WITHOUT_WORKSPACE:
        raise UsageError(f"{command} is about a collection and goes without --workspace.")
    if found.secret and command != "set":
        raise UsageError("--secret goes with set.")
    fewest, most, wanted = _COMMANDS[command]
    rest = ["", *rest] if found.workspace else rest
    named = all(word.strip() for word in rest[1 if found.workspace else 0 :])
    if not fewest <= len(rest) <= most or not named:
        raise UsageError(f"{command} takes {wanted}.")
    root = WORKSPACE if found.workspace else ports.files.absolute(found.collection or ".")
    name = rest[0] if rest else ""
    return _Words(command, name, tuple(rest[1:]), root, found.secret)


class _Run:
    """One command."""

    def __init__(self, words: _Words, ports: CliPorts, streams: Streams) -> None:
        self._words = words
        self._ports = ports
        self._streams = streams
        self._store = ports.environments()

    # Showing

    def show_all(self) -> ExitStatus:
        """Print the names; broken files are named on standard error and end in FILE."""
        found = self._store.environments(self._words.root)
        broken = [each for each in found if each.problem is not None]
        self._print(_line(each.environment) for each in found if each.problem is None)
        for each in broken:
            assert each.problem is not None
            say(self._streams.stderr, describe(each.problem))
        if not found:
            say(self._streams.stderr, "There are no environments.")
        return ExitStatus.FILE if broken else ExitStatus.SUCCESS

    def show(self) -> ExitStatus:
        """Print the variables, one on a line; values of secrets are never read."""
        environment = self._loaded().environment
        facts = (("starts from", environment.extends), (".env file", environment.dotenv))
        for label, text in facts:
            if text:
                say(self._streams.stderr, f"{label}: {text}")
        if environment.protected:
            say(self._streams.stderr, "It is protected.")
        self._print(self._shown(environment, each) for each in environment.variables)
        return ExitStatus.SUCCESS

    def _shown(self, environment: Environment, variable: Variable) -> str:
        value = variable.value
        if variable.secret:
            kept = self._ports.secrets().knows(self._kept_as(environment, variable.name))
            value = f"{MASK} (secret)" if kept else "(secret, without a value here)"
        elif is_credential_key(variable.name) and value:
            value = MASK
        off = "" if variable.enabled else "  (off)"
        return f"{variable.name}={value}{off}"

    # Changing

    def set_values(self) -> ExitStatus:
        """Set plain variables; raises UsageError for what is, or seems to be, a secret."""
        loaded = self._loaded()
        rows = list(loaded.environment.variables)
        for word in self._words.rest:
            name, equals, value = word.partition("=")
            if not name or not equals:
                raise UsageError(f"set takes VARIABLE=VALUE, or VARIABLE --secret, not {word!r}.")
            at = _position(rows, name)
            if (at is not None and rows[at].secret) or (value and is_credential_key(name)):
                raise UsageError(
                    f"{name} is a secret by its name or in the file, and other users of this "
                    f"computer can read command lines.\nGive {name} --secret: you are asked for "
                    "the value, or standard input is read."
                )
            _put(rows, at, Variable(name, value))
        return self._save(loaded, rows)

    def set_secret(self) -> ExitStatus:
        """Keep the value of a secret, and name it in the file where it is new there."""
        loaded = self._loaded()
        (name, *more) = self._words.rest
        if more or "=" in name:
            raise UsageError("set --secret takes the name of one variable, and no value.")
        value = self._typed(f"{name} of {self._words.name or 'the workspace'}: ")
        if not value:
            raise UsageError("Nothing was typed, and nothing was changed.")
        kept_as = self._kept_as(loaded.environment, name)
        self._ports.secrets().keep(kept_as, value)
        with closing(self._ports.transport()) as transport:
            # What is typed anew belongs to the server that it goes to next.
            self._ports.connections(transport, None).records.forget(kept_as)
        rows = list(loaded.environment.variables)
        at = _position(rows, name)
        if at is None or not rows[at].secret:
            _put(rows, at, Variable(name, secret=True))
            self._save(loaded, rows)
        say(self._streams.stderr, f"The value of {name} is kept.")
        return ExitStatus.SUCCESS

    def unset(self) -> ExitStatus:
        """Take variables out, the values of secrets too."""
        loaded = self._loaded()
        rows = list(loaded.environment.variables)
        missing = [each for each in self._words.rest if _position(rows, each) is None]
        if missing:
            raise UsageError(f"There is no variable {missing[0]!r}; nothing was changed.")
        names = set(self._words.rest)
        status = self._save(loaded, [each for each in rows if each.name not in names])
        for each in dict.fromkeys(row.name for row in rows if row.secret and row.name in names):
            self._ports.secrets().forget(self._kept_as(loaded.environment, each))
        return status

    def copy(self) -> ExitStatus:
        """Write another environment with the same variables; secrets have no values in it."""
        environment = self._loaded().environment
        (name,) = self._words.rest
        made = self._store.create(self._words.root, replace(environment, name=name))
        self._print([made.path])
        secret = [each.name for each in environment.variables if each.secret]
        if secret:
            say(self._streams.stderr, f"Its secrets have no value yet: {', '.join(secret)}.")
        return ExitStatus.SUCCESS

    def new(self) -> ExitStatus:
        """Write an environment without variables."""
        made = self._store.create(self._words.root, Environment(self._words.name))
        self._print([made.path])
        return ExitStatus.SUCCESS

    # Inside

    def _loaded(self) -> LoadedEnvironment:
        found = self._store.environments(self._words.root)
        one = (
            found[0] if self._words.root == WORKSPACE else find_environment(found, self._words.name)
        )
        if one is None:
            raise UnknownEnvironment(
                self._words.name, known=tuple(each.environment.name for each in found)
            )
        if one.problem is not None:
            raise one.problem
        return one

    def _kept_as(self, environment: Environment, name: str) -> str:
        return secret_name(self._words.root, environment.name, name)

    def _save(self, loaded: LoadedEnvironment, rows: Sequence[Variable]) -> ExitStatus:
        self._store.save(loaded, replace(loaded.environment, variables=tuple(rows)))
        return ExitStatus.SUCCESS

    def _typed(self, question: str) -> str:
        """Return what is typed unseen, or the first line of standard input."""
        if is_interactive(self._streams):
            return self._ports.ask_secret(question)
        stdin = self._streams.stdin
        if stdin is None or stdin.closed:
            raise UsageError("The secret is read from standard input, which is closed.")
        return stdin.readline(_MOST_SECRET).rstrip("\r\n")

    def _print(self, lines: Iterable[str]) -> None:
        text = "".join(f"{one_line(line)}\n" for line in lines)
        if text:
            open_standard_output(self._streams.stdout).text(text)


def _line(environment: Environment) -> str:
    return f"{environment.name}{'  (protected)' if environment.protected else ''}"


def _position(rows: Sequence[Variable], name: str) -> int | None:
    """Return where the variable of this name is that counts: the last one that is on."""
    found = [at for at, row in enumerate(rows) if row.name == name]
    enabled = [at for at in found if rows[at].enabled]
    best = enabled or found
    return best[-1] if best else None


def _put(rows: list[Variable], at: int | None, variable: Variable) -> None:
    """Change a row, whose type and description stay, or add one."""
    if at is None:
        rows.append(variable)
        return
    rows[at] = replace(rows[at], value=variable.value, secret=variable.secret, enabled=True)
