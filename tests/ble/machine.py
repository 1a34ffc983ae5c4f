"""What a case runs in: bus, two virtual controllers, bluetoothd; programs under test, and what they leave behind."""

import contextlib
import dataclasses
import glob
import json
import os
import pathlib
import re
import signal
import subprocess

import dbus
from gi.repository import GLib

import bluez
import kernel

adapters = ('hci0', 'hci1')
built = pathlib.Path(os.environ['MDOC_BLE_BUILD'])  # where our programs are
storage = pathlib.Path('/var/lib/bluetooth')


@dataclasses.dataclass(frozen=True)
class Configuration:
    """Of bluetoothd. The defaults let its GATT server and client be relied on: docs/ble-lane.md says why."""

    channels: int = 1
    exchange_mtu: int = 517

    def text(self):
        # Attributes of a peer are not remembered from one case to the next.
        return (f'[GATT]\nCache=no\nChannels={self.channels}\nExchangeMTU={self.exchange_mtu}\n'
                '[Policy]\nAutoEnable=true\n')


class Failed(Exception):
    """A case did not go as it must."""


class Program:
    """A program that runs while the case goes on. Its output is kept in files."""

    def __init__(self, name, command, folder):
        self.name = name
        self.output = folder / f'{name}.out'
        self.errors = folder / f'{name}.err'
        # In a session of its own, so that what it starts ends with it.
        with open(self.output, 'wb') as output, open(self.errors, 'wb') as errors:
            self.process = subprocess.Popen([str(word) for word in command], stdin=subprocess.DEVNULL, stdout=output,
                                            stderr=errors, start_new_session=True)

    def running(self):
        return self.process.poll() is None

    def wait(self, seconds=240):
        """Its exit code."""
        bluez.wait(lambda: not self.running(), seconds, f'the end of {self.name}')
        return self.process.returncode

    def succeed(self, seconds=240):
        """Waits for a program that ends well; its output."""
        code = self.wait(seconds)
        if code != 0:
            raise Failed(f'{self.name} ended with {code}')
        return self.output.read_text()

    def report(self, seconds=240):
        """The JSON object in the last line of a program that ends well."""
        lines = self.succeed(seconds).splitlines()
        return json.loads(lines[-1]) if lines else {}

    def interrupt(self):
        """As a person would, by Ctrl-C; unless it has ended."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.process.pid, signal.SIGINT)

    def stop(self):
        if self.running():
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


class Machine:
    def __init__(self, results, trace=False):
        self.results = results
        self.configuration = None
        self.daemon = None
        self.services = {name: set() for name in adapters}
        self.programs = []
        self.notes = []
        self.clients = set()
        self.faults = 0  # of the kernel
        self.folder = results
        os.makedirs('/run/dbus', exist_ok=True)
        subprocess.run(['dbus-uuidgen', '--ensure'], check=True)
        subprocess.run(['dbus-daemon', '--system', '--fork', '--nopidfile'], check=True)
        subprocess.run(['modprobe', '--all', 'algif_hash', 'algif_skcipher', 'drbg', 'hci_vhci'], check=True)
        self.ciphers = kernel.ciphers()
        self.kernel = kernel.Management()
        self._start_controllers()
        if trace:
            self._start('trace', ['btmon', '--write', results / 'trace.btsnoop'])
        storage.mkdir(parents=True, exist_ok=True)
        subprocess.run(['mount', '-t', 'tmpfs', '-o', 'mode=700', 'tmpfs', storage], check=True)
        bus = bluez.connect()
        self.bluez = bluez.Bluez(bus)
        self.told = {}
        bus.add_signal_receiver(self._on_changed, 'PropertiesChanged', bluez.properties_interface, bluez.bluez,
                                path_keyword='path')

    def _on_changed(self, _interface, changed, _invalidated, path):
        for name, value in changed.items():
            if name in ('ActiveInstances', 'Discovering'):
                self.told[path, name] = value

    def _start_controllers(self):
        # The kernel gives up on one that does not answer within two seconds, which it may not on a machine with much
        # else to do; and there is no second try for that one.
        for _ in range(5):
            self.controllers = self._start('controllers', ['btvirt', '-L', f'-l{len(adapters)}'])
            with contextlib.suppress(bluez.Expired):
                bluez.wait(lambda: all(map(self.kernel.present, range(len(adapters)))), 15, 'controllers', every=0.1)
                return
            self.controllers.kill()
            self.controllers.wait()
        raise Failed('the virtual controllers do not come up: controllers.log, kernel.log')

    def _start(self, name, command):
        with open(self.results / f'{name}.log', 'ab') as log:
            return subprocess.Popen([str(word) for word in command], stdin=subprocess.DEVNULL, stdout=log, stderr=log)

    def configure(self, configuration):
        """A bluetoothd that remembers nothing, with this configuration, and both adapters powered."""
        if self.configuration == configuration and self.daemon.poll() is None:
            return
        self.configuration = None
        self.stop_bluetoothd()
        self.told.clear()
        subprocess.run(['find', storage, '-mindepth', '1', '-delete'], check=True)
        file = pathlib.Path('/run/bluetooth.conf')
        file.write_text(configuration.text())
        self.daemon = self._start('bluetoothd',
                                  ['/usr/libexec/bluetooth/bluetoothd', '--nodetach', f'--configfile={file}'])
        bluez.wait(self._ready, 120, 'powered adapters', every=0.2)
        self.services = {name: set(map(str, self.bluez.get(bluez.adapter_path(name), bluez.adapter_interface, 'UUIDs')))
                         for name in adapters}
        self.configuration = configuration

    def stop_bluetoothd(self):
        if self.daemon is not None:
            self.daemon.terminate()
            self.daemon.wait(60)
            bluez.wait(lambda: not self.bluez.running(), 30, 'the end of bluetoothd')

    def _ready(self):
        if self.daemon.poll() is not None:
            raise Failed(f'bluetoothd ended with {self.daemon.returncode}')
        if not self.bluez.running():
            return False
        objects = self.bluez.objects()
        return all(objects.get(bluez.adapter_path(name), {}).get(bluez.adapter_interface, {}).get('Powered')
                   and bluez.advertising_manager_interface in objects[bluez.adapter_path(name)]
                   and bluez.gatt_manager_interface in objects[bluez.adapter_path(name)] for name in adapters)

    def _clients(self):
        """Who is on the bus, but for those who belong to the machine."""
        return {str(name) for name in self.bluez.bus.list_names() if name.startswith(':')}

    # For cases

    def begin(self, folder):
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.programs = []
        self.notes = []

    def observe(self):
        """Everything from now on is the case's doing."""
        self.clients = self._clients()

    def start(self, name, *command):
        """A program under test. Those that still run when the case is over are ended, and the case has failed."""
        program = Program(name, command, self.folder)
        self.programs.append(program)
        return program

    def note(self, **values):
        """Something worth knowing beside the verdict, printed under the case."""
        self.notes.append(f'info  {json.dumps(values)}')

    @contextlib.contextmanager
    def nudging(self, advertiser='hci0', listener='hci1'):
        """While this lasts, the listener hears of the advertiser again and again (see kernel.Nudge)."""
        nudge = kernel.Nudge(int(advertiser.removeprefix('hci')))
        count = [0]

        def again():
            # Only while one advertises and the other discovers, so that nothing is switched on behind their backs. What
            # bluetoothd told, not what it answers: it counts an advertisement before the kernel has begun with it, and
            # the kernel does not get over a controller that already advertises.
            if (self.told.get((bluez.adapter_path(listener), 'Discovering'))
                    and self.told.get((bluez.adapter_path(advertiser), 'ActiveInstances'))):
                nudge()
                count[0] += 1
            return True

        timer = GLib.timeout_add(500, again)
        try:
            yield count
        finally:
            GLib.source_remove(timer)
            nudge.close()

    @contextlib.contextmanager
    def lending(self, name):
        """While this lasts, another Bluetooth stack may have this controller, and neither bluetoothd nor the kernel does."""
        path = bluez.adapter_path(name)
        self._power(path, False)
        bluez.wait(lambda: not self.kernel.powered(adapters.index(name)), 30, f'{name} to be off', every=0.1)
        try:
            yield
        finally:
            # The kernel has it anew, with all that bluetoothd knows of it.
            bluez.wait(lambda: self._ready() or self._power(path, True), 60, f'{name} to be back', every=0.5)

    def _power(self, path, on):
        with contextlib.suppress(dbus.DBusException):  # one that is gone, or busy with it
            self.bluez.call(path, bluez.properties_interface, 'Set', bluez.adapter_interface, 'Powered',
                            dbus.Boolean(on, variant_level=1))

    def end(self):
        """Ends what still runs. What was left behind, as texts, after a moment in which links may end; none is good."""
        left = []
        for program in self.programs:
            if program.running():
                left.append(f'{program.name} still ran')
                program.stop()
        try:
            bluez.wait(lambda: not self.leftovers(), 5, 'nothing to be left', every=0.5)
        except bluez.Expired:
            left += self.leftovers()
        faults = kernel.faults()
        left += faults[self.faults:]
        self.faults = len(faults)
        if left:
            self.configuration = None  # the next case begins with another bluetoothd
        return left

    def leftovers(self):
        """What is there and was not there before, in bluetoothd and in the kernel."""
        if self.daemon.poll() is not None:
            return [f'bluetoothd ended with {self.daemon.returncode}']
        left = []
        objects = self.bluez.objects()
        for index, name in enumerate(adapters):
            path = bluez.adapter_path(name)
            adapter = objects.get(path)
            if adapter is None:
                left.append(f'{name} is gone')
                continue
            if not adapter[bluez.adapter_interface]['Powered'] or not self.kernel.powered(index):
                left.append(f'{name} is off')
            if adapter[bluez.adapter_interface]['Discovering']:
                left.append(f'{name} still discovers')
            if count := int(adapter[bluez.advertising_manager_interface]['ActiveInstances']):
                left.append(f'{name} still advertises, {count} according to bluetoothd')
            if count := self.kernel.advertisements(index):
                left.append(f'{name} still advertises, {count} according to the kernel')
            if count := self.kernel.connections(index):
                left.append(f'{name} still has {count} connections')
            for service in set(map(str, adapter[bluez.adapter_interface]['UUIDs'])) - self.services[name]:
                left.append(f'{name} still has the service {service}')
            for device, interfaces in objects.items():
                if device.startswith(f'{path}/') and bluez.device_interface in interfaces:
                    bond = ', a bond' if interfaces[bluez.device_interface].get('Paired') else ''
                    left.append(f'{name} still knows {device.rsplit("/", 1)[1]}{bond}')
        left += [f'stored: {file}' for file in glob.glob(f'{storage}/*/*/info')]
        left += [f'{name} is still on the bus' for name in sorted(self._clients() - self.clients)]
        return left


def usage(process):
    """What a process holds: file descriptors, and memory in kB."""
    status = pathlib.Path(f'/proc/{process}/status').read_text()
    return {'descriptors': len(os.listdir(f'/proc/{process}/fd')),
            'resident_kb': int(re.search(r'^VmRSS:\s+(\d+)', status, re.MULTILINE)[1])}


def uptime():
    return float(pathlib.Path('/proc/uptime').read_text().split()[0])
