// Stacks and the switch from one to another, told to the sanitizers.
#pragma once

#include <cstddef>
#include <memory>
#include <vector>

namespace rnn4j::emulation {

/// A flow of control with its own stack. The host thread's own flow is a Fibre without a stack.
class Fibre {
 public:
  Fibre();
  ~Fibre();
  Fibre(const Fibre&) = delete;
  Fibre& operator=(const Fibre&) = delete;

  /// Makes this fibre begin with entry(argument) when it is first switched to. `entry` must never return.
  void prepare(void (*entry)(void*), void* argument);
  /// Leaves `from`, which runs now, for this fibre. `from_is_done`: it is never switched to again.
  void enter(Fibre& from, bool from_is_done);
  bool owns(const void* address) const;

 private:
  friend void fibre_begins(Fibre& fibre);
  struct Context;
  std::unique_ptr<Context> context_;
};

}  // namespace rnn4j::emulation
