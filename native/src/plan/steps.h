// Which values follow the steps of the model's inputs, and what that allows: running with more steps in memory than
// there are, and cutting a call into chunks of steps.
#pragma once

#include <string>
#include <vector>

#include "plan/program.h"

namespace rnn4j {

/// How a value depends on time.
enum class Timing {
  kFixed,  // not at all: known from the start
  kSteps,  // its first axis is that of the inputs' steps
  kEnd     // known after the last step
};

/// What the ops of a program do with steps. Immutable.
class StepRules {
 public:
  explicit StepRules(const Program& program);

  Timing timing(int32_t value) const { return timings_[static_cast<size_t>(value)]; }
  /// True for an op that runs once, after the last chunk's steps.
  bool runs_at_end(size_t op) const { return at_end_[op]; }

  /// Empty if memory may hold more steps than there are; else why not.
  const std::string& why_exact() const { return why_exact_; }
  /// Empty if a call may be cut into chunks of steps; else why not.
  const std::string& why_whole() const { return why_whole_; }
  /// A "last step" is read: with RNN4J_OWN_STEPS that may be one of an earlier chunk.
  bool selects_last() const { return selects_last_; }

 private:
  void follow(const Program& program, size_t number);
  Timing joined(const Op& op) const;
  std::string stepwise_obstacle(const Program& program, const Op& op) const;
  std::string chunk_obstacle(const Op& op) const;
  void exact(const std::string& why) { why_exact_ = why_exact_.empty() ? why : why_exact_; }
  void whole(const std::string& why) { why_whole_ = why_whole_.empty() ? why : why_whole_; }

  std::vector<Timing> timings_;
  std::vector<bool> at_end_;
  std::string why_exact_;
  std::string why_whole_;
  bool selects_last_ = false;
};

/// The steps that memory is laid out and a graph is captured for, where T may be less: powers of two and one and a
/// half times these. So less than a third of the steps is empty (worst: T = 2^n + 1 in 1.5 x 2^n). Up to 8 every T has
/// its own graph: a short call should not wait for steps that it does not have.
int32_t bucket_of(int32_t steps);
constexpr int32_t kLongestOwnGraph = 8;

}  // namespace rnn4j
