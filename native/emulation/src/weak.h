// Weak memory: an ordered word keeps its history, and a load may find any value its thread cannot know to be old.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <vector>

#include <rnn4j/emulation/kernel_side.h>

#include "random.h"

namespace rnn4j::emulation {

struct Thread;

class WeakMemory {
 public:
  explicit WeakMemory(Random& random) : random_(random) {}

  /// Other threads begin: nobody has seen anything.
  void threads_begin(size_t threads);
  /// What this load finds; `now` is what memory holds.
  uint64_t load(const Thread& thread, const void* address, uint64_t now, Order order);
  /// `before`: what memory held; `changes`: the store is one half of a read-modify-write, which finds the latest value.
  void store(const Thread& thread, const void* address, uint64_t before, uint64_t value, Order order, bool changes);
  void fence(const Thread& thread);
  void met(const std::vector<Thread*>& threads);

 private:
  /// By word, the oldest entry of its history that may still be found.
  using View = std::map<const void*, size_t>;
  struct Entry {
    uint64_t value;
    View handed;
  };
  struct Knowledge {
    View now, fenced, received;
  };

  std::vector<Entry>& history(const void* address, uint64_t now);
  static void join(View& view, const View& other);
  Knowledge& of(const Thread& thread);

  Random& random_;
  std::vector<Knowledge> threads_;
  std::map<const void*, std::vector<Entry>> words_;
};

}  // namespace rnn4j::emulation
