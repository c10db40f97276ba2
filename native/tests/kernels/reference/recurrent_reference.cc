#include "kernels/reference/recurrent_reference.h"

#include <cmath>

#include "kernels/reference/activation_reference.h"

namespace reference {
namespace {

using testing::RecurrentData;
using testing::RecurrentProblem;
using testing::RecurrentResult;
using Row = std::vector<double>;

size_t at(int a, int b = 1) { return static_cast<size_t>(a) * static_cast<size_t>(b); }

double clipped(double x, float limit) {
  return std::isnan(limit) ? x : limited(x, -static_cast<double>(limit), static_cast<double>(limit));
}

double get(const std::vector<float>& values, int index) {
  return values.empty() ? 0.0 : static_cast<double>(values[static_cast<size_t>(index)]);
}

double dot(const std::vector<float>& kernel, int row, const Row& v) {
  double sum = 0;
  for (size_t k = 0; k < v.size(); k++) sum += static_cast<double>(kernel[static_cast<size_t>(row) * v.size() + k]) * v[k];
  return sum;
}

struct CellReference {
  const RecurrentProblem& p;
  const RecurrentData& d;

  double pre(int gate, int u, const Row& x, const Row& h) const {
    const int row = gate * p.units + u;
    return dot(d.input_kernel, row, x) + dot(d.recurrent_kernel, row, h) + get(d.bias, row);
  }

  double gate(double z) const { return activation(p.gate, clipped(z, p.preactivation_clip)); }
  double candidate(double z) const { return activation(p.candidate, clipped(z, p.preactivation_clip)); }

  Row lstm(const Row& x, const Row& h, Row& c) const {
    Row m(at(p.units));
    for (int u = 0; u < p.units; u++) {
      double& cell = c[at(u)];
      const double forget_bias = static_cast<double>(p.forget_bias);
      double i = gate(pre(0, u, x, h) + get(d.peephole, u) * cell);
      const double zf = pre(1, u, x, h) + (d.peephole.empty() ? 0.0 : get(d.peephole, p.units + u)) * cell;
      double f = activation(p.gate, clipped(zf, p.preactivation_clip) + forget_bias);
      const double g = candidate(pre(2, u, x, h));
      if (p.coupling == RNN4J_FORGET_FROM_INPUT) f = 1 - i;
      if (p.coupling == RNN4J_INPUT_FROM_FORGET) i = 1 - f;
      cell = clipped(f * cell + i * g, p.cell_clip);
      const double o = gate(pre(3, u, x, h) + (d.peephole.empty() ? 0.0 : get(d.peephole, 2 * p.units + u)) * cell);
      const double inner = p.output_of_candidate ? g : cell;
      m[at(u)] = o * activation(p.activation, p.clip_output_activation ? clipped(inner, p.preactivation_clip) : inner);
    }
    if (!p.projects()) return m;
    Row projected(at(p.output));
    for (int k = 0; k < p.output; k++) {
      projected[at(k)] = clipped(dot(d.projection, k, m) + get(d.projection_bias, k), p.projection_clip);
    }
    return projected;
  }

  Row gru(const Row& x, const Row& h) const {
    Row z(at(p.units)), reset(at(p.units)), kept(at(p.units)), next(at(p.units));
    for (int u = 0; u < p.units; u++) {
      z[at(u)] = gate(pre(0, u, x, h));
      reset[at(u)] = gate(pre(1, u, x, h));
      kept[at(u)] = reset[at(u)] * h[at(u)];
    }
    for (int u = 0; u < p.units; u++) {
      const int row = 2 * p.units + u;
      const double from_x = dot(d.input_kernel, row, x) + get(d.bias, row);
      const double recurrent = p.reset_after
                                   ? reset[at(u)] * (dot(d.recurrent_kernel, row, h) + get(d.recurrent_bias, u))
                                   : dot(d.recurrent_kernel, row, kept);
      next[at(u)] = z[at(u)] * h[at(u)] + (1 - z[at(u)]) * candidate(from_x + recurrent);
    }
    return next;
  }

  Row rnn(const Row& x, const Row& h) const {
    Row next(at(p.units));
    for (int u = 0; u < p.units; u++) next[at(u)] = candidate(pre(0, u, x, h));
    return next;
  }

  Row step(const Row& x, const Row& h, Row& c) const {
    return p.kind == RNN4J_CELL_LSTM ? lstm(x, h, c) : p.kind == RNN4J_CELL_GRU ? gru(x, h) : rnn(x, h);
  }
};

int time_of(const RecurrentProblem& p, int s, int length) {
  if (!p.backwards) return s;
  if (!p.within_length) return p.steps - 1 - s;
  return s < length ? length - 1 - s : s;
}

Row slice(const std::vector<float>& values, size_t from, int n) {
  Row row;
  for (int i = 0; i < n; i++) row.push_back(static_cast<double>(values[from + at(i)]));
  return row;
}

void run_row(const RecurrentProblem& p, const RecurrentData& d, int b, RecurrentResult& result) {
  const CellReference cell{p, d};
  const int length = d.length(p, b);
  Row h = slice(d.h0, at(b, p.output), p.output);
  Row c = slice(d.c0, at(b, p.units), p.units);
  Row output(at(p.output));  // of the latest step that counted, its residual included
  const bool earlier = p.repeats_across_calls && d.seen[at(b)] != 0;
  bool begun = earlier;
  bool last_counted = false;
  if (earlier) output = h;
  for (int s = 0; s < p.steps; s++) {
    const int t = time_of(p, s, length);
    const bool counts = d.counts(p, b, t);
    if (counts) {
      const Row x = slice(d.x, at(b * p.capacity + t, p.input), p.input);
      h = cell.step(x, h, c);
      output = h;
      for (size_t k = 0; p.residual && k < output.size(); k++) output[k] += x[k];
      begun = true;
    }
    if (s < length || (p.backwards && !p.within_length)) last_counted = counts;
    const int position = p.flipped ? p.steps - 1 - t : t;
    const bool gives = counts || (p.repeat_previous && begun);
    for (int k = 0; k < p.output; k++) {
      result.sequence[at(b * p.capacity + position, p.output) + at(k)] = gives ? output[at(k)] : 0.0;
    }
  }
  const bool zero = p.empty_row_zero && !begun && d.seen[at(b)] == 0;
  const bool present = p.repeat_previous ? begun : last_counted;
  for (int k = 0; k < p.output; k++) {
    result.h.push_back(zero ? 0.0 : h[at(k)]);
    result.last.push_back(present ? output[at(k)] : 0.0);
  }
  for (int u = 0; u < p.cell_state(); u++) result.c.push_back(zero ? 0.0 : c[at(u)]);
}

}  // namespace

RecurrentResult run(const RecurrentProblem& p, const RecurrentData& d) {
  RecurrentResult result;
  result.sequence.assign(at(p.rows * p.capacity, p.output), 0.0);
  for (int b = 0; b < p.rows; b++) run_row(p, d, b, result);
  return result;
}

}  // namespace reference
