#include "run/staging.h"

#include <algorithm>
#include <cstring>

namespace rnn4j {
namespace {

void pack_rows(const Call& call, const Layout& layout, Chunk chunk, const StateRows& states, std::byte* input) {
  const rnn4j_run_args& args = call.args;
  const auto at = [&](Place place) { return input + place.offset; };
  std::memcpy(at(layout.steps), &chunk.count, sizeof chunk.count);
  auto* in = reinterpret_cast<int32_t*>(at(layout.state_rows_in));
  auto* out = reinterpret_cast<int32_t*>(at(layout.state_rows_out));
  for (int32_t b = 0; states.store != nullptr && b < args.rows; b++) {
    const int32_t row = states.rows[static_cast<size_t>(b)];
    in[b] = states.store->current(row);
    out[b] = states.in_place ? in[b] : states.store->next(row);
  }
  const auto bytes = static_cast<size_t>(args.rows);
  const auto flags = [&](Place place, const uint8_t* from) {
    from == nullptr ? std::memset(at(place), 0, bytes) : std::memcpy(at(place), from, bytes);
  };
  flags(layout.started, args.started);
  flags(layout.seen, args.seen);
}

void pack_validity(const Call& call, const Layout& layout, Chunk chunk, std::byte* input) {
  const rnn4j_run_args& args = call.args;
  const int32_t capacity = layout.request().steps_in_memory;
  for (int32_t b = 0; layout.lengths && b < args.rows; b++) {
    const int32_t length = args.lengths == nullptr ? call.steps : args.lengths[b];
    reinterpret_cast<int32_t*>(input + layout.lengths.offset)[b] =
        std::min(std::max(length - chunk.from, 0), chunk.count);
  }
  for (int32_t b = 0; layout.mask && b < args.rows; b++) {
    std::byte* row = input + layout.mask.offset + static_cast<size_t>(b) * static_cast<size_t>(capacity);
    const size_t from = static_cast<size_t>(b) * static_cast<size_t>(call.steps) + static_cast<size_t>(chunk.from);
    std::memcpy(row, args.mask + from, static_cast<size_t>(chunk.count));
    std::memset(row + chunk.count, 0, static_cast<size_t>(capacity - chunk.count));
  }
}

}  // namespace

void pack(const Program& program, const StepRules& rules, const Call& call, const Layout& layout, Chunk chunk,
          const StateRows& states, const DirectCopies& direct, std::byte* input) {
  pack_rows(call, layout, chunk, states, input);
  pack_validity(call, layout, chunk, input);
  if (layout.request().external) {
    return;
  }
  for (size_t k = 0; k < program.inputs.size(); k++) {
    if (direct.has_input(k)) {
      continue;
    }
    const int32_t v = program.inputs[k];
    std::byte* to = input + layout.value(v).offset;
    const auto* from = static_cast<const std::byte*>(call.args.inputs[k]);
    const ValueRows rows = ValueRows::of_input(program, rules, call, layout, v, chunk);
    rows.each([&](size_t ours, size_t theirs, size_t bytes) {
      if (bytes > 0) {
        std::memcpy(to + ours, from + theirs, bytes);
      }
    });
  }
  const auto rows = static_cast<size_t>(call.args.rows);
  for (size_t s = 0; s < program.slot_h.size(); s++) {
    const auto given = [&](Place place, const float* const* from, int32_t width) {
      if (place) {
        std::memcpy(input + place.offset, from[s], rows * static_cast<size_t>(width) * sizeof(float));
      }
    };
    given(layout.given_h[s], call.args.initial_h, program.slot_h[s]);
    given(layout.given_c[s], call.args.initial_c, program.slot_c[s]);
  }
}

void unpack(const Program& program, const StepRules& rules, const Call& call, const Layout& layout, Chunk chunk,
            const DirectCopies& direct, const std::byte* input, const std::byte* output) {
  const bool last = layout.request().last;
  for (size_t k = 0; k < program.outputs.size(); k++) {
    const int32_t v = program.outputs[k];
    auto* to = static_cast<std::byte*>(call.args.outputs[k]);
    if (to == nullptr || direct.has_output(k) || (!last && rules.timing(v) != Timing::kSteps)) {
      continue;
    }
    const Place place = layout.value(v);
    const std::byte* from = (place.block == Block::kInput ? input : output) + place.offset;
    ValueRows::of_output(rules, call, layout, v, chunk).each([&](size_t ours, size_t theirs, size_t bytes) {
      if (bytes > 0) {
        std::memcpy(to + theirs, from + ours, bytes);
      }
    });
  }
  const auto rows = static_cast<size_t>(call.args.rows);
  for (size_t s = 0; last && s < program.slot_h.size(); s++) {
    const auto given = [&](Place place, float* const* to, int32_t width) {
      if (place) {
        std::memcpy(to[s], output + place.offset, rows * static_cast<size_t>(width) * sizeof(float));
      }
    };
    given(layout.final_h[s], call.args.final_h, program.slot_h[s]);
    given(layout.final_c[s], call.args.final_c, program.slot_c[s]);
  }
}

}  // namespace rnn4j
