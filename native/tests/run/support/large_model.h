// A model with little to compute and much to copy: LSTM and a wide dense head.
#pragma once

#include <vector>

#include "kernels/support/random.h"
#include "kernels/support/recurrent_problem.h"
#include "run/support/program_builder.h"

namespace testing {

struct LargeModel {
  static constexpr int kWidth = 64;

  RecurrentProblem p;
  RecurrentData d;
  std::vector<float> kernel = Random(1).uniforms(product(kWidth, 3), 1.0f);
  ProgramBuilder b;
  int32_t y;

  LargeModel(int rows, int steps) {
    p.rows = rows;
    p.steps = p.capacity = steps;
    p.input = kWidth;
    p.units = p.output = 3;
    d = data_of(p);
    const int32_t x = b.input({RNN4J_ANY, kWidth});
    const int32_t h = b.value({RNN4J_ANY, 3});
    y = b.value({RNN4J_ANY, kWidth});
    b.recurrent("lstm", {x}, {h}, p, b.cell(p, d));
    b.dense("head", h, y, kWidth, 3, kernel.data(), nullptr);
    b.output(y);
  }
};

}  // namespace testing
