#include "mdoc/transport/ble_service.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <vector>

#include "framing_fixture.hpp"
#include "mdoc/transport/ble_effects.hpp"

namespace mdoc::transport {
namespace {

using enum BleCharacteristic;

const Uuid transaction = Uuid::parse("45efef74-2b2c-4837-a9a3-b0e1d05a6917").value();
constexpr std::array modes{BleMode::mdoc_peripheral_server, BleMode::mdoc_central_client};

BleService service_of(BleMode mode) { return ble_service(mode, transaction).value(); }

/// "State 00000001-… notify write": one line for each characteristic.
std::vector<std::string> lines_of(const BleService& service) {
  std::vector<std::string> lines;
  for (const BleServiceCharacteristic& each : service.characteristics) {
    std::string line = std::string(name(each.purpose)) + " " + each.uuid.text();
    if (each.properties.read) line += " read";
    if (each.properties.write_without_response) line += " write-without-response";
    if (each.properties.write) line += " write";
    if (each.properties.notify) line += " notify";
    lines.push_back(std::move(line));
  }
  return lines;
}

TEST(Ble01, TheServiceOfTheMdocHasFourCharacteristics) {
  const BleService service = service_of(BleMode::mdoc_peripheral_server);
  EXPECT_EQ(service.mode, BleMode::mdoc_peripheral_server);
  EXPECT_EQ(lines_of(service), (std::vector<std::string>{
                                   "State 00000001-a123-48ce-896b-4c76973373e6 write-without-response write notify",
                                   "Client2Server 00000002-a123-48ce-896b-4c76973373e6 write-without-response write",
                                   "Server2Client 00000003-a123-48ce-896b-4c76973373e6 notify",
                                   "L2CAP 0000000a-a123-48ce-896b-4c76973373e6 read",
                               }));
}

TEST(Ble01, TheServiceOfTheMdocReaderHasFiveOthers) {
  const BleService service = service_of(BleMode::mdoc_central_client);
  EXPECT_EQ(service.mode, BleMode::mdoc_central_client);
  EXPECT_EQ(lines_of(service), (std::vector<std::string>{
                                   "State 00000005-a123-48ce-896b-4c76973373e6 write-without-response write notify",
                                   "Client2Server 00000006-a123-48ce-896b-4c76973373e6 write-without-response write",
                                   "Server2Client 00000007-a123-48ce-896b-4c76973373e6 notify",
                                   "Ident 00000008-a123-48ce-896b-4c76973373e6 read",
                                   "L2CAP 0000000b-a123-48ce-896b-4c76973373e6 read",
                               }));
}

TEST(Ble01, TheServiceItselfHasTheUuidOfTheTransaction) {
  for (const BleMode mode : modes) {
    EXPECT_EQ(service_of(mode).uuid, transaction);
    EXPECT_EQ(ble_service(mode, Uuid{})->uuid, Uuid{});
  }
}

TEST(Ble01, ACharacteristicIsFoundByItsUuidAndTheOtherWayRound) {
  for (const BleMode mode : modes) {
    const BleService service = service_of(mode);
    for (const BleServiceCharacteristic& each : service.characteristics) {
      EXPECT_EQ(service.find(each.uuid), each.purpose);
      EXPECT_EQ(service.uuid_of(each.purpose), each.uuid);
      EXPECT_TRUE(service.has(each.purpose));
    }
  }
}

TEST(Ble01, TheMdocHasNoIdent) {
  EXPECT_FALSE(service_of(BleMode::mdoc_peripheral_server).has(ident));
  EXPECT_FALSE(BleService().has(state));
}

TEST(Ble01, NothingIsFoundByAUuidThatIsNearIt) {
  for (const BleMode mode : modes) {
    const BleService service = service_of(mode);
    EXPECT_FALSE(service.find(Uuid{}));
    EXPECT_FALSE(service.find(service.uuid));
    for (const BleServiceCharacteristic& each : service.characteristics) {
      EXPECT_FALSE(service.find(Uuid{each.uuid.reversed()}));
      for (std::size_t i = 0; i < each.uuid.octets.size(); ++i) {
        Uuid near = each.uuid;
        near.octets[i] ^= 0x10;
        EXPECT_FALSE(service.find(near)) << near.text();
      }
    }
  }
}

TEST(Ble01, NothingIsFoundByAUuidOfTheOtherService) {
  const BleService mdoc = service_of(BleMode::mdoc_peripheral_server);
  const BleService reader = service_of(BleMode::mdoc_central_client);
  for (const BleServiceCharacteristic& each : mdoc.characteristics) EXPECT_FALSE(reader.find(each.uuid));
  for (const BleServiceCharacteristic& each : reader.characteristics) EXPECT_FALSE(mdoc.find(each.uuid));
  for (int number : {0x00, 0x04, 0x09, 0x0c, 0xff}) {
    Uuid none = mdoc.uuid_of(state);
    none.octets[3] = static_cast<std::uint8_t>(number);
    EXPECT_FALSE(mdoc.find(none) || reader.find(none)) << none.text();
  }
}

TEST(Ble01, TheUuidsAreThoseOfTheProfile) {
  ProtocolConstants constants = iso18013_5();
  constants.ble_mdoc_server2client = "C0FFEE03-1234-4abc-8def-0123456789ab";
  constants.ble_reader_ident = "c0ffee08-1234-4abc-8def-0123456789ab";
  const BleService mdoc = ble_service(BleMode::mdoc_peripheral_server, transaction, constants).value();
  EXPECT_EQ(mdoc.uuid_of(server2client).text(), "c0ffee03-1234-4abc-8def-0123456789ab");
  EXPECT_FALSE(mdoc.find(service_of(BleMode::mdoc_peripheral_server).uuid_of(server2client)));
  const BleService reader = ble_service(BleMode::mdoc_central_client, transaction, constants).value();
  EXPECT_EQ(reader.uuid_of(ident).text(), constants.ble_reader_ident);
}

TEST(Ble01, AConstantThatIsNoUuidIsRefusedByItsName) {
  struct Case {
    std::string_view ProtocolConstants::*constant;
    BleMode mode;
    std::string_view name;
  };
  const Case cases[] = {
      {&ProtocolConstants::ble_mdoc_state, BleMode::mdoc_peripheral_server, "ble_mdoc_state"},
      {&ProtocolConstants::ble_mdoc_client2server, BleMode::mdoc_peripheral_server, "ble_mdoc_client2server"},
      {&ProtocolConstants::ble_mdoc_server2client, BleMode::mdoc_peripheral_server, "ble_mdoc_server2client"},
      {&ProtocolConstants::ble_mdoc_l2cap, BleMode::mdoc_peripheral_server, "ble_mdoc_l2cap"},
      {&ProtocolConstants::ble_reader_state, BleMode::mdoc_central_client, "ble_reader_state"},
      {&ProtocolConstants::ble_reader_client2server, BleMode::mdoc_central_client, "ble_reader_client2server"},
      {&ProtocolConstants::ble_reader_server2client, BleMode::mdoc_central_client, "ble_reader_server2client"},
      {&ProtocolConstants::ble_reader_ident, BleMode::mdoc_central_client, "ble_reader_ident"},
      {&ProtocolConstants::ble_reader_l2cap, BleMode::mdoc_central_client, "ble_reader_l2cap"},
  };
  for (const auto& [constant, mode, name] : cases) {
    for (const std::string_view text : {"", "2902", "0000000g-a123-48ce-896b-4c76973373e6"}) {
      ProtocolConstants constants = iso18013_5();
      constants.*constant = text;
      const auto refused = ble_service(mode, transaction, constants);
      EXPECT_EQ(fault(refused), "bad_argument (ProtocolConstants." + std::string(name) + ")") << text;
      // The other service does not have it.
      const BleMode other = mode == modes[0] ? modes[1] : modes[0];
      EXPECT_TRUE(ble_service(other, transaction, constants)) << name;
    }
  }
}

/// The names of all enumerators up to `last`.
template <class Enum>
std::vector<std::string> names_to(Enum last) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i <= static_cast<std::size_t>(last); ++i) names.emplace_back(name(static_cast<Enum>(i)));
  return names;
}

TEST(BleNames, OfModesAndCarriersAreThoseOfTheStandard) {
  EXPECT_EQ(names_to(BleMode::mdoc_central_client),
            (std::vector<std::string>{"mdoc peripheral server mode", "mdoc central client mode"}));
  EXPECT_EQ(names_to(BleCarrier::l2cap), (std::vector<std::string>{"GATT", "L2CAP"}));
}

TEST(BleNames, OfStepsAndOperationsAreIdentifiersInTheirOrder) {
  EXPECT_EQ(names_to(BleStep::ending),
            (std::vector<std::string>{"preparing", "advertising", "scanning", "found", "connected", "discovered",
                                      "identified", "subscribed", "opened", "lost", "wrong-peer", "fell-back",
                                      "radio-off", "ending"}));
  EXPECT_EQ(names_to(BleOperation::send),
            (std::vector<std::string>{"listen", "register_service", "advertise", "scan", "connect", "exchange_mtu",
                                      "discover", "read", "subscribe", "open_channel", "send"}));
}

}  // namespace
}  // namespace mdoc::transport
