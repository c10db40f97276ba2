// Edge values of the cells' parameters.
#include <limits>
#include <string>
#include <vector>

#include "kernels/cells/gru_step.h"
#include "kernels/cells/lstm_step.h"
#include "kernels/cells/projection_step.h"
#include "kernels/cells/rnn_step.h"
#include "kernels/cells/streaming_step.h"
#include "kernels/support/device_array.h"
#include "kernels/support/supports.h"

namespace {

using namespace rnn4j::kernels;
using testing::DeviceArray;
using testing::Supports;

constexpr float kNone = std::numeric_limits<float>::quiet_NaN();
constexpr rnn4j_activation kSigmoid{RNN4J_SIGMOID, 0, 0, 0};
constexpr rnn4j_activation kTanh{RNN4J_TANH, 0, 0, 0};
constexpr int kUnits = 4;

// Zeros enough for every array of 2 rows, 3 steps and 4 units; all arrays that are not written share them.
struct Memory {
  DeviceArray<float> zeros{256, 0.0f};
  DeviceArray<float> h{64, 0.0f}, h_next{64, 0.0f}, c{64, 0.0f}, sequence{256, 0.0f}, between{64, 0.0f}, update{64, 0.0f};
  DeviceArray<uint16_t> rounded{64};
  DeviceArray<RowProgress> progress{std::vector<RowProgress>(2, RowProgress{kNoStepYet, 0})};

