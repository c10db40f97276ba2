// How far a kernel may be from the double reference. Each bound is on |found - wanted| / max(1, |wanted|) unless it
// says otherwise, in units of 2^-24, half a unit in the last place.
#pragma once

#include <cmath>

#include "kernels/common/number_type.h"

namespace testing {

constexpr double kUnit = 1.0 / 16777216;

/// One activation, relative to max(|f(x)|, min(1, |x|)): the library's 2 units, and 2 to 4 operations around it whose
/// error the exponential's argument magnifies, most in the tails of gelu. A denormal has one step of its own.
inline double activation_bound(double x, double wanted) {
  constexpr double kSmallestStep = 1.5e-45;
  return kSmallestStep + 40 * kUnit * std::fmax(std::abs(wanted), std::fmin(1.0, std::abs(x)));
}

/// A recurrent layer after T steps. A step's error is that of its pre-activations (sums of up to 133 terms below 1,
/// random signs: some 10 units) and activations; the state carries it on with a factor below 1 in most units.
/// Rounded inputs: half a unit of their type for each of the terms, which add up as their signs do.
inline double sequence_bound(rnn4j::kernels::NumberType type, int steps) {
  const double float_bound = (16 + 4 * steps) * kUnit;
  if (type == rnn4j::kernels::NumberType::kHalf) return 3.0 / 2048;
  if (type == rnn4j::kernels::NumberType::kBfloat16) return 3.0 / 256;
  return float_bound;
}

}  // namespace testing
