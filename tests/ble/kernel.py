"""Bluetooth as the kernel sees it, whatever bluetoothd says: its management interface, and the controllers.

For root. The values are those of the kernel's include/net/bluetooth/hci_sock.h and mgmt.h, and of the Core
Specification.
"""

import contextlib
import ctypes
import os
import socket
import struct
import subprocess

_libc = ctypes.CDLL(None, use_errno=True)
_family = 31  # AF_BLUETOOTH
_hci = 1  # BTPROTO_HCI
_no_controller = 0xFFFF
_raw_channel = 0
_control_channel = 3


def _open(controller, channel):
    # bind() of Python's sockets knows the raw channel only.
    endpoint = socket.socket(_family, socket.SOCK_RAW, _hci)
    address = struct.pack('=HHH', _family, controller, channel)
    if _libc.bind(endpoint.fileno(), address, len(address)) != 0:
        error = ctypes.get_errno()
        endpoint.close()
        raise OSError(error, f'controller {controller}, channel {channel}: {os.strerror(error)}')
    return endpoint


def faults():
    """What the kernel itself has run into so far: it goes on, but not everything in it does."""
    said = subprocess.run(['dmesg'], capture_output=True, text=True, errors='replace', check=True).stdout
    return [f'the kernel: {line}' for line in said.splitlines() if 'kernel BUG' in line or 'Oops' in line]


def ciphers():
    """Sockets for what a virtual controller encrypts with. While they are open, it finds both ready."""
    sockets = []
    for kind, name in (('skcipher', 'ecb(aes)'), ('hash', 'cmac(aes)')):
        endpoint = socket.socket(socket.AF_ALG, socket.SOCK_SEQPACKET)
        endpoint.bind((kind, name))
        sockets.append(endpoint)
    return sockets


class Management:
    """Questions to the kernel about a controller."""

    _completed, _refused = 0x0001, 0x0002
    _read_info, _get_connections, _read_advertising_features = 0x0004, 0x0015, 0x003D

    def __init__(self):
        self._socket = _open(_no_controller, _control_channel)

    def _ask(self, question, controller):
        # What has happened since the last question is told as well, and leaves no room for an answer after a while.
        self._socket.settimeout(0)
        with contextlib.suppress(BlockingIOError):
            while self._socket.recv(4096):
                pass
        self._socket.settimeout(30)
        self._socket.send(struct.pack('<HHH', question, controller, 0))
        while True:
            answer = self._socket.recv(4096)
            event, about, _ = struct.unpack_from('<HHH', answer)
            if event not in (self._completed, self._refused) or about != controller:
                continue
            answered, status = struct.unpack_from('<HB', answer, 6)
            if answered == question:
                return status, answer[9:]

    def present(self, controller):
        """Whether there is such a controller, set up and ready to be used."""
        return self._ask(self._read_info, controller)[0] == 0

    def powered(self, controller):
        status, answer = self._ask(self._read_info, controller)
        return status == 0 and bool(struct.unpack_from('<I', answer, 13)[0] & 1)

    def advertisements(self, controller):
        """How many sets of advertising data the kernel has; 0 when the controller is off."""
        status, answer = self._ask(self._read_advertising_features, controller)
        return answer[7] if status == 0 else 0

    def connections(self, controller):
        """How many links there are; 0 when the controller is off."""
        status, answer = self._ask(self._get_connections, controller)
        return struct.unpack_from('<H', answer)[0] if status == 0 else 0


class Nudge:
    """Makes a virtual controller report its advertising once more.

    btvirt has no advertising interval: others hear of an advertiser once, when it or they begin, and the kernel drops
    that report when its own discovery is not yet in full swing. Switching the controller's advertising off and on
    stands in for the next advertising event. Neither the kernel nor bluetoothd take notice.
    """

    def __init__(self, controller):
        self._socket = _open(controller, _raw_channel)

    def __call__(self):
        for enable in (0, 1):  # LE Set Advertising Enable
            self._socket.send(struct.pack('<BHBB', 1, 0x200A, 1, enable))

    def close(self):
        self._socket.close()
