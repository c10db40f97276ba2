#include "kernels/support/recurrent_runner.h"

#include <memory>

#include "kernels/cells/gru_step.h"
#include "kernels/cells/lstm_step.h"
#include "kernels/cells/packing.h"
#include "kernels/cells/projection_step.h"
#include "kernels/cells/rnn_step.h"
#include "kernels/cells/streaming_step.h"
#include "kernels/gemm/gemm.h"
#include "kernels/ops/rearrange.h"
#include "kernels/states/final_state.h"
#include "kernels/states/initial_state.h"
#include "kernels/support/device_array.h"

namespace testing {
namespace {

using namespace rnn4j::kernels;

// Columns left and right of the direction's own in the sequence, which no kernel may touch.
constexpr int kLeft = 2;
constexpr int kRight = 1;
constexpr float kUntouched = 7.0f;

// Floats, and the same rounded where products read another type.
struct Operand {
  Operand(size_t n, NumberType number_type)
      : floats(n), rounded(number_type == NumberType::kFloat ? 0 : n), type(number_type) {}
  void write(const std::vector<float>& values) {
    floats.write(values);
    round();
  }
  void round() {
    if (type == NumberType::kFloat) return;
    CHECK_CUDA(launch_round({static_cast<int64_t>(floats.read().size()), floats.get(), rounded.get(), type}, nullptr));
  }
  const void* get(size_t first = 0) const {
    return type == NumberType::kFloat ? static_cast<const void*>(floats.get() + first) : rounded.get() + first;
  }
  void* rounded_or_null() const { return type == NumberType::kFloat ? nullptr : rounded.get(); }

  DeviceArray<float> floats;
  DeviceArray<uint16_t> rounded;
  NumberType type;
};

class Runner {
 public:
  Runner(const RecurrentProblem& problem, const RecurrentData& data, NumberType number_type, StepWay step_way)
      : p(problem), d(data), type(number_type), way(step_way), n(p.gates() * p.units),
        x(product(p.rows, p.capacity, p.input), type), kernel(product(n, p.input), type),
        recurrent(product(n, p.output), type), projection(product(p.output, p.units), type),
        h{Operand(product(p.rows, p.output), type), Operand(product(p.rows, p.output), type)},
        between(product(p.rows, p.units), type), c(product(p.rows, p.units)), z_x(product(p.rows, p.capacity, n)),
        z_h(product(p.rows, n)), update(product(p.rows, p.units)), z_p(product(p.rows, p.output)),
        bias(device_or_null(packed(data.bias, 1))), recurrent_bias(device_or_null(data.recurrent_bias)),
        peephole(device_or_null(data.peephole)), projection_bias(device_or_null(data.projection_bias)),
        lengths(device_or_null(data.lengths)), mask(device_or_null(data.mask)), seen(data.seen),
        steps(std::vector<int32_t>{p.steps}), progress(product(p.rows, 1)),
        sequence(product(p.rows * p.capacity, sequence_width()), kUntouched) {
    x.write(d.x);
    kernel.write(packed(d.input_kernel, p.input));
    recurrent.write(packed(d.recurrent_kernel, p.output));
    if (p.projects()) projection.write(d.projection);
  }

  RecurrentResult run() {
    multiply(p.rows * p.capacity, n, p.input, x.get(), kernel.get(), z_x.get());
    begin();
    for (int s = 0; s < p.capacity; s++) way == StepWay::kStreaming ? streaming_step(s) : step(s);
    return end();
  }

 private:
  int sequence_width() const { return kLeft + p.output + kRight; }

  std::vector<float> packed(const std::vector<float>& canonical, int columns) const {
    std::vector<float> result(canonical.size());
    if (!canonical.empty()) pack_gates(p.kind, canonical.data(), p.units, columns, result.data());
    return result;
  }

  void multiply(int m, int columns, int k, const void* a, const void* b, float* result) const {
    CHECK_CUDA(launch_gemm({m, columns, k, type, a, k, b, k, result, columns}, nullptr));
  }

  // The state holds the rows in reverse order.
  std::vector<float> as_state(const std::vector<float>& rows, int width) const {
    std::vector<float> state(rows.size());
    for (size_t row = 0; row < static_cast<size_t>(p.rows); row++) {
      for (size_t k = 0; k < static_cast<size_t>(width); k++) {
        state[(static_cast<size_t>(p.rows) - 1 - row) * static_cast<size_t>(width) + k] = rows[row * static_cast<size_t>(width) + k];
      }
    }
    return state;
  }

