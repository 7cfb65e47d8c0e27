"""What the profile remembers of connections (ui.md 3.8): facts, and never a secret."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from httpdesk.adapters.connection_records import StoredRecords
from httpdesk.adapters.database import Database
from httpdesk.model.connection_state import NO_RECORD, ConnectionRecord, TokenFacts
from httpdesk.model.sign_in import SignInStep, StepKind

AT = datetime(2024, 5, 1, 12, 0, tzinfo=UTC)
TOKEN = TokenFacts(100.0, 3700.0, True, "read", "read write", "ann")
STEP = SignInStep(StepKind.GOT_TOKEN, AT, 12.5, seconds=300.0)


@pytest.fixture
def database(tmp_path: Path) -> Database:
    return Database(tmp_path / "httpdesk.db")


@pytest.fixture
def records(database: Database) -> StoredRecords:
    return StoredRecords(lambda: database)


def test_a_record_outlives_the_program(records: StoredRecords, database: Database) -> None:
    """Token and steps come back as they were, after the file was closed."""
    kept = ConnectionRecord(TOKEN, (STEP,))
    records.keep("one", kept)
    database.close()
    assert records.record("one") == kept
    assert records.record("other") == NO_RECORD


def test_addresses_and_codes_of_steps_are_not_kept(
    records: StoredRecords, database: Database, tmp_path: Path
) -> None:
    """The URL has the state, and a user code signs somebody in: no byte of them is in the file."""
    step = SignInStep(
        StepKind.SHOWED_CODE, AT, url="https://id.test/?state=planted", user_code="WDJB-MJHT"
    )
    records.keep("one", ConnectionRecord(None, (step,)))
    database.close()
    assert records.record("one").steps == (SignInStep(StepKind.SHOWED_CODE, AT),)
    data = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert b"planted" not in data
    assert b"WDJB" not in data


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{",
        '{"token":7,"steps":[]}',
        '{"token":null,"steps":[{"kind":"x","at":"","elapsed_ms":0,"seconds":0}]}',
        '{"token":null,"steps":[{"kind":"got token","at":"2024-05-01","elapsed_ms":0}]}',
    ],
)
def test_a_damaged_record_is_none(records: StoredRecords, database: Database, text: str) -> None:
    """What cannot be understood stops nobody."""
    with database.used() as connection:
        connection.execute("INSERT INTO connections VALUES ('one', ?)", (text,))
    assert records.record("one") == NO_RECORD


def test_forgetting(records: StoredRecords) -> None:
    """A forgotten record is gone; forgetting what is not there is no mistake."""
    records.keep("one", ConnectionRecord(TOKEN))
    records.forget("one")
    records.forget("unknown")
    assert records.record("one") == NO_RECORD


def test_a_question_makes_no_file(records: StoredRecords, tmp_path: Path) -> None:
    """`connections list` on a fresh computer leaves nothing behind."""
    assert records.record("one") == NO_RECORD
    records.forget("one")
    assert not list(tmp_path.iterdir())
