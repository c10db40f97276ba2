#include "run/segment.h"

#include <cuda_runtime.h>

#include <algorithm>

#include "api/error.h"
#include "device/check.h"
#include "kernels/common/run_status.h"
#include "kernels/ops/activate.h"
#include "kernels/ops/combine_validity.h"
#include "kernels/ops/concat.h"
#include "kernels/ops/ids.h"
#include "kernels/ops/masking.h"
#include "kernels/ops/merge.h"
#include "kernels/ops/rearrange.h"
#include "kernels/ops/select_step.h"
#include "kernels/ops/softmax.h"

namespace rnn4j {

kernels::Validity SegmentContext::validity(const ValidityPlace& place, int32_t value) const {
  return {steps(value), at<const int32_t>(place.lengths), at<const uint8_t>(place.mask), shape(value).steps()};
}

const int32_t* SegmentContext::steps(int32_t value) const {
  const bool padded = layout.request().padded && rules.timing(value) == Timing::kSteps;
  return padded ? at<const int32_t>(layout.steps) : nullptr;
}

namespace {

/// One op that is not recurrent.
class SimpleOp {
 public:
  SimpleOp(const SegmentContext& context, size_t number)
      : s_(context), number_(number), op_(s_.program.ops[number]), places_(s_.layout.op(number)),
        w_(s_.weights.of(number)), lane_(*s_.lanes.main), stream_(lane_.stream()), y_(op_.outputs[0]) {}

  void queue() const {
    if (!op_.recurrent && y_ != RNN4J_NONE && elements(y_) > 0) {
      compute();
    }
    for (const Combination& c : places_.combinations) {
      const kernels::CombineValidityParams params{s_.rows(), c.rule, s_.validity(c.a, c.value),
                                                  s_.validity(c.b, c.value), s_.at<int32_t>(c.out.lengths),
                                                  s_.at<uint8_t>(c.out.mask)};
      RNN4J_CUDA(kernels::launch_combine_validity(params, stream_));
    }
  }

 private:
  int64_t elements(int32_t value) const { return int64_t{s_.rows()} * s_.shape(value).elements(); }
  const float* in(size_t k) const { return s_.value<const float>(op_.inputs[k]); }
  float* y() const { return s_.value<float>(y_); }
  int64_t positions(int32_t value) const { return elements(value) / s_.shape(value).last(); }

  void compute() const {
    switch (op_.kind()) {
      case RNN4J_OP_DENSE: return dense();
      case RNN4J_OP_ACTIVATE: return activate(nullptr, in(0), op_.settings.activation);
      case RNN4J_OP_SOFTMAX: return softmax();
      case RNN4J_OP_EMBEDDING: return embedding();
      case RNN4J_OP_ONE_HOT:
        return check(kernels::launch_one_hot({ids(), op_.settings.rows, y()}, stream_));
      case RNN4J_OP_NUMBERS: return check(kernels::launch_numbers({ids(), y()}, stream_));
      case RNN4J_OP_MASKING: return masking();
      case RNN4J_OP_SELECT_STEP: return select_step();
      case RNN4J_OP_CONCAT: return places_.mask ? concat_steps() : concat();
      case RNN4J_OP_MERGE: return merge();
      case RNN4J_OP_CONSTANT: return repeat(1, s_.rows(), s_.shape(y_).elements(), w_.bias);
      case RNN4J_OP_COPY:
        return check(cudaMemcpyAsync(y(), in(0), static_cast<size_t>(elements(y_)) * sizeof(float),
                                     cudaMemcpyDeviceToDevice, stream_));
      case RNN4J_OP_PERMUTE: return permute();
      case RNN4J_OP_REPEAT:
        return repeat(s_.rows(), s_.shape(y_)[0], s_.shape(op_.inputs[0]).elements(), in(0));
      default: fail(RNN4J_INTERNAL, op_.title(), " has no kernel");
    }
  }

  void check(cudaError_t error) const {
    if (error != cudaSuccess) {
      fail_cuda(error, op_.title().c_str(), __FILE__, __LINE__);
    }
  }

