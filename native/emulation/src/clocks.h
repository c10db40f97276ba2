// Vector clocks of the checker.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <set>
#include <utility>
#include <vector>

namespace rnn4j::emulation {

/// What somebody knows to have happened: so many steps of each thread that runs now, and whole blocks that ran earlier
/// in the same launch.
struct Clock {
  std::vector<uint32_t> steps;
  std::set<uint32_t> blocks;

  void join(const Clock& other) {
    if (steps.size() < other.steps.size()) steps.resize(other.steps.size());
    for (size_t i = 0; i < other.steps.size(); ++i) steps[i] = std::max(steps[i], other.steps[i]);
    blocks.insert(other.blocks.begin(), other.blocks.end());
  }
};

/// What a release handed over, by how far it reaches: within one block, or to all.
struct Handed {
  Clock device;
  std::map<uint32_t, Clock> of_block;  // by block

  void join(const Handed& other) {
    device.join(other.device);
    for (const auto& [block, clock] : other.of_block) of_block[block].join(clock);
  }
};

}  // namespace rnn4j::emulation
