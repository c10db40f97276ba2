// Queues all work of one call, or of one chunk of its steps, on the lanes. Takes no memory and waits for nothing, so
// that it can be captured.
#pragma once

#include <cstddef>
#include <vector>

#include "device/stream.h"
#include "kernels/common/validity.h"
#include "plan/layout.h"
#include "plan/program.h"
#include "plan/steps.h"
#include "plan/weights.h"
#include "run/lane.h"

namespace rnn4j {

/// Where the blocks of a layout are.
struct Addresses {
  std::byte* input = nullptr;
  std::byte* output = nullptr;
  std::byte* work = nullptr;
  std::vector<void*> caller;

  template <typename T>
  T* at(Place place) const {
    switch (place.block) {
      case Block::kInput: return reinterpret_cast<T*>(input + place.offset);
      case Block::kOutput: return reinterpret_cast<T*>(output + place.offset);
      case Block::kWork: return reinterpret_cast<T*>(work + place.offset);
      case Block::kCaller: return static_cast<T*>(caller[place.offset]);
      default: return nullptr;
    }
  }
};

/// Device arrays of the states, by slot: [rows, P] and [rows, H], null for width 0.
struct StateArrays {
  std::vector<float*> h;
  std::vector<float*> c;
};

/// The lanes of an executable; the second and the events only where a layer has two directions.
struct Lanes {
  Lane* main = nullptr;
  Lane* second = nullptr;
  const Event* fork = nullptr;
  const Event* join = nullptr;
};

/// What the parts of a segment share.
struct SegmentContext {
  const Program& program;
  const StepRules& rules;
  const PackedWeights& weights;
  const Layout& layout;
  const Addresses& addresses;
  const StateArrays& states;
  const Lanes& lanes;

  template <typename T>
  T* at(Place place) const {
    return addresses.at<T>(place);
  }
  template <typename T>
  T* value(int32_t number) const {
    return number == RNN4J_NONE ? nullptr : at<T>(layout.value(number));
  }
  const Shape& shape(int32_t number) const { return layout.shape(number); }
  int32_t rows() const { return layout.request().rows; }

  /// The steps of a value that count.
  kernels::Validity validity(int32_t value) const { return validity(layout.validity(value), value); }
  kernels::Validity validity(const ValidityPlace& place, int32_t value) const;
  /// Device word with T where memory holds more steps of the value than there are; else null.
  const int32_t* steps(int32_t value) const;
};

/// Queues everything: parameters are in the input block already, results will be in the output block.
void queue_segment(const SegmentContext& context);

/// Queues one recurrent op.
void queue_recurrent(const SegmentContext& context, size_t op);

/// Moves the final states of all slots to where they stay.
void queue_commit(const SegmentContext& context);

}  // namespace rnn4j
