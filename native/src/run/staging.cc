#include "run/staging.h"

#include <algorithm>
#include <cstring>

namespace rnn4j {
namespace {

constexpr size_t kElement = 4;  // float and int32 alike

/// A value of the caller's, [B, T, inner] or [T, B, inner], against ours, [B, capacity, inner].
struct Rows {
  int32_t rows;
  int32_t total;     // T of the caller's
  int32_t capacity;
  size_t inner;      // bytes of a step
  bool time_major;
  Chunk chunk;

  template <typename Copy>
  void each(Copy copy) const {
    for (int32_t b = 0; b < rows; b++) {
      const size_t ours = static_cast<size_t>(b) * static_cast<size_t>(capacity) * inner;
      if (!time_major) {
        const size_t theirs = (static_cast<size_t>(b) * static_cast<size_t>(total) + static_cast<size_t>(chunk.from));
        copy(ours, theirs * inner, static_cast<size_t>(chunk.count) * inner);
        continue;
      }
      for (int32_t t = 0; t < chunk.count; t++) {
        const size_t theirs = static_cast<size_t>(chunk.from + t) * static_cast<size_t>(rows) + static_cast<size_t>(b);
        copy(ours + static_cast<size_t>(t) * inner, theirs * inner, inner);
      }
    }
  }
};

Rows rows_of(const StepRules& rules, const Call& call, const Layout& layout, int32_t value, bool turned, Chunk chunk) {
  const Shape& real = call.shapes[static_cast<size_t>(value)];
  const bool follows = rules.timing(value) == Timing::kSteps && call.uniform;
  const int32_t total = real.steps();
  return {call.args.rows,
          total,
          layout.shape(value).steps(),
          static_cast<size_t>(real.elements(std::min(1, real.rank))) * kElement,
          turned,
          follows ? chunk : Chunk{0, total}};
}

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
          const StateRows& states, std::byte* input) {
  pack_rows(call, layout, chunk, states, input);
  pack_validity(call, layout, chunk, input);
  if (layout.request().external) {
    return;
  }
  for (size_t k = 0; k < program.inputs.size(); k++) {
    const int32_t v = program.inputs[k];
    const bool turned = call.time_major() && program.values[static_cast<size_t>(v)].has_steps;
    std::byte* to = input + layout.value(v).offset;
    const auto* from = static_cast<const std::byte*>(call.args.inputs[k]);
    rows_of(rules, call, layout, v, turned, chunk).each([&](size_t ours, size_t theirs, size_t bytes) {
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
            const std::byte* input, const std::byte* output) {
  const bool last = layout.request().last;
  for (size_t k = 0; k < program.outputs.size(); k++) {
    const int32_t v = program.outputs[k];
    auto* to = static_cast<std::byte*>(call.args.outputs[k]);
    if (to == nullptr || (!last && rules.timing(v) != Timing::kSteps)) {
      continue;
    }
    const Place place = layout.value(v);
    const std::byte* from = (place.block == Block::kInput ? input : output) + place.offset;
    const bool turned = call.time_major() && call.shapes[static_cast<size_t>(v)].rank >= 2;
    rows_of(rules, call, layout, v, turned, chunk).each([&](size_t ours, size_t theirs, size_t bytes) {
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
