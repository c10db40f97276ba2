// Concatenation and elementwise combination.
#include <cmath>
#include <limits>
#include <utility>
#include <vector>

#include "kernels/ops/concat.h"
#include "kernels/ops/merge.h"
#include "kernels/support/device_array.h"
#include "kernels/support/testing.h"

namespace {

using namespace rnn4j::kernels;
using testing::DeviceArray;
using Numbers = std::vector<float>;
using Bytes = std::vector<uint8_t>;
using Ints = std::vector<int32_t>;

CASE("concat: along the features") {
  DeviceArray<float> a(Numbers{1, 2, 3}), b(Numbers{10, 11, 20, 21, 30, 31}), y(9);
  CHECK_CUDA(launch_concat({3, 1, 3, 0, a.get(), y.get()}, nullptr));
  CHECK_CUDA(launch_concat({3, 2, 3, 1, b.get(), y.get()}, nullptr));
  CHECK(y.read() == (Numbers{1, 10, 11, 2, 20, 21, 3, 30, 31}));
}

CASE("concat: along the steps, behind a number of steps that the device alone knows") {
  // a: T 1 of 2; b: T 2 of 3, lengths 2 and 1.
  DeviceArray<float> a(Numbers{1, -1, 2, -1}), b(Numbers{10, 11, -1, 20, 21, -1}), y(8, 0.0f);
  DeviceArray<int32_t> steps_a(Ints{1}), steps_b(Ints{2}), lengths(Ints{2, 1});
  DeviceArray<uint8_t> mask(8, 0);
  CHECK_CUDA(launch_concat_steps({2, 1, {steps_a.get(), nullptr, nullptr, 2}, a.get(), nullptr, 0, 4, y.get(), mask.get()},
                                 nullptr));
  CHECK_CUDA(launch_concat_steps({2, 1, {steps_b.get(), lengths.get(), nullptr, 3}, b.get(), steps_a.get(), 0, 4, y.get(),
                                  mask.get()}, nullptr));
  CHECK(y.read() == (Numbers{1, 10, 11, 0, 2, 20, 21, 0}));
  CHECK(mask.read() == (Bytes{1, 1, 1, 0, 1, 1, 0, 0}));
}

MergeInput input_of(const DeviceArray<float>& data, std::vector<int> extents) {
  MergeInput input{};
  input.data = data.get();
  input.rank = static_cast<int>(extents.size());
  for (size_t axis = 0; axis < extents.size(); axis++) input.extents[axis] = extents[axis];
  return input;
}

MergeParams merge_of(rnn4j_merge how, std::vector<MergeInput> inputs, std::vector<int> extents, DeviceArray<float>& y) {
  MergeParams p{};
  p.rows = 2;
  p.how = how;
  p.count = static_cast<int>(inputs.size());
  for (size_t i = 0; i < inputs.size(); i++) p.inputs[i] = inputs[i];
  p.rank = static_cast<int>(extents.size());
  for (size_t axis = 0; axis < extents.size(); axis++) p.extents[axis] = extents[axis];
  p.y = y.get();
  return p;
}

CASE("merge: all six combinations of three inputs, in their order") {
  DeviceArray<float> a(Numbers{1, -8}), b(Numbers{5, 2}), c(Numbers{4, 3}), y(2);
  const std::vector<MergeInput> inputs = {input_of(a, {1}), input_of(b, {1}), input_of(c, {1})};
  const Numbers wanted[] = {{10, -3}, {-8, -13}, {20, -48}, {10.0f / 3, -1}, {5, 3}, {1, -8}};
  for (int how = RNN4J_ADD; how <= RNN4J_MINIMUM; how++) {
    CHECK_CUDA(launch_merge(merge_of(static_cast<rnn4j_merge>(how), inputs, {1}, y), nullptr));
    testing::about() = "how " + std::to_string(how);
    CHECK(y.read() == wanted[how]);
  }
}

CASE("merge: extents of 1 repeat, fewer axes are aligned at the end") {
  // y [2, 3]; a [2, 1], b [3], c a number a row.
  DeviceArray<float> a(Numbers{100, 200, 300, 400}), b(Numbers{1, 2, 3, 4, 5, 6}), c(Numbers{0, 1000}), y(12);
  CHECK_CUDA(launch_merge(merge_of(RNN4J_ADD, {input_of(a, {2, 1}), input_of(b, {3}), input_of(c, {})}, {2, 3}, y), nullptr));
  CHECK(y.read() == (Numbers{101, 102, 103, 201, 202, 203, 1304, 1305, 1306, 1404, 1405, 1406}));
}

CASE("merge: a sequence of one real step repeats whatever its memory holds") {
  DeviceArray<float> a(Numbers{1, -7, 2, -7}), b(Numbers{10, 20, 30, 40, 50, 60}), y(6);
  DeviceArray<int32_t> one(Ints{1});
  MergeInput short_input = input_of(a, {2, 1});
  short_input.steps = one.get();
  CHECK_CUDA(launch_merge(merge_of(RNN4J_ADD, {short_input, input_of(b, {3, 1})}, {3, 1}, y), nullptr));
  CHECK(y.read() == (Numbers{11, 21, 31, 42, 52, 62}));
}

CASE("merge: in place") {
  DeviceArray<float> a(Numbers{1, 2, 3, 4}), b(Numbers{10, 20, 30, 40});
  CHECK_CUDA(launch_merge(merge_of(RNN4J_SUBTRACT, {input_of(a, {2}), input_of(b, {2})}, {2}, b), nullptr));
  CHECK(b.read() == (Numbers{-9, -18, -27, -36}));
}

CASE("merge: NaN wins over both extremes") {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  DeviceArray<float> a(Numbers{nan, 1}), b(Numbers{1, nan}), y(2);
  for (rnn4j_merge how : {RNN4J_MAXIMUM, RNN4J_MINIMUM}) {
    CHECK_CUDA(launch_merge(merge_of(how, {input_of(a, {1}), input_of(b, {1})}, {1}, y), nullptr));
    CHECK(std::isnan(y.read()[0]) && std::isnan(y.read()[1]));
  }
}

CASE("merge: inputs take no part at steps that do not count in them") {
  // Two rows of two steps. a counts at (0,0) (1,0); b at (0,0) (0,1); nothing counts at (1,1).
  const float nan = std::numeric_limits<float>::quiet_NaN();
  DeviceArray<float> a(Numbers{3, nan, 4, 7}), b(Numbers{2, 5, nan, nan}), y(4);
  DeviceArray<int32_t> lengths(Ints{1, 1});
  DeviceArray<uint8_t> mask(Bytes{1, 1, 0, 0});
  MergeInput x = input_of(a, {2, 1}), z = input_of(b, {2, 1});
  x.leaves_out = z.leaves_out = true;
  x.validity = {nullptr, lengths.get(), nullptr, 2};
  z.validity = {nullptr, nullptr, mask.get(), 2};
  const std::pair<rnn4j_merge, Numbers> wanted[] = {
      {RNN4J_MULTIPLY, {6, 5, 4, 0}}, {RNN4J_MAXIMUM, {3, 5, 4, 7}}, {RNN4J_MINIMUM, {2, 5, 4, 7}}};
  for (const auto& one : wanted) {
    CHECK_CUDA(launch_merge(merge_of(one.first, {x, z}, {2, 1}, y), nullptr));
    testing::about() = "how " + std::to_string(one.first);
    CHECK(y.read() == one.second);
  }
}

CASE("direction merge: sum, product and average") {
  DeviceArray<float> a(Numbers{1, 2, 3}), b(Numbers{4, 5, 7}), y(3);
  CHECK_CUDA(launch_direction_merge({3, RNN4J_MERGE_SUM, a.get(), b.get(), y.get()}, nullptr));
  CHECK(y.read() == (Numbers{5, 7, 10}));
  CHECK_CUDA(launch_direction_merge({3, RNN4J_MERGE_MULTIPLY, a.get(), b.get(), y.get()}, nullptr));
  CHECK(y.read() == (Numbers{4, 10, 21}));
  CHECK_CUDA(launch_direction_merge({3, RNN4J_MERGE_AVERAGE, a.get(), b.get(), a.get()}, nullptr));
  CHECK(a.read() == (Numbers{2.5f, 3.5f, 5}));
}

}  // namespace
