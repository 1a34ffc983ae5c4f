"""bumble_reader.py --controller N [--mtu N] ENGAGEMENT

The radio of an mdoc reader by another Bluetooth stack than the system's: bumble, on a controller that the system has
let go of. Opens a link to the mdoc of this engagement, as GATT client in mdoc peripheral server mode, as GATT server in
mdoc central client mode. Then prints where it waits for the messages of a reader, which come and go as on the Wi-Fi
Aware data path, and carries them over the link, until one ends the session. The last line of standard output is a JSON
object.
"""

import argparse
import asyncio
import contextlib
import json
import re
import struct
import sys

from bumble import hci
from bumble.att import Attribute
from bumble.core import UUID, AdvertisingData
from bumble.device import Device, Peer
from bumble.gatt import Characteristic, CharacteristicValue, Service
from bumble.transport import open_transport

import engagement
import mdoc_service

# A virtual controller reports an advertiser once, when it begins or we begin to look (docs/ble-lane.md).
again_after = 0.5
# Static random, as the two most significant bits say: Core Specification, Vol 6, Part B, 1.3.2.1.
address = hci.Address('F0:00:5E:00:53:03')
random_address = hci.OwnAddressType.RANDOM
largest_value = 512  # Core Specification, Vol 3, Part F, 3.2.9
largest_mtu = largest_value + 5


class Link:
    """What both sides have: messages in values, and the end."""

    def __init__(self, device, mtu):
        self.device = device
        self.mtu = mtu
        self.connection = None
        self.is_connected = True
        self.received = asyncio.Queue()  # messages; None: the end
        self.incoming = mdoc_service.Joined()
        self.report = {'values_in': 0, 'values_out': 0}

    def on_value(self, value):
        self.report['values_in'] += 1
        self.incoming.add(bytes(value))
        if self.incoming.complete:
            self.received.put_nowait(bytes(self.incoming.content))
            self.incoming = mdoc_service.Joined()

    def on_state(self, value):
        if bytes(value) == mdoc_service.ended:
            self.received.put_nowait(None)

    def watch(self, connection):
        self.connection = connection
        connection.on(connection.EVENT_DISCONNECTION, self.on_disconnected)

    def on_disconnected(self, _reason):
        self.is_connected = False
        self.received.put_nowait(None)

    async def receive(self):
        message = await self.received.get()
        if message is None:
            raise ValueError('the mdoc has ended the link')
        return message

    async def send(self, message):
        size = min(self.connection.att_mtu - 3, largest_value)
        for value in mdoc_service.parts(message, size):
            await self.send_value(value)
            self.report['values_out'] += 1

    async def close(self):
        # Where the mdoc disconnects at the same time, there may be no answer.
        with contextlib.suppress(hci.HCI_Error, asyncio.TimeoutError):
            if self.is_connected:
                await asyncio.wait_for(self.connection.disconnect(), 10)


class Client(Link):
    """In mdoc peripheral server mode."""

    def __init__(self, device, mtu, service):
        super().__init__(device, mtu)
        self.service = UUID(str(service))

    async def open(self):
        found = asyncio.get_running_loop().create_future()

        def on_advertisement(advertisement):
            if bytes(self.service) in bytes(advertisement.data) and not found.done():
                found.set_result(advertisement.address)

        self.device.on(self.device.EVENT_ADVERTISEMENT, on_advertisement)
        while not found.done():
            await self.device.start_scanning(active=False, own_address_type=random_address)
            await asyncio.wait([found], timeout=again_after)
            await self.device.stop_scanning()
        self.watch(await self.device.connect(found.result(), own_address_type=random_address))
        peer = Peer(self.connection)
        self.report['mtu'] = await peer.request_mtu(self.mtu)
        [service] = await peer.discover_service(self.service)
        await peer.discover_characteristics(service=service)
        of = lambda uuid: service.get_required_characteristic_by_uuid(UUID(uuid))
        self.state, self.outgoing = of(mdoc_service.state_uuid), of(mdoc_service.client_to_server_uuid)
        await peer.subscribe(of(mdoc_service.server_to_client_uuid), self.on_value)
        await peer.subscribe(self.state, self.on_state)
        await self.state.write_value(mdoc_service.started)

    async def send_value(self, value):
        await self.outgoing.write_value(value)

    async def end(self):
        await self.state.write_value(mdoc_service.ended)


