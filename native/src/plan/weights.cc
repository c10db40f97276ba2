#include "plan/weights.h"

#include <cuda_runtime.h>

#include <algorithm>
#include <cstring>
#include <functional>
#include <utility>

#include "api/error.h"
#include "device/check.h"
#include "kernels/cells/packing.h"
#include "kernels/ops/rearrange.h"

namespace rnn4j {

using kernels::NumberType;

namespace {

/// One array to be uploaded: where it goes, its numbers, and as what they are stored.
struct Upload {
  size_t offset;
  std::vector<float> numbers;
  NumberType type;
};

/// Finds a place for every array, then uploads them all. Places are set through the pointers given to `add`, which
/// stay valid until `upload` is over.
class Uploads {
 public:
  template <typename Pointer>
  void add(Pointer& place, std::vector<float> numbers, NumberType type) {
    const size_t offset = bytes_;
    bytes_ += aligned(numbers.size() * static_cast<size_t>(kernels::bytes_of(type)));
    uploads_.push_back({offset, std::move(numbers), type});
    placements_.push_back([&place, offset](const DeviceMemory& memory) { place = memory.as<const float>(offset); });
  }

  template <typename Pointer>
  void add(Pointer& place, const float* numbers, int64_t count, NumberType type = NumberType::kFloat) {
    if (numbers != nullptr) {
      add(place, std::vector<float>(numbers, numbers + count), type);
    }
  }

  DeviceMemory upload() const {
    DeviceMemory memory(std::max(bytes_, kAlignment), "weights");
    DeviceMemory exact(rounded_bytes(), "weights before they are rounded");
    for (const Upload& u : uploads_) {
      const size_t bytes = u.numbers.size() * sizeof(float);
      const bool rounds = u.type != NumberType::kFloat;
      float* to = rounds ? exact.as<float>() : memory.as<float>(u.offset);
      RNN4J_CUDA(cudaMemcpy(to, u.numbers.data(), bytes, cudaMemcpyHostToDevice));
      if (rounds) {
        const auto count = static_cast<int64_t>(u.numbers.size());
        const kernels::RoundParams params{count, to, memory.as<void>(u.offset), u.type};
        RNN4J_CUDA(kernels::launch_round(params, nullptr));
      }
    }
    RNN4J_CUDA(cudaStreamSynchronize(nullptr));
    for (const auto& place : placements_) {
      place(memory);
    }
    return memory;
  }

 private:
  size_t rounded_bytes() const {
    size_t most = 0;
    for (const Upload& u : uploads_) {
      most = u.type == NumberType::kFloat ? most : std::max(most, u.numbers.size() * sizeof(float));
    }
    return most;
  }

  std::vector<Upload> uploads_;
  std::vector<std::function<void(const DeviceMemory&)>> placements_;
  size_t bytes_ = 0;
};

std::vector<float> packed(const rnn4j_cell& cell, const float* canonical, int columns) {
  const auto kind = static_cast<rnn4j_cell_kind>(cell.kind);
  std::vector<float> rows(static_cast<size_t>(kernels::gates_of(kind)) * static_cast<size_t>(cell.units) *
                          static_cast<size_t>(columns));
  kernels::pack_gates(kind, canonical, cell.units, columns, rows.data());
  return rows;
}

void add_cell(Uploads& uploads, const rnn4j_cell& cell, NumberType type, CellWeights& to) {
  uploads.add(to.input_kernel, packed(cell, cell.input_kernel, cell.input_size), type);
  uploads.add(to.recurrent_kernel, packed(cell, cell.recurrent_kernel, cell.output_size), type);
  if (cell.bias != nullptr) {
    uploads.add(to.bias, packed(cell, cell.bias, 1), NumberType::kFloat);
  }
  uploads.add(to.recurrent_bias, cell.recurrent_bias, cell.units);
  uploads.add(to.peephole, cell.peephole, int64_t{3} * cell.units);
  uploads.add(to.projection, cell.projection, int64_t{cell.output_size} * cell.units, type);
  uploads.add(to.projection_bias, cell.projection_bias, cell.output_size);
}

void add_op(Uploads& uploads, const Program& program, const Op& op, OpWeights& to) {
  const NumberType type = product_type(program.precision);
  const int64_t kernel = int64_t{op.settings.rows} * op.settings.columns;
  switch (op.kind()) {
    case RNN4J_OP_RECURRENT:
      for (size_t d = 0; d < static_cast<size_t>(op.recurrent->settings.directions); d++) {
        add_cell(uploads, op.recurrent->cells[d], type, to.cells[d]);
      }
      break;
    case RNN4J_OP_DENSE:
      uploads.add(to.kernel, op.settings.kernel, kernel, type);
      uploads.add(to.bias, op.settings.bias, op.settings.rows);
      break;
    case RNN4J_OP_EMBEDDING:
      uploads.add(to.kernel, op.settings.kernel, kernel);
      break;
    case RNN4J_OP_CONSTANT:
      uploads.add(to.bias, op.settings.bias, program.values[static_cast<size_t>(op.outputs[0])].shape.elements());
      break;
    default:
      break;
  }
}

}  // namespace

NumberType product_type(int32_t precision) {
  switch (precision) {
    case RNN4J_FP16: return NumberType::kHalf;
    case RNN4J_BF16: return NumberType::kBfloat16;
    default: return NumberType::kFloat;
  }
}

PackedWeights::PackedWeights(const Program& program) : ops_(program.ops.size()) {
  Uploads uploads;
  for (size_t k = 0; k < program.ops.size(); k++) {
    add_op(uploads, program, program.ops[k], ops_[k]);
  }
  memory_ = uploads.upload();
}

}  // namespace rnn4j
