"""Reads the words behind `httpdesk send`; knows no file and no network."""

from __future__ import annotations

import argparse
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NoReturn

from httpdesk.model.network import TlsVersion
from httpdesk.model.paging import LARGEST_MOST, InvalidPageRule, parse_rule
from httpdesk.model.request import LONGEST_MS, MOST_RETRIES, ResponseType

Pair = tuple[str, str]

BODY_TYPES = ("text", "json", "xml", "form", "file", "graphql")
_FILE_OPTION = re.compile(r";(filename|type)=")
_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_DURATION = re.compile(r"([0-9]+(?:\.[0-9]+)?)(ms|s|m|min|h)?")
_UNITS = {"ms": 1, "s": 1000, "m": 60_000, "min": 60_000, "h": 3_600_000}


@dataclass(frozen=True, slots=True)
class FileArgument:
    """One `--file name=@path;filename=..;type=..`."""

    name: str
    path: str
    file_name: str = ""
    content_type: str = ""


@dataclass(frozen=True, slots=True)
class NetworkArguments:
    """What goes over the settings' proxy and TLS; None means that the option was not given."""

    ca: str | None = None
    cert: str | None = None
    key: str | None = None
    tls_min: TlsVersion | None = None
    proxy: str | None = None
    """A URL, `system` or `none`."""
    no_proxy: str | None = None


class UsageError(Exception):
    """The command line is wrong; the text says how, in a sentence."""


@dataclass(frozen=True, slots=True)
class SendArguments:
    """What the words said; None means that the option was not given."""

    method: str | None = None
    url: str = ""
    file: str | None = None
    """A request file, instead of method and URL."""
    connection: str | None = None
    """The name of a connection, or `none`."""
    collection: str | None = None
    """A collection's folder, whose connections come before the personal ones."""
    environment: str | None = None
    """The name of an environment of the collection."""
    allowed_system: tuple[str, ...] = ()
    """The names of variables of the system that files may fill in."""
    base: str | None = None
    """Where `url`, only a path then, starts."""
    headers: tuple[str, ...] = ()
    """`Name: value`, `@file` or `@-`."""
    removed_headers: tuple[str, ...] = ()
    """Names of automatic headers that are not sent."""
    params: tuple[Pair, ...] = ()
    data: tuple[str, ...] = ()
    """Text, `@file` or `@-`; with the body type form, one `name=value` each."""
    body_type: str | None = None
    graphql_variables: str | None = None
    form: tuple[Pair, ...] = ()
    files: tuple[FileArgument, ...] = ()
    variables: tuple[Pair, ...] = ()
    timeout_ms: int | None = None
    insecure: bool = False
    no_follow: bool = False
    no_cookies: bool = False
    max_redirects: int | None = None
    max_retries: int | None = None
    retry_delay_ms: int | None = None
    backoff: bool = False
    retry_all: bool = False
    retry_safe_only: bool = False
    retry_on_429: bool = False
    total_timeout_ms: int | None = None
    response_type: ResponseType | None = None
    success: str | None = None
    network: NetworkArguments = field(default_factory=NetworkArguments)
    follow_with_body: bool = False
    debug: bool = False
    full: bool = False
    wait: bool = False
    pages: bool = False
    most_pages: int | None = None
    page_rule: str | None = None
    include: bool = False
    output: str | None = None
    remote_name: bool = False
    """Save under the name that the server proposes."""
    resume: bool = False
    """Go on with the part of `output` that a download left."""
    force: bool = False
    """Save over an older file."""
    as_json: bool = False
    verbose: bool = False
    reveal: bool = False
    history: bool = True
    """Keep the send in the history."""
    preview: bool = False
    """Print what would be sent, and send nothing."""


