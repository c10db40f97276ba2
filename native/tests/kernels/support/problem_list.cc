#include "kernels/support/problem_list.h"

#include <fstream>
#include <sstream>
#include <stdexcept>

namespace testing {
namespace {

[[noreturn]] void refuse(const std::string& word, const std::string& text) {
  throw std::invalid_argument("problem '" + text + "': '" + word + "' is not known, or not to native tests");
}

int size_of(const std::string& word, const std::string& text) {
  if (word.size() < 2 || word.size() > 8 || word.find_first_not_of("0123456789", 1) != std::string::npos ||
      word[1] == '0') {
    refuse(word, text);
  }
  return std::stoi(word.substr(1));
}

bool sets_precision(const std::string& word, int& precision) {
  const char* names[] = {"f32", "tf32", "f16", "bf16"};
  const int numbers[] = {RNN4J_FP32, RNN4J_TF32, RNN4J_FP16, RNN4J_BF16};
  for (int k = 0; k < 4; k++) {
    if (word != names[k]) continue;
    precision = numbers[k];
    return true;
  }
  return false;
}

void set_cell(const std::string& word, const std::string& text, RecurrentProblem& p) {
  if (word == "rnn") {
    p.kind = RNN4J_CELL_RNN;
  } else if (word == "gru" || word == "gru-ra") {
    p.kind = RNN4J_CELL_GRU;
    p.reset_after = word == "gru-ra";
  } else if (word != "lstm") {
    refuse(word, text);
  }
}

std::string stripped(const std::string& line) {
  const std::string text = line.substr(0, line.find('#'));
  const size_t from = text.find_first_not_of(" \t\r");
  return from == std::string::npos ? "" : text.substr(from, text.find_last_not_of(" \t\r") + 1 - from);
}

}  // namespace

StackProblem parse_problem(const std::string& text) {
  StackProblem problem;
  RecurrentProblem& p = problem.layer;
  std::istringstream words(text);
  std::string word;
  words >> word;
  set_cell(word, text, p);
  p.rows = p.steps = 1;
  p.input = p.units = 0;
  while (words >> word) {
    if (sets_precision(word, problem.precision)) continue;
    switch (word[0]) {
      case 'l': problem.layers = size_of(word, text); break;
      case 'd': problem.directions = size_of(word, text); break;
      case 'b': p.rows = size_of(word, text); break;
      case 't': p.steps = size_of(word, text); break;
      case 'i': p.input = size_of(word, text); break;
      case 'h': p.units = size_of(word, text); break;
      default: refuse(word, text);
    }
  }
  if (p.units == 0 || problem.directions > 2) refuse(p.units == 0 ? "no h" : "d", text);
  if (p.input == 0) p.input = p.units;
  p.output = p.units;
  p.capacity = p.steps;
  p.name = text;
  return problem;
}

std::vector<StackProblem> problems_of(const std::string& section) {
  std::ifstream in(RNN4J_PROBLEMS);
  std::vector<StackProblem> found;
  bool inside = false;
  for (std::string line; std::getline(in, line);) {
    const std::string text = stripped(line);
    if (!text.empty() && text[0] == '[') {
      inside = text == "[" + section + "]";
    } else if (inside && !text.empty()) {
      found.push_back(parse_problem(text));
    }
  }
  if (found.empty()) throw std::invalid_argument(RNN4J_PROBLEMS ": no section [" + section + "]");
  return found;
}

std::vector<RecurrentProblem> layers_of(const std::string& section) {
  std::vector<RecurrentProblem> layers;
  for (const StackProblem& problem : problems_of(section)) {
    if (problem.layers != 1 || problem.directions != 1 || problem.precision != RNN4J_FP32) {
      throw std::invalid_argument("section [" + section + "] is of single layers: " + problem.layer.name);
    }
    layers.push_back(problem.layer);
  }
  return layers;
}

}  // namespace testing
