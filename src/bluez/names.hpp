#pragma once

namespace mdoc::bluez {

// Names of bluetoothd's interface (doc/*-api.txt of BlueZ).
inline constexpr char bluez_name[] = "org.bluez";
inline constexpr char bluez_root[] = "/";
inline constexpr char adapter_interface[] = "org.bluez.Adapter1";
inline constexpr char device_interface[] = "org.bluez.Device1";
inline constexpr char service_interface[] = "org.bluez.GattService1";
inline constexpr char characteristic_interface[] = "org.bluez.GattCharacteristic1";
inline constexpr char gatt_manager_interface[] = "org.bluez.GattManager1";
inline constexpr char advertising_manager_interface[] = "org.bluez.LEAdvertisingManager1";
inline constexpr char advertisement_interface[] = "org.bluez.LEAdvertisement1";
inline constexpr char object_manager_interface[] = "org.freedesktop.DBus.ObjectManager";
inline constexpr char properties_interface[] = "org.freedesktop.DBus.Properties";
inline constexpr char peer_interface[] = "org.freedesktop.DBus.Peer";

}  // namespace mdoc::bluez
