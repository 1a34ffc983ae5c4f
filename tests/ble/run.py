#!/usr/bin/python3
"""run.py (--results FOLDER [--trace] | --list) [--filter REGEX] [--long | --short]

Runs the cases inside the virtual machine of scripts/ble-vm: a line for each, totals at the end. Or only names them.
"""

import argparse
import pathlib
import re
import sys
import time
import traceback

import dbus

import bluez
import cases
import machine
import bluez_link_cases  # noqa: F401: adds its cases
import presentation_cases  # noqa: F401
import other_stack_cases  # noqa: F401
import throughput_cases  # noqa: F401


def tail(file, lines=8):
    return file.read_text(errors='replace').splitlines()[-lines:]


def sanitizer_findings(file):
    """Whatever else a program made of them."""
    return [line for line in file.read_text(errors='replace').splitlines()
            if 'Sanitizer: ' in line or ': runtime error: ' in line]


def run(case, lane, folder):
    """Why it failed, line for line. What is left behind is a failure as well."""
    problems = []
    lane.begin(folder)
    try:
        lane.configure(case.configuration)
        lane.observe()
        case.body(lane)
    except (machine.Failed, bluez.Expired, dbus.DBusException) as error:
        problems.append(str(error))
    except Exception:  # a fault of the case itself must not end the others
        problems.append(traceback.format_exc())
    try:
        problems += [f'left behind: {what}' for what in lane.end()]
    except (bluez.Expired, dbus.DBusException) as error:
        problems.append(str(error))
        lane.configuration = None
    for program in lane.programs:
        problems += [f'{program.name}: {line}' for line in sanitizer_findings(program.errors)]
    if problems:
        for program in lane.programs[:2] + lane.programs[2:][-4:]:  # of a hundred, the last ones
            for file in (program.output, program.errors):
                problems += [f'{file.name}: {line[:1000]}' for line in tail(file)]
    return problems


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument('--results', type=pathlib.Path)
    parser.add_argument('--list', action='store_true')
    parser.add_argument('--filter', type=re.compile, default=re.compile(''))
    parser.add_argument('--trace', action='store_true')
    parser.add_argument('--long', dest='lengths', action='store_const', const=(True,), default=(True, False))
    parser.add_argument('--short', dest='lengths', action='store_const', const=(False,))
    options = parser.parse_args()
    chosen = [case for case in cases.cases if case.is_long in options.lengths and options.filter.search(case.name)]
    if options.list or options.results is None:
        for case in chosen:
            print(case.name)
        return

    try:
        lane = machine.Machine(options.results, options.trace)
    except (machine.Failed, bluez.Expired) as error:
        sys.exit(f'FAIL  the machine: {error}')
    print(f'      machine and controllers: {machine.uptime():.1f} s', flush=True)
    passed = failed = 0
    for number, case in enumerate(chosen, 1):
        begin = time.monotonic()
        problems = run(case, lane, options.results / f'{number:02}')
        failed += bool(problems)
        passed += not problems
        print(f'{"FAIL" if problems else "ok":4}  {case.name} ({time.monotonic() - begin:.1f} s)', flush=True)
        for line in lane.notes + '\n'.join(problems).splitlines():
            print(f'      {line}', flush=True)
    print(f'{passed} passed, {failed} failed', flush=True)
    sys.exit(1 if failed else 0)


main()
