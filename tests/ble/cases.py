"""The cases of the BLE lane, in the order in which they run: those with the same configuration beside each other."""

import dataclasses
import pathlib
import typing
import uuid

import dbus

import bluez
import machine
import mdoc_service
from machine import Configuration, Failed

here = pathlib.Path(__file__).parent
python = '/usr/bin/python3'


@dataclasses.dataclass
class Case:
    name: str
    configuration: Configuration
    body: typing.Callable[[machine.Machine], None]
    is_long: bool


cases = []


def case(name, configuration=Configuration(), is_long=False):
    """@param is_long  so that it has a machine of its own, beside the one for all others"""
    return lambda body: cases.append(Case(name, configuration, body, is_long))


def expect(condition, what):
    if not condition:
        raise Failed(what)


# A GATT pair without us. It shows that the lane works, and how fast BlueZ is when there is nothing else to do.

def pair(lane, server_options=(), client_options=()):
    """What the server and the client of a bare pair report, and how often the latter was nudged."""
    service = ('--service', uuid.uuid4())
    server = lane.start('server', python, here / 'gatt_server.py', '--adapter', 'hci0', *service, *server_options)
    client = lane.start('client', python, here / 'gatt_client.py', '--adapter', 'hci1', *service, *client_options)
    with lane.nudging() as nudges:
        client_report = client.report()
    return server.report(), client_report, nudges[0]


def exchange(lane, *options):
    server, client, nudges = pair(lane, options, (*options, '--message', 60_000))
    expect(client['bytes_each_way'] == 60_000, 'the message did not come back whole')
    expect(server['mtu'] == client['mtu'] == 517, f'the MTU is {server["mtu"]} and {client["mtu"]}, not 517')
    lane.note(nudges=nudges, **client)


@case('a bare pair exchanges 60 kB each way, each value a D-Bus call')
def _(lane):
    exchange(lane)


@case('a bare pair exchanges 60 kB each way, values through sockets')
def _(lane):
    exchange(lane, '--sockets')


@case('what a case leaves behind is seen')
def _(lane):
    service = str(uuid.uuid4())
    server = lane.start('server', python, here / 'gatt_server.py', '--adapter', 'hci0', '--service', service)
    advertiser, listener = map(bluez.adapter_path, machine.adapters)
    advertises = lambda: lane.bluez.get(advertiser, bluez.advertising_manager_interface, 'ActiveInstances')
    bluez.wait(advertises, 120, 'advertising', every=0.2)
    # Without a filter, bluetoothd passes over an advertisement that does not say "discoverable".
    search = dbus.Dictionary({'Transport': 'le', 'UUIDs': dbus.Array([service], 's')}, 'sv')
    lane.bluez.call(listener, bluez.adapter_interface, 'SetDiscoveryFilter', search)
    lane.bluez.call(listener, bluez.adapter_interface, 'StartDiscovery')
    with lane.nudging():
        device = bluez.wait(lambda: lane.bluez.find(bluez.device_interface, Adapter=listener), 90, 'the advertiser',
                            every=0.2)
    lane.bluez.call(device, bluez.device_interface, 'Connect')
    bond = machine.storage / '00:00:5E:00:53:01' / '00:00:5E:00:53:02' / 'info'
    bond.parent.mkdir(parents=True)
    bond.touch()
    seen = lane.leftovers()
    for expected in ('hci0 still advertises, 1 according to bluetoothd',
                     'hci0 still advertises, 1 according to the kernel',
                     'hci0 still has 1 connections', 'hci0 still has the service ', 'hci0 still knows dev_',
                     'hci1 still discovers', 'hci1 still has 1 connections', 'hci1 still knows dev_', f'stored: {bond}',
                     ' is still on the bus'):
        expect(any(expected in text for text in seen), f'not seen: {expected}; only {seen}')
    bond.unlink()
    lane.bluez.call(listener, bluez.adapter_interface, 'StopDiscovery')
    server.stop()
    for path in (listener, advertiser):
        while device := lane.bluez.find(bluez.device_interface, Adapter=path):
            lane.bluez.call(path, bluez.adapter_interface, 'RemoveDevice', device)


# What a driver relies on here, and faults of BlueZ 5.66 that it goes around. A known fault passes while it is there.

def counted(sizes):
    return [[index, size] for index, size in enumerate(sizes)]


def listed(sizes):
    return ','.join(map(str, sizes))


@case('values of up to 510 bytes arrive whole and in order, both ways')
def _(lane):
    sizes = [2, 20, 182, 400, 509, 510] * 5
    server, client, _nudges = pair(lane, ('--probe', '--notify', listed(sizes)),
                                   ('--write', listed(sizes), '--await', len(sizes)))
    expect(server['values'] == counted(sizes), f'written: {server["values"]}')
    expect(client['values'] == counted(sizes), f'notified: {client["values"]}')


@case('known fault: write commands of more than 510 bytes vanish')
def _(lane):
    sizes = [510, 511, 512, 513, 514, 510]
    server, _client, _nudges = pair(lane, ('--probe',), ('--write', listed(sizes)))
    lane.note(mtu=server['mtu'], written=sizes, arrived=[size for _index, size in server['values']])
    expect(server['values'] == [[0, 510], [5, 510]], 'with BlueZ 5.66, those of 510 bytes arrive and no others')


short_mtu = Configuration(exchange_mtu=513)


@case('values of up to 510 and 508 bytes arrive whole and in order, where the MTU is 513', short_mtu)
def _(lane):
    written, notified = [400, 508, 509, 510] * 5, [400, 506, 507, 508] * 5
    server, client, _nudges = pair(lane, ('--probe', '--notify', listed(notified)),
                                   ('--write', listed(written), '--await', len(notified)))
    expect(server['mtu'] == client['mtu'] == 513, f'the MTU is {server["mtu"]} and {client["mtu"]}, not 513')
    expect(server['values'] == counted(written), f'written: {server["values"]}')
    expect(client['values'] == counted(notified), f'notified: {client["values"]}')


@case('known fault: notifications of more than MTU - 5 bytes are cut', short_mtu)
def _(lane):
    sizes = [508, 509, 510, 508]
    _server, client, _nudges = pair(lane, ('--probe', '--notify', listed(sizes)), ('--await', len(sizes)))
    lane.note(mtu=client['mtu'], notified=sizes, arrived=[size for _index, size in client['values']])
    expect(client['values'] == [[index, 508] for index in range(len(sizes))], 'with BlueZ 5.66, all have 508 bytes')


@case('known fault: with EATT, values overtake each other', Configuration(channels=3))
def _(lane):
    sizes = [510] * 100
    server, client, _nudges = pair(lane, ('--probe', '--notify', listed(sizes)),
                                   ('--write', listed(sizes), '--await', len(sizes)))
    written, notified = ([index for index, _size in report['values']] for report in (server, client))
    overtaken = lambda order: sum(order[place] > order[place + 1] for place in range(len(order) - 1))
    # How many do depends on timing, and may be none.
    lane.note(written=len(written), of_these_overtaken=overtaken(written), notified=len(notified),
              of_those_overtaken=overtaken(notified), first=written[:12])
    expect(sorted(written) == sorted(notified) == list(range(len(sizes))), 'not every value arrived once')
