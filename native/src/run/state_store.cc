#include "run/state_store.h"

#include <algorithm>
#include <limits>

#include "api/error.h"
#include "device/check.h"

namespace rnn4j {
namespace {

size_t bytes_of(int64_t floats) { return static_cast<size_t>(floats) * sizeof(float); }

}  // namespace

std::vector<StateStore::Part> StateStore::parts(int32_t capacity) const {
  std::vector<Part> all;
  size_t offset = 0;
  int64_t column = 0;
  for (size_t slot = 0; slot < program_.slot_h.size(); slot++) {
    for (const int32_t width : {program_.slot_h[slot], program_.slot_c[slot]}) {
      all.push_back({width, column, offset});
      offset += aligned(bytes_of(int64_t{2} * capacity * width));
      column += width;
    }
  }
  all.push_back({0, column, offset});  // the end
  return all;
}

float* StateStore::at(const Part& part, int32_t version_row) const {
  return memory_.as<float>(part.offset) + int64_t{version_row} * part.width;
}

StateArrays StateStore::arrays() const {
  StateArrays arrays;
  const std::vector<Part> all = parts(capacity_);
  for (size_t slot = 0; slot < program_.slot_h.size(); slot++) {
    arrays.h.push_back(at(all[2 * slot], 0));
    arrays.c.push_back(all[2 * slot + 1].width == 0 ? nullptr : at(all[2 * slot + 1], 0));
  }
  return arrays;
}

int32_t StateStore::first_fit(int32_t rows) {
  for (auto range = free_.begin(); range != free_.end(); ++range) {
    if (range->second >= rows) {
      const int32_t first = range->first;
      const int32_t rest = range->second - rows;
      if (rest > 0) {
        free_[first + rows] = rest;
      }
      free_.erase(first);
      return first;
    }
  }
  return -1;
}

void StateStore::grow(int32_t rows, cudaStream_t stream) {
  // Doubled, so that many small states cost few moves; captured graphs end with each.
  const int64_t wanted = int64_t{capacity_} + std::max(rows, capacity_);
  require(wanted <= std::numeric_limits<int32_t>::max() / 2, "all states together have ", wanted, " rows");
  const auto capacity = static_cast<int32_t>(wanted);
  const std::vector<Part> from = parts(capacity_);
  const std::vector<Part> to = parts(capacity);
  version_.resize(static_cast<size_t>(capacity), 0);
  listed_.resize(static_cast<size_t>(capacity), 0);
  begun_by_.resize(static_cast<size_t>(capacity), 0);
  DeviceMemory larger(std::max(to.back().offset, kAlignment), "states");
  for (size_t k = 0; k + 1 < to.size(); k++) {
    const size_t bytes = bytes_of(int64_t{2} * capacity_ * from[k].width);
    if (bytes > 0) {
      RNN4J_CUDA(cudaMemcpyAsync(larger.as<void>(to[k].offset), memory_.as<void>(from[k].offset), bytes,
                                 cudaMemcpyDeviceToDevice, stream));
    }
  }
  RNN4J_CUDA(cudaStreamSynchronize(stream));
  const int32_t first = capacity_;
  memory_ = std::move(larger);
  capacity_ = capacity;
  generation_++;
  give_back(first, capacity - first);
}

int32_t StateStore::take(int32_t rows, cudaStream_t stream) {
  int32_t first = first_fit(rows);
  if (first < 0) {
    grow(rows, stream);
    first = first_fit(rows);
  }
  try {
    zero(first, rows, stream);
  } catch (...) {
    give_back(first, rows);
    throw;
  }
  return first;
}

void StateStore::zero(int32_t first, int32_t rows, cudaStream_t stream) {
  for (const Part& part : parts(capacity_)) {
    const size_t bytes = bytes_of(int64_t{2} * rows * part.width);
    if (bytes > 0) {
      RNN4J_CUDA(cudaMemsetAsync(at(part, 2 * first), 0, bytes, stream));
    }
  }
  RNN4J_CUDA(cudaStreamSynchronize(stream));
  std::fill_n(begun_by_.begin() + first, rows, uint64_t{0});
}

void StateStore::undo_begun(int32_t row, uint64_t call) {
  uint64_t& by = begun_by_[static_cast<size_t>(row)];
  by = by == call ? kUndone : by;
}

void StateStore::give_back(int32_t first, int32_t rows) {
  auto range = free_.emplace(first, rows).first;
  const auto next = std::next(range);
  if (next != free_.end() && range->first + range->second == next->first) {
    range->second += next->second;
    free_.erase(next);
  }
  if (range != free_.begin()) {
    const auto before = std::prev(range);
    if (before->first + before->second == range->first) {
      before->second += range->second;
      free_.erase(range);
    }
  }
}

/// Calls `action(first, count)` for stretches of rows of the same version: their current rows lie evenly apart.
template <typename Action>
void StateStore::by_version(int32_t row, int32_t count, Action action) const {
  for (int32_t k = 0; k < count;) {
    int32_t n = 1;
    const auto version = [&](int32_t at) { return version_[static_cast<size_t>(row + at)]; };
    while (k + n < count && version(k + n) == version(k)) {
      n++;
    }
    action(k, n);
    k += n;
  }
}

void StateStore::read(int32_t row, int32_t count, float* to, cudaStream_t stream) const {
  const std::vector<Part> all = parts(capacity_);
  const size_t flat = bytes_of(all.back().column);
  by_version(row, count, [&](int32_t k, int32_t n) {
    for (const Part& part : all) {
      if (part.width > 0) {
        RNN4J_CUDA(cudaMemcpy2DAsync(to + k * all.back().column + part.column, flat, at(part, current(row + k)),
                                     bytes_of(int64_t{2} * part.width), bytes_of(part.width), static_cast<size_t>(n),
                                     cudaMemcpyDeviceToHost, stream));
      }
    }
  });
  RNN4J_CUDA(cudaStreamSynchronize(stream));
}

void StateStore::write(int32_t row, int32_t count, const float* from, cudaStream_t stream) {
  const std::vector<Part> all = parts(capacity_);
  const size_t flat = bytes_of(all.back().column);
  by_version(row, count, [&](int32_t k, int32_t n) {
    for (const Part& part : all) {
      if (part.width > 0) {
        RNN4J_CUDA(cudaMemcpy2DAsync(at(part, next(row + k)), bytes_of(int64_t{2} * part.width),
                                     from + k * all.back().column + part.column, flat, bytes_of(part.width),
                                     static_cast<size_t>(n), cudaMemcpyHostToDevice, stream));
      }
    }
  });
  RNN4J_CUDA(cudaStreamSynchronize(stream));
  for (int32_t k = 0; k < count; k++) {
    flip(row + k);
    begun(row + k, 0);
  }
}

void StateStore::copy(int32_t row, int32_t from, int32_t count, cudaStream_t stream) {
  const std::vector<Part> all = parts(capacity_);
  for (const Part& part : all) {
    for (int32_t k = 0; k < count && part.width > 0; k++) {
      const size_t bytes = bytes_of(part.width);
      float* to = at(part, next(row + k));
      if (from < 0) {
        RNN4J_CUDA(cudaMemsetAsync(to, 0, bytes, stream));
      } else {
        RNN4J_CUDA(cudaMemcpyAsync(to, at(part, current(from + k)), bytes, cudaMemcpyDeviceToDevice, stream));
      }
    }
  }
  RNN4J_CUDA(cudaStreamSynchronize(stream));
  for (int32_t k = 0; k < count; k++) {
    flip(row + k);
    begun(row + k, 0);
  }
}

}  // namespace rnn4j
