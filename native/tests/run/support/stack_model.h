// A problem of several layers as a program, and by the reference.
#pragma once

#include <deque>
#include <vector>

#include "kernels/reference/recurrent_reference.h"
#include "kernels/support/problem_list.h"
#include "run/support/program_builder.h"

namespace testing {

/// A stack, its weights kept beside it. Its layers' initial states are those of `cells`, forward before backward.
struct StackModel {
  explicit StackModel(const StackProblem& problem) {
    RecurrentProblem p = problem.layer;
    int32_t x = b.input({RNN4J_ANY, p.input});
    for (int layer = 0; layer < problem.layers; layer++) {
      const int32_t y = b.value({RNN4J_ANY, problem.directions * p.units});
      add_cell(p);
      rnn4j_cell& forward = b.cell(p, cells.back());
      if (problem.directions == 2) {
        RecurrentProblem back = problems.back();
        back.backwards = true;
        back.seed++;
        add_cell(back);
        b.recurrent("layer", {x}, {y}, p, forward, &b.cell(p, cells.back()));
      } else {
        b.recurrent("layer", {x}, {y}, p, forward);
      }
      p.seed += 2;
      p.input = problem.directions * p.units;
      x = y;
    }
    b.output(x);
  }

  /// The last layer's output by the reference; lengths and x are the first cell's.
  std::vector<double> wanted(const StackProblem& problem) const {
    std::vector<float> x = cells.front().x;
    std::vector<double> y;
    const auto directions = static_cast<size_t>(problem.directions);
    for (size_t layer = 0; layer < cells.size() / directions; layer++) {
      const auto width = static_cast<size_t>(problem.layer.units);
      y.assign(x.size() / static_cast<size_t>(problems[layer * directions].input) * width * directions, 0.0);
      for (size_t k = 0; k < directions; k++) {
        const size_t cell = layer * directions + k;
        RecurrentData d = cells[cell];
        d.x = x;
        d.lengths = cells.front().lengths;
        const std::vector<double> half = reference::run(problems[cell], d).sequence;
        for (size_t i = 0; i < half.size(); i++) y[(i / width * directions + k) * width + i % width] = half[i];
      }
      x.assign(y.begin(), y.end());
    }
    return y;
  }

  ProgramBuilder b;
  std::deque<RecurrentData> cells;
  std::deque<RecurrentProblem> problems;  // of each cell

 private:
  void add_cell(const RecurrentProblem& p) {
    problems.push_back(p);
    cells.push_back(data_of(p));
  }
};

}  // namespace testing
