"""`httpdesk doctor`: what is wrong with the program, its files and collections, in words."""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import closing

from httpdesk.cli.arguments import Parser
from httpdesk.cli.exit_status import ExitStatus
from httpdesk.cli.messages import describe
from httpdesk.cli.output import Output, open_standard_output
from httpdesk.cli.ports import CliPorts, Streams
from httpdesk.cli.terminal import printable
from httpdesk.engine.doctor import Patient, examine
from httpdesk.engine.ports import Transport
from httpdesk.formats.portable_names import is_portable, key
from httpdesk.model.health import Finding, FindingKind, Health
from httpdesk.render.units import format_size

_MARKS = {Health.GOOD: "ok   ", Health.NOTE: "note ", Health.FAULT: "FAULT"}


def run_doctor(argv: Sequence[str], ports: CliPorts, streams: Streams) -> ExitStatus:
    """Print what is found; FILE when something is wrong. Raises UsageError."""
    parser = Parser(prog="httpdesk doctor", add_help=False, allow_abbrev=False)
    parser.add_argument("folders", nargs="*")
    parser.add_argument("--json", action="store_true")
    words = parser.parse_args(list(argv))
    roots = tuple(ports.files.absolute(each) for each in words.folders)
    output = open_standard_output(streams.stdout)
    found = []
    with closing(ports.transport()) as transport:
        for finding in examine(_patient(ports, transport), roots):
            found.append(finding)
            if not words.json:
                output.text(f"{_MARKS[finding.kind.health]} {printable(sentence(finding))}\n")
    if words.json:
        _print_json(found, output)
    faults = sum(finding.kind.health is Health.FAULT for finding in found)
    if not words.json:
        output.text(f"\n{_sum(faults)}\n")
    return ExitStatus.FILE if faults else ExitStatus.SUCCESS


def _patient(ports: CliPorts, transport: Transport) -> Patient:
    return Patient(
        own=ports.own_health,
        secrets=ports.secrets(),
        proxies=ports.system_proxies(),
        left_overs=ports.left_overs,
        environments=ports.environments(),
        connections=ports.connections(transport, None).store,
        collections=ports.collections(),
        same_name=key,
        portable=is_portable,
    )


def _print_json(found: list[Finding], output: Output) -> None:
    rows = [
        {
            "kind": finding.kind.value,
            "health": finding.kind.health.value,
            "subject": finding.subject,
            "text": sentence(finding),
        }
        for finding in found
    ]
    output.text(json.dumps(rows, indent=2) + "\n")


def _sum(faults: int) -> str:
    if not faults:
        return "Nothing is wrong."
    return "One thing is wrong." if faults == 1 else f"{faults} things are wrong."


def sentence(finding: Finding) -> str:
    """Return what a finding says, and what to do about it."""
    if finding.kind is FindingKind.LITTLE_SPACE:
        left = format_size(int(finding.detail))
        return f"Only {left} are left where {finding.subject} is. Large bodies may find no room."
    if finding.error is not None and finding.kind is not FindingKind.KEYRING_MISSING:
        return describe(finding.error)
    if finding.kind is FindingKind.CONNECTIONS and finding.subject:
        return f"{finding.subject} shares {finding.detail} connections"
    return _SENTENCES[finding.kind].format(finding.subject, finding.detail).rstrip()


_SENTENCES = {
    FindingKind.VERSION: "{0} {1}",
    FindingKind.BROKEN_VERSION: "{0} {1} ends the program on this version of Python. "
    "Install another version of it, from 6.8 to 6.11.",
    FindingKind.FOLDER: "{0} can be written, by you alone",
    FindingKind.FOLDER_UNWRITABLE: "{0} cannot be written. {1} Nothing that you type is kept.",
    FindingKind.FOLDER_OPEN: "{0} can be read by others (mode {1}). Take that away: "
    "chmod 700 on the folder.",
    FindingKind.OWN_FILE: "{0} is whole",
    FindingKind.OWN_FILE_DAMAGED: "{0} is damaged: {1}. The window sets it aside and starts anew.",
    FindingKind.OWN_FILE_NEWER: "{0} was changed by a later HTTPDesk. Use that version.",
    FindingKind.OWN_FILE_BUSY: "{0} is in use by another program: {1}",
    FindingKind.SET_ASIDE: "{0} was set aside, or kept before an upgrade. "
    "Delete it when you miss nothing.",
    FindingKind.LEFT_OVER: "{0} is left of a save that was interrupted. "
    "It goes by itself after an hour.",
    FindingKind.KEYRING: "Secrets are kept in {0}",
    FindingKind.KEYRING_LOCKED: "{0} is locked. You are asked when a secret is needed.",
    FindingKind.KEYRING_MISSING: "There is no system keyring. Secrets can be kept for the session, "
    "or in a file that a passphrase encrypts.",
    FindingKind.NO_PROXY: "The system names no proxy",
    FindingKind.PROXY: "The system names a proxy, which is used when the settings say so: {1}",
    FindingKind.CONNECTIONS: "{1} connections of your own",
    FindingKind.ENVIRONMENTS: "{0} has {1} environments",
    FindingKind.COLLECTION: "{0} is a collection of {1} requests",
    FindingKind.BROKEN_FILE: "{0} cannot be read. {1}",
    FindingKind.NAMES_ALIKE: "{0} and {1} are one file on Windows and macOS. Rename one.",
    FindingKind.NAME_NOT_PORTABLE: "{0} cannot be checked out on every system. Rename it.",
}
