"""Messages for files and folders that could not be read or written."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QCoreApplication

from httpdesk.gui.messages.base import (
    OVERWRITE,
    RELOAD,
    Message,
    Remedy,
    save_as,
    try_again,
)
from httpdesk.model import errors
from httpdesk.model.errors import StorageFailed
from httpdesk.model.storage_errors import NEWER_VERSION
from httpdesk.render.units import format_size

translate = QCoreApplication.translate


def _storage_failed(error: StorageFailed) -> Message:
    return Message(
        translate("Messages", "A file couldn't be read or written"),
        translate("Messages", "{0}. Your work is kept here.").format(error.path),
        (try_again(),),
        pill=translate("Messages", "File error"),
    )


def _file_unreadable(error: errors.FileUnreadable) -> Message:
    return Message(
        translate("Messages", "Can't read this file"),
        translate("Messages", "{0} is gone, is no ordinary file, or may not be read.").format(
            error.path
        ),
        (try_again(),),
        pill=translate("Messages", "Can't read"),
    )


def _newer_file(error: errors.FileNotUnderstood) -> Message:
    return Message(
        translate("Messages", "A later version of HTTPDesk wrote this file"),
        translate(
            "Messages",
            "{0} was not changed. Use that version: this one keeps nothing of what you do in it.",
        ).format(error.path),
        pill=translate("Messages", "Newer file"),
    )


def _file_not_understood(error: errors.FileNotUnderstood) -> Message:
    if error.reason == NEWER_VERSION:
        return _newer_file(error)
    place = error.path
    if error.line:
        place = translate("Messages", "{0}, line {1}, column {2}").format(
            error.path, error.line, error.column
        )
    return Message(
        translate("Messages", "Can't understand this file"),
        translate("Messages", "{0}: {1}. The file was not changed.").format(
            place, error.reason or translate("Messages", "it holds no request")
        ),
        (Remedy(RELOAD, translate("Messages", "Read again")),),
        pill=translate("Messages", "Not understood"),
    )


def _conflict_markers(error: errors.ConflictMarkers) -> Message:
    return Message(
        translate("Messages", "This file has an unfinished merge"),
        translate(
            "Messages",
            "{0} holds conflict markers from line {1} on. Open a request's file in the tree to "
            "merge it here, any other in an editor. The file was not changed.",
        ).format(error.path, error.line),
        (Remedy(RELOAD, translate("Messages", "Read again")),),
        pill=translate("Messages", "Merge conflict"),
    )


def _file_unwritable(error: errors.FileUnwritable) -> Message:
    return Message(
        translate("Messages", "Can't write this file"),
        translate(
            "Messages",
            "{0} or its folder is read-only. The file was not changed, and your edits are kept.",
        ).format(error.path),
        (save_as(), try_again()),
        pill=translate("Messages", "Read-only"),
    )


def _disk_full(error: errors.DiskFull) -> Message:
    needed = ""
    if error.needed:
        needed = " " + translate("Messages", "{0} more is needed.").format(
            format_size(error.needed)
        )
    text = translate(
        "Messages", "{0} was not saved. The file is as it was, and your edits are kept."
    ).format(error.path)
    return Message(
        translate("Messages", "The disk is full"),
        text + needed,
        (try_again(), save_as()),
        pill=translate("Messages", "Disk full"),
    )


def _file_changed(error: errors.FileChanged) -> Message:
    return Message(
        translate("Messages", "The file changed outside HTTPDesk"),
        translate(
            "Messages", "{0} is not the file that was opened. Nothing was overwritten."
        ).format(error.path),
        (
            save_as(),
            Remedy(RELOAD, translate("Messages", "Show the file's version")),
            Remedy(OVERWRITE, translate("Messages", "Overwrite it")),
        ),
        pill=translate("Messages", "File changed"),
    )


def _name_taken(error: errors.NameTaken) -> Message:
    return Message(
        translate("Messages", "This name is taken"),
        translate("Messages", "There is already {0}. Choose another name.").format(error.path),
        (save_as(),),
        pill=translate("Messages", "Name taken"),
    )


def _unsafe_path(error: errors.UnsafePath) -> Message:
    return Message(
        translate("Messages", "This place can't be used"),
        translate(
            "Messages",
            "{0} leads out of the collection folder, is a symbolic link, or is too long. "
            "Nothing was written.",
        ).format(error.path),
        (save_as(),),
        pill=translate("Messages", "Unsafe path"),
    )


STORAGE_MESSAGES: dict[type, Callable[[Any], Message]] = {
    errors.StorageFailed: _storage_failed,
    errors.FileUnreadable: _file_unreadable,
    errors.FileNotUnderstood: _file_not_understood,
    errors.ConflictMarkers: _conflict_markers,
    errors.FileUnwritable: _file_unwritable,
    errors.DiskFull: _disk_full,
    errors.FileChanged: _file_changed,
    errors.NameTaken: _name_taken,
    errors.UnsafePath: _unsafe_path,
}
