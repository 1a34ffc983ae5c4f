"""The cases of mdoc-cli: a holder and a reader, each a process with an adapter of its own."""

import bluez
import presentations
from cases import case, short_mtu

modes = {'central': 'BLE, mdoc central client mode', 'peripheral': 'BLE, mdoc peripheral server mode'}


def present(mode, carrier, times):
    def body(lane):
        reports = presentations.present(lane, f'ble:{mode}{":l2cap" if carrier == "L2CAP" else ""}', times,
                                        f'{modes[mode]}, {carrier}')
        steps = reports[-1]['bearerSteps']
        lane.note(presentations=len(reports),
                  found_to_opened_ms=[presentations.between(report['bearerSteps'], 'connected', 'opened')
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


@case('a hundred presentations in a row: BLE, mdoc peripheral server mode', short_mtu)
def _(lane):
    reports = presentations.present(lane, 'ble:peripheral', 100, modes['peripheral'])
    lane.note(presentations=len(reports))