def parse_send(argv: Sequence[str]) -> SendArguments:
    """Return the words behind `send` as values; raises UsageError."""
    found = _parser().parse_args(list(argv))
    if found.base is None:
        method, url, file = _target(found.target)
    else:
        (method, url), file = _path_target(found.target), None
    response_type = ResponseType(found.response_type) if found.response_type else None
    return SendArguments(
        method=method,
        url=url,
        file=file,
        base=found.base,
        connection=_connection(found.connection),
        collection=found.collection,
        environment=found.env,
        allowed_system=tuple(found.allow_env),
        headers=tuple(found.header),
        removed_headers=tuple(_header_name(text) for text in found.remove_header),
        params=tuple(_pair(text) for text in found.query),
        data=tuple(found.data),
        body_type=found.body_type,
        graphql_variables=found.variables,
        form=tuple(_named_pair("--form", text) for text in found.form),
        files=tuple(_file_argument(text) for text in found.file),
        variables=tuple(_named_pair("--var", text) for text in found.var),
        timeout_ms=_duration("--timeout", found.timeout),
        insecure=found.insecure,
        no_follow=found.no_follow,
        no_cookies=found.no_cookies,
        max_redirects=_count("--max-redirects", found.max_redirects),
        max_retries=_count("--max-retries", found.max_retries, MOST_RETRIES),
        retry_delay_ms=_duration("--retry-delay", found.retry_delay, LONGEST_MS),
        backoff=found.backoff,
        retry_all=found.retry_all,
        retry_safe_only=found.retry_safe_only,
        retry_on_429=found.retry_429,
        total_timeout_ms=_duration("--total-timeout", found.total_timeout, LONGEST_MS),
        response_type=response_type,
        success=found.success,
        network=_network(found),
        follow_with_body=found.follow_with_body,
        debug=found.debug,
        full=_full(found),
        wait=found.wait,
        pages=found.pages or found.max_pages is not None or found.page_rule is not None,
        most_pages=_count("--max-pages", found.max_pages, LARGEST_MOST),
        page_rule=_page_rule(found.page_rule),
        include=found.include,
        output=_output(found),
        remote_name=found.remote_name,
        resume=found.resume,
        force=found.force,
        as_json=found.json,
        verbose=found.verbose,
        reveal=found.reveal,
        preview=found.preview,
        history=not found.no_history,
    )


def parse_duration(text: str, option: str = "--timeout") -> int:
    """Return `500`, `500ms`, `30s`, `1.5s` or `1m` in milliseconds; raises UsageError."""
    match = _DURATION.fullmatch(text.strip())
    if match is None:
        raise UsageError(f"{option} takes milliseconds, or a time such as 30s or 1m, not {text!r}.")
    return round(float(match[1]) * _UNITS[match[2] or "ms"])


class Parser(argparse.ArgumentParser):
    """Raises instead of printing and leaving."""

    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{message[:1].upper()}{message[1:]}.")


def _parser() -> Parser:
    parser = Parser(prog="httpdesk send", add_help=False, allow_abbrev=False)
    parser.add_argument("target", nargs="*")
    for short, name in (("-H", "header"), ("-q", "query"), ("-d", "data")):
        parser.add_argument(short, f"--{name}", action="append", default=[])
    for name in ("--form", "--file", "--var", "--remove-header", "--allow-env"):
        parser.add_argument(name, action="append", default=[])
    parser.add_argument("--variables")
    parser.add_argument("--body-type", choices=BODY_TYPES)
    parser.add_argument("--response-type", choices=[kind.value for kind in ResponseType])
    for name in ("--timeout", "--total-timeout", "--max-redirects", "--success"):
        parser.add_argument(name)
    for name in ("--max-retries", "--retry-delay"):
        parser.add_argument(name)
    for name in ("--backoff", "--retry-all", "--retry-safe-only", "--retry-429"):
        parser.add_argument(name, action="store_true")
    parser.add_argument("-o", "--output")
    parser.add_argument("-O", "--remote-name", action="store_true")
    parser.add_argument("-C", "--continue", dest="resume", action="store_true")
    parser.add_argument("--force", action="store_true")
    parser.add_argument("-i", "--include", action="store_true")
    parser.add_argument("-v", "--verbose", action="store_true")
    for name in ("--insecure", "--no-follow", "--no-cookies", "--json", "--reveal", "--preview"):
        parser.add_argument(name, action="store_true")
    for name in ("--follow-with-body", "--debug", "--full", "--wait", "--pages", "--no-history"):
        parser.add_argument(name, action="store_true")
    for name in ("--base", "--connection", "--collection", "--ca", "--cert", "--key"):
        parser.add_argument(name)
    for name in ("--env", "--proxy", "--no-proxy", "--max-pages", "--page-rule"):
        parser.add_argument(name)
    parser.add_argument("--tls-min", choices=[version.value for version in TlsVersion])
    return parser


