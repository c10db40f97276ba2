// The rows of h and c of all states of an executable, on the device.
//
// All states share one array for each slot, so that captured graphs serve every state. Every row lies there twice: a
// run reads the current version and writes the other; it becomes the current one when the run has succeeded, by a
// change on the host alone. A run that fails leaves its rows as they were.
#pragma once

#include <cuda_runtime.h>

#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "device/memory.h"
#include "plan/program.h"
#include "run/segment.h"

namespace rnn4j {

/// Not thread-safe; used under the executable's lock.
class StateStore {
 public:
  explicit StateStore(const Program& program) : program_(program) {}

  /// Room for more rows, all zero; the number of the first.
  int32_t take(int32_t rows, cudaStream_t stream);
  void give_back(int32_t first, int32_t rows);

  StateArrays arrays() const;
  int64_t bytes() const { return static_cast<int64_t>(memory_.bytes()); }
  /// Changes whenever `arrays` does.
  int64_t generation() const { return generation_; }

  /// Where a row is read, and where its next version goes; as the kernels count rows.
  int32_t current(int32_t row) const { return 2 * row + version_[static_cast<size_t>(row)]; }
  int32_t next(int32_t row) const { return 2 * row + 1 - version_[static_cast<size_t>(row)]; }
  void flip(int32_t row) { version_[static_cast<size_t>(row)] ^= 1; }

  // A row that a call on the caller's stream began, and the call failed after it had returned, has not begun: its
  // caller cannot know in time.
  /// @param call a number of such a call, or 0: nothing can undo it any more
  void begun(int32_t row, uint64_t call) { begun_by_[static_cast<size_t>(row)] = call; }
  void undo_begun(int32_t row, uint64_t call);
  bool is_begun_undone(int32_t row) const { return begun_by_[static_cast<size_t>(row)] == kUndone; }

  /// `list` tells of rows listed since `begin_list` whether they are new.
  void begin_list() { list_++; }
  bool list(int32_t row) { return std::exchange(listed_[static_cast<size_t>(row)], list_) != list_; }

  // These return when they are done. Rows are flat: for each slot h, then c.
  void read(int32_t row, int32_t count, float* to, cudaStream_t stream) const;
  void write(int32_t row, int32_t count, const float* from, cudaStream_t stream);
  /// @param from -1 for zero
  void copy(int32_t row, int32_t from, int32_t count, cudaStream_t stream);

 private:
  /// One array: [2 capacity, width] at `offset` in the memory, `column` in a flat row.
  struct Part {
    int32_t width;
    int64_t column;
    size_t offset;
  };

  std::vector<Part> parts(int32_t capacity) const;
  int32_t first_fit(int32_t rows);
  void zero(int32_t first, int32_t rows, cudaStream_t stream);
  void grow(int32_t rows, cudaStream_t stream);
  float* at(const Part& part, int32_t version_row) const;
  template <typename Action>
  void by_version(int32_t row, int32_t count, Action action) const;

  const Program& program_;
  int32_t capacity_ = 0;
  DeviceMemory memory_;
  int64_t generation_ = 0;
  std::vector<uint8_t> version_;       // by row
  static constexpr uint64_t kUndone = ~uint64_t{0};

  std::vector<uint64_t> begun_by_;     // by row
  std::vector<uint64_t> listed_;       // by row, in which list last
  uint64_t list_ = 0;
  std::map<int32_t, int32_t> free_;    // first row -> rows
};

}  // namespace rnn4j