  void dense() const {
    const int32_t x = op_.inputs[0];
    const void* a = in(0);
    if (places_.rounded) {
      a = s_.at<const void>(places_.rounded);
      const kernels::NumberType type = product_type(s_.program.precision);
      check(kernels::launch_round({elements(x), in(0), s_.at<void>(places_.rounded), type}, stream_));
    }
    lane_.product(positions(x), op_.settings.rows, op_.settings.columns, a, w_.kernel, y());
    if (w_.bias != nullptr) {
      activate(w_.bias, y(), {RNN4J_LINEAR, 0.0f, 0.0f, 0.0f});
    }
  }

  void activate(const float* bias, const float* x, rnn4j_activation activation) const {
    check(kernels::launch_activate({positions(y_), s_.shape(y_).last(), x, bias, y(), activation}, stream_));
  }

  void softmax() const {
    check(kernels::launch_softmax({positions(y_), s_.shape(y_).last(), in(0), y(), op_.settings.flag != 0}, stream_));
  }

  kernels::IdSource ids() const {
    const int32_t x = op_.inputs[0];
    const bool are_floats = s_.program.values[static_cast<size_t>(x)].type == RNN4J_F32;
    const Shape& shape = s_.shape(x);
    return {s_.rows(), shape.steps(), s_.steps(x), static_cast<int>(shape.elements(1)), s_.value<const void>(x),
            are_floats, static_cast<int>(number_), s_.at<kernels::RunStatus>(s_.layout.status)};
  }

  void embedding() const {
    check(kernels::launch_embedding({ids(), static_cast<const float*>(w_.kernel), op_.settings.rows,
                                     op_.settings.columns, y(), s_.at<uint8_t>(places_.mask),
                                     s_.at<const uint8_t>(s_.layout.validity(op_.inputs[0]).mask)},
                                    stream_));
  }

  void masking() const {
    const int32_t x = op_.inputs[0];
    check(kernels::launch_masking({s_.rows(), s_.validity(x), static_cast<int>(s_.shape(x).elements(1)), in(0),
                                   op_.settings.number, y(), mask_out()},
                                  stream_));
  }

  uint8_t* mask_out() const { return s_.at<uint8_t>(places_.mask); }

  void select_step() const {
    const int32_t x = op_.inputs[0];
    const auto which = static_cast<kernels::SelectedStep>(op_.settings.which);
    const auto inner = static_cast<int>(s_.shape(x).elements(1));
    check(kernels::launch_select_step({s_.rows(), s_.validity(x), which, s_.layout.request().own_steps, inner, in(0), y()},
                                      stream_));
  }

  void concat() const {
    const int axis = op_.settings.which;
    const Shape& out = s_.shape(y_);
    const int64_t outer = elements(y_) / std::max<int64_t>(1, out.elements(axis));
    int64_t offset = 0;
    for (const int32_t x : op_.inputs) {
      const int64_t run = s_.shape(x).elements(axis);
      if (run > 0) {
        check(kernels::launch_concat({outer, run, out.elements(axis), offset, s_.value<const float>(x), y()}, stream_));
      }
      offset += run;
    }
  }

  void concat_steps() const {
    int first = 0;
    for (const int32_t x : op_.inputs) {
      const Shape& shape = s_.shape(x);
      if (shape.steps() > 0) {
        check(kernels::launch_concat_steps({s_.rows(), static_cast<int>(shape.elements(1)), s_.validity(x),
                                            s_.value<const float>(x), nullptr, first, s_.shape(y_).steps(), y(),
                                            mask_out()},
                                           stream_));
      }
      first += shape.steps();
    }
  }

  void merge() const {
    kernels::MergeParams params{};
    params.rows = s_.rows();
    params.how = static_cast<rnn4j_merge>(op_.settings.which);
    params.count = static_cast<int>(op_.inputs.size());
    const bool extreme_or_product =
        params.how == RNN4J_MULTIPLY || params.how == RNN4J_MAXIMUM || params.how == RNN4J_MINIMUM;
    const Shape& out = s_.shape(y_);
    for (size_t k = 0; k < op_.inputs.size(); k++) {
      const int32_t x = op_.inputs[k];
      const Shape& shape = s_.shape(x);
      kernels::MergeInput& in = params.inputs[k];
      in.data = s_.value<const float>(x);
      in.rank = shape.rank;
      std::copy(shape.extents.begin(), shape.extents.end(), in.extents);
      in.validity = s_.validity(x);
      const bool has_steps = shape.rank == out.rank && shape.rank > 0 && shape[0] == out[0];
      in.leaves_out = op_.settings.flag != 0 && extreme_or_product && has_steps && !s_.layout.validity(x).all();
    }
    params.rank = out.rank;
    std::copy(out.extents.begin(), out.extents.end(), params.extents);
    params.y = y();
    check(kernels::launch_merge(params, stream_));
  }

