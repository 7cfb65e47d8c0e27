"""Values that are made anew for each send, such as `{{$uuid}}`; the names are Bruno's.

The preview shows the values that the next send takes along. Only times are those of the moment.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from httpdesk.engine.boundary import new_boundary
from httpdesk.engine.template import MADE

if TYPE_CHECKING:
    from faker import Faker

_TIMES: Final[dict[str, Callable[[datetime], str]]] = {
    "timestamp": lambda now: str(int(now.timestamp())),
    "timestampMs": lambda now: str(int(now.timestamp() * 1000)),
    "isoTimestamp": lambda now: now.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
    "date": lambda now: now.date().isoformat(),
}

_ALPHANUMERIC: Final = "abcdefghijklmnopqrstuvwxyz0123456789"
_URL_SAFE: Final = _ALPHANUMERIC + "ABCDEFGHIJKLMNOPQRSTUVWXYZ_-"


def _uuid() -> str:
    import uuid  # few requests need it

    return str(uuid.uuid4())


def _letters(alphabet: str, length: int) -> str:
    import secrets

    return "".join(secrets.choice(alphabet) for _ in range(length))


def _below(end: int) -> int:
    import secrets

    return secrets.randbelow(end)


def _now() -> datetime:
    return datetime.now(UTC)


_MADE: Final[dict[str, Callable[[], str]]] = {
    "uuid": _uuid,
    "guid": _uuid,
    "randomUUID": _uuid,
    "randomNanoId": lambda: _letters(_URL_SAFE, 21),
    "randomAlphaNumeric": lambda: _letters(_ALPHANUMERIC, 1),
    "randomHex": lambda: _letters("0123456789abcdef", 32),
    "randomBoolean": lambda: ("true", "false")[_below(2)],
    "randomInt": lambda: str(_below(1001)),
    "randomPassword": lambda: _letters(_URL_SAFE, 15),
}

_FAKE: Final = {
    "randomColor": "color_name",
    "randomHexColor": "hex_color",
    "randomIP": "ipv4",
    "randomIPV6": "ipv6",
    "randomMACAddress": "mac_address",
    "randomLocale": "locale",
    "randomUserAgent": "user_agent",
    "randomFirstName": "first_name",
    "randomLastName": "last_name",
    "randomFullName": "name",
    "randomNamePrefix": "prefix",
    "randomNameSuffix": "suffix",
    "randomJobTitle": "job",
    "randomPhoneNumber": "phone_number",
    "randomCity": "city",
    "randomStreetName": "street_name",
    "randomStreetAddress": "street_address",
    "randomZipCode": "postcode",
    "randomCountry": "country",
    "randomCountryCode": "country_code",
    "randomLatitude": "latitude",
    "randomLongitude": "longitude",
    "randomImageUrl": "image_url",
    "randomBankAccount": "bban",
    "randomBankAccountIban": "iban",
    "randomBankAccountBic": "swift",
    "randomCurrencyCode": "currency_code",
    "randomCurrencyName": "currency_name",
    "randomCurrencySymbol": "currency_symbol",
    "randomCompanyName": "company",
    "randomCompanySuffix": "company_suffix",
    "randomBs": "bs",
    "randomCatchPhrase": "catch_phrase",
    "randomWeekday": "day_of_week",
    "randomMonth": "month_name",
    "randomDomainName": "domain_name",
    "randomDomainSuffix": "tld",
    "randomDomainWord": "domain_word",
    "randomEmail": "email",
    "randomExampleEmail": "safe_email",
    "randomUserName": "user_name",
    "randomUrl": "url",
    "randomFileName": "file_name",
    "randomFileExt": "file_extension",
    "randomFilePath": "file_path",
    "randomMimeType": "mime_type",
    "randomWord": "word",
    "randomLoremWord": "word",
    "randomLoremSentence": "sentence",
    "randomPhrase": "sentence",
    "randomLoremParagraph": "paragraph",
    "randomLoremText": "text",
    "randomLoremSlug": "slug",
}
"""Name -> what the library Faker calls it."""

_LIBRARY: Final = "faker"

NAMES: Final = frozenset(MADE + name for name in (*_TIMES, *_MADE, *_FAKE))
"""All names, with their sign."""


class Generated:
    """Makes the values of one send, each once for a place of the request; thread-safe.

    `now` gives the time of day in UTC.
    """

    def __init__(self, now: Callable[[], datetime] = _now) -> None:
        self._now = now
        self.waits = False
        """Whether `shown` could not make a value, because the library is not loaded."""
        self._values: dict[tuple[str, str], str] = {}
        self._fake: Faker | None = None
        self._lock = threading.Lock()

    def __call__(self, name: str, place: str) -> str | None:
        """Return the value of a name without its sign; None when there is no such name."""
        if name in _TIMES:
            return _TIMES[name](self._now())
        if name not in _MADE and name not in _FAKE:
            return None
        with self._lock:
            key = (name, place)
            if key not in self._values:
                self._values[key] = self._made(name)
            return self._values[key]

    def shown(self, name: str, place: str) -> str | None:
        """Return the same for a preview, which does not wait for the library.

        As long as it is not loaded the name itself stands for the value.
        """
        if name in _FAKE and not is_loaded():
            self.waits = True
            return name
        return self(name, place)

    def _made(self, name: str) -> str:
        if name in _MADE:
            return _MADE[name]()
        if self._fake is None:
            self._fake = _library()
        return str(getattr(self._fake, _FAKE[name])())


@dataclass(eq=False, slots=True)
class Made:
    """What is made for one send, which its preview shows before."""

    boundary: str = field(default_factory=new_boundary)
    """Of a multipart form."""
    values: Generated = field(default_factory=Generated)


def is_loaded() -> bool:
    """Return whether values of the library can be made at once."""
    return _LIBRARY in sys.modules


def load_library() -> None:
    """Load the library; on a worker, so that no preview waits for it."""
    _library()


def _library() -> Faker:
    from faker import Faker

    return Faker()
