#include "kernels/ops/activate.h"

#include <vector>

#include "kernels/reference/activation_reference.h"
#include "kernels/support/activations.h"
#include "kernels/support/device_array.h"
#include "kernels/support/random.h"
#include "kernels/support/testing.h"
#include "kernels/support/tolerances.h"

namespace {

using namespace rnn4j::kernels;
using testing::DeviceArray;

CASE("activate: every activation on the device is close to its double formula") {
  const std::vector<float> x = testing::telling_arguments();
  DeviceArray<float> dx(x), y(x.size());
  for (const rnn4j_activation& f : testing::all_activations()) {
    CHECK_CUDA(launch_activate({1, static_cast<int>(x.size()), dx.get(), nullptr, y.get(), f}, nullptr));
    const std::vector<float> found = y.read();
    for (size_t i = 0; i < x.size(); i++) {
      testing::about() = "kind " + std::to_string(f.kind) + " of " + std::to_string(x[i]);
      const double wanted = reference::activation(f, static_cast<double>(x[i]));
      CHECK(std::abs(static_cast<double>(found[i]) - wanted) <= testing::activation_bound(static_cast<double>(x[i]), wanted));
    }
  }
}

CASE("activate: NaN stays NaN on the device") {
  DeviceArray<float> y(1);
  for (const rnn4j_activation& f : testing::all_activations()) {
    y.write({std::numeric_limits<float>::quiet_NaN()});
    CHECK_CUDA(launch_activate({1, 1, y.get(), nullptr, y.get(), f}, nullptr));
    testing::about() = "kind " + std::to_string(f.kind);
    CHECK(std::isnan(y.read()[0]));
  }
}

CASE("activate: adds the bias of the column, in place too") {
  const int sizes[][2] = {{1, 1}, {3, 5}, {7, 33}, {2, 300}, {1000, 3}};
  for (const auto& size : sizes) {
    testing::Random random(3);
    const size_t n = static_cast<size_t>(size[0] * size[1]);
    const std::vector<float> x = random.uniforms(n, 1.0f);
    const std::vector<float> bias = random.uniforms(static_cast<size_t>(size[1]), 1.0f);
    DeviceArray<float> y(x), b(bias);
    CHECK_CUDA(launch_activate({size[0], size[1], y.get(), b.get(), y.get(), {RNN4J_LINEAR, 0, 0, 0}}, nullptr));
    std::vector<float> wanted(n);
    for (size_t i = 0; i < n; i++) wanted[i] = x[i] + bias[i % bias.size()];
    CHECK(y.read() == wanted);
  }
}

}  // namespace
