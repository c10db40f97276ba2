#include "kernels/ops/rearrange.h"

#include <algorithm>
#include <limits>
#include <numeric>
#include <vector>

#include "kernels/support/device_array.h"
#include "kernels/support/testing.h"

namespace {

using namespace rnn4j::kernels;
using testing::DeviceArray;
using Numbers = std::vector<float>;

CASE("repeat: a constant for every row, a vector for every step") {
  DeviceArray<float> x(Numbers{1, 2, 3, 4}), constant(12), steps(8);
  CHECK_CUDA(launch_repeat({1, 3, 4, x.get(), constant.get()}, nullptr));
  CHECK(constant.read() == (Numbers{1, 2, 3, 4, 1, 2, 3, 4, 1, 2, 3, 4}));
  CHECK_CUDA(launch_repeat({2, 2, 2, x.get(), steps.get()}, nullptr));
  CHECK(steps.read() == (Numbers{1, 2, 1, 2, 3, 4, 3, 4}));
}

CASE("permute: every order of up to four axes") {
  const int rows = 2;
  for (int rank = 1; rank <= 4; rank++) {
    std::vector<int> axes(static_cast<size_t>(rank));
    std::iota(axes.begin(), axes.end(), 0);
    do {
      PermuteParams p{};
      p.rows = rows;
      p.rank = rank;
      int size = 1;
      for (int axis = 0; axis < rank; axis++) {
        p.extents[axis] = axis + 2;
        p.axes[axis] = axes[static_cast<size_t>(axis)];
        size *= p.extents[axis];
      }
      Numbers values(static_cast<size_t>(rows * size));
      std::iota(values.begin(), values.end(), 0.0f);
      DeviceArray<float> x(values), y(values.size());
      p.x = x.get();
      p.y = y.get();
      CHECK_CUDA(launch_permute(p, nullptr));
      Numbers wanted(values.size());
      for (int at = 0; at < rows * size; at++) {
        int index[4] = {};
        int rest = at % size;
        for (int axis = rank - 1; axis >= 0; axis--) {
          index[axis] = rest % p.extents[axis];
          rest /= p.extents[axis];
        }
        int to = at / size;
        for (int axis = 0; axis < rank; axis++) to = to * p.extents[p.axes[axis]] + index[p.axes[axis]];
        wanted[static_cast<size_t>(to)] = values[static_cast<size_t>(at)];
      }
      CHECK(y.read() == wanted);
    } while (std::next_permutation(axes.begin(), axes.end()));
  }
}

CASE("step layout: from every layout to every other") {
  const int rows = 3, capacity = 5, steps = 4, inner = 2;
  DeviceArray<int32_t> real(std::vector<int32_t>{steps});
  const StepLayout layouts[] = {StepLayout::kCapacity, StepLayout::kBatchMajor, StepLayout::kTimeMajor};
  // Row b, time t, element i is 100 b + 10 t + i + 1; what is no step is -1 in memory that is read, -2 in the other.
  const auto array = [&](StepLayout layout, float beyond) {
    Numbers values(static_cast<size_t>(rows * capacity * inner), beyond);
    for (int row = 0; row < rows; row++) {
      for (int time = 0; time < steps; time++) {
        const int place = layout == StepLayout::kTimeMajor    ? time * rows + row
                          : layout == StepLayout::kBatchMajor ? row * steps + time
                                                              : row * capacity + time;
        for (int i = 0; i < inner; i++) {
          values[static_cast<size_t>(place * inner + i)] = static_cast<float>(100 * row + 10 * time + i + 1);
        }
      }
    }
    return values;
  };
  for (StepLayout from : layouts) {
    for (StepLayout to : layouts) {
      DeviceArray<float> x(array(from, -1)), y(static_cast<size_t>(rows * capacity * inner), -2.0f);
      CHECK_CUDA(launch_step_layout({rows, capacity, real.get(), inner, from, to, x.get(), y.get()}, nullptr));
      CHECK(y.read() == array(to, to == StepLayout::kCapacity ? 0.0f : -2.0f));
    }
  }
}

CASE("round: to nearest even in both types") {
  const float infinity = std::numeric_limits<float>::infinity();
  const Numbers x = {1.0f, 1.0f + 0x1p-11f, 1.0f + 0x1.8p-10f, 65504.0f, 65520.0f, 0x1p-24f, -0.0f, infinity};
  DeviceArray<float> dx(x);
  DeviceArray<uint16_t> y(x.size());
  CHECK_CUDA(launch_round({static_cast<int64_t>(x.size()), dx.get(), y.get(), NumberType::kHalf}, nullptr));
  CHECK(y.read() == (std::vector<uint16_t>{0x3c00, 0x3c00, 0x3c02, 0x7bff, 0x7c00, 0x0001, 0x8000, 0x7c00}));
  const Numbers z = {1.0f, 1.0f + 0x1p-8f, 1.0f + 0x1.8p-7f, std::numeric_limits<float>::max(), -0.0f, infinity};
  DeviceArray<float> dz(z);
  DeviceArray<uint16_t> w(z.size());
  CHECK_CUDA(launch_round({static_cast<int64_t>(z.size()), dz.get(), w.get(), NumberType::kBfloat16}, nullptr));
  CHECK(w.read() == (std::vector<uint16_t>{0x3f80, 0x3f80, 0x3f82, 0x7f80, 0x8000, 0x7f80}));
}

}  // namespace
