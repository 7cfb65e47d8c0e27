"""What is wrong at a place of a text that should be JSON."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from httpdesk.engine.json_check import JsonFault

translate = QCoreApplication.translate


def json_fault_name(fault: JsonFault) -> str:
    """Return the words that follow line and column, such as `expected a comma`."""
    return {
        JsonFault.EMPTY: translate("JsonFault", "expected a value"),
        JsonFault.VALUE_EXPECTED: translate("JsonFault", "expected a value"),
        JsonFault.NAME_EXPECTED: translate("JsonFault", "expected a name in double quotes"),
        JsonFault.COMMA_EXPECTED: translate("JsonFault", "expected a comma"),
        JsonFault.COLON_EXPECTED: translate("JsonFault", "expected a colon"),
        JsonFault.TRAILING_COMMA: translate("JsonFault", "no comma is allowed after the last item"),
        JsonFault.UNTERMINATED_STRING: translate("JsonFault", "the closing quote is missing"),
        JsonFault.BAD_ESCAPE: translate("JsonFault", "this is not a JSON escape"),
        JsonFault.CONTROL_CHARACTER: translate(
            "JsonFault", "a line break or control character must be escaped in a string"
        ),
        JsonFault.NOT_A_JSON_NUMBER: translate("JsonFault", "this is not a JSON number"),
        JsonFault.EXTRA_TEXT: translate("JsonFault", "nothing may follow the value"),
        JsonFault.OBJECT_EXPECTED: translate("JsonFault", "expected an object"),
        JsonFault.OTHER: translate("JsonFault", "this is not JSON"),
    }[fault]
