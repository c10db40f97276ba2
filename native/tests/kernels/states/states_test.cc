// Initial and final states, last output, commit: what the sequences of recurrent_test.cc do not reach.
#include <limits>
#include <vector>

#include "kernels/states/final_state.h"
#include "kernels/states/initial_state.h"
#include "kernels/support/device_array.h"
#include "kernels/support/testing.h"
#include "rnn4j/rnn4j.h"

namespace {

using namespace rnn4j::kernels;
using testing::DeviceArray;
using Floats = DeviceArray<float>;
using Numbers = std::vector<float>;

const std::vector<RowProgress> kProgress = {{kNoStepYet, 0}, {kEarlierCall, 0}, {2, 0}, {1, 1}};

CASE("initial state: given before wired before the state, and wired only where a row begins") {
  Floats state(Numbers{0, 1, 10, 11, 20, 21, 30, 31});  // 4 rows of 2
  Floats wired(Numbers{100, 101, 110, 111, 120, 121});
  Floats given(Numbers{200, 201, 210, 211, 220, 221});
  DeviceArray<int32_t> rows(std::vector<int32_t>{3, 0, 2});
  DeviceArray<uint8_t> started(std::vector<uint8_t>{1, 0, 1});
  Floats h(6), c(6);
  InitialStateParams p{};
  p.rows = 3;
  p.state_rows = rows.get();
  p.started = started.get();
  p.h = {2, nullptr, wired.get(), state.get(), h.get(), nullptr};
  p.c = {2, given.get(), wired.get(), state.get(), c.get(), nullptr};
  CHECK_CUDA(launch_initial_state(p, nullptr));
  CHECK(h.read() == (Numbers{30, 31, 110, 111, 20, 21}));
  CHECK(c.read() == (Numbers{200, 201, 210, 211, 220, 221}));
  p.started = nullptr;
  p.state_rows = nullptr;
  p.c = {0, nullptr, nullptr, nullptr, nullptr, nullptr};
  CHECK_CUDA(launch_initial_state(p, nullptr));
  CHECK(h.read() == (Numbers{100, 101, 110, 111, 120, 121}));
}

CASE("initial state: NaN in the state of another row stays there") {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  Floats state(Numbers{nan, 1});
  DeviceArray<int32_t> rows(std::vector<int32_t>{1});
  Floats h(1);
  InitialStateParams p{};
  p.rows = 1;
  p.state_rows = rows.get();
  p.h = {1, nullptr, nullptr, state.get(), h.get(), nullptr};
  CHECK_CUDA(launch_initial_state(p, nullptr));
  CHECK_EQUAL(h.read()[0], 1.0f);
}

CASE("initial state: a row repeats from the start only where asked and where it has seen steps") {
  Floats state(Numbers{0, 0});
  Floats h(2);
  DeviceArray<uint8_t> seen(std::vector<uint8_t>{0, 1});
  DeviceArray<RowProgress> progress(2);
  InitialStateParams p{};
  p.rows = 2;
  p.h = {1, nullptr, nullptr, state.get(), h.get(), nullptr};
  p.seen = seen.get();
  p.progress = progress.get();
  p.repeats_across_calls = true;
  CHECK_CUDA(launch_initial_state(p, nullptr));
  CHECK_EQUAL(progress.read()[0].latest, kNoStepYet);
  CHECK_EQUAL(progress.read()[1].latest, kEarlierCall);
  p.repeats_across_calls = false;
  CHECK_CUDA(launch_initial_state(p, nullptr));
  CHECK_EQUAL(progress.read()[1].latest, kNoStepYet);
  CHECK_EQUAL(progress.read()[1].last_counted, 0);
}

CASE("final state: zero for a row that never had a step, in place and in the copies") {
  DeviceArray<RowProgress> progress(kProgress);
  Floats h(Numbers{1, 2, 3, 4}), h_value(4), c(Numbers{1, 1, 2, 2, 3, 3, 4, 4}), c_value(8);
  FinalStateParams p{4, 1, 2, h.get(), c.get(), h_value.get(), c_value.get(), true, nullptr, progress.get()};
  CHECK_CUDA(launch_final_state(p, nullptr));
  CHECK(h.read() == (Numbers{0, 2, 3, 4}));
  CHECK(h_value.read() == h.read());
  CHECK(c.read() == (Numbers{0, 0, 2, 2, 3, 3, 4, 4}));
  CHECK(c_value.read() == c.read());
}

CASE("final state: a row that saw steps in earlier calls keeps its state") {
  DeviceArray<RowProgress> progress(kProgress);
  DeviceArray<uint8_t> seen(std::vector<uint8_t>{1, 0, 0, 0});
  Floats h(Numbers{1, 2, 3, 4});
  CHECK_CUDA(launch_final_state({4, 1, 0, h.get(), nullptr, nullptr, nullptr, true, seen.get(), progress.get()}, nullptr));
  CHECK(h.read() == (Numbers{1, 2, 3, 4}));
}

CASE("last output: only of rows whose last step counted, with the input of the latest") {
  DeviceArray<RowProgress> progress(kProgress);
  Floats h(Numbers{1, 2, 3, 4});
  Floats x(Numbers{0, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100, 110});  // [4, 3, 1]
  Floats out(8, 7.0f);
  LastOutputParams p{4, 1, h.get(), progress.get(), false, out.get(), 2, 1, x.get(), 1, 0, 3};
  CHECK_CUDA(launch_last_output(p, nullptr));
  CHECK(out.read() == (Numbers{7, 0, 7, 0, 7, 0, 7, 4 + 100}));
  p.repeat_previous = true;
  CHECK_CUDA(launch_last_output(p, nullptr));
  CHECK(out.read() == (Numbers{7, 0, 7, 2, 7, 3 + 80, 7, 4 + 100}));
}

CASE("commit: scatters rows, and writes nothing once the run has failed") {
  Floats src(Numbers{1, 2, 3, 4}), state(Numbers{9, 9, 9, 9, 9, 9}), final_out(4, 9.0f);
  DeviceArray<int32_t> rows(std::vector<int32_t>{2, 0});
  DeviceArray<RunStatus> status(std::vector<RunStatus>{{RNN4J_ID_OUT_OF_RANGE, 0, 0, 0, 0}});
  const CommitStateParams p{2, 2, src.get(), rows.get(), state.get(), final_out.get(), status.get()};
  CHECK_CUDA(launch_commit_state(p, nullptr));
  CHECK(state.read() == (Numbers{9, 9, 9, 9, 9, 9}));
  CHECK(final_out.read() == (Numbers{9, 9, 9, 9}));
  status.write({{0, 0, 0, 0, 0}});
  CHECK_CUDA(launch_commit_state(p, nullptr));
  CHECK(state.read() == (Numbers{3, 4, 9, 9, 1, 2}));
  CHECK(final_out.read() == (Numbers{1, 2, 3, 4}));
}

}  // namespace
