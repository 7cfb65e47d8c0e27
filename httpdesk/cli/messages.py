"""Errors as the command line tells them: what happened, why, what left the computer, what to do.

Text of servers and systems is part of some sentences; `terminal.printable` makes it harmless.
"""

from __future__ import annotations

from collections.abc import Callable
from math import isfinite
from typing import Any

from httpdesk.cli.network_messages import NETWORK_MESSAGES
from httpdesk.cli.request_messages import REQUEST_MESSAGES
from httpdesk.cli.sign_in_messages import SIGN_IN_MESSAGES
from httpdesk.cli.tls_messages import TLS_MESSAGES
from httpdesk.cli.told import place_of, told
from httpdesk.engine.masking import mask_url
from httpdesk.model import errors
from httpdesk.model.errors import HttpDeskError, Phase, SendFailed, StorageFailed
from httpdesk.model.storage_errors import NEWER_VERSION
from httpdesk.render.units import format_duration, format_size

_PHASES = {
    Phase.BLOCKED: "before it began",
    Phase.DNS: "while the name was looked up",
    Phase.CONNECT: "while connecting",
    Phase.PROXY: "while connecting to the proxy",
    Phase.TLS: "during the TLS handshake",
    Phase.SEND: "while sending",
    Phase.WAIT: "while waiting for the answer",
    Phase.RECEIVE: "while the answer arrived",
}


def describe(error: HttpDeskError) -> str:
    """Return one to three lines about any of our errors."""
    return _MESSAGES[type(error)](error)


def _send_failed(error: SendFailed) -> str:
    return told(error, f"The request to {place_of(error)} failed {_PHASES[error.phase]}.")


def _name_lookup_failed(error: errors.NameLookupFailed) -> str:
    text = f"No address was found for {error.host or 'the host'}."
    return told(error, text, "Check the spelling, and whether this computer is online.")


def _connect_failed(error: errors.ConnectFailed) -> str:
    return told(error, f"No connection to {place_of(error)} came about.")


def _connection_refused(error: errors.ConnectionRefused) -> str:
    text = f"{place_of(error)} refused the connection: nothing listens there."
    return told(error, text, "Check the port, and whether the server is running.")


def _timed_out(error: errors.TimedOut) -> str:
    limit = format_duration(error.limit_ms)
    advice = "Allow more time with --timeout, such as --timeout 1m."
    text = (
        f"No whole answer from {place_of(error)} within {limit}; it was cut {_PHASES[error.phase]}."
    )
    if error.proxy:
        text = f"The proxy {error.proxy} did not let the request through within {limit}."
    return told(error, text, advice)


def _total_timed_out(error: errors.TotalTimedOut) -> str:
    limit = format_duration(error.limit_ms)
    advice = "Allow more time with --total-timeout, or fewer attempts with --max-retries."
    if error.between_attempts:
        text = f"The limit of {limit} in total leaves no time for another attempt."
    else:
        text = f"The limit of {limit} in total passed {_PHASES[error.phase]}."
    return told(error, text, advice)


def _retry_after_too_long(error: errors.RetryAfterTooLong) -> str:
    asked = format_duration(error.wait_s * 1000) if isfinite(error.wait_s) else "far too long"
    limit = format_duration(error.limit_s * 1000)
    text = (
        f"{place_of(error)} asks with Retry-After to wait {asked}; more than {limit} is not "
        "waited for."
    )
    return told(error, text, "Send it again by then.")


def _connection_closed(error: errors.ConnectionClosed) -> str:
    return told(error, f"{place_of(error)} closed the connection before it answered.")


def _malformed_response(error: errors.MalformedResponse) -> str:
    text = f"What {place_of(error)} answered is not HTTP."
    return told(error, text, "Check the port, and http:// against https://.")


def _head_too_large(error: errors.HeadTooLarge) -> str:
    text = f"{place_of(error)} sent more than {error.limit:,} {error.exceeded.value}."
    return told(error, text, "No more than that is read.")


def _malformed_body(error: errors.MalformedBody) -> str:
    return told(error, "The body comes in chunks that are broken; what came before is kept.")


def _incomplete_body(error: errors.IncompleteBody) -> str:
    of = "" if error.expected is None else f" of {error.expected:,}"
    return told(error, f"The body ended early: {error.received:,}{of} bytes arrived.")


def _upload_changed(error: errors.UploadChanged) -> str:
    reason = error.detail or "it changed"
    return told(error, f"{error.path} could not be sent to its end: {reason}.")


def _undecodable_body(error: errors.UndecodableBody) -> str:
    text = f"The body is not the {error.coding or 'compressed'} data that its header promises."
    return told(error, text, "The bytes are given as they came.")


def _body_too_large(error: errors.BodyTooLarge) -> str:
    text = f"The body grows beyond {format_size(error.limit)} when it is decoded."
    return told(error, text, "The bytes are given as they came.")


