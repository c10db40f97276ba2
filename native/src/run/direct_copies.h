// Which values of a call are copied between the device and the caller's own pinned memory, past the library's.
#pragma once

#include <cuda_runtime.h>

#include <cstddef>
#include <vector>

#include "device/device.h"
#include "plan/layout.h"
#include "run/value_rows.h"

namespace rnn4j {

/// Large inputs and outputs that lie in memory of rnn4j_host_alloc, batch-major. The caller's memory must stay until the
/// copies are done: the call waits for them, also where it fails.
class DirectCopies {
 public:
  /// None: everything goes through the library's memory.
  DirectCopies() = default;
  DirectCopies(const Device& device, const Program& program, const StepRules& rules, const Call& call,
               const Layout& layout, Chunk chunk);

  /// By position in the program's lists.
  bool has_input(size_t position) const { return has(inputs_, position); }
  bool has_output(size_t position) const { return has(outputs_, position); }

  /// The input block: directly what is direct, the rest from the library's pinned memory.
  void queue_input(std::byte* block, const std::byte* pinned, size_t bytes, cudaStream_t stream) const;
  /// The output block, the same way back.
  void queue_output(const std::byte* block, std::byte* pinned, size_t bytes, cudaStream_t stream) const;

 private:
  /// [height, width] bytes, rows `pitch` apart on either side.
  struct Piece {
    size_t position;
    size_t offset;  // in the block, of the whole value
    size_t bytes;   // in the block, of the whole value
    std::byte* host;
    size_t host_pitch;
    size_t block_pitch;
    size_t width;
    size_t height;
  };

  static bool has(const std::vector<Piece>& pieces, size_t position);
  static void consider(const Device& device, size_t position, Place place, const ValueRows& rows, void* host,
                       std::vector<Piece>& pieces);

  std::vector<Piece> inputs_;   // by offset
  std::vector<Piece> outputs_;  // by offset
};

}  // namespace rnn4j
