"""What the lane asks of bluetoothd over D-Bus, and how it waits. For programs with one thread."""

import time

import dbus
import dbus.mainloop.glib
from gi.repository import GLib

bluez = 'org.bluez'
adapter_interface = 'org.bluez.Adapter1'
device_interface = 'org.bluez.Device1'
advertising_manager_interface = 'org.bluez.LEAdvertisingManager1'
gatt_manager_interface = 'org.bluez.GattManager1'
characteristic_interface = 'org.bluez.GattCharacteristic1'
properties_interface = 'org.freedesktop.DBus.Properties'
object_manager_interface = 'org.freedesktop.DBus.ObjectManager'


class Expired(Exception):
    """Something did not happen in time."""


def connect():
    """The system bus, with this program's main loop."""
    dbus.mainloop.glib.DBusGMainLoop(set_as_default=True)
    return dbus.SystemBus()


def wait(condition, seconds, what, every=0.0):
    """Lets events happen until the condition holds; what it returned.

    It is looked at after every event, and at least every 50 ms; one that asks bluetoothd, better not so often.
    """
    context = GLib.MainContext.default()
    tick = GLib.timeout_add(50, lambda: True)
    begin = due = time.monotonic()
    try:
        while True:
            if time.monotonic() >= due:
                if result := condition():
                    return result
                if time.monotonic() > begin + seconds:
                    raise Expired(f'{what}: not within {seconds} s')
                due = time.monotonic() + every
            context.iteration(True)
    finally:
        GLib.source_remove(tick)


def pause(seconds):
    """Lets events happen for a while."""
    end = time.monotonic() + seconds
    wait(lambda: time.monotonic() >= end, seconds + 60, 'a pause')


class Bluez:
    """bluetoothd as seen through one connection to the bus."""

    def __init__(self, bus):
        self.bus = bus

    def running(self):
        return self.bus.name_has_owner(bluez)

    def call(self, path, interface, method, *arguments, seconds=60):
        """Calls a method and lets events happen meanwhile: bluetoothd asks us before it answers."""
        answers = []
        function = self.bus.get_object(bluez, path, introspect=False).get_dbus_method(method, interface)
        function(*arguments, timeout=seconds, reply_handler=lambda *values: answers.append((values, None)),
                 error_handler=lambda error: answers.append(((), error)))
        (values, error), *_ = wait(lambda: answers, seconds + 5, method)
        if error is not None:
            raise error
        return values[0] if values else None

    def get(self, path, interface, name):
        return self.call(path, properties_interface, 'Get', interface, name)

    def objects(self):
        """Path to interface to property to value."""
        return self.call('/', object_manager_interface, 'GetManagedObjects')

    def find(self, interface, **properties):
        """The path of an object which has this interface with these properties, or None."""
        for path, interfaces in self.objects().items():
            values = interfaces.get(interface)
            if values is not None and all(values.get(name) == value for name, value in properties.items()):
                return path
        return None


def adapter_path(name):
    return f'/org/bluez/{name}'