class Server(Link):
    """In mdoc central client mode."""

    def __init__(self, device, mtu, service, ident):
        super().__init__(device, mtu)
        device.gatt_server.max_mtu = mtu
        flags = Characteristic.Properties
        writable = flags.WRITE_WITHOUT_RESPONSE | flags.WRITE
        characteristic = lambda uuid, properties, value=b'': Characteristic(
            UUID(uuid), properties, Attribute.READABLE | Attribute.WRITEABLE, value)
        self.started = asyncio.get_running_loop().create_future()
        self.state = characteristic(mdoc_service.reader_state_uuid, flags.NOTIFY | writable,
                                    CharacteristicValue(write=lambda _connection, value: self.on_state(value)))
        incoming = characteristic(mdoc_service.reader_client_to_server_uuid, writable,
                                  CharacteristicValue(write=lambda _connection, value: self.on_value(value)))
        self.outgoing = characteristic(mdoc_service.reader_server_to_client_uuid, flags.NOTIFY)
        named = characteristic(mdoc_service.reader_ident_uuid, flags.READ, ident)
        device.add_service(Service(UUID(str(service)), [self.state, incoming, self.outgoing, named]))
        device.advertising_data = bytes(AdvertisingData([
            (AdvertisingData.FLAGS, struct.pack('B', 0x06)),
            (AdvertisingData.COMPLETE_LIST_OF_128_BIT_SERVICE_CLASS_UUIDS, bytes(UUID(str(service))))]))

    def on_state(self, value):
        if bytes(value) == mdoc_service.started and not self.started.done():
            self.started.set_result(None)
        super().on_state(value)

    async def open(self):
        connected = asyncio.get_running_loop().create_future()
        self.device.on(self.device.EVENT_CONNECTION, connected.set_result)
        while not connected.done():
            await self.device.start_advertising(own_address_type=random_address)
            await asyncio.wait([connected], timeout=again_after)
            with contextlib.suppress(hci.HCI_Error):  # where it has just been found
                await self.device.stop_advertising()
        self.watch(connected.result())
        await self.started
        self.report['mtu'] = self.connection.att_mtu

    async def send_value(self, value):
        await self.device.notify_subscriber(self.connection, self.outgoing, value)

    async def end(self):
        await self.device.notify_subscriber(self.connection, self.state, mdoc_service.ended)
        # The client disconnects by itself.
        with contextlib.suppress(asyncio.TimeoutError):
            await asyncio.wait_for(self.received.get(), 10)


async def carry(link):
    """Between a reader's connection and the link, until the session ends."""
    done = asyncio.get_running_loop().create_future()

    async def on_connection(incoming, outgoing):
        try:
            while not done.done():
                head = await incoming.readuntil(b'\r\n\r\n')
                message = await incoming.readexactly(int(re.search(rb'(?i)\r\ncontent-length: *(\d+)', head)[1]))
                await link.send(message)
                is_last = engagement.ends_session(message)
                answer = b'' if is_last else await link.receive()
                kind = b'Content-Type: application/cbor\r\n' if answer else b''
                outgoing.write(b'HTTP/1.1 200 OK\r\n%sContent-Length: %d\r\n\r\n%s' % (kind, len(answer), answer))
                await outgoing.drain()
                if is_last or engagement.ends_session(answer):
                    done.set_result(None)
        except Exception as error:
            if not done.done():
                done.set_exception(error)
        outgoing.close()

    server = await asyncio.start_server(on_connection, '127.0.0.1', 0)
    host, port = server.sockets[0].getsockname()
    print(json.dumps({'endpoint': f'{host}:{port}'}), flush=True)
    await done
    server.close()


async def run(options):
    async with await open_transport(f'hci-socket:{options.controller}') as controller:
        device = Device.with_hci('', address, controller.source, controller.sink)
        await device.power_on()
        wanted = engagement.Engagement.parse(options.engagement)
        if wanted.peripheral:
            link = Client(device, options.mtu, wanted.peripheral)
        else:
            link = Server(device, options.mtu, wanted.central, wanted.ident)
        await link.open()
        await carry(link)
        await link.end()
        await link.close()
        await device.power_off()
        print(json.dumps(link.report), flush=True)


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument('--controller', type=int, required=True)
    parser.add_argument('--mtu', type=int, default=largest_mtu)
    parser.add_argument('engagement')
    try:
        asyncio.run(asyncio.wait_for(run(parser.parse_args()), 180))
    except asyncio.TimeoutError:
        sys.exit('bumble_reader: not within 180 s')


main()