  void begin() {
    std::vector<int32_t> reversed;
    for (int row = 0; row < p.rows; row++) reversed.push_back(p.rows - 1 - row);
    state_rows = std::make_unique<DeviceArray<int32_t>>(reversed);
    state_h = std::make_unique<DeviceArray<float>>(as_state(d.h0, p.output));
    state_c = std::make_unique<DeviceArray<float>>(as_state(d.c0, p.units));
    InitialStateParams initial{};
    initial.rows = p.rows;
    initial.h = {p.output, nullptr, nullptr, state_h->get(), h[0].floats.get(), h[0].rounded_or_null()};
    initial.c = {p.cell_state(), nullptr, nullptr, state_c->get(), c.get(), nullptr};
    initial.rounded = type;
    initial.state_rows = state_rows->get();
    initial.seen = seen.get();
    initial.repeats_across_calls = p.repeats_across_calls;
    initial.progress = progress.get();
    CHECK_CUDA(launch_initial_state(initial, nullptr));
  }

  StepPlace place(int s) const {
    return {p.rows, s, {steps.get(), lengths.get(), mask.get(), p.capacity}, p.backwards, p.within_length, progress.get()};
  }

  StepOutput output(int s) const {
    const Operand& next = h[(s + 1) % 2];
    return {p.output, h[s % 2].floats.get(), next.floats.get(), next.rounded_or_null(), type, sequence.get(),
            sequence_width(), kLeft, p.flipped, p.repeat_previous, p.residual ? x.floats.get() : nullptr, p.input, 0};
  }

  InputPart input_part() const { return {z_x.get(), static_cast<int64_t>(p.capacity) * n, n, 0}; }

  void step(int s) {
    if (p.kind == RNN4J_CELL_LSTM) {
      lstm(s);
    } else if (p.kind == RNN4J_CELL_RNN) {
      multiply(p.rows, n, p.output, h[s % 2].get(), recurrent.get(), z_h.get());
      CHECK_CUDA(launch_rnn_step({place(s), output(s), input_part(), z_h.get(), bias.get(), p.units, p.candidate,
                                  p.preactivation_clip}, nullptr));
    } else if (p.reset_after) {
      multiply(p.rows, n, p.output, h[s % 2].get(), recurrent.get(), z_h.get());
      CHECK_CUDA(launch_gru_step({place(s), output(s), input_part(), z_h.get(), bias.get(), recurrent_bias.get(), p.units,
                                  p.gate, p.candidate, p.preactivation_clip}, nullptr));
    } else {
      gru_reset_before(s);
    }
  }

  void lstm(int s) {
    multiply(p.rows, n, p.output, h[s % 2].get(), recurrent.get(), z_h.get());
    const bool projects = p.projects();
    LstmStepParams lstm{};
    lstm.place = place(s);
    lstm.output = output(s);
    lstm.z_x = input_part();
    lstm.z_h = z_h.get();
    lstm.bias = bias.get();
    lstm.c = c.get();
    lstm.between = projects ? between.floats.get() : nullptr;
    lstm.between_rounded = projects ? between.rounded_or_null() : nullptr;
    lstm.units = p.units;
    lstm.forget_bias = p.forget_bias;
    lstm.gate = p.gate;
    lstm.candidate = p.candidate;
    lstm.activation = p.activation;
    lstm.peephole = peephole.get();
    lstm.cell_clip = p.cell_clip;
    lstm.preactivation_clip = p.preactivation_clip;
    lstm.clip_output_activation = p.clip_output_activation;
    lstm.output_of_candidate = p.output_of_candidate;
    lstm.coupling = p.coupling;
    CHECK_CUDA(launch_lstm_step(lstm, nullptr));
    if (!projects) return;
    multiply(p.rows, p.output, p.units, between.get(), projection.get(), z_p.get());
    CHECK_CUDA(launch_projection_step({place(s), output(s), z_p.get(), projection_bias.get(), p.projection_clip}, nullptr));
  }

