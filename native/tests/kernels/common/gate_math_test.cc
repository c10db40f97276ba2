// The host side of gate_math.h against the double formulas; its device side is tested through launch_activate.
#include "kernels/common/gate_math.h"

#include <cmath>
#include <limits>
#include <vector>

#include "kernels/reference/activation_reference.h"
#include "kernels/support/activations.h"
#include "kernels/support/testing.h"
#include "kernels/support/tolerances.h"

namespace {

using rnn4j::kernels::activate;

CASE("gate math: every activation is close to its double formula, and the bound at most ten times wider") {
  double reached = 0;
  for (const rnn4j_activation& f : testing::all_activations()) {
    for (float x : testing::telling_arguments()) {
      const double wanted = reference::activation(f, static_cast<double>(x));
      const double found = static_cast<double>(activate(f, x));
      testing::about() = "kind " + std::to_string(f.kind) + " of " + std::to_string(x);
      CHECK(std::abs(found - wanted) <= testing::activation_bound(static_cast<double>(x), wanted));
      reached = std::fmax(reached, std::abs(found - wanted) / testing::activation_bound(static_cast<double>(x), wanted));
    }
  }
  testing::about() = "reached " + std::to_string(reached);
  CHECK(reached > 0.1);
}

CASE("gate math: NaN gives NaN for every activation") {
  for (const rnn4j_activation& f : testing::all_activations()) {
    testing::about() = "kind " + std::to_string(f.kind);
    CHECK(std::isnan(activate(f, std::numeric_limits<float>::quiet_NaN())));
  }
}

CASE("gate math: infinities give the formulas' limits") {
  const float infinity = std::numeric_limits<float>::infinity();
  for (const rnn4j_activation& f : testing::all_activations()) {
    for (float x : {infinity, -infinity}) {
      const double wanted = reference::activation(f, static_cast<double>(x));
      const double found = static_cast<double>(activate(f, x));
      testing::about() = "kind " + std::to_string(f.kind) + " of " + std::to_string(x);
      // inf - inf and 0 * inf have no limit in the double formula either
      CHECK(std::isnan(wanted) || found == wanted || std::abs(found - wanted) <= 2 * testing::kUnit * std::abs(wanted));
    }
  }
}

CASE("gate math: sigmoid and tanh are within 3 units in the last place, tails included") {
  for (float x = -86.0f; x <= 86.0f; x += 0.0371f) {
    const double d = static_cast<double>(x);
    const double ulp = std::ldexp(1.0, -23);
    const double sigmoid = reference::logistic(d);
    const double tanh = std::tanh(d);
    CHECK(std::abs(static_cast<double>(rnn4j::kernels::sigmoid(x)) - sigmoid) <= 3 * ulp * sigmoid);
    CHECK(std::abs(static_cast<double>(activate({RNN4J_TANH, 0, 0, 0}, x)) - tanh) <= 3 * ulp * std::abs(tanh));
  }
}

CASE("gate math: a clip keeps NaN, and a limit of NaN clips nothing") {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  CHECK(std::isnan(rnn4j::kernels::clip_magnitude(nan, 1.0f)));
  CHECK_EQUAL(rnn4j::kernels::clip_magnitude(5.0f, nan), 5.0f);
  CHECK_EQUAL(rnn4j::kernels::clip_magnitude(5.0f, 2.0f), 2.0f);
  CHECK_EQUAL(rnn4j::kernels::clip_magnitude(-5.0f, 2.0f), -2.0f);
  CHECK_EQUAL(rnn4j::kernels::clip_magnitude(5.0f, 0.0f), 0.0f);
}

}  // namespace
