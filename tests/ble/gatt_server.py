#!/usr/bin/python3
"""gatt_server.py --adapter NAME --service UUID [--sockets] [--notify SIZE,…] [--probe]

One side of a pair that does with BlueZ what an mdoc does, and nothing more: advertises the service, waits for a client,
returns the message that it sends, ends when State says so. The last line of standard output is a JSON object.

  --sockets  notifications go through a socket, not D-Bus signals
  --notify   sends values of these sizes when the client is ready; their first two bytes count them
  --probe    takes values as they come, joins nothing
"""

import argparse
import json
import socket
import struct
import sys
import time

import dbus
import dbus.service
from gi.repository import GLib

import bluez
import mdoc_service

application_path = '/mdoc/lane'
service_path = f'{application_path}/service'


class Advertisement(dbus.service.Object):
    path = f'{application_path}/advertisement'

    def __init__(self, bus, service):
        super().__init__(bus, self.path)
        self.service = service

    @dbus.service.method(bluez.properties_interface, in_signature='s', out_signature='a{sv}')
    def GetAll(self, _interface):
        return {'Type': 'peripheral', 'ServiceUUIDs': dbus.Array([self.service], 's')}

    @dbus.service.method('org.bluez.LEAdvertisement1')
    def Release(self):
        pass


class Characteristic(dbus.service.Object):
    """One that is written, or notifies, or both; the latter through a socket where asked."""

    def __init__(self, bus, name, uuid, flags, socket_asked=False, written=lambda value: None):
        self.path = f'{service_path}/{name}'
        super().__init__(bus, self.path)
        self.mtu = 0
        self.properties = {'UUID': uuid, 'Service': dbus.ObjectPath(service_path), 'Flags': dbus.Array(flags, 's')}
        if socket_asked:
            # That it is there tells bluetoothd to ask for a socket.
            self.properties['NotifyAcquired'] = False
        self.written = written
        self.endpoint = None
        self.waiting = []

    @dbus.service.method(bluez.characteristic_interface, in_signature='aya{sv}')
    def WriteValue(self, value, options):
        self.mtu = int(options.get('mtu', 0))
        self.written(bytes(value))

    @dbus.service.method(bluez.characteristic_interface)
    def StartNotify(self):
        pass

    @dbus.service.method(bluez.characteristic_interface)
    def StopNotify(self):
        pass

    @dbus.service.method(bluez.characteristic_interface, in_signature='a{sv}', out_signature='hq')
    def AcquireNotify(self, options):
        self.endpoint, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET | socket.SOCK_NONBLOCK)
        descriptor = dbus.types.UnixFd(theirs)
        theirs.close()
        return descriptor, options['mtu']

    @dbus.service.signal(bluez.properties_interface, signature='sa{sv}as')
    def PropertiesChanged(self, interface, changed, invalidated):
        pass

    def notify(self, values):
        if self.endpoint is None:
            for value in values:
                self.PropertiesChanged(bluez.characteristic_interface, {'Value': dbus.ByteArray(value)}, [])
            return
        if not self.waiting:
            GLib.io_add_watch(self.endpoint.fileno(), GLib.IO_OUT, self._writable)
        self.waiting += values

    def _writable(self, _descriptor, _events):
        try:
            while self.waiting:
                self.endpoint.send(self.waiting[0])
                del self.waiting[0]
        except BlockingIOError:
            pass
        return bool(self.waiting)


class Application(dbus.service.Object):
    def __init__(self, bus, service, characteristics):
        super().__init__(bus, application_path)
        self.content = {service_path: {'org.bluez.GattService1': {'UUID': service, 'Primary': True}}}
        for characteristic in characteristics:
            self.content[characteristic.path] = {bluez.characteristic_interface: characteristic.properties}

    @dbus.service.method(bluez.object_manager_interface, out_signature='a{oa{sa{sv}}}')
    def GetManagedObjects(self):
        return self.content


class Server:
    def __init__(self, options):
        self.options = options
        bus = bluez.connect()
        self.bluez = bluez.Bluez(bus)
        self.values = []
        self.message = mdoc_service.Joined()
        self.first = self.last = 0.0
        self.begun = self.done = False
        self.state = Characteristic(bus, 'state', mdoc_service.state_uuid,
                                    ['notify', 'write-without-response', 'write'], written=self.on_state)
        self.incoming = Characteristic(bus, 'client_to_server', mdoc_service.client_to_server_uuid,
                                       ['write-without-response', 'write'], written=self.on_value)
        self.outgoing = Characteristic(bus, 'server_to_client', mdoc_service.server_to_client_uuid, ['notify'],
                                       options.sockets)
        self.application = Application(bus, options.service, (self.state, self.incoming, self.outgoing))
        self.advertisement = Advertisement(bus, options.service)

    def on_state(self, value):
        if value == mdoc_service.started:
            self.begun = True
            sizes = self.options.notify
            self.outgoing.notify([struct.pack('>H', index).ljust(size, b'n') for index, size in enumerate(sizes)])
        elif value == mdoc_service.ended:
            self.done = True

    def on_value(self, value):
        self.last = time.monotonic()
        self.first = self.first or self.last
        self.values.append(value)
        if not self.options.probe:
            self.message.add(value)
            if self.message.complete:
                size = mdoc_service.notification_size(self.state.mtu)
                self.outgoing.notify(mdoc_service.parts(bytes(self.message.content), size))

    def run(self):
        adapter = bluez.adapter_path(self.options.adapter)
        nothing = dbus.Dictionary({}, 'sv')
        self.bluez.call(adapter, bluez.gatt_manager_interface, 'RegisterApplication',
                        dbus.ObjectPath(application_path), nothing)
        self.bluez.call(adapter, bluez.advertising_manager_interface, 'RegisterAdvertisement',
                        dbus.ObjectPath(Advertisement.path), nothing)
        bluez.wait(lambda: self.begun, 120, 'a client')
        bluez.wait(lambda: self.done, 180, 'the end of the client')
        self.bluez.call(adapter, bluez.advertising_manager_interface, 'UnregisterAdvertisement',
                        dbus.ObjectPath(Advertisement.path))
        # The client leaves by itself; what bluetoothd remembers of it would stay for half a minute.
        linked = lambda: self.bluez.find(bluez.device_interface, Adapter=adapter, Connected=True)
        bluez.wait(lambda: not linked(), 30, 'the link to end', every=0.1)
        self.bluez.call(adapter, bluez.gatt_manager_interface, 'UnregisterApplication',
                        dbus.ObjectPath(application_path))
        while device := self.bluez.find(bluez.device_interface, Adapter=adapter):
            self.bluez.call(adapter, bluez.adapter_interface, 'RemoveDevice', device)
        result = {'mtu': self.state.mtu, 'received': sum(map(len, self.values)),
                  'seconds': round(self.last - self.first, 3)}
        if self.options.probe:
            result['values'] = [[int.from_bytes(value[:2], 'big'), len(value)] for value in self.values]
        print(json.dumps(result), flush=True)


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument('--adapter', required=True)
    parser.add_argument('--service', required=True)
    parser.add_argument('--sockets', action='store_true')
    parser.add_argument('--notify', type=lambda text: [int(size) for size in text.split(',')], default=[])
    parser.add_argument('--probe', action='store_true')
    try:
        Server(parser.parse_args()).run()
    except (bluez.Expired, dbus.DBusException, ValueError) as error:
        sys.exit(f'gatt_server: {error}')


main()
