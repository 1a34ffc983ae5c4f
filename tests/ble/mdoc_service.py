"""The services of an mdoc and of an mdoc reader, and their messages: ISO/IEC 18013-5, 8.3.3.1.1."""

state_uuid = '00000001-a123-48ce-896b-4c76973373e6'
client_to_server_uuid = '00000002-a123-48ce-896b-4c76973373e6'
server_to_client_uuid = '00000003-a123-48ce-896b-4c76973373e6'
reader_state_uuid = '00000005-a123-48ce-896b-4c76973373e6'
reader_client_to_server_uuid = '00000006-a123-48ce-896b-4c76973373e6'
reader_server_to_client_uuid = '00000007-a123-48ce-896b-4c76973373e6'
reader_ident_uuid = '00000008-a123-48ce-896b-4c76973373e6'
started = b'\x01'
ended = b'\x02'

# What arrives whole at, and from, the GATT server of BlueZ 5.66 (docs/ble-lane.md).
longest_value = 510


def write_size(mtu):
    return min(mtu - 3, longest_value)


def notification_size(mtu):
    return min(mtu - 5, longest_value)


def parts(message, size):
    """The message in values of at most this size: each begins with 1 where more follows, with 0 where none does."""
    pieces = [message[begin:begin + size - 1] for begin in range(0, len(message), size - 1)] or [b'']
    return [b'\x01' + piece for piece in pieces[:-1]] + [b'\x00' + pieces[-1]]


class Joined:
    """Joins such values to a message."""

    def __init__(self):
        self.content = bytearray()
        self.complete = False

    def add(self, value):
        if self.complete or not value or value[0] > 1:
            raise ValueError(f'a value that begins with {value[:1].hex() or "nothing"} after {len(self.content)} bytes')
        self.content += value[1:]
        self.complete = value[0] == 0
