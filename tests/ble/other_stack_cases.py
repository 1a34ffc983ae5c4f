"""Another Bluetooth stack as the peer of ours: a presentation in each role, its reader behind bumble_reader.py."""

import os
import pathlib

import presentations
from cases import case, expect, short_mtu
from presentation_cases import modes

here = pathlib.Path(__file__).parent
python = pathlib.Path(os.environ['MDOC_BLE_BUMBLE']) / 'bin/python'


def present(lane, via, bearer, *options):
    """@return what the other side reports"""
    holder = presentations.Holder(lane, via)
    engagement = holder.engagement()
    with lane.lending('hci1'):
        radio = lane.start('radio', python, here / 'bumble_reader.py', '--controller', 1, *options, engagement)
        waits_at = presentations.next_line(radio, 0, 'a link')['endpoint']
        reader = presentations.ask(lane, 'reader', engagement, '--via', 'tcp', '--connect', waits_at)
        report = reader.report()
        expect(report.get('valid'), f'not valid: {report}')
        carried = radio.report()
        lane.note(**carried)
    answered = holder.presentation()
    expect('error' not in answered, f'the holder reports {answered.get("error")}')
    expect(answered['bearer'] == bearer, f'the bearer is {answered["bearer"]}, not {bearer}')
    holder.end()
    return carried


@case(f'bumble as GATT client carries a presentation: {modes["peripheral"]}', short_mtu)
def _(lane):
    carried = present(lane, 'ble:peripheral', f'{modes["peripheral"]}, GATT')
    expect(carried['mtu'] == 513, f'the MTU is {carried["mtu"]}, not what this bluetoothd may have at most')


@case(f'bumble as GATT server carries a presentation, with a small MTU: {modes["central"]}', short_mtu)
def _(lane):
    carried = present(lane, 'ble:central', f'{modes["central"]}, GATT', '--mtu', 185)
    expect(carried['mtu'] == 185, f'the MTU is {carried["mtu"]}, not what the server takes')
