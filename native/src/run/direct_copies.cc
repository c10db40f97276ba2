#include "run/direct_copies.h"

#include <algorithm>
#include <limits>

#include "device/check.h"

namespace rnn4j {
namespace {

/// What CUDA's copies of rows take at most on every device.
constexpr size_t kLargestPitch = std::numeric_limits<int32_t>::max();

/// copy(offset, bytes) for what lies between the pieces.
template <typename Pieces, typename Copy>
void each_gap(const Pieces& pieces, size_t bytes, Copy copy) {
  size_t from = 0;
  for (const auto& piece : pieces) {
    if (piece.offset > from) {
      copy(from, piece.offset - from);
    }
    from = std::max(from, piece.offset + piece.bytes);
  }
  if (bytes > from) {
    copy(from, bytes - from);
  }
}

void copy_rows(void* to, size_t to_pitch, const void* from, size_t from_pitch, size_t width, size_t height,
               cudaMemcpyKind kind, cudaStream_t stream) {
  if (height == 1 || (to_pitch == width && from_pitch == width)) {
    RNN4J_CUDA(cudaMemcpyAsync(to, from, width * height, kind, stream));
  } else {
    RNN4J_CUDA(cudaMemcpy2DAsync(to, to_pitch, from, from_pitch, width, height, kind, stream));
  }
}

/// One array of the caller's is all there is to this value: of another one the library's memory has the copy.
bool is_alone(const Program& program, int32_t value) {
  return std::count(program.inputs.begin(), program.inputs.end(), value) +
             std::count(program.outputs.begin(), program.outputs.end(), value) ==
         1;
}

}  // namespace

DirectCopies::DirectCopies(const Device& device, const Program& program, const StepRules& rules, const Call& call,
                           const Layout& layout, Chunk chunk) {
  for (size_t k = 0; k < program.inputs.size(); k++) {
    const int32_t v = program.inputs[k];
    if (is_alone(program, v)) {
      consider(device, k, layout.value(v), ValueRows::of_input(program, rules, call, layout, v, chunk),
               const_cast<void*>(call.args.inputs[k]), inputs_);
    }
  }
  for (size_t k = 0; k < program.outputs.size(); k++) {
    const int32_t v = program.outputs[k];
    const bool known = layout.request().last || rules.timing(v) == Timing::kSteps;
    if (known && is_alone(program, v)) {
      consider(device, k, layout.value(v), ValueRows::of_output(rules, call, layout, v, chunk), call.args.outputs[k],
               outputs_);
    }
  }
  const auto before = [](const Piece& a, const Piece& b) { return a.offset < b.offset; };
  std::sort(inputs_.begin(), inputs_.end(), before);
  std::sort(outputs_.begin(), outputs_.end(), before);
}

void DirectCopies::consider(const Device& device, size_t position, Place place, const ValueRows& rows, void* host,
                            std::vector<Piece>& pieces) {
  const auto height = static_cast<size_t>(rows.rows);
  Piece piece{};
  piece.position = position;
  piece.offset = place.offset;
  piece.host_pitch = static_cast<size_t>(rows.total) * rows.inner;
  piece.block_pitch = static_cast<size_t>(rows.capacity) * rows.inner;
  piece.bytes = height * piece.block_pitch;
  piece.width = static_cast<size_t>(rows.chunk.count) * rows.inner;
  piece.height = height;
  const bool turned = rows.time_major && rows.rows > 1 && rows.total > 1;
  const bool fits = piece.host_pitch <= kLargestPitch && piece.block_pitch <= kLargestPitch;
  if (host == nullptr || turned || !fits || piece.width * height < kLargeCopy ||
      !device.is_pinned(host, height * piece.host_pitch)) {
    return;
  }
  piece.host = static_cast<std::byte*>(host) + static_cast<size_t>(rows.chunk.from) * rows.inner;
  pieces.push_back(piece);
}

bool DirectCopies::has(const std::vector<Piece>& pieces, size_t position) {
  return std::any_of(pieces.begin(), pieces.end(), [&](const Piece& p) { return p.position == position; });
}

void DirectCopies::queue_input(std::byte* block, const std::byte* pinned, size_t bytes, cudaStream_t stream) const {
  each_gap(inputs_, bytes, [&](size_t offset, size_t count) {
    RNN4J_CUDA(cudaMemcpyAsync(block + offset, pinned + offset, count, cudaMemcpyHostToDevice, stream));
  });
  for (const Piece& p : inputs_) {
    copy_rows(block + p.offset, p.block_pitch, p.host, p.host_pitch, p.width, p.height, cudaMemcpyHostToDevice, stream);
  }
}

void DirectCopies::queue_output(const std::byte* block, std::byte* pinned, size_t bytes, cudaStream_t stream) const {
  each_gap(outputs_, bytes, [&](size_t offset, size_t count) {
    RNN4J_CUDA(cudaMemcpyAsync(pinned + offset, block + offset, count, cudaMemcpyDeviceToHost, stream));
  });
  for (const Piece& p : outputs_) {
    copy_rows(p.host, p.host_pitch, block + p.offset, p.block_pitch, p.width, p.height, cudaMemcpyDeviceToHost, stream);
  }
}

}  // namespace rnn4j
