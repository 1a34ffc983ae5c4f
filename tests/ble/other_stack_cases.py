"""Another Bluetooth stack as the peer of ours: a presentation in each role, its reader behind bumble_reader.py."""

import os
import pathlib

import presentations
from cases import case, expect, short_mtu
from presentation_cases import modes

here = pathlib.Path(__file__).parent
python = pathlib.Path(os.environ['MDOC_BLE_BUMBLE']) / 'bin/python'


def present(lane, via, bearer):
    holder = presentations.Holder(lane, via)
    engagement = holder.engagement()
    with lane.lending('hci1'):
        radio = lane.start('radio', python, here / 'bumble_reader.py', '--controller', 1, engagement)
        waits_at = presentations.next_line(radio, 0, 'a link')['endpoint']
        reader = presentations.ask(lane, 'reader', engagement, '--via', 'tcp', '--connect', waits_at)
        report = reader.report()
        expect(report.get('valid'), f'not valid: {report}')
        lane.note(**radio.report())
    answered = holder.presentation()
    expect('error' not in answered, f'the holder reports {answered.get("error")}')
    expect(answered['bearer'] == bearer, f'the bearer is {answered["bearer"]}, not {bearer}')
    holder.end()


for mode, role in (('peripheral', 'client'), ('central', 'server')):
    @case(f'bumble as GATT {role} carries a presentation: {modes[mode]}', short_mtu)
    def _(lane, mode=mode):
        present(lane, f'ble:{mode}', f'{modes[mode]}, GATT')
