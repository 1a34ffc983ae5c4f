"""The cases of mdoc::bluez: two bluez_peer, one on each adapter. Importing it adds them to those of cases.py."""

import uuid

import bluez
import machine
from cases import case, expect

program = machine.built / 'tests/ble/mdoc_bluez_peer'

sizes = (1, 3_000, 90_000)


def messages(*all):
    return [word for size in all for word in ('--message', size)]


def start(lane, role, mode, service, *options):
    adapter = {'server': 'hci0', 'client': 'hci1'}[role]
    return lane.start(role, program, '--role', role, '--adapter', adapter, '--mode', mode, '--service', service, *options)


def pair(lane, mode, server_options=(), client_options=messages(*sizes)):
    """What both report."""
    service = uuid.uuid4()
    server = start(lane, 'server', mode, service, *server_options)
    client = start(lane, 'client', mode, service, *client_options)
    with lane.nudging() as nudges:
        client_report = client.report()
    server_report = server.report()
    lane.note(nudges=nudges[0], server=server_report, client=client_report)
    return server_report, client_report


for mode in ('peripheral', 'central'):
    @case(f'mdoc::bluez, mdoc {mode} mode: messages come back over GATT, and the client ends')
    def _(lane, mode=mode):
        server, _client = pair(lane, mode)
        expect(server['bytes'] == sum(sizes), 'the server has not seen everything')
        expect(server['ended'] == 'terminated_by_peer', f'the server was not told of the end, but: {server["ended"]}')

    @case(f'mdoc::bluez, mdoc {mode} mode: messages come back over an L2CAP channel that GATT names')
    def _(lane, mode=mode):
        server, _client = pair(lane, mode, ('--l2cap',), ('--l2cap', *messages(*sizes)))
        expect(server['bytes'] == sum(sizes) and server['psm'] >= 128, 'the server has not seen everything')

    @case(f'mdoc::bluez, mdoc {mode} mode: the server ends')
    def _(lane, mode=mode):
        _server, client = pair(lane, mode, ('--end', 'server'), (*messages(3_000, 1), '--end', 'server'))
        expect(client['ended'] == 'terminated_by_peer', f'the client was not told of the end, but: {client["ended"]}')


@case('mdoc::bluez: messages come back over an L2CAP channel that the engagement names')
def _(lane):
    # The first that the kernel gives away.
    server, _client = pair(lane, 'peripheral', ('--l2cap',), ('--l2cap', '--psm', 128, *messages(*sizes)))
    expect(server['psm'] == 128 and server['bytes'] == sum(sizes), 'the server has not seen everything')


@case('mdoc::bluez: without a channel where the engagement names one, GATT goes on')
def _(lane):
    server, _client = pair(lane, 'peripheral', (), ('--l2cap', '--psm', 131, *messages(3_000)))
    expect(server['bytes'] == 3_000, 'the server has not seen everything')


@case('mdoc::bluez: a client that is destroyed in the middle leaves nothing, and the server sees it')
def _(lane):
    server, _client = pair(lane, 'peripheral', (), (*messages(3_000), '--end', 'drop'))
    expect(server['ended'] in ('link_closed', 'terminated_by_peer'), server['ended'])


@case('mdoc::bluez: a server that is destroyed in the middle leaves nothing, and the client sees it')
def _(lane):
    service = uuid.uuid4()
    server = start(lane, 'server', 'peripheral', service)
    client = start(lane, 'client', 'peripheral', service, *messages(1), '--end', 'server')
    with lane.nudging():
        bluez.wait(lambda: ' opened\n' in client.errors.read_text(), 120, 'a link', every=0.1)
        bluez.pause(1)
        server.interrupt()
        report = client.report()
    server.report()
    lane.note(client=report)
    expect(report['ended'] in ('link_closed', 'terminated_by_peer'), report['ended'])


@case('mdoc::bluez: a reader of another engagement is left alone')
def _(lane):
    service = uuid.uuid4()
    server = start(lane, 'server', 'central', service)
    client = start(lane, 'client', 'central', service, '--other-ident', '--open-seconds', 15, *messages(1))
    with lane.nudging():
        code = client.wait()
    server.interrupt()
    server.report()
    expect(code == 1 and 'wrong-peer' in client.errors.read_text(), f'the client ended with {code}')


@case('mdoc::bluez: closed at any moment, both sides leave nothing')
def _(lane):
    for delay in (50, 300, 700, 1_200, 2_000, 3_000, 5_000):
        service = uuid.uuid4()
        server = start(lane, 'server', 'peripheral', service)
        client = start(lane, 'client', 'peripheral', service, '--close-after', delay, *messages(500_000))
        with lane.nudging():
            client.report()
        bluez.wait(lambda: not any('hci1' in each for each in lane.leftovers()), 10, f'nothing to be left on hci1 after {delay} ms',
                   every=0.5)
        server.interrupt()
        server.report()
