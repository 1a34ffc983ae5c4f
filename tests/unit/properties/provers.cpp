#include "unit/properties/provers.hpp"

#include "support/fake_zk.hpp"

namespace mdoc::properties {

const std::array<Prover, 3>& provers() {
  static const auto all = [] {
    const std::string system(testing::fake_zk_system);
    std::array<Prover, 3> made{
        Prover{.system = system, .circuits = {{"c1", 1}, {"c2", 2}}},
        Prover{.system = "other-zk-v1", .circuits = {{"c1", 1}, {"c2", 2}, {"c3", 3}, {"c4", 4}}, .is_picky = true},
        Prover{.system = system, .circuits = {{"c1", 1}, {"c2", 2}, {"c3", 3}}, .fails = true}};
    for (Prover& each : made) {
      auto prover = std::make_shared<testing::FakeZkProver>();
      prover->name = each.system;
      prover->known.clear();
      for (const auto& [id, elements] : each.circuits) prover->known.push_back({.id = id, .elements = elements});
      prover->accept = [like = each](const presentation::ZkQuestion& question) {
        return like.takes(question.credential.id());
      };
      if (each.fails) prover->failure = Error{.code = Errc::unsupported_algorithm, .where = "prover"};
      each.made = std::move(prover);
    }
    return made;
  }();
  return all;
}

}  // namespace mdoc::properties
