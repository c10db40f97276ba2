// Masking, one step of a sequence, which steps count where values meet.
#include <cmath>
#include <limits>
#include <vector>

#include "kernels/ops/combine_validity.h"
#include "kernels/ops/masking.h"
#include "kernels/ops/select_step.h"
#include "kernels/support/device_array.h"
#include "kernels/support/random.h"
#include "kernels/support/testing.h"

namespace {

using namespace rnn4j::kernels;
using testing::DeviceArray;
using Numbers = std::vector<float>;
using Bytes = std::vector<uint8_t>;
using Ints = std::vector<int32_t>;

CASE("masking: steps that equal the number do not count, NaN counts, steps that do not exist are 0") {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  DeviceArray<float> x(Numbers{5, 5, 5, 6, nan, 5, 9, 9}), y(8);
  DeviceArray<int32_t> steps(Ints{3});
  DeviceArray<uint8_t> out(4), mask(Bytes{1, 0, 1, 1});
  MaskingParams p{1, {steps.get(), nullptr, nullptr, 4}, 2, x.get(), 5.0f, y.get(), out.get()};
  CHECK_CUDA(launch_masking(p, nullptr));
  CHECK(out.read() == (Bytes{0, 1, 1, 0}));
  Numbers found = y.read();
  CHECK(std::isnan(found[4]));
  found[4] = 0;
  CHECK(found == (Numbers{0, 0, 5, 6, 0, 5, 0, 0}));
  p.validity.mask = mask.get();
  p.y = x.get();
  CHECK_CUDA(launch_masking(p, nullptr));
  CHECK(out.read() == (Bytes{0, 0, 1, 0}));
  CHECK_EQUAL(x.read()[0], 0.0f);
}

CASE("masking: wide steps and many of them") {
  const int rows = 7, steps = 5, inner = 70;
  Numbers x(static_cast<size_t>(rows * steps * inner), 2.0f);
  Bytes wanted(static_cast<size_t>(rows * steps), 0);
  for (size_t step = 0; step < wanted.size(); step += 3) {
    x[step * inner + (step * 11) % inner] = 1.0f;  // one feature differs
    wanted[step] = 1;
  }
  DeviceArray<float> dx(x), y(x.size());
  DeviceArray<uint8_t> out(wanted.size());
  CHECK_CUDA(launch_masking({rows, {nullptr, nullptr, nullptr, steps}, inner, dx.get(), 2.0f, y.get(), out.get()}, nullptr));
  CHECK(out.read() == wanted);
}

Numbers selected(SelectStepParams p, SelectedStep which, bool own_steps, DeviceArray<float>& y) {
  p.which = which;
  p.own_steps = own_steps;
  CHECK_CUDA(launch_select_step(p, nullptr));
  return y.read();
}

CASE("select step: first, last and last that counts, of T or of the row") {
  // Row b, time t holds 10 b + t; T is 3 of 4; lengths 0, 2, 3.
  DeviceArray<float> x(Numbers{0, 1, 2, -1, 10, 11, 12, -1, 20, 21, 22, -1}), y(3);
  DeviceArray<int32_t> steps(Ints{3}), lengths(Ints{0, 2, 3});
  DeviceArray<uint8_t> mask(Bytes{1, 1, 1, 1, 1, 0, 1, 1, 0, 0, 0, 1});
  SelectStepParams p{3, {steps.get(), lengths.get(), nullptr, 4}, SelectedStep::kFirst, false, 1, x.get(), y.get()};
  CHECK(selected(p, SelectedStep::kFirst, false, y) == (Numbers{0, 10, 20}));
  CHECK(selected(p, SelectedStep::kLast, false, y) == (Numbers{2, 12, 22}));
  CHECK(selected(p, SelectedStep::kLast, true, y) == (Numbers{0, 11, 22}));
  CHECK(selected(p, SelectedStep::kLastThatCounts, false, y) == (Numbers{0, 11, 22}));
  p.validity.mask = mask.get();
  CHECK(selected(p, SelectedStep::kLastThatCounts, false, y) == (Numbers{0, 10, 0}));
  CHECK(selected(p, SelectedStep::kLast, true, y) == (Numbers{0, 11, 22}));
}

CASE("select step: the first step of a row without one is 0, the first of T is not") {
  DeviceArray<float> x(Numbers{5, 6}), y(1);
  DeviceArray<int32_t> lengths(Ints{0});
  SelectStepParams p{1, {nullptr, lengths.get(), nullptr, 2}, SelectedStep::kFirst, true, 1, x.get(), y.get()};
  CHECK(selected(p, SelectedStep::kFirst, true, y) == (Numbers{0}));
  CHECK(selected(p, SelectedStep::kFirst, false, y) == (Numbers{5}));
}

struct Steps {
  Ints lengths;  // or empty
  Bytes mask;    // or empty
};

bool counts(const Steps& v, int capacity, int steps, int row, int time) {
  return time < steps && (v.lengths.empty() || time < v.lengths[static_cast<size_t>(row)]) &&
         (v.mask.empty() || v.mask[static_cast<size_t>(row * capacity + time)] != 0);
}

CASE("combine validity: copy, and, or over every presence of lengths and masks") {
  const int rows = 5, capacity = 6, steps = 4;
  DeviceArray<int32_t> real(Ints{steps});
  testing::Random random(8);
  for (int presence = 0; presence < 16; presence++) {
    Steps v[2];
    for (int side = 0; side < 2; side++) {
      for (int row = 0; row < rows && (presence >> (2 * side) & 1); row++) v[side].lengths.push_back(random.below(steps + 1));
      for (int i = 0; i < rows * capacity && (presence >> (2 * side) & 2); i++) {
        v[side].mask.push_back(random.coin() ? 1 : 0);
      }
    }
    DeviceArray<int32_t> la = testing::device_or_null(v[0].lengths), lb = testing::device_or_null(v[1].lengths);
    DeviceArray<uint8_t> ma = testing::device_or_null(v[0].mask), mb = testing::device_or_null(v[1].mask);
    for (ValidityRule rule : {ValidityRule::kCopy, ValidityRule::kAnd, ValidityRule::kOr}) {
      DeviceArray<uint8_t> out(static_cast<size_t>(rows * capacity));
      CHECK_CUDA(launch_combine_validity({rows, rule, {real.get(), la.get(), ma.get(), capacity},
                                          {real.get(), lb.get(), mb.get(), capacity}, nullptr, out.get()}, nullptr));
      Bytes wanted;
      for (int row = 0; row < rows; row++) {
        for (int time = 0; time < capacity; time++) {
          const bool a = counts(v[0], capacity, steps, row, time);
          const bool b = counts(v[1], capacity, steps, row, time);
          wanted.push_back(rule == ValidityRule::kCopy ? a : rule == ValidityRule::kAnd ? a && b : a || b);
        }
      }
      testing::about() = "presence " + std::to_string(presence) + " rule " + std::to_string(static_cast<int>(rule));
      CHECK(out.read() == wanted);
    }
  }
}

CASE("combine validity: lengths, in place, beside a mask that needs the old ones") {
  DeviceArray<int32_t> a(Ints{0, 2, 3}), b(Ints{1, 1, 3}), out(3);
  DeviceArray<uint8_t> mask(9);
  const Validity va{nullptr, a.get(), nullptr, 3}, vb{nullptr, b.get(), nullptr, 3};
  CHECK_CUDA(launch_combine_validity({3, ValidityRule::kOr, va, vb, out.get(), nullptr}, nullptr));
  CHECK(out.read() == (Ints{1, 2, 3}));
  CHECK_CUDA(launch_combine_validity({3, ValidityRule::kAnd, va, vb, a.get(), mask.get()}, nullptr));
  CHECK(a.read() == (Ints{0, 1, 3}));
  CHECK(mask.read() == (Bytes{0, 0, 0, 1, 0, 0, 1, 1, 1}));
}

}  // namespace
