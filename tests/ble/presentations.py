"""Presentations by our own programs: mdoc-cli holder on hci0, mdoc-cli reader on hci1."""

import json
import pathlib

import bluez
import machine
from machine import Failed

cli = machine.built / 'src/cli/mdoc-cli'
wallet = pathlib.Path('build/ble-vm/wallet')
doc_type = 'org.iso.18013.5.1.mDL'
elements = ('family_name', 'portrait', 'age_over_18')


def lines(program):
    """The JSON objects that a program has written so far, one a line."""
    return [json.loads(line) for line in program.output.read_text().splitlines(keepends=True) if line.endswith('\n')]


def next_line(program, number, what, seconds=120):
    """The line of this number, as soon as it is there."""

    def there():
        if not program.running() and len(lines(program)) <= number:
            raise Failed(f'{program.name} ended with {program.process.returncode} and without {what}')
        return len(lines(program)) > number

    bluez.wait(there, seconds, what, every=0.05)
    return lines(program)[number]


class Holder:
    """A holder that serves one presentation after the other."""

    def __init__(self, lane, via, *options):
        self.program = lane.start('holder', cli, 'holder', '--via', via, '--adapter', 'hci0', '--credential',
                                  f'{wallet}/licence.cbor,{wallet}/device.key', '--json', *options)
        self.seen = 0

    def engagement(self):
        line = next_line(self.program, self.seen, 'an engagement')
        self.seen += 1
        return line['engagement']

    def presentation(self):
        line = next_line(self.program, self.seen, 'a report')
        self.seen += 1
        return line['presentation']

    def end(self):
        self.program.interrupt()
        self.program.wait(60)


def ask(lane, name, engagement, *options):
    """A reader that gets there as the options say."""
    asked = [word for element in elements for word in ('--element', f'org.iso.18013.5.1/{element}')]
    return lane.start(name, cli, 'reader', engagement, '--trust', wallet / 'iaca.pem', '--doc-type', doc_type, *asked,
                      '--json', *options)


def read(lane, name, engagement, via, *options):
    return ask(lane, name, engagement, '--via', via, '--adapter', 'hci1', *options)


def roles(via):
    """Who advertises, and who listens: the mdoc is heard in peripheral server mode, the reader in central client mode."""
    return ('hci0', 'hci1') if 'peripheral' in via else ('hci1', 'hci0')


def expect_good(report, bearer):
    if not report.get('valid'):
        raise Failed(f'not valid: {json.dumps(report)[:2000]}')
    if not report['bearer'].startswith(bearer):
        raise Failed(f'the bearer is {report["bearer"]}, not {bearer}')


def between(steps, first, last):
    """Milliseconds between two steps of the way to the link; nothing where one is missing."""
    times = {step['step']: step['milliseconds'] for step in steps}
    return round(times[last] - times[first], 1) if first in times and last in times else None


def present(lane, via, times, bearer, after=lambda number, holder: None):
    """So many presentations in a row, by one holder.

    @param after  called after each, when the holder has shown its next engagement
    @return the reports of the reader
    """
    holder = Holder(lane, via)
    engagement = holder.engagement()
    reports = []
    for number in range(1, times + 1):
        reader = read(lane, f'reader-{number}', engagement, via)
        with lane.nudging(*roles(via)):
            report = reader.report()
        expect_good(report, bearer)
        answered = holder.presentation()
        if 'error' in answered:
            raise Failed(f'the holder reports {answered["error"]}')
        reports.append(report)
        engagement = holder.engagement()
        after(number, holder)
    holder.end()
    return reports