def _network(found: argparse.Namespace) -> NetworkArguments:
    if found.key is not None and found.cert is None:
        raise UsageError("--key goes with --cert, the certificate that it belongs to.")
    return NetworkArguments(
        ca=_file_name("--ca", found.ca),
        cert=_file_name("--cert", found.cert),
        key=_file_name("--key", found.key),
        tls_min=TlsVersion(found.tls_min) if found.tls_min else None,
        proxy=found.proxy,
        no_proxy=found.no_proxy,
    )


def _file_name(option: str, name: str | None) -> str | None:
    if name is not None and not name:
        raise UsageError(f"{option} takes the name of a file.")
    return name


def _page_rule(text: str | None) -> str | None:
    try:
        return None if text is None else str(parse_rule(text) or "")
    except InvalidPageRule:
        raise UsageError(
            f"--page-rule {text!r} is no rule. It is: link, url /next, cursor /meta/next after, "
            "page NAME or offset NAME."
        ) from None


def _connection(name: str | None) -> str | None:
    if name is not None and not name.strip():
        raise UsageError("--connection takes the name of a connection, or none.")
    return name


def _output(found: argparse.Namespace) -> str | None:
    """Return the file that is named; raises UsageError where it cannot be what is asked for."""
    name: str | None = found.output
    if found.remote_name and name is not None:
        raise UsageError("The file is named either by -o FILE or by the server, with -O.")
    saves_body = not (found.json or found.full or found.include)
    if (found.remote_name or found.resume) and not saves_body:
        raise UsageError("-O and -C save the body alone and go without -i, --full and --json.")
    if found.resume and (name is None or name == "-"):
        raise UsageError("-C goes on with a file and needs -o FILE.")
    return name


def _full(found: argparse.Namespace) -> bool:
    if found.full and found.json:
        raise UsageError("The output is either --full, the result, or --json, the exchange.")
    full: bool = found.full
    return full


def _target(words: list[str]) -> tuple[str | None, str, str | None]:
    """Return (method, URL, request file); one of the last two is given."""
    if not words:
        raise UsageError("A URL or a request file is missing.")
    if len(words) > 2:
        raise UsageError(f"There are {len(words)} words where METHOD and URL should be.")
    if len(words) == 2:
        return words[0], words[1], None
    if words[0].lower().endswith((".yml", ".yaml")) and "://" not in words[0]:
        return None, "", words[0]
    if words[0].isupper() and words[0].isalpha():
        raise UsageError(f"The URL is missing behind {words[0]}.")
    return None, words[0], None


def _path_target(words: list[str]) -> tuple[str | None, str]:
    """Return (method, path) behind `--base`; without a path the base is the URL."""
    if len(words) > 2:
        raise UsageError(f"There are {len(words)} words where METHOD and PATH should be.")
    if len(words) == 2:
        return words[0], words[1]
    if words and words[0].isupper() and words[0].isalpha():
        return words[0], ""
    return None, words[0] if words else ""


def _header_name(text: str) -> str:
    name = text.strip()
    if not _NAME.fullmatch(name):
        raise UsageError(f"--remove-header takes the name of a header, not {text!r}.")
    return name


def _pair(text: str) -> Pair:
    name, _, value = text.partition("=")
    return name, value


def _named_pair(option: str, text: str) -> Pair:
    name, equals, value = text.partition("=")
    if not name or not equals:
        raise UsageError(f"{option} takes name=value, not {text!r}.")
    return name, value


def _file_argument(text: str) -> FileArgument:
    name, _, rest = text.partition("=@")
    path, *options = _FILE_OPTION.split(rest)
    if not name or "=" in name or not path:
        raise UsageError(f"--file takes name=@path;filename=NAME;type=TYPE, not {text!r}.")
    given = dict(zip(options[::2], options[1::2], strict=True))
    return FileArgument(name, path, given.get("filename", ""), given.get("type", ""))


def _duration(option: str, text: str | None, most_ms: int | None = None) -> int | None:
    if text is None:
        return None
    found = parse_duration(text, option)
    if most_ms is not None and found > most_ms:
        raise UsageError(f"{option} is at most a day, not {text!r}.")
    return found


def _count(option: str, text: str | None, most: int = 99_999) -> int | None:
    if text is None:
        return None
    digits = text.isascii() and text.isdigit() and len(text) < 6
    if not digits:
        raise UsageError(f"{option} takes a whole number, not {text!r}.")
    if int(text) > most:
        raise UsageError(f"{option} takes a number from 0 to {most}, not {text!r}.")
    return int(text)