  void gru_reset_before(int s) {
    multiply(p.rows, 2 * p.units, p.units, h[s % 2].get(), recurrent.get(), z_h.get());
    CHECK_CUDA(launch_gru_reset({place(s), input_part(), z_h.get(), bias.get(), h[s % 2].floats.get(), update.get(),
                                 between.floats.get(), between.rounded_or_null(), type, p.units, p.gate,
                                 p.preactivation_clip}, nullptr));
    multiply(p.rows, p.units, p.units, between.get(), recurrent.get(product(2 * p.units, p.units)), z_h.get());
    CHECK_CUDA(launch_gru_candidate({place(s), output(s), input_part(), z_h.get(), bias.get(), update.get(), p.units,
                                     p.candidate, p.preactivation_clip}, nullptr));
  }

  void streaming_step(int s) {
    CellProblem problem{};
    problem.kind = p.kind;
    problem.rows = p.rows;
    problem.input_size = p.input;
    problem.units = p.units;
    problem.output_size = p.output;
    problem.weights = type;
    problem.gate = p.gate;
    problem.candidate = p.candidate;
    problem.activation = p.activation;
    problem.reset_after = p.reset_after;
    problem.aligned_input = true;
    CHECK_CUDA(launch_streaming_step({place(s), output(s), problem, x.floats.get(), kernel.get(), recurrent.get(),
                                      bias.get(), recurrent_bias.get(), p.forget_bias, c.get()}, nullptr));
  }

  RecurrentResult end() {
    const Operand& last_h = h[p.capacity % 2];
    DeviceArray<float> last(product(p.rows, p.output));
    const RunStatus fine{};
    DeviceArray<RunStatus> status(std::vector<RunStatus>{fine});
    CHECK_CUDA(launch_final_state({p.rows, p.output, p.cell_state(), last_h.floats.get(), c.get(), nullptr, nullptr,
                                   p.empty_row_zero, seen.get(), progress.get()}, nullptr));
    CHECK_CUDA(launch_last_output({p.rows, p.output, last_h.floats.get(), progress.get(), p.repeat_previous, last.get(),
                                   p.output, 0, p.residual ? x.floats.get() : nullptr, p.input, 0, p.capacity}, nullptr));
    DeviceArray<float> final_h(product(p.rows, p.output));
    CHECK_CUDA(launch_commit_state({p.rows, p.output, last_h.floats.get(), state_rows->get(), state_h->get(),
                                    final_h.get(), status.get()}, nullptr));
    RecurrentResult result;
    take(final_h.read(), result.h);
    if (p.cell_state() > 0) take(c.read(), result.c);
    take(last.read(), result.last);
    CHECK(as_state(state_h->read(), p.output) == final_h.read());
    take_own_columns(result.sequence);
    return result;
  }

  static void take(const std::vector<float>& from, std::vector<double>& to) { to.assign(from.begin(), from.end()); }

  void take_own_columns(std::vector<double>& to) const {
    const std::vector<float> all = sequence.read();
    bool others_untouched = true;
    for (size_t i = 0; i < all.size(); i++) {
      const int column = static_cast<int>(i % static_cast<size_t>(sequence_width())) - kLeft;
      if (column >= 0 && column < p.output) {
        to.push_back(static_cast<double>(all[i]));
      } else {
        others_untouched &= all[i] == kUntouched;
      }
    }
    CHECK(others_untouched);
  }

  const RecurrentProblem& p;
  const RecurrentData& d;
  NumberType type;
  StepWay way;
  int n;
  Operand x, kernel, recurrent, projection;
  Operand h[2];
  Operand between;
  DeviceArray<float> c, z_x, z_h, update, z_p;
  DeviceArray<float> bias, recurrent_bias, peephole, projection_bias;
  DeviceArray<int32_t> lengths;
  DeviceArray<uint8_t> mask, seen;
  DeviceArray<int32_t> steps;
  DeviceArray<RowProgress> progress;
  DeviceArray<float> sequence;
  std::unique_ptr<DeviceArray<int32_t>> state_rows;
  std::unique_ptr<DeviceArray<float>> state_h, state_c;
};

}  // namespace

RecurrentResult run_kernels(const RecurrentProblem& problem, const RecurrentData& data, NumberType type, StepWay way) {
  return Runner(problem, data, type, way).run();
}

}  // namespace testing
