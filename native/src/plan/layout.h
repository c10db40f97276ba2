// Where everything of one call (or of one chunk of its steps) lies in memory: sizes are known before anything is taken.
//
// Values are batch-major [B, T, F] float, T being the steps in memory. Three blocks on the device:
//   input   the call's parameters (lengths, state rows, ..) and inputs; filled by one copy from pinned memory
//   output  what the run found wrong, outputs, final states; emptied by one copy to pinned memory
//   work    everything between; values and scratch that never live at the same time share bytes
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "kernels/ops/combine_validity.h"
#include "plan/program.h"

namespace rnn4j {

enum class Block : uint8_t { kNone, kInput, kOutput, kWork, kCaller };

/// A place in a block; of kCaller the offset is the number of a pointer: inputs, outputs, then by slot given h, given
/// c, final h, final c.
struct Place {
  Block block = Block::kNone;
  size_t offset = 0;

  explicit operator bool() const { return block != Block::kNone; }
  bool operator==(const Place& other) const { return block == other.block && offset == other.offset; }
};

/// Which steps of a value count: no place means all.
struct ValidityPlace {
  Place lengths;  // int32 [B]
  Place mask;     // uint8 [B, T]

  bool all() const { return !lengths && !mask; }
  bool operator==(const ValidityPlace& other) const { return lengths == other.lengths && mask == other.mask; }
};

/// One direction's memory.
struct DirectionPlaces {
  StepKernel kernel = kAlwaysSupported;  // kStreamingStep: then there is no scratch below `progress`
  Place h[2];          // [B, P]: step s reads h[s % 2]; lives as long as the call
  Place h_rounded[2];  // [B, P]
  Place c;             // [B, H]
  Place progress;      // [B]
  int32_t gate_steps = 0;  // steps of z_x: T, or fewer, and then in the order in which they are read
  Place x_rounded;     // [B, T, I]; none with fewer
  Place x_steps;       // [B, gate_steps, I] in the type of products; only with fewer
  Place z_x;           // [B, gate_steps, G H]
  Place z_h;           // [B, G H]
  Place between;       // [B, H] before a projection, or r * h of a GRU with reset before
  Place update;        // [B, H] of a GRU with reset before
  Place projected;     // [B, P]
  Place sequence;      // where the second of two merged directions goes first
};

/// What is to be found out after an op about the steps that count in its output.
struct Combination {
  kernels::ValidityRule rule;
  ValidityPlace a;
  ValidityPlace b;
  ValidityPlace out;
  int32_t value;  // of which a and b tell; gives the steps
};

struct OpPlaces {
  DirectionPlaces directions[2];
  Place rounded;       // a dense layer's input
  Place mask;          // what embedding, masking and joined steps find out themselves
  std::vector<Combination> combinations;
};

/// What a call brings and takes of a slot.
enum SlotBit : uint8_t { kGivenH = 1, kGivenC = 2, kFinalH = 4, kFinalC = 8 };

/// What decides a layout, besides the program; equal requests give equal layouts and may share a captured graph.
struct LayoutRequest {
  int32_t rows = 0;
  int32_t steps_in_memory = 0;  // of values that follow the inputs' steps
  bool padded = false;          // T may be less than the steps in memory
  bool has_lengths = false;
  bool has_mask = false;
  bool own_steps = false;
  bool external = false;        // inputs, outputs and states given and taken are the caller's device memory
  bool time_major = false;      // only with `external`: else the host lays out
  bool first = true;            // chunk of the call
  bool last = true;
  int32_t gate_steps = 0;       // the products of a layer's inputs are found for so many steps at a time; 0: for all
  int32_t parity = 0;           // which of two input and output blocks
  std::vector<uint8_t> slots;   // by slot, of kGivenH ..
  std::vector<uint8_t> wanted;  // by output, 1 where the caller takes it
  std::vector<Shape> shapes;    // in memory

  bool operator==(const LayoutRequest& other) const;
};

/// From so many bytes on a value may have copies of its own: below, one more transfer costs more than a copy on the
/// host of what fits into a cache.
constexpr size_t kLargeCopy = size_t{64} << 10;

class Layout {
 public:
  Layout(const Program& program, LayoutRequest request);

  const LayoutRequest& request() const { return request_; }
  const Shape& shape(int32_t value) const { return request_.shapes[static_cast<size_t>(value)]; }

  Place value(int32_t number) const { return values_[static_cast<size_t>(number)]; }
  const ValidityPlace& validity(int32_t number) const { return validities_[static_cast<size_t>(number)]; }
  const OpPlaces& op(size_t number) const { return ops_[number]; }

  // In the input block.
  Place steps;           // int32 [1]: T
  Place state_rows_in;   // int32 [B]
  Place state_rows_out;  // int32 [B]
  Place lengths;         // int32 [B]
  Place started;         // uint8 [B]
  Place seen;            // uint8 [B]
  Place mask;            // uint8 [B, T]
  std::vector<Place> given_h;  // by slot
  std::vector<Place> given_c;
  // In the output block.
  Place status;
  std::vector<Place> final_h;
  std::vector<Place> final_c;

  /// What is copied.
  size_t input_bytes() const { return input_bytes_; }
  size_t output_bytes() const { return output_bytes_; }
  /// What is taken: room for lengths, mask and states too, so that a call that brings them moves nothing.
  size_t input_capacity() const { return input_bytes_ + input_reserve_; }
  size_t output_capacity() const { return output_bytes_ + output_reserve_; }
  size_t work_bytes() const { return work_bytes_; }
  /// The graph of the call copies both blocks itself: a whole call that is small. Larger values may be copied from and
  /// to the caller's own memory, which differs from call to call.
  bool copies_in_graph() const {
    return request_.first && request_.last && !request_.external && input_bytes_ < kLargeCopy &&
           output_bytes_ < kLargeCopy;
  }

 private:
  friend class LayoutBuilder;

  LayoutRequest request_;
  std::vector<Place> values_;
  std::vector<ValidityPlace> validities_;
  std::vector<OpPlaces> ops_;
  size_t input_bytes_ = 0;
  size_t output_bytes_ = 0;
  size_t input_reserve_ = 0;
  size_t output_reserve_ = 0;
  size_t work_bytes_ = 0;
};

}  // namespace rnn4j
