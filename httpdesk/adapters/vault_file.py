"""The file of the vault: what scrypt and AES-GCM need, the names, and what only a key opens.

Every byte is covered: the text has one spelling, a checksum tells of damage without a passphrase,
and AES-GCM (NIST SP 800-38D) authenticates everything else in the file with what it encrypts.
"""

from __future__ import annotations

import hashlib
import json
import os
import unicodedata
from dataclasses import asdict, dataclass, replace
from typing import Any

VERSION = 1
MOST_BYTES = 16_000_000
_FORMAT = "HTTPDesk vault"
_KEY_BYTES = 32
_MOST_MEMORY = 1 << 30
"""Bytes that scrypt may take for a file's parameters: a planted file must not stop the machine."""


class VaultDamaged(ValueError):
    """The file is not as it was written."""


class VaultTooNew(ValueError):
    """A later version of HTTPDesk wrote the file."""


class WrongKey(ValueError):
    """The key does not open the file."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What deriving the key costs (RFC 7914): 128 * n * r bytes of memory."""

    n: int = 2**17
    r: int = 8
    p: int = 1

    def derive(self, passphrase: str, salt: bytes) -> bytes:
        """Return the key; takes a third of a second by intention, call it off the UI thread."""
        from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

        # The same letters may be typed in several ways, as the keyboard has them.
        typed = unicodedata.normalize("NFKC", passphrase).encode("utf-8", "surrogatepass")
        return Scrypt(salt=salt, length=_KEY_BYTES, n=self.n, r=self.r, p=self.p).derive(typed)


@dataclass(frozen=True, slots=True)
class Sealed:
    """What the file holds: parameters, salt and nonce, the names, and the encrypted values."""

    cost: Cost
    salt: bytes
    nonce: bytes
    names: tuple[str, ...]
    data: bytes = b""

    def opened(self, key: bytes) -> dict[str, str]:
        """Return name -> secret; raises WrongKey, and VaultDamaged for what no vault holds."""
        from cryptography.exceptions import InvalidTag
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        try:
            text = AESGCM(key).decrypt(self.nonce, self.data, _text(self._facts()))
        except InvalidTag:
            raise WrongKey from None
        values: dict[str, str] = json.loads(text)
        if tuple(sorted(values)) != self.names:
            raise VaultDamaged
        return values

    def to_bytes(self) -> bytes:
        """Return the file."""
        content = self._facts() | {"data": self.data.hex()}
        content["check"] = hashlib.sha256(_text(content)).hexdigest()
        return _text(content) + b"\n"

    def _facts(self) -> dict[str, Any]:
        return {
            "format": _FORMAT,
            "version": VERSION,
            "kdf": "scrypt",
            "cipher": "AES-256-GCM",
            **asdict(self.cost),
            "salt": self.salt.hex(),
            "nonce": self.nonce.hex(),
            "names": list(self.names),
        }


def seal(values: dict[str, str], key: bytes, cost: Cost, salt: bytes) -> Sealed:
    """Return the values, encrypted under a nonce of its own."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    empty = Sealed(cost, salt, os.urandom(12), tuple(sorted(values)))
    data = AESGCM(key).encrypt(empty.nonce, json.dumps(values).encode(), _text(empty._facts()))
    return replace(empty, data=data)


def unsealed(content: bytes) -> Sealed:
    """Return what the file holds; raises VaultDamaged and VaultTooNew."""
    try:
        fields = json.loads(content)
        version = fields["version"]
        if fields["format"] == _FORMAT and isinstance(version, int) and version > VERSION:
            raise VaultTooNew
        found = _sealed(fields)
    except VaultTooNew:
        raise
    except (ValueError, KeyError, TypeError, RecursionError):
        raise VaultDamaged from None
    # Any other spelling, field or checksum is none that was written here.
    if found.to_bytes() != content:
        raise VaultDamaged
    return found


def _sealed(fields: dict[str, Any]) -> Sealed:
    cost = Cost(int(fields["n"]), int(fields["r"]), int(fields["p"]))
    memory = 128 * cost.n * cost.r * cost.p
    if min(cost.n, cost.r, cost.p) < 1 or memory > _MOST_MEMORY or cost.n & (cost.n - 1):
        raise VaultDamaged
    salt, nonce, data = (bytes.fromhex(fields[name]) for name in ("salt", "nonce", "data"))
    return Sealed(cost, salt, nonce, tuple(map(str, fields["names"])), data)


def _text(content: dict[str, Any]) -> bytes:
    return json.dumps(content, sort_keys=True, indent=1).encode("ascii")
