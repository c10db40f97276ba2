// Edge values of the other kernels' parameters, and empty ones.
#include <vector>

#include "kernels/gemm/gemm.h"
#include "kernels/ops/activate.h"
#include "kernels/ops/combine_validity.h"
#include "kernels/ops/concat.h"
#include "kernels/ops/ids.h"
#include "kernels/ops/masking.h"
#include "kernels/ops/merge.h"
#include "kernels/ops/rearrange.h"
#include "kernels/ops/select_step.h"
#include "kernels/ops/softmax.h"
#include "kernels/states/final_state.h"
#include "kernels/states/initial_state.h"
#include "kernels/support/device_array.h"
#include "kernels/support/supports.h"

namespace {

using namespace rnn4j::kernels;
using testing::DeviceArray;
using testing::Supports;

struct Memory {
  DeviceArray<float> x{64, 0.0f}, y{64, 0.0f}, z{64, 0.0f};
  DeviceArray<uint8_t> mask{64, uint8_t{1}};
  DeviceArray<int32_t> lengths{64, 0};
  DeviceArray<uint16_t> rounded{64};
  DeviceArray<RunStatus> status{std::vector<RunStatus>{RunStatus{}}};
  DeviceArray<RowProgress> progress{std::vector<RowProgress>(4, RowProgress{kNoStepYet, 0})};
};

CASE("supports: gemm") {
  Memory m;
  using Params = GemmParams;
  Supports<Params>("gemm", {2, 3, 4, NumberType::kFloat, m.x.get(), 4, m.x.get(), 4, m.y.get(), 3}, launch_gemm)
      .accepts("no row", [](Params& p) { p.m = 0; })
      .accepts("no column", [](Params& p) { p.n = 0; })
      .accepts("no term", [](Params& p) { p.k = 0; })
      .refuses("rows of a overlapping", [](Params& p) { p.lda = 3; })
      .refuses("rows of b overlapping", [](Params& p) { p.ldb = 3; })
      .refuses("rows of c overlapping", [](Params& p) { p.ldc = 2; })
      .refuses("a negative extent", [](Params& p) { p.m = -1; })
      .refuses("no c", [](Params& p) { p.c = nullptr; })
      .refuses("an unknown type", [](Params& p) { p.type = static_cast<NumberType>(3); })
      .refuses("too many tiles", [](Params& p) {
        p.n = 65536 * 64;
        p.ldc = p.n;
      });
}

CASE("supports: activate, softmax") {
  Memory m;
  Supports<ActivateParams>("activate", {2, 3, m.x.get(), nullptr, m.y.get(), {RNN4J_TANH, 0, 0, 0}}, launch_activate)
      .accepts("no position", [](ActivateParams& p) { p.positions = 0; })
      .refuses("a negative width", [](ActivateParams& p) { p.width = -1; })
      .refuses("no x", [](ActivateParams& p) { p.x = nullptr; })
      .refuses("an unknown activation", [](ActivateParams& p) { p.activation.kind = 25; });
  Supports<SoftmaxParams>("softmax", {2, 3, m.x.get(), m.y.get(), false}, launch_softmax)
      .accepts("no position", [](SoftmaxParams& p) { p.positions = 0; })
      .refuses("no width", [](SoftmaxParams& p) { p.width = 0; })
      .refuses("no y", [](SoftmaxParams& p) { p.y = nullptr; });
}

CASE("supports: ids") {
  Memory m;
  const IdSource source{2, 3, nullptr, 1, m.lengths.get(), false, 0, m.status.get()};
  Supports<EmbeddingParams>("embedding", {source, m.x.get(), 2, 3, m.y.get(), nullptr, nullptr}, launch_embedding)
      .accepts("a mask", [&](EmbeddingParams& p) { p.mask_out = m.mask.get(); })
      .refuses("a mask of several ids a step", [&](EmbeddingParams& p) {
        p.mask_out = m.mask.get();
        p.source.inner = 2;
      })
      .accepts("no step", [](EmbeddingParams& p) { p.source.capacity = 0; })
      .refuses("no table", [](EmbeddingParams& p) { p.table_rows = 0; })
      .refuses("no status", [](EmbeddingParams& p) { p.source.status = nullptr; })
      .refuses("no row", [](EmbeddingParams& p) { p.source.rows = 0; });
  Supports<OneHotParams>("one-hot", {source, 3, m.y.get()}, launch_one_hot)
      .refuses("no depth", [](OneHotParams& p) { p.depth = 0; });
  Supports<NumbersParams>("numbers", {source, m.y.get()}, launch_numbers)
      .refuses("floats", [](NumbersParams& p) { p.source.are_floats = true; });
}

CASE("supports: steps") {
  Memory m;
  const Validity v{nullptr, nullptr, nullptr, 3};
  Supports<MaskingParams>("masking", {2, v, 2, m.x.get(), 0.0f, m.y.get(), m.mask.get()}, launch_masking)
      .accepts("no step", [](MaskingParams& p) { p.validity.capacity = 0; })
      .refuses("no mask", [](MaskingParams& p) { p.mask_out = nullptr; });
  Supports<SelectStepParams>("select step", {2, v, SelectedStep::kLast, false, 2, m.x.get(), m.y.get()}, launch_select_step)
      .accepts("no step", [](SelectStepParams& p) { p.validity.capacity = 0; })
      .refuses("an unknown step", [](SelectStepParams& p) { p.which = static_cast<SelectedStep>(3); })
      .refuses("no row", [](SelectStepParams& p) { p.rows = 0; });
  using Params = CombineValidityParams;
  Supports<Params>("combine validity", {2, ValidityRule::kOr, v, v, m.lengths.get(), nullptr}, launch_combine_validity)
      .refuses("or of a mask to lengths", [&](Params& p) { p.a.mask = m.mask.get(); })
      .refuses("or to both", [&](Params& p) { p.mask_out = m.mask.get(); })
      .refuses("another capacity", [](Params& p) { p.b.capacity = 4; })
      .refuses("no output", [](Params& p) { p.lengths_out = nullptr; });
}

CASE("supports: joining") {
  Memory m;
  Supports<ConcatParams>("concat", {2, 3, 5, 2, m.x.get(), m.y.get()}, launch_concat)
      .accepts("nothing of this input", [](ConcatParams& p) { p.run = 0; })
      .refuses("more than there is room for", [](ConcatParams& p) { p.y_offset = 3; });
  const Validity v{nullptr, nullptr, nullptr, 3};
  Supports<ConcatStepsParams>("concat steps", {2, 2, v, m.x.get(), nullptr, 1, 4, m.y.get(), nullptr}, launch_concat_steps)
      .accepts("no step", [](ConcatStepsParams& p) { p.validity.capacity = 0; })
      .refuses("a negative place", [](ConcatStepsParams& p) { p.first_known = -1; });
  MergeParams merge{};
  merge.rows = 2;
  merge.how = RNN4J_ADD;
  merge.count = 1;
  merge.inputs[0] = {m.x.get(), 2, {3, 1}, nullptr, v, false};
  merge.rank = 2;
  merge.extents[0] = 3;
  merge.extents[1] = 2;
  merge.y = m.y.get();
  using Params = MergeParams;
  Supports<Params>("merge", merge, launch_merge)
      .accepts("leaving out", [](Params& p) { p.inputs[0].leaves_out = true; })
      .accepts("nothing", [](Params& p) { p.extents[0] = 0; })
      .refuses("leaving out of other steps", [](Params& p) {
        p.inputs[0].leaves_out = true;
        p.inputs[0].validity.capacity = 2;
      })
      .refuses("extents that do not meet", [](Params& p) { p.inputs[0].extents[0] = 2; })
      .refuses("more axes than the output", [](Params& p) { p.rank = 1; })
      .refuses("no input", [](Params& p) { p.count = 0; })
      .refuses("too many inputs", [](Params& p) { p.count = kMaxMergeInputs + 1; });
  Supports<DirectionMergeParams>("direction merge", {4, RNN4J_MERGE_SUM, m.x.get(), m.x.get(), m.y.get()},
                                 launch_direction_merge)
      .accepts("nothing", [](DirectionMergeParams& p) { p.count = 0; })
      .refuses("concatenation", [](DirectionMergeParams& p) { p.how = RNN4J_MERGE_CONCAT; });
}

CASE("supports: copies") {
  Memory m;
  Supports<RepeatParams>("repeat", {2, 3, 4, m.x.get(), m.y.get()}, launch_repeat)
      .accepts("no time", [](RepeatParams& p) { p.count = 0; })
      .refuses("in place", [](RepeatParams& p) { p.y = const_cast<float*>(p.x); });
  Supports<PermuteParams>("permute", {2, 2, {2, 3}, {1, 0}, m.x.get(), m.y.get()}, launch_permute)
      .refuses("an axis twice", [](PermuteParams& p) { p.axes[0] = 0; })
      .refuses("an axis that does not exist", [](PermuteParams& p) { p.axes[0] = 2; })
      .refuses("no axis", [](PermuteParams& p) { p.rank = 0; })
      .refuses("too many axes", [](PermuteParams& p) { p.rank = RNN4J_MAX_RANK + 1; })
      .accepts("nothing", [](PermuteParams& p) { p.extents[0] = 0; });
  Supports<StepLayoutParams>("step layout", {2, 3, nullptr, 2, StepLayout::kTimeMajor, StepLayout::kCapacity, m.x.get(),
                                             m.y.get()}, launch_step_layout)
      .accepts("no step", [](StepLayoutParams& p) { p.capacity = 0; })
      .refuses("in place", [](StepLayoutParams& p) { p.y = const_cast<void*>(p.x); })
      .refuses("an unknown layout", [](StepLayoutParams& p) { p.from = static_cast<StepLayout>(3); });
  Supports<RoundParams>("round", {4, m.x.get(), m.rounded.get(), NumberType::kHalf}, launch_round)
      .accepts("nothing", [](RoundParams& p) { p.count = 0; })
      .refuses("to float", [](RoundParams& p) { p.to = NumberType::kFloat; });
}

CASE("supports: states") {
  Memory m;
  InitialStateParams initial{};
  initial.rows = 2;
  initial.h = {3, nullptr, nullptr, m.x.get(), m.y.get(), nullptr};
  Supports<InitialStateParams>("initial state", initial, launch_initial_state)
      .refuses("no h", [](InitialStateParams& p) { p.h.width = 0; })
      .refuses("no source", [](InitialStateParams& p) { p.h.state = nullptr; })
      .refuses("in place", [](InitialStateParams& p) { p.h.dst = const_cast<float*>(p.h.state); })
      .refuses("rounding to float", [&](InitialStateParams& p) { p.h.dst_rounded = m.rounded.get(); });
  Supports<FinalStateParams>("final state", {2, 3, 0, m.y.get(), nullptr, m.z.get(), nullptr, true, nullptr, m.progress.get()},
                             launch_final_state)
      .refuses("a copy in place", [](FinalStateParams& p) { p.h_value = p.h; })
      .refuses("c that is not there", [](FinalStateParams& p) { p.c_width = 2; });
  Supports<LastOutputParams>("last output", {2, 3, m.x.get(), m.progress.get(), false, m.y.get(), 3, 0, nullptr, 0, 0, 3},
                             launch_last_output)
      .refuses("columns beyond the output's", [](LastOutputParams& p) { p.out_offset = 1; })
      .refuses("a residual that is too narrow", [&](LastOutputParams& p) {
        p.residual = m.z.get();
        p.residual_width = 2;
      });
  Supports<CommitStateParams>("commit", {2, 3, m.x.get(), nullptr, m.y.get(), m.z.get(), m.status.get()}, launch_commit_state)
      .refuses("no status", [](CommitStateParams& p) { p.status = nullptr; })
      .refuses("in place", [](CommitStateParams& p) { p.state = const_cast<float*>(p.src); });
}

}  // namespace
