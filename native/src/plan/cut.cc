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

LayoutRequest request_for(const StepRules& rules, const CallSize& size, int32_t capacity, bool padded) {
  LayoutRequest request = size.traits;
  request.rows = size.rows;
  request.steps_in_memory = capacity;
  request.padded = padded;
  request.shapes = *size.shapes;
  for (size_t v = 0; v < request.shapes.size() && size.uniform; v++) {
    if (rules.timing(static_cast<int32_t>(v)) == Timing::kSteps) {
      request.shapes[v][0] = capacity;
    }
  }
  return request;
}

Cut cut(const Program& program, const StepRules& rules, const CallSize& size) {
  const auto bytes = [&](int32_t capacity, bool padded, int blocks) {
    return bytes_of(Layout(program, request_for(rules, size, capacity, padded)), blocks);
  };
  const std::string whole = why_whole(rules, size);
  const bool long_enough = whole.empty() && size.steps > kLongestWhole;
  int64_t smallest = 0;
  if (!long_enough) {
    const bool exact = !rules.why_exact().empty() || size.traits.external || !size.uniform;
    const int32_t bucket = exact ? size.steps : bucket_of(size.steps);
    // All T of a bucket share a graph, the one that fills it too.
    const bool padded = !exact && bucket > kLongestOwnGraph;
    smallest = bytes(bucket, padded, 1);
    if (smallest <= program.workspace_limit) {
      return {bucket, 1, padded, smallest};
    }
    smallest = bytes(size.steps, false, 1);
    if (smallest <= program.workspace_limit) {
      return {size.steps, 1, false, smallest};
    }
  }
  if (whole.empty() && size.steps > 1) {
    for (int32_t capacity = kUsualChunk; capacity >= 2; capacity /= 2) {
      smallest = bytes(capacity, true, 2);
      if (smallest <= program.workspace_limit && capacity < size.steps) {
        return {capacity, (size.steps + capacity - 1) / capacity, true, smallest};
      }
    }
  }
  fail(RNN4J_OUT_OF_DEVICE_MEMORY, "a call of ", size.rows, " rows and ", size.steps, " steps takes ", smallest,
       " bytes on the device", whole.empty() ? " even in the smallest chunks" : "", "; workspace_limit is ",
       program.workspace_limit, " bytes", whole.empty() ? "" : "; it is not cut into chunks: " + whole);
}

}  // namespace rnn4j
