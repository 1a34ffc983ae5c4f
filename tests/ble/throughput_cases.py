"""How fast our link is, beside the bare pair, which does the least that can be done with BlueZ.

The machine is emulated, and others use the host: only what is measured in turns can be compared, and only as a ratio.
"""

import statistics
import uuid

import cases
from bluez_link_cases import messages, start
from cases import case, expect

size = 60_000
rounds = 5
least = 0.8


def bare(lane):
    """Seconds for the message there and back, by sockets: its quicker way."""
    _server, client, _nudges = cases.pair(lane, ('--sockets',), ('--sockets', '--message', size))
    return client['exchange_seconds']


def ours(lane, mode):
    service = uuid.uuid4()
    server = start(lane, 'server', mode, service)
    client = start(lane, 'client', mode, service, *messages(size))
    with lane.nudging():
        [[_size, _up, both]] = client.report()['size_up_both_seconds']
    server.report()
    return both


@case('throughput: mdoc::bluez needs at most 1.25 times as long as the bare pair')
def _(lane):
    seconds = {'bare': [], 'peripheral': [], 'central': []}
    for _ in range(rounds):
        seconds['bare'].append(bare(lane))
        for mode in ('peripheral', 'central'):
            seconds[mode].append(ours(lane, mode))
    lane.note(bytes_each_way=size, **{name: [round(each, 2) for each in values] for name, values in seconds.items()})
    for mode in ('peripheral', 'central'):
        ratio = statistics.median(theirs / each for theirs, each in zip(seconds['bare'], seconds[mode]))
        lane.note(mode=mode, median_of_the_bare_pair=round(ratio, 2))
        expect(ratio >= least, f'mdoc {mode} mode: {ratio:.2f} times as fast as the bare pair, not {least}')
