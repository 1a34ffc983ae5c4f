#!/usr/bin/python3
"""gatt_client.py --adapter NAME --service UUID [--sockets] [--message SIZE | --write SIZE,…] [--await COUNT]

The other side of the pair of gatt_server.py: finds the service, connects, subscribes, says that it starts, sends a
random message and compares what comes back, ends, disconnects. The last line of standard output is a JSON object.

  --sockets  values come and go through sockets, not D-Bus calls
  --message  a message of this many bytes
  --write    instead: values of these sizes, whose first two bytes count them, many under way at a time
  --await    instead: that many notifications
"""

import argparse
import json
import os
import socket
import struct
import sys
import time

import dbus
from gi.repository import GLib

import bluez
import mdoc_service

# More under way do not make it faster.
calls_under_way = 8


class Client:
    def __init__(self, options):
        self.options = options
        self.adapter = bluez.adapter_path(options.adapter)
        self.bus = bluez.connect()
        self.bluez = bluez.Bluez(self.bus)
        self.values = []
        self.message = mdoc_service.Joined()
        self.first = self.last = 0.0
        self.broken = None
        self.endpoints = []

    def on_value(self, value):
        self.last = time.monotonic()
        self.first = self.first or self.last
        self.values.append(value)
        if self.options.message:
            try:
                self.message.add(value)
            except ValueError as error:
                self.broken = error

    def discover(self):
        """The path of the device that advertises the service."""
        found = lambda: next((path for path, interfaces in self.bluez.objects().items()
                              if path.startswith(f'{self.adapter}/') and bluez.device_interface in interfaces
                              and self.options.service in interfaces[bluez.device_interface].get('UUIDs', ())), None)
        search = dbus.Dictionary({'Transport': 'le', 'UUIDs': dbus.Array([self.options.service], 's')}, 'sv')
        self.bluez.call(self.adapter, bluez.adapter_interface, 'SetDiscoveryFilter', search)
        self.bluez.call(self.adapter, bluez.adapter_interface, 'StartDiscovery')
        device = bluez.wait(found, 90, 'somebody that advertises the service', every=0.1)
        self.bluez.call(self.adapter, bluez.adapter_interface, 'StopDiscovery')
        return device

    def characteristics(self, device):
        """UUID to path and properties."""
        found = {}
        for path, interfaces in self.bluez.objects().items():
            properties = interfaces.get(bluez.characteristic_interface)
            if properties is not None and path.startswith(f'{device}/'):
                found[str(properties['UUID'])] = path, properties
        return found

    def acquire(self, path, method):
        """A socket for the values of a characteristic."""
        answers = []
        characteristic = self.bus.get_object(bluez.bluez, path, introspect=False)
        characteristic.get_dbus_method(method, bluez.characteristic_interface)(
            dbus.Dictionary({}, 'sv'), reply_handler=lambda descriptor, mtu: answers.append(descriptor.take()),
            error_handler=answers.append)
        bluez.wait(lambda: answers, 60, method)
        if not isinstance(answers[0], int):
            raise answers[0]
        endpoint = socket.socket(fileno=answers[0])
        endpoint.setblocking(False)
        self.endpoints.append(endpoint)
        return endpoint

    def subscribe(self, path, sockets):
        if sockets:
            endpoint = self.acquire(path, 'AcquireNotify')

            def readable(_descriptor, events):
                value = endpoint.recv(4096) if events & GLib.IO_IN else b''
                if value:
                    self.on_value(value)
                return bool(value)

            GLib.io_add_watch(endpoint.fileno(), GLib.IO_IN | GLib.IO_HUP, readable)
        else:
            def changed(_interface, values, _invalidated):
                if 'Value' in values:
                    self.on_value(bytes(values['Value']))

            self.bus.add_signal_receiver(changed, 'PropertiesChanged', bluez.properties_interface, bluez.bluez, path)
            self.bluez.call(path, bluez.characteristic_interface, 'StartNotify')

    def send(self, path, values, sockets):
        """Write commands, in this order."""
        if sockets:
            endpoint = self.acquire(path, 'AcquireWrite')
            for value in values:
                while True:
                    try:
                        endpoint.send(value)
                        break
                    except BlockingIOError:
                        GLib.MainContext.default().iteration(False)
                        time.sleep(0.001)
            return
        under_way = [0]
        failures = []

        def answered(error=None):
            under_way[0] -= 1
            if error is not None:
                failures.append(error)

        characteristic = self.bus.get_object(bluez.bluez, path, introspect=False)
        write = characteristic.get_dbus_method('WriteValue', bluez.characteristic_interface)
        for value in values:
            bluez.wait(lambda: under_way[0] < calls_under_way, 60, 'writing')
            under_way[0] += 1
            write(dbus.ByteArray(value), dbus.Dictionary({'type': 'command'}, 'sv'), reply_handler=answered,
                  error_handler=answered)
        bluez.wait(lambda: under_way[0] == 0, 60, 'writing')
        if failures:
            raise failures[0]

    def set_state(self, path, value):
        # Answered, so that it is there before anything that follows.
        self.bluez.call(path, bluez.characteristic_interface, 'WriteValue', dbus.ByteArray(value),
                        dbus.Dictionary({'type': 'request'}, 'sv'))

    def exchange(self, path, mtu):
        message = os.urandom(self.options.message)
        begin = time.monotonic()
        self.send(path, mdoc_service.parts(message, mdoc_service.write_size(mtu)), self.options.sockets)
        bluez.wait(lambda: self.message.complete or self.broken, 180, 'the message to come back')
        if self.broken:
            raise self.broken
        if bytes(self.message.content) != message:
            raise ValueError('what came back differs from what was sent')
        # The server answers when it has everything.
        return {'bytes_each_way': len(message), 'up_seconds': round(self.first - begin, 3),
                'down_seconds': round(self.last - self.first, 3), 'exchange_seconds': round(self.last - begin, 3)}

    def probe(self, path):
        values = [struct.pack('>H', index).ljust(size, b'w') for index, size in enumerate(self.options.write)]
        self.send(path, values, False)
        if self.options.notifications:
            try:
                bluez.wait(lambda: len(self.values) >= self.options.notifications, 10, 'notifications')
            except bluez.Expired:
                pass  # how many came is the result
        bluez.pause(1)
        return {'values': [[int.from_bytes(value[:2], 'big'), len(value)] for value in self.values]}

    def run(self):
        begin = time.monotonic()
        device = self.discover()
        found = time.monotonic()
        self.bluez.call(device, bluez.device_interface, 'Connect')
        bluez.wait(lambda: self.bluez.get(device, bluez.device_interface, 'ServicesResolved'), 60, 'the services',
                   every=0.1)
        paths = self.characteristics(device)
        state, (incoming, _) = paths[mdoc_service.state_uuid], paths[mdoc_service.server_to_client_uuid]
        outgoing = paths[mdoc_service.client_to_server_uuid][0]
        mtu = int(state[1]['MTU'])
        self.subscribe(incoming, self.options.sockets)
        self.set_state(state[0], mdoc_service.started)
        ready = time.monotonic()
        result = {'mtu': mtu, 'found_seconds': round(found - begin, 3), 'ready_seconds': round(ready - found, 3)}
        result |= self.exchange(outgoing, mtu) if self.options.message else self.probe(outgoing)
        self.set_state(state[0], mdoc_service.ended)
        for endpoint in self.endpoints:
            endpoint.close()
        self.bluez.call(device, bluez.device_interface, 'Disconnect')
        self.bluez.call(self.adapter, bluez.adapter_interface, 'RemoveDevice', device)
        print(json.dumps(result), flush=True)


def main():
    sizes = lambda text: [int(size) for size in text.split(',')]
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument('--adapter', required=True)
    parser.add_argument('--service', required=True)
    parser.add_argument('--sockets', action='store_true')
    parser.add_argument('--message', type=int, default=0)
    parser.add_argument('--write', type=sizes, default=[])
    parser.add_argument('--await', type=int, default=0, dest='notifications')
    try:
        Client(parser.parse_args()).run()
    except (bluez.Expired, dbus.DBusException, ValueError, KeyError) as error:
        sys.exit(f'gatt_client: {error}')


main()