def _too_many_redirects(error: errors.TooManyRedirects) -> str:
    text = f"There were more than {error.limit} redirects."
    return told(error, text, "Allow more with --max-redirects, or see each with --no-follow.")


def _unsupported_challenge(error: errors.UnsupportedChallenge) -> str:
    asked = " ".join(part for part in (error.algorithm, error.qop and f"qop {error.qop}") if part)
    text = f"{error.host} asks for a kind of Digest that cannot be computed: {asked or 'none'}."
    return told(error, text, "MD5, MD5-sess, SHA-256 and SHA-512 can, with qop auth.")


def _invalid_redirect(error: errors.InvalidRedirect) -> str:
    text = (
        f"The redirect to {mask_url(error.location)!r} cannot be followed ({error.reason.value})."
    )
    return told(error, text, "See the redirect itself with --no-follow --include.")


def _cancelled(error: errors.Cancelled) -> str:
    when = "in the wait for the next attempt" if error.between_attempts else _PHASES[error.phase]
    return told(error, f"Cancelled {when}.")


def _storage_failed(error: StorageFailed) -> str:
    return f"{error.path}: {error.detail or 'cannot be read or written'}."


def _file_unreadable(error: errors.FileUnreadable) -> str:
    return f"{error.path} cannot be read: {error.detail or 'it is gone, or no regular file'}."


def _file_not_understood(error: errors.FileNotUnderstood) -> str:
    if error.reason == NEWER_VERSION:
        return f"A later version of HTTPDesk wrote {error.path}. It was not changed."
    place = f", line {error.line}" if error.line else ""
    column = f", column {error.column}" if error.line and error.column else ""
    reason = error.reason or error.detail or "its content is not understood"
    return f"{error.path}{place}{column}: {reason}."


def _conflict_markers(error: errors.ConflictMarkers) -> str:
    return (
        f"{error.path}, line {error.line}: the file holds the conflict markers of an unfinished "
        "merge.\nResolve them in an editor first."
    )


def _file_unwritable(error: errors.FileUnwritable) -> str:
    return f"{error.path} cannot be written: {error.detail or 'it is read-only'}."


def _disk_full(error: errors.DiskFull) -> str:
    needed = f" {format_size(error.needed)} are needed." if error.needed else ""
    return f"There is no room left for {error.path}.{needed} An older file is unchanged."


def _file_changed(error: errors.FileChanged) -> str:
    return f"{error.path} was changed by somebody else meanwhile. Nothing was overwritten."


def _name_taken(error: errors.NameTaken) -> str:
    return f"{error.path} is there already. Nothing was overwritten."


def _unsafe_path(error: errors.UnsafePath) -> str:
    return (
        f"{error.path} cannot be used: it leaves the collection folder, is a symbolic link, "
        "or is too long."
    )


def _offload_failed(error: errors.OffloadFailed) -> str:
    detail = f" ({error.detail})" if error.detail else ""
    return f"The body could not be worked through: {error.fault.value}{detail}."


_MESSAGES: dict[type, Callable[[Any], str]] = {
    **REQUEST_MESSAGES,
    **NETWORK_MESSAGES,
    **SIGN_IN_MESSAGES,
    **TLS_MESSAGES,
    errors.SendFailed: _send_failed,
    errors.NameLookupFailed: _name_lookup_failed,
    errors.ConnectFailed: _connect_failed,
    errors.ConnectionRefused: _connection_refused,
    errors.TimedOut: _timed_out,
    errors.TotalTimedOut: _total_timed_out,
    errors.RetryAfterTooLong: _retry_after_too_long,
    errors.ConnectionClosed: _connection_closed,
    errors.UploadChanged: _upload_changed,
    errors.MalformedResponse: _malformed_response,
    errors.HeadTooLarge: _head_too_large,
    errors.MalformedBody: _malformed_body,
    errors.IncompleteBody: _incomplete_body,
    errors.UndecodableBody: _undecodable_body,
    errors.BodyTooLarge: _body_too_large,
    errors.TooManyRedirects: _too_many_redirects,
    errors.UnsupportedChallenge: _unsupported_challenge,
    errors.InvalidRedirect: _invalid_redirect,
    errors.Cancelled: _cancelled,
    errors.StorageFailed: _storage_failed,
    errors.FileUnreadable: _file_unreadable,
    errors.FileNotUnderstood: _file_not_understood,
    errors.ConflictMarkers: _conflict_markers,
    errors.FileUnwritable: _file_unwritable,
    errors.DiskFull: _disk_full,
    errors.FileChanged: _file_changed,
    errors.NameTaken: _name_taken,
    errors.UnsafePath: _unsafe_path,
    errors.OffloadFailed: _offload_failed,
}