  void permute() const {
    kernels::PermuteParams params{};
    const Shape& shape = s_.shape(op_.inputs[0]);
    params.rows = s_.rows();
    params.rank = shape.rank;
    std::copy(shape.extents.begin(), shape.extents.end(), params.extents);
    std::copy(op_.settings.axes, op_.settings.axes + RNN4J_MAX_RANK, params.axes);
    params.x = in(0);
    params.y = y();
    check(kernels::launch_permute(params, stream_));
  }

  void repeat(int64_t outer, int64_t count, int64_t inner, const float* x) const {
    check(kernels::launch_repeat({outer, count, inner, x, y()}, stream_));
  }

  const SegmentContext& s_;
  size_t number_;
  const Op& op_;
  const OpPlaces& places_;
  const OpWeights& w_;
  const Lane& lane_;
  cudaStream_t stream_;
  int32_t y_;
};

/// Between the caller's [T, B, ..] on the device and our [B, T, ..].
void turn(const SegmentContext& s, int32_t value, const void* x, void* y, bool in) {
  const Shape& shape = s.shape(value);
  if (shape.elements() == 0) {
    return;
  }
  kernels::StepLayoutParams params{};
  params.rows = s.rows();
  params.capacity = shape.steps();
  params.inner = static_cast<int>(shape.elements(1));
  params.from = in ? kernels::StepLayout::kTimeMajor : kernels::StepLayout::kCapacity;
  params.to = in ? kernels::StepLayout::kCapacity : kernels::StepLayout::kTimeMajor;
  params.x = x;
  params.y = y;
  RNN4J_CUDA(kernels::launch_step_layout(params, s.lanes.main->stream()));
}

void take_external_inputs(const SegmentContext& s) {
  for (size_t k = 0; k < s.program.inputs.size(); k++) {
    const int32_t v = s.program.inputs[k];
    if (s.layout.value(v).block == Block::kWork) {
      turn(s, v, s.addresses.caller[k], s.value<void>(v), true);
    }
  }
}

/// Outputs that no op could write to where the caller wants them.
void give_external_outputs(const SegmentContext& s) {
  const LayoutRequest& request = s.layout.request();
  const size_t inputs = s.program.inputs.size();
  for (size_t k = 0; k < s.program.outputs.size(); k++) {
    const int32_t v = s.program.outputs[k];
    void* to = s.addresses.caller[inputs + k];
    if (request.wanted[k] == 0 || s.layout.value(v) == Place{Block::kCaller, inputs + k}) {
      continue;
    }
    const size_t bytes = static_cast<size_t>(s.rows()) * static_cast<size_t>(s.shape(v).elements()) * sizeof(float);
    if (request.time_major && s.shape(v).rank >= 2) {
      turn(s, v, s.value<const void>(v), to, false);
    } else if (bytes > 0) {
      RNN4J_CUDA(cudaMemcpyAsync(to, s.value<const void>(v), bytes, cudaMemcpyDeviceToDevice,
                                 s.lanes.main->stream()));
    }
  }
}

}  // namespace

void queue_segment(const SegmentContext& s) {
  const LayoutRequest& request = s.layout.request();
  RNN4J_CUDA(cudaMemsetAsync(s.at<void>(s.layout.status), 0, sizeof(kernels::RunStatus), s.lanes.main->stream()));
  if (request.external) {
    take_external_inputs(s);
  }
  for (size_t k = 0; k < s.program.ops.size(); k++) {
    if (s.rules.runs_at_end(k) && !request.last) {
      continue;
    }
    if (s.program.ops[k].recurrent) {
      queue_recurrent(s, k);
    }
    SimpleOp(s, k).queue();
  }
  if (!request.last) {
    return;
  }
  queue_commit(s);
  if (request.external) {
    give_external_outputs(s);
  }
}

}  // namespace rnn4j
