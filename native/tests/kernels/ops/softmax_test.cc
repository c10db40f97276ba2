#include "kernels/ops/softmax.h"

#include <cmath>
#include <limits>
#include <vector>

#include "kernels/support/device_array.h"
#include "kernels/support/random.h"
#include "kernels/support/testing.h"
#include "kernels/support/tolerances.h"

namespace {

using namespace rnn4j::kernels;
using testing::DeviceArray;

std::vector<double> reference_of(const std::vector<float>& x, int width, bool logarithm) {
  std::vector<double> y(x.size());
  for (size_t first = 0; first < x.size(); first += static_cast<size_t>(width)) {
    double largest = -std::numeric_limits<double>::infinity();
    double sum = 0;
    for (size_t j = 0; j < static_cast<size_t>(width); j++) largest = std::fmax(largest, static_cast<double>(x[first + j]));
    for (size_t j = 0; j < static_cast<size_t>(width); j++) sum += std::exp(static_cast<double>(x[first + j]) - largest);
    for (size_t j = 0; j < static_cast<size_t>(width); j++) {
      const double d = static_cast<double>(x[first + j]) - largest;
      y[first + j] = logarithm ? d - std::log(sum) : std::exp(d) / sum;
    }
  }
  return y;
}

CASE("softmax: close to the double formula for widths that bite") {
  for (int width : {1, 2, 3, 7, 31, 32, 33, 100, 702}) {
    for (int positions : {1, 2, 9, 20}) {
      for (bool logarithm : {false, true}) {
        testing::Random random(static_cast<uint64_t>(width));
        const std::vector<float> x = random.uniforms(static_cast<size_t>(width * positions), 20.0f);
        DeviceArray<float> y(x);
        CHECK_CUDA(launch_softmax({positions, width, y.get(), y.get(), logarithm}, nullptr));
        testing::about() = "width " + std::to_string(width);
        CHECK_CLOSE(y.read(), reference_of(x, width, logarithm), testing::kSoftmaxBound);
      }
    }
  }
}

CASE("softmax: large numbers do not overflow, NaN spreads within its position alone") {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const std::vector<float> x = {1e30f, 1e30f, 1, nan, 0, -300};
  DeviceArray<float> y(x);
  CHECK_CUDA(launch_softmax({3, 2, y.get(), y.get(), false}, nullptr));
  const std::vector<float> found = y.read();
  CHECK_EQUAL(found[0], 0.5f);
  CHECK(std::isnan(found[2]) && std::isnan(found[3]));
  CHECK_EQUAL(found[4], 1.0f);
}

}  // namespace
