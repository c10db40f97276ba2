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
/// random signs: some 8 units) and activations; the state carries it on with a factor below 1, about 1 unit a step.
/// Rounded inputs: half a unit of their type for each of the terms, which add up as their signs do.
inline double sequence_bound(rnn4j::kernels::NumberType type, int steps) {
  const double float_bound = (8 + steps) * kUnit;
  if (type == rnn4j::kernels::NumberType::kHalf) return 1.5 / 2048;
  if (type == rnn4j::kernels::NumberType::kBfloat16) return 1.5 / 256;
  return float_bound;
}

/// A sum of k products of numbers below 1, absolute. k roundings of partial sums that grow as sqrt(k): half a unit of
/// sqrt(k) each, random signs, so k units altogether, and twice that for the worst of a million sums.
/// Rounded inputs: half a unit of their type twice for each product.
inline double sum_bound(rnn4j::kernels::NumberType type, int k) {
  const double terms = std::sqrt(static_cast<double>(k));
  if (type == rnn4j::kernels::NumberType::kHalf) return 2.0 / 2048 * terms;
  if (type == rnn4j::kernels::NumberType::kBfloat16) return 2.0 / 256 * terms;
  return (4 + 2 * k) * kUnit;
}

/// Softmax of arguments up to 20 apart from 0: x - max is rounded to half a unit of 32, which the exponential hands on
/// as a relative error where the result is largest; the sum and the division add 4 units.
constexpr double kSoftmaxBound = 8 * kUnit;

}  // namespace testing
