"""The versions of requests, in a table of the database."""

from __future__ import annotations

from httpdesk.adapters.sqlite_file import SqliteFile
from httpdesk.engine.version_ports import MOST_CHARACTERS, MOST_VERSIONS
from httpdesk.formats import request_json
from httpdesk.model.errors import FileNotUnderstood
from httpdesk.model.request import Request
from httpdesk.model.version import Version, VersionReason


class VersionTables(SqliteFile):
    """Implements `VersionStore` on an open file."""

    def add_version(self, root: str, path: str, request: Request, reason: VersionReason) -> None:
        """Keep what the request was; nothing happens when its latest version is equal."""
        data = request_json.dump(request)
        with self.used() as connection:
            latest = connection.execute(
                "SELECT data FROM versions WHERE root = ? AND path = ? ORDER BY id DESC LIMIT 1",
                (_key(root), _key(path)),
            ).fetchone()
            if latest is not None and latest[0] == data:
                return
            connection.execute(
                "INSERT INTO versions (root, path, at, reason, data) VALUES (?, ?, ?, ?, ?)",
                (_key(root), _key(path), self._now().isoformat(), reason.value, data),
            )
            connection.execute(
                "DELETE FROM versions WHERE root = ?1 AND path = ?2 AND id NOT IN (SELECT id FROM "
                "versions WHERE root = ?1 AND path = ?2 ORDER BY id DESC LIMIT ?3)",
                (_key(root), _key(path), MOST_VERSIONS),
            )
            connection.execute(
                "DELETE FROM versions WHERE id IN (SELECT id FROM (SELECT id, sum(length(data)) "
                "OVER (ORDER BY id DESC) AS size FROM versions) WHERE size > ?)",
                (MOST_CHARACTERS,),
            )

    def versions(self, root: str, path: str) -> tuple[Version, ...]:
        """Return the versions of a request, the latest first; unreadable ones are left out."""
        with self.used() as connection:
            rows = connection.execute(
                "SELECT id, at, reason, data FROM versions WHERE root = ? AND path = ? "
                "ORDER BY id DESC",
                (_key(root), _key(path)),
            ).fetchall()
        return tuple(version for version in map(_version, rows) if version is not None)

    def move_versions(self, before: tuple[str, str], now: tuple[str, str]) -> None:
        """The request or folder at (root, path) `before` is at `now`; its versions follow."""
        (root, path), (new_root, new_path) = map(_keys, (before, now))
        with self.used() as connection:
            connection.execute(
                "UPDATE versions SET root = ?, path = ? || substr(path, ?) "
                "WHERE root = ? AND (path = ? OR substr(path, 1, ?) = ?)",
                (
                    new_root,
                    new_path,
                    len(path) + 1,
                    root,
                    path,
                    len(path) + 1,
                    f"{path}/",
                ),
            )


def _keys(place: tuple[str, str]) -> tuple[str, str]:
    return _key(place[0]), _key(place[1])


def _key(text: str) -> str:
    """Return a name that SQLite takes: one that is no Unicode stands in another writing."""
    return text.encode("utf-8", "backslashreplace").decode()


def _version(row: tuple[int, str, str, str]) -> Version | None:
    number, at, reason, data = row
    try:
        return Version(number, str(at), VersionReason(reason), request_json.load(data))
    except (ValueError, TypeError, FileNotUnderstood):
        return None
