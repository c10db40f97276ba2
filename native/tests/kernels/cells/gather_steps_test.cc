#include "kernels/cells/gather_steps.h"

#include <algorithm>
#include <vector>

#include "kernels/ops/rearrange.h"
#include "kernels/support/device_array.h"
#include "kernels/support/recurrent_problem.h"
#include "kernels/support/supports.h"

namespace {

using namespace rnn4j::kernels;
using namespace testing;

// The time of a row's step, as semantics.md has it; -1 where it does not count.
int time_of(const RecurrentProblem& p, const RecurrentData& d, int row, int step) {
  const int length = d.length(p, row);
  const int last = p.within_length ? length : p.steps;
  const int time = !p.backwards ? step : step < last ? last - 1 - step : step;
  return step < p.steps && time >= 0 && time < p.steps && d.counts(p, row, time) ? time : -1;
}

// Floats, or the bits of the other types in them.
template <typename T>
std::vector<T> gathered(const RecurrentProblem& p, const RecurrentData& d, int first, int count, NumberType type) {
  const DeviceArray<float> x(d.x);
  const DeviceArray<int32_t> steps(std::vector<int32_t>{p.steps}), lengths = device_or_null(d.lengths);
  const DeviceArray<uint8_t> mask = device_or_null(d.mask);
  const DeviceArray<RowProgress> progress(static_cast<size_t>(p.rows));
  DeviceArray<T> out(product(p.rows, count, p.input), static_cast<T>(7));
  const Validity validity{steps.get(), lengths.get(), mask.get(), p.capacity};
  const StepPlace place{p.rows, first, validity, p.backwards, p.within_length, progress.get()};
  CHECK_CUDA(launch_gather_steps({place, count, p.input, x.get(), type, out.get()}, nullptr));
  return out.read();
}

// What launch_round makes of them.
std::vector<uint16_t> rounded(const std::vector<float>& values, NumberType type) {
  const DeviceArray<float> x(values);
  const DeviceArray<uint16_t> y(values.size());
  CHECK_CUDA(launch_round({static_cast<int64_t>(values.size()), x.get(), y.get(), type}, nullptr));
  return y.read();
}

void check_chunk(const RecurrentProblem& p, const RecurrentData& d, int first, int count) {
  about() = p.name + ", " + std::to_string(count) + " steps from " + std::to_string(first);
  std::vector<float> wanted;
  for (int row = 0; row < p.rows; row++) {
    for (int step = first; step < first + count; step++) {
      const int time = time_of(p, d, row, step);
      for (int i = 0; i < p.input; i++) {
        const size_t at = product(row * p.capacity + std::max(time, 0), p.input) + static_cast<size_t>(i);
        wanted.push_back(time < 0 ? 0.0f : d.x[at]);
      }
    }
  }
  CHECK(gathered<float>(p, d, first, count, NumberType::kFloat) == wanted);
  for (const NumberType type : {NumberType::kHalf, NumberType::kBfloat16}) {
    CHECK(gathered<uint16_t>(p, d, first, count, type) == rounded(wanted, type));
  }
}

CASE("gather steps: every way of reading, in every type") {
  for (int ways = 0; ways < 16; ways++) {
    RecurrentProblem p;
    p.name = "ways " + std::to_string(ways);
    p.rows = 4;
    p.input = ways % 2 == 0 ? 1 : 5;
    p.has_lengths = (ways & 1) != 0;
    p.has_mask = (ways & 2) != 0;
    p.backwards = (ways & 4) != 0;
    p.within_length = (ways & 8) != 0;
    const RecurrentData d = data_of(p);
    for (const int count : {1, 3, p.capacity}) {
      for (int first = 0; first < p.capacity; first += count) check_chunk(p, d, first, std::min(count, p.capacity - first));
    }
  }
}

CASE("supports: gather steps") {
  DeviceArray<float> x(64, 0.0f), out(64, 0.0f);
  DeviceArray<RowProgress> progress(2);
  using Params = GatherStepsParams;
  const Params fine{{2, 1, {nullptr, nullptr, nullptr, 4}, false, false, progress.get()}, 3, 2, x.get(), NumberType::kFloat,
                    out.get()};
  Supports<Params>("gather steps", fine, launch_gather_steps)
      .refuses("no row", [](Params& p) { p.place.rows = 0; })
      .refuses("no step", [](Params& p) { p.count = 0; })
      .refuses("steps beyond the capacity", [](Params& p) { p.count = 4; })
      .refuses("no features", [](Params& p) { p.width = 0; })
      .refuses("no x", [](Params& p) { p.x = nullptr; })
      .refuses("no output", [](Params& p) { p.out = nullptr; })
      .refuses("in place", [](Params& p) { p.out = const_cast<float*>(p.x); })
      .refuses("no type", [](Params& p) { p.type = static_cast<NumberType>(7); })
      .accepts("half", [](Params& p) { p.type = NumberType::kHalf; });
}

}  // namespace
