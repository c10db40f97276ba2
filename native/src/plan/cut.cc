#include "plan/cut.h"

#include <algorithm>

#include "api/error.h"

namespace rnn4j {
namespace {

int64_t bytes_of(const Layout& layout, int blocks) {
  return static_cast<int64_t>(layout.work_bytes()) +
         blocks * static_cast<int64_t>(layout.input_capacity() + layout.output_capacity());
}

/// Why the call must run as a whole; empty if it need not.
std::string why_whole(const StepRules& rules, const CallSize& size) {
  if (!rules.why_whole().empty()) {
    return rules.why_whole();
  }
  if (size.traits.external) {
    return "inputs and outputs are device memory";
  }
  if (size.traits.own_steps && rules.selects_last()) {
    return "a row's own last step is selected";
  }
  return size.uniform ? "" : "inputs have different numbers of steps";
}

}  // namespace

LayoutRequest request_for(const StepRules& rules, const CallSize& size, int32_t capacity, bool padded,
                          int32_t gate_steps) {
  LayoutRequest request = size.traits;
  request.rows = size.rows;
  request.steps_in_memory = capacity;
  request.padded = padded;
  request.gate_steps = gate_steps;
  request.shapes = *size.shapes;
  for (size_t v = 0; v < request.shapes.size() && size.uniform; v++) {
    if (rules.timing(static_cast<int32_t>(v)) == Timing::kSteps) {
      request.shapes[v][0] = capacity;
    }
  }
  return request;
}

Cut cut(const Program& program, const StepRules& rules, const CallSize& size) {
  Cut found{};
  const auto fits = [&](int32_t capacity, bool padded, int32_t gate_steps) {
    const int32_t chunks = std::max(1, (size.steps + capacity - 1) / std::max(1, capacity));
    const Layout layout(program, request_for(rules, size, capacity, padded, gate_steps));
    found = {capacity, chunks, padded, gate_steps, bytes_of(layout, chunks == 1 ? 1 : 2)};
    return found.bytes <= program.workspace_limit;
  };
  const bool exact = !rules.why_exact().empty() || size.traits.external || !size.uniform;
  const int32_t bucket = exact ? size.steps : bucket_of(size.steps);
  // All T of a bucket share a graph, the one that fills it too.
  const bool padded = !exact && bucket > kLongestOwnGraph;
  const auto fits_whole = [&](int32_t gate_steps) {
    return fits(bucket, padded, gate_steps) || fits(size.steps, false, gate_steps);
  };
  const std::string whole = why_whole(rules, size);
  if (size.steps <= kLongestWhole && fits_whole(0)) {
    return found;
  }
  for (int32_t steps = kUsualChunk; whole.empty() && steps >= 2; steps /= 2) {
    if (steps < size.steps && fits(steps, true, 0)) {
      return found;
    }
  }
  for (int32_t steps = kUsualChunk; !whole.empty() && steps >= 1; steps /= 2) {
    if (fits_whole(steps)) {
      return found;
    }
  }
  fail(RNN4J_OUT_OF_DEVICE_MEMORY, "a call of ", size.rows, " rows and ", size.steps, " steps takes ", found.bytes,
       " bytes on the device", whole.empty() ? " even in the smallest chunks" : "", "; workspace_limit is ",
       program.workspace_limit, " bytes", whole.empty() ? "" : "; it is not cut into chunks: " + whole);
}

}  // namespace rnn4j
