# The components and what each needs from the system. Read by the build (MdocComponent) and, installed,
# by find_package(mdoc), so that both ask for the same packages and name the same remedies.
#
# mdoc_component_<name>_depends  other components, lower ones
# mdoc_component_<name>_public   packages that its headers use; each as one string of find_package arguments
# mdoc_component_<name>_private  packages inside its sources; users of a static library link them too
# mdoc_component_<name>_build    packages of which its sources need headers alone; nobody else needs them
# mdoc_component_<name>_debian   Debian packages that bring all of these

set(mdoc_components json asio bluez pkcs11 testing)
# Not part of this version, and refused with these words: an option or a package would bring none of them.
set(mdoc_components_planned online pcsc redis)

set(mdoc_component_mdoc_private "OpenSSL 3.0 COMPONENTS Crypto" "libcbor 0.8" "ZLIB")
set(mdoc_component_mdoc_debian libssl-dev libcbor-dev zlib1g-dev)

set(mdoc_component_json_private "Boost 1.81 COMPONENTS json")
set(mdoc_component_json_debian libboost-json1.81-dev)

set(mdoc_component_asio_public "Boost 1.81" "Threads")
set(mdoc_component_asio_private "OpenSSL 3.0 COMPONENTS SSL")
set(mdoc_component_asio_debian libboost1.81-dev libssl-dev)

set(mdoc_component_bluez_depends asio)
set(mdoc_component_bluez_private "sdbus-c++ 1.2")
set(mdoc_component_bluez_debian libsdbus-c++-dev)

set(mdoc_component_pkcs11_build "p11-kit")
set(mdoc_component_pkcs11_debian libp11-kit-dev)

# The tool: switched like a component, but nothing that find_package(mdoc) would look for. With asio it
# presents and reads over a network, with pkcs11, where that is built, it uses keys in tokens.
set(mdoc_component_cli_depends json asio)
set(mdoc_component_cli_private "CLI11" "fmt" "qrencode" "JPEG" "openjp2")
set(mdoc_component_cli_debian libcli11-dev libfmt-dev libqrencode-dev libjpeg-dev libopenjp2-7-dev)
