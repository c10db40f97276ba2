// What reads ids: embedding, one-hot, ids as numbers.
//
//   embedding  y = table[id]        one-hot  y[j] = j == id        numbers  y = id
//
// Semantics   docs/semantics.md, inputs of ids
// Reads       ids [B,capacity,inner], table [rows,width], mask [B,capacity]
// Writes      y [B,capacity,inner,width], mask_out [B,capacity], status
// Aliasing    none
// Precision   copies; a number up to 2^24 is exact
// Parallel    one thread per (id, column); the thread of column 0 reports
// Limits      none
#include "kernels/ops/ids.h"

#include "kernels/common/launch.h"
#include "kernels/common/loops.cuh"
#include "rnn4j/rnn4j.h"

namespace rnn4j::kernels {
namespace {

constexpr int32_t kLargestExact = 1 << 24;

struct Id {
  bool exists;   // its step is one of the T real ones
  bool in_range;
  int32_t value;
};

// Position p counts the ids of all rows.
__device__ Id id_at(const IdSource& s, int64_t position, int64_t lowest, int64_t limit) {
  const int64_t row_size = static_cast<int64_t>(s.capacity) * s.inner;
  const int64_t step = position % row_size / s.inner;
  const int64_t steps = s.steps == nullptr ? s.capacity : *s.steps;
  if (step >= steps) return {false, false, 0};
  if (!s.are_floats) {
    const int32_t id = static_cast<const int32_t*>(s.ids)[position];
    return {true, id >= lowest && id < limit, id};
  }
  const float id = static_cast<const float*>(s.ids)[position];
  // Written so that NaN is out of range, and compared before the conversion, which is undefined outside of int.
  const bool whole = id >= static_cast<float>(lowest) && id < static_cast<float>(limit) && truncf(id) == id;
  const int32_t value = whole ? static_cast<int32_t>(id) : 0;
  return {true, whole && value < limit, value};
}

__device__ void report(const IdSource& s, int64_t position) {
  if (atomicCAS(&s.status->code, 0, static_cast<int>(RNN4J_ID_OUT_OF_RANGE)) != 0) return;
  const int64_t row_size = static_cast<int64_t>(s.capacity) * s.inner;
  s.status->op = s.op;
  s.status->row = static_cast<int32_t>(position / row_size);
  s.status->position = static_cast<int32_t>(position % row_size);
  s.status->id = static_cast<const int32_t*>(s.ids)[position];
}

// Checks the id and reports it once.
__device__ Id checked_id(const IdSource& s, int64_t position, int64_t lowest, int64_t limit, bool reports) {
  const Id id = id_at(s, position, lowest, limit);
  if (reports && id.exists && !id.in_range) report(s, position);
  return id;
}

__global__ void embedding_kernel(EmbeddingParams p, int64_t positions) {
  for_each_place(positions, p.width, [&](int64_t position, int64_t column) {
    const Id id = checked_id(p.source, position, 0, p.table_rows, column == 0);
    p.y[position * p.width + column] =
        id.in_range ? p.table[static_cast<int64_t>(id.value) * p.width + column] : 0.0f;
    if (p.mask_out != nullptr && column == 0) {
      const bool counted = p.mask == nullptr || p.mask[position] != 0;
      p.mask_out[position] = id.exists && counted && id.value != 0 ? 1 : 0;
    }
  });
}

__global__ void one_hot_kernel(OneHotParams p, int64_t positions) {
  for_each_place(positions, p.depth, [&](int64_t position, int64_t column) {
    const Id id = checked_id(p.source, position, 0, p.depth, column == 0);
    p.y[position * p.depth + column] = id.in_range && id.value == column ? 1.0f : 0.0f;
  });
}

__global__ void numbers_kernel(NumbersParams p, int64_t positions) {
  for_each_element(positions, [&](int64_t position) {
    const Id id = checked_id(p.source, position, -kLargestExact, kLargestExact + 1, true);
    p.y[position] = id.in_range ? static_cast<float>(id.value) : 0.0f;
  });
}

int64_t positions_of(const IdSource& s) { return static_cast<int64_t>(s.rows) * s.capacity * s.inner; }

bool is_valid(const IdSource& s) {
  return s.rows >= 1 && s.capacity >= 0 && s.inner >= 0 && s.ids != nullptr && s.status != nullptr;
}

}  // namespace

bool supports(const EmbeddingParams& p) {
  const bool masks = p.mask_out == nullptr || p.source.inner == 1;
  return is_valid(p.source) && p.table != nullptr && p.table_rows >= 1 && p.width >= 1 && p.y != nullptr && masks;
}

cudaError_t launch_embedding(const EmbeddingParams& p, cudaStream_t stream) {
  if (!supports(p)) return cudaErrorInvalidValue;
  const int64_t positions = positions_of(p.source);
  if (positions == 0) return cudaSuccess;
  return launch(RNN4J_KERNEL(embedding_kernel), shape_of(positions, p.width), stream, p, positions);
}

bool supports(const OneHotParams& p) { return is_valid(p.source) && p.depth >= 1 && p.y != nullptr; }

cudaError_t launch_one_hot(const OneHotParams& p, cudaStream_t stream) {
  if (!supports(p)) return cudaErrorInvalidValue;
  const int64_t positions = positions_of(p.source);
  if (positions == 0) return cudaSuccess;
  return launch(RNN4J_KERNEL(one_hot_kernel), shape_of(positions, p.depth), stream, p, positions);
}

bool supports(const NumbersParams& p) { return is_valid(p.source) && !p.source.are_floats && p.y != nullptr; }

cudaError_t launch_numbers(const NumbersParams& p, cudaStream_t stream) {
  if (!supports(p)) return cudaErrorInvalidValue;
  const int64_t positions = positions_of(p.source);
  if (positions == 0) return cudaSuccess;
  return launch(RNN4J_KERNEL(numbers_kernel), shape_of(positions), stream, p, positions);
}

}  // namespace rnn4j::kernels