  StepPlace place() const { return {2, 0, {nullptr, nullptr, nullptr, 3}, false, false, progress.get()}; }
  StepOutput output() const {
    return {kUnits, h.get(), h_next.get(), nullptr, NumberType::kFloat, sequence.get(), kUnits, 0, false, false, nullptr, 0,
            0};
  }
  InputPart z_x(int gates) const { return {zeros.get(), 3 * gates * kUnits, gates * kUnits, 0}; }
};

// What every kernel of a step asks of its place and output.
template <typename Params>
void walk_place(Supports<Params>& s) {
  s.refuses("no row", [](Params& p) { p.place.rows = 0; })
      .refuses("a negative step", [](Params& p) { p.place.step = -1; })
      .accepts("the last step", [](Params& p) { p.place.step = 2; })
      .refuses("a step beyond the capacity", [](Params& p) { p.place.step = 3; })
      .refuses("no capacity", [](Params& p) { p.place.validity.capacity = 0; })
      .refuses("no progress", [](Params& p) { p.place.progress = nullptr; });
}

template <typename Params>
void walk_output(Supports<Params>& s, const Memory& m) {
  s.accepts("no sequence", [](Params& p) { p.output.sequence = nullptr; })
      .refuses("no h", [](Params& p) { p.output.h = nullptr; })
      .refuses("no next h", [](Params& p) { p.output.h_next = nullptr; })
      .refuses("h in place", [](Params& p) { p.output.h_next = const_cast<float*>(p.output.h); })
      .refuses("another width", [](Params& p) { p.output.width = 0; })
      .refuses("columns beyond the sequence's", [](Params& p) { p.output.sequence_offset = 1; })
      .refuses("columns before the sequence's", [](Params& p) { p.output.sequence_offset = -1; })
      .refuses("rounding to float", [&](Params& p) { p.output.h_next_rounded = m.rounded.get(); })
      .accepts("rounding to half", [&](Params& p) {
        p.output.h_next_rounded = m.rounded.get();
        p.output.rounded = NumberType::kHalf;
      })
      .refuses("a residual that is too narrow", [&](Params& p) {
        p.output.residual = m.zeros.get();
        p.output.residual_width = kUnits - 1;
      });
}

CASE("supports: LSTM step") {
  Memory m;
  LstmStepParams fine{};
  fine.place = m.place();
  fine.output = m.output();
  fine.z_x = m.z_x(4);
  fine.z_h = m.zeros.get();
  fine.c = m.c.get();
  fine.units = kUnits;
  fine.gate = kSigmoid;
  fine.candidate = fine.activation = kTanh;
  fine.cell_clip = fine.preactivation_clip = kNone;
  CHECK(is_plain(fine));
  using Params = LstmStepParams;
  Supports<Params> s("lstm", fine, launch_lstm_step);
  walk_place(s);
  walk_output(s, m);
  s.refuses("z_x not aligned", [](Params& p) { p.z_x.data += 1; })
      .refuses("z_h not aligned", [](Params& p) { p.z_h += 2; })
      .refuses("rows of z_x not aligned", [](Params& p) { p.z_x.row_stride += 2; })
      .refuses("steps of z_x not aligned", [](Params& p) { p.z_x.step_stride += 1; })
      .refuses("bias not aligned", [&](Params& p) { p.bias = m.zeros.get() + 1; })
      .refuses("no z_x", [](Params& p) { p.z_x.data = nullptr; })
      .refuses("no z_h", [](Params& p) { p.z_h = nullptr; })
      .refuses("no c", [](Params& p) { p.c = nullptr; })
      .refuses("no unit", [](Params& p) { p.units = 0; })
      .refuses("an unknown activation", [](Params& p) { p.gate.kind = RNN4J_SQUAREPLUS + 1; })
      .refuses("a negative activation", [](Params& p) { p.candidate.kind = -1; })
      .refuses("an unknown coupling", [](Params& p) { p.coupling = RNN4J_INPUT_FROM_FORGET + 1; })
      .accepts("a projection", [&](Params& p) { p.between = m.between.get(); })
      .accepts("a projection that reads half alone", [&](Params& p) {
        p.between_rounded = m.rounded.get();
        p.output.rounded = NumberType::kHalf;
      })
      .refuses("a projection that reads rounded floats", [&](Params& p) { p.between_rounded = m.rounded.get(); });
}

CASE("supports: projection step") {
  Memory m;
  using Params = ProjectionStepParams;
  Supports<Params> s("projection", {m.place(), m.output(), m.zeros.get(), nullptr, kNone}, launch_projection_step);
  walk_place(s);
  walk_output(s, m);
  s.refuses("no z", [](Params& p) { p.z = nullptr; })
      .refuses("z as next h", [](Params& p) { p.z = p.output.h_next; });
}

CASE("supports: RNN step") {
  Memory m;
  using Params = RnnStepParams;
  Supports<Params> s("rnn", {m.place(), m.output(), m.z_x(1), m.zeros.get(), nullptr, kUnits, kTanh, kNone}, launch_rnn_step);
  walk_place(s);
  walk_output(s, m);
  s.refuses("no z_h", [](Params& p) { p.z_h = nullptr; })
      .refuses("another number of units", [](Params& p) { p.units = kUnits - 1; })
      .refuses("an unknown activation", [](Params& p) { p.activation.kind = 99; });
}

CASE("supports: GRU steps") {
  Memory m;
  Supports<GruStepParams> after("gru after", {m.place(), m.output(), m.z_x(3), m.zeros.get(), nullptr, nullptr, kUnits,
                                              kSigmoid, kTanh, kNone}, launch_gru_step);
  walk_place(after);
  walk_output(after, m);
  after.refuses("no z_h", [](GruStepParams& p) { p.z_h = nullptr; })
      .refuses("an unknown activation", [](GruStepParams& p) { p.candidate.kind = 99; });
  Supports<GruResetParams> reset("gru reset", {m.place(), m.z_x(3), m.zeros.get(), nullptr, m.h.get(), m.update.get(),
                                               m.between.get(), nullptr, NumberType::kFloat, kUnits, kSigmoid, kNone},
                                 launch_gru_reset);
  walk_place(reset);
  reset.refuses("no output", [](GruResetParams& p) { p.reset = nullptr; })
      .refuses("no update", [](GruResetParams& p) { p.update = nullptr; })
      .refuses("r * h in place", [](GruResetParams& p) { p.reset = const_cast<float*>(p.h); })
      .refuses("rounding to float", [&](GruResetParams& p) { p.reset_rounded = m.rounded.get(); });
  Supports<GruCandidateParams> candidate("gru candidate", {m.place(), m.output(), m.z_x(3), m.zeros.get(), nullptr,
                                                           m.update.get(), kUnits, kTanh, kNone}, launch_gru_candidate);
  walk_place(candidate);
  walk_output(candidate, m);
  candidate.refuses("no update", [](GruCandidateParams& p) { p.update = nullptr; });
}

// A plain LSTM of 2 rows, as the streaming step runs it.
CellProblem plain_problem() {
  CellProblem p{};
  p.kind = RNN4J_CELL_LSTM;
  p.rows = 2;
  p.input_size = 2;
  p.units = p.output_size = kUnits;
  p.gate = kSigmoid;
  p.candidate = p.activation = kTanh;
  p.aligned_input = true;
  return p;
}

CASE("supports: streaming step") {
  Memory m;
  using Params = StreamingStepParams;
  const Params fine{m.place(),     m.output(), plain_problem(), m.zeros.get(), m.zeros.get(),
                    m.zeros.get(), nullptr,    nullptr,         0.0f,          m.c.get()};
  Supports<Params> s("streaming", fine, launch_streaming_step);
  walk_place(s);
  walk_output(s, m);
  s.refuses("rows of another problem", [](Params& p) { p.place.rows = 1; })
      .accepts("an RNN without c", [](Params& p) {
        p.problem.kind = RNN4J_CELL_RNN;
        p.c = nullptr;
      })
      .refuses("an LSTM without c", [](Params& p) { p.c = nullptr; })
      .refuses("x not aligned", [](Params& p) { p.x += 1; });
}

// What the table of kernels asks is what the launcher refuses, with a reason.
CASE("supports: streaming step, every part of the problem") {
  Memory m;
  struct Change {
    const char* reason;  // null: supported
    void (*spoil)(CellProblem& p);
  };
  const Change changes[] = {
      {nullptr, [](CellProblem&) {}},
      {nullptr, [](CellProblem& p) { p.kind = RNN4J_CELL_GRU; p.reset_after = true; }},
      {nullptr, [](CellProblem& p) { p.kind = RNN4J_CELL_RNN; p.gate = kTanh; }},
      {"the GRU resets before the product", [](CellProblem& p) { p.kind = RNN4J_CELL_GRU; }},
      {"the GRU has other activations", [](CellProblem& p) { p.kind = RNN4J_CELL_GRU; p.reset_after = true; p.gate = kTanh; }},
      {"the RNN has another activation than tanh", [](CellProblem& p) { p.kind = RNN4J_CELL_RNN; p.candidate = kSigmoid; }},
      {"there is no such cell", [](CellProblem& p) { p.kind = 4; }},
      {"its sums are in another order than batch_invariant wants", [](CellProblem& p) { p.fixed_order = true; }},
      {"it takes 1 to 4 rows", [](CellProblem& p) { p.rows = kMaxStreamingRows + 1; }},
      {"it takes 1 to 4 rows", [](CellProblem& p) { p.rows = 0; }},
      {"it takes at least one unit and one feature", [](CellProblem& p) { p.input_size = 0; }},
      {"the cell has a projection", [](CellProblem& p) { p.has_projection = true; }},
      {"the cell has a projection", [](CellProblem& p) { p.output_size = 3; }},
      {"the cell has peepholes", [](CellProblem& p) { p.has_peephole = true; }},
      {"the cell has a clip", [](CellProblem& p) { p.has_clip = true; }},
      {"there is no such type of weights", [](CellProblem& p) { p.weights = static_cast<NumberType>(9); }},
      {"x is the caller's memory, which need not begin at a multiple of 16 bytes",
       [](CellProblem& p) { p.aligned_input = false; }},
      {"the LSTM has other activations or coupled gates", [](CellProblem& p) { p.gate = kTanh; }},
      {"the LSTM has other activations or coupled gates", [](CellProblem& p) { p.coupling = RNN4J_FORGET_FROM_INPUT; }},
      {"the LSTM has other activations or coupled gates", [](CellProblem& p) { p.output_of_candidate = true; }},
  };
  for (const Change& change : changes) {
    StreamingStepParams p{m.place(),     m.output(), plain_problem(), m.zeros.get(), m.zeros.get(),
                          m.zeros.get(), nullptr,    nullptr,         0.0f,          m.c.get()};
    change.spoil(p.problem);
    p.place.rows = p.problem.rows;
    const char* reason = why_not_streaming_step(p.problem);
    CHECK_EQUAL(std::string(reason == nullptr ? "" : reason), std::string(change.reason == nullptr ? "" : change.reason));
    const int wanted = reason == nullptr ? cudaSuccess : cudaErrorInvalidValue;
    CHECK_EQUAL(static_cast<int>(launch_streaming_step(p, nullptr)), wanted);
    CHECK_EQUAL(static_cast<int>(cudaDeviceSynchronize()), 0);
  }
}

}  // namespace
