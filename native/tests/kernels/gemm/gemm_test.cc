#include "kernels/gemm/gemm.h"

#include <cmath>
#include <limits>
#include <vector>

#include "kernels/ops/rearrange.h"
#include "kernels/support/device_array.h"
#include "kernels/support/random.h"
#include "kernels/support/testing.h"
#include "kernels/support/tolerances.h"

namespace {

using namespace rnn4j::kernels;
using testing::DeviceArray;

struct Shape {
  int m, n, k;
};

// Distances of rows: longer than the rows, and the gaps are NaN.
std::vector<float> padded(testing::Random& random, int rows, int columns, int ld) {
  std::vector<float> values(static_cast<size_t>(rows) * static_cast<size_t>(ld), std::numeric_limits<float>::quiet_NaN());
  for (int row = 0; row < rows; row++) {
    for (int k = 0; k < columns; k++) values[static_cast<size_t>(row * ld + k)] = random.uniform(1.0f);
  }
  return values;
}

std::vector<float> multiply(const GemmParams& shape, const std::vector<float>& a, const std::vector<float>& b) {
  DeviceArray<float> da(a), db(b);
  DeviceArray<uint16_t> ra(a.size()), rb(b.size());
  DeviceArray<float> c(static_cast<size_t>(shape.m * shape.ldc), std::numeric_limits<float>::quiet_NaN());
  GemmParams p = shape;
  p.a = da.get();
  p.b = db.get();
  p.c = c.get();
  if (p.type != NumberType::kFloat) {
    CHECK_CUDA(launch_round({static_cast<int64_t>(a.size()), da.get(), ra.get(), p.type}, nullptr));
    CHECK_CUDA(launch_round({static_cast<int64_t>(b.size()), db.get(), rb.get(), p.type}, nullptr));
    p.a = ra.get();
    p.b = rb.get();
  }
  CHECK_CUDA(launch_gemm(p, nullptr));
  return c.read();
}

void compare(const Shape& s, NumberType type, bool whole_numbers) {
  testing::Random random(static_cast<uint64_t>(s.m * 31 + s.n * 7 + s.k));
  const int lda = s.k + 3, ldb = s.k + 1, ldc = s.n + 2;
  std::vector<float> a = padded(random, s.m, s.k, lda);
  std::vector<float> b = padded(random, s.n, s.k, ldb);
  if (whole_numbers) {
    for (auto* values : {&a, &b}) {
      for (float& value : *values) value = std::round(8 * value);
    }
  }
  const std::vector<float> c = multiply({s.m, s.n, s.k, type, nullptr, lda, nullptr, ldb, nullptr, ldc}, a, b);
  testing::about() = std::to_string(s.m) + " " + std::to_string(s.n) + " " + std::to_string(s.k) + " type " +
                     std::to_string(static_cast<int>(type));
  const double bound = whole_numbers ? 0 : testing::sum_bound(type, s.k);
  bool gaps_untouched = true;
  double error = 0;
  for (int i = 0; i < s.m; i++) {
    for (int j = 0; j < ldc; j++) {
      const float found = c[static_cast<size_t>(i * ldc + j)];
      if (j >= s.n) {
        gaps_untouched &= std::isnan(found);
        continue;
      }
      double wanted = 0;
      for (int k = 0; k < s.k; k++) {
        wanted += static_cast<double>(a[static_cast<size_t>(i * lda + k)]) * static_cast<double>(b[static_cast<size_t>(j * ldb + k)]);
      }
      error = std::fmax(error, std::isnan(found) ? HUGE_VAL : std::abs(static_cast<double>(found) - wanted));
    }
  }
  testing::about() += " error " + std::to_string(error / testing::kUnit) + " units";
  CHECK(error <= bound);
  CHECK(gaps_untouched);
}

// All three tiles, edges within and at the border of each.
const Shape kShapes[] = {{1, 1, 1},    {1, 64, 16},  {3, 7, 5},      {16, 64, 33},  {17, 65, 31},     {64, 64, 16},
                         {65, 130, 17}, {2, 100, 207}, {100, 13, 64}, {1025, 1026, 3}, {1100, 900, 18}};

CASE("gemm: close to the double product for all shapes and types") {
  for (const Shape& shape : kShapes) {
    for (NumberType type : {NumberType::kFloat, NumberType::kHalf, NumberType::kBfloat16}) compare(shape, type, false);
  }
}

CASE("gemm: exact for whole numbers") {
  for (const Shape& shape : kShapes) {
    for (NumberType type : {NumberType::kFloat, NumberType::kHalf, NumberType::kBfloat16}) compare(shape, type, true);
  }
}

CASE("gemm: k = 0 gives zeros") {
  const std::vector<float> none = {5};
  const std::vector<float> c = multiply({1, 1, 0, NumberType::kFloat, nullptr, 1, nullptr, 1, nullptr, 1}, none, none);
  CHECK_EQUAL(c[0], 0.0f);
}

CASE("gemm: the bits of a row do not depend on the rows beside it") {
  const int n = 1030, k = 37;
  testing::Random random(5);
  const std::vector<float> b = random.uniforms(static_cast<size_t>(n * k), 1.0f);
  const std::vector<float> a = random.uniforms(static_cast<size_t>(1040 * k), 1.0f);
  std::vector<float> first;
  for (int m : {1, 2, 15, 16, 17, 64, 65, 1040}) {  // flat, square and large tiles
    const std::vector<float> rows(a.begin(), a.begin() + static_cast<ptrdiff_t>(m) * k);
    const std::vector<float> c = multiply({m, n, k, NumberType::kFloat, nullptr, k, nullptr, k, nullptr, n}, rows, b);
    const std::vector<float> row(c.begin(), c.begin() + n);
    if (first.empty()) first = row;
    testing::about() = "m " + std::to_string(m);
    CHECK(row == first);
  }
}

}  // namespace
