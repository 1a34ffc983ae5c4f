#include <utility>

#include "bluez/client_side.hpp"
#include "bluez/link_core.hpp"
#include "bluez/link_driver.hpp"
#include "bluez/server_side.hpp"

namespace mdoc::bluez {

std::shared_ptr<LinkCore> start_link(std::shared_ptr<Stack> stack, transport::BlePeripheral machine,
                                     BleLinkHooks hooks) {
  auto driver = std::make_shared<LinkDriver<transport::BlePeripheral, ServerSide>>(std::move(stack), std::move(machine),
                                                                                   std::move(hooks));
  driver->start();
  return driver;
}

std::shared_ptr<LinkCore> start_link(std::shared_ptr<Stack> stack, transport::BleCentral machine, BleLinkHooks hooks) {
  auto driver = std::make_shared<LinkDriver<transport::BleCentral, ClientSide>>(std::move(stack), std::move(machine),
                                                                                std::move(hooks));
  driver->start();
  return driver;
}

}  // namespace mdoc::bluez
