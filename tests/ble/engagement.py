"""What a reader takes from the text of an engagement, and the end of a session: ISO/IEC 18013-5, 8.2.1.1, 8.3.3.1.1, 9.1.1.

Written without our library, so that both have to agree.
"""

import base64
import dataclasses
import hashlib
import hmac
import uuid

_embedded_cbor = 24
_ble = 2


def decode(data, begin=0):
    """The item of CBOR that begins there, and where it ends. A tagged one is its tag and its own encoding."""
    major, number = data[begin] >> 5, data[begin] & 31
    at = begin + 1
    if number >= 24:
        size = 1 << (number - 24)
        if size > 8:
            raise ValueError('of indefinite length')
        number = int.from_bytes(data[at:at + size], 'big')
        at += size
    if major in (0, 1):
        return (number, ~number)[major], at
    if major in (2, 3):
        content = bytes(data[at:at + number])
        return (content if major == 2 else content.decode()), at + number
    if major == 4:
        items = []
        for _ in range(number):
            item, at = decode(data, at)
            items.append(item)
        return items, at
    if major == 5:
        items = {}
        for _ in range(number):
            key, at = decode(data, at)
            items[key], at = decode(data, at)
        return items, at
    if major == 6:
        _content, at = decode(data, at)
        return (number, bytes(data[begin:at])), at
    return {20: False, 21: True, 22: None}[number], at


@dataclasses.dataclass(frozen=True)
class Engagement:
    peripheral: uuid.UUID | None  # the service of an mdoc that is the server
    central: uuid.UUID | None  # that of a reader which is the server
    ident: bytes

    @staticmethod
    def parse(text):
        encoded = text.removeprefix('mdoc:')
        content, _end = decode(base64.urlsafe_b64decode(encoded + '=' * (-len(encoded) % 4)))
        tag, key_bytes = content[1][1]
        if tag != _embedded_cbor:
            raise ValueError('no EDeviceKeyBytes')
        options = next(options for kind, _version, options in content[2] if kind == _ble)
        service = lambda flag, key: uuid.UUID(bytes=options[key]) if options.get(flag) else None
        return Engagement(peripheral=service(0, 10), central=service(1, 11), ident=derive_ident(key_bytes))


def derive_ident(key_bytes):
    """HKDF-SHA-256 of EDeviceKeyBytes, without salt, info "BLEIdent", 16 bytes."""
    secret = hmac.digest(bytes(32), key_bytes, hashlib.sha256)
    return hmac.digest(secret, b'BLEIdent\x01', hashlib.sha256)[:16]


def ends_session(message):
    """Whether it is SessionData that only ends the session, which nobody answers."""
    content, _end = decode(message)
    return 'data' not in content and 'status' in content
