"""The cases of mdoc-cli: a holder and a reader, each a process with an adapter of its own."""

import time

import bluez
import machine
import presentations
from cases import case, expect, short_mtu

modes = {'central': 'BLE, mdoc central client mode', 'peripheral': 'BLE, mdoc peripheral server mode'}


def present(mode, carrier, times):
    def body(lane):
        reports = presentations.present(lane, f'ble:{mode}{":l2cap" if carrier == "L2CAP" else ""}', times,
                                        f'{modes[mode]}, {carrier}')
        steps = reports[-1]['bearerSteps']
        lane.note(presentations=len(reports),
                  connected_to_opened_ms=[presentations.between(report['bearerSteps'], 'connected', 'opened')
                                      for report in reports],
                  steps=[step['step'] for step in steps])

    return body


for mode in modes:
    for carrier in ('GATT', 'L2CAP'):
        case(f'three presentations in a row: {modes[mode]}, {carrier}', short_mtu)(present(mode, carrier, 3))


@case('both modes are offered: the reader takes central client mode', short_mtu)
def _(lane):
    holder = presentations.Holder(lane, 'ble')
    reader = presentations.read(lane, 'reader', holder.engagement(), 'ble')
    with lane.nudging('hci1', 'hci0'):
        presentations.expect_good(reader.report(), modes['central'])
    holder.presentation()
    holder.end()


@case('a reader that is ended leaves nothing, and the holder is there for the next', short_mtu)
def _(lane):
    holder = presentations.Holder(lane, 'ble:peripheral')
    engagement = holder.engagement()
    reader = presentations.read(lane, 'reader', engagement, 'ble:peripheral', '--rounds', 1000)
    with lane.nudging():
        bluez.wait(lambda: any(lane.kernel.connections(index) for index in range(2)), 120, 'a connection', every=0.1)
        reader.process.terminate()
        reader.wait(60)
        # Before Start the engagement is still good; after it, there is another.
        if len(presentations.lines(holder.program)) > holder.seen:
            lane.note(holder=holder.presentation().get('error'))
            engagement = holder.engagement()
        presentations.expect_good(presentations.read(lane, 'next', engagement, 'ble:peripheral').report(),
                                  modes['peripheral'])
    holder.presentation()
    holder.end()


@case('a holder that is ended while it waits leaves nothing', short_mtu)
def _(lane):
    holder = presentations.Holder(lane, 'ble')
    holder.engagement()
    holder.end()


for mode in modes:
    for carrier in ('GATT', 'L2CAP'):
        @case(f'mdoc-cli demo presents from one adapter to the other: {modes[mode]}, {carrier}', short_mtu)
        def _(lane, mode=mode, carrier=carrier):
            via = f'ble:{mode}{":l2cap" if carrier == "L2CAP" else ""}'
            demo = lane.start('demo', presentations.cli, 'demo', '--via', via, '--holder-adapter', 'hci0',
                              '--reader-adapter', 'hci1', '--timeout', 200, '--json')
            with lane.nudging(*presentations.roles(via)):
                presentations.expect_good(demo.report(), f'{modes[mode]}, {carrier}')


# What the holder and bluetoothd may grow by on the way, in kB: a step or two of their heaps, and then no more.
growth = 1_000
looks = (10, 40, 70, 100)


@case('a hundred presentations in a row: BLE, mdoc peripheral server mode', short_mtu, is_long=True)
def _(lane):
    used = {}

    def look(number, holder):
        if number in looks:
            # What the one before has left behind would be counted twice; what is left of all, lane.end() finds.
            bluez.wait(lambda: not any(lane.kernel.connections(index) for index in range(2))
                       and not lane.bluez.find(bluez.device_interface), 30, 'the end of the link', every=0.5)
            used[number] = {'holder': machine.usage(holder.program.process.pid),
                            'bluetoothd': machine.usage(lane.daemon.pid)}

    begin = time.monotonic()
    reports = presentations.present(lane, 'ble:peripheral', 100, modes['peripheral'], look)
    lane.note(presentations=len(reports), seconds_each=round((time.monotonic() - begin) / len(reports), 2),
              connected_to_opened_ms=sorted(presentations.between(report['bearerSteps'], 'connected', 'opened')
                                        for report in reports)[len(reports) // 2])
    for number, each in used.items():
        lane.note(after=number, **each)
    for name in ('holder', 'bluetoothd'):
        counts, sizes = ([used[number][name][what] for number in looks] for what in ('descriptors', 'resident_kb'))
        expect(counts[-1] <= counts[0], f'{name} had {counts} file descriptors after {looks} presentations')
        grows_on = all(after > before for before, after in zip(sizes, sizes[1:]))
        expect(not grows_on and sizes[-1] <= sizes[0] + growth, f'{name} had {sizes} kB after {looks} presentations')
