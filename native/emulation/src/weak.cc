#include "weak.h"

#include <algorithm>

#include "launch.h"

namespace rnn4j::emulation {

void WeakMemory::threads_begin(size_t threads) { threads_.assign(threads, {}); }

WeakMemory::Knowledge& WeakMemory::of(const Thread& thread) { return threads_[thread.global_number]; }

void WeakMemory::join(View& view, const View& other) {
  for (const auto& [word, oldest] : other) {
    size_t& mine = view[word];
    mine = std::max(mine, oldest);
  }
}

std::vector<WeakMemory::Entry>& WeakMemory::history(const void* address, uint64_t now) {
  std::vector<Entry>& entries = words_[address];
  // Something without an order wrote it: a race, or memory used anew. Either way the old values are past.
  if (!entries.empty() && entries.back().value != now) {
    entries.clear();
    for (Knowledge& knowledge : threads_) knowledge.now.erase(address);
  }
  if (entries.empty()) entries.push_back({now, {}});
  return entries;
}

uint64_t WeakMemory::load(const Thread& thread, const void* address, uint64_t now, Order order) {
  const std::vector<Entry>& entries = history(address, now);
  Knowledge& knowledge = of(thread);
  size_t& oldest = knowledge.now[address];
  oldest = std::min(oldest, entries.size() - 1);
  // Half of the time the latest, so that pollers get on.
  const size_t found = random_.chance(50) ? entries.size() - 1 : oldest + random_.below(entries.size() - oldest);
  oldest = found;
  join(order == Order::acquire ? knowledge.now : knowledge.received, entries[found].handed);
  return entries[found].value;
}

void WeakMemory::store(const Thread& thread, const void* address, uint64_t before, uint64_t value, Order order,
                       bool changes) {
  std::vector<Entry>& entries = history(address, before);
  Knowledge& knowledge = of(thread);
  View handed = order == Order::release ? knowledge.now : knowledge.fenced;
  if (changes) {
    // A read-modify-write continues what earlier releases began, and finds it.
    join(handed, entries.back().handed);
    join(knowledge.received, entries.back().handed);
  }
  entries.push_back({value, std::move(handed)});
  knowledge.now[address] = entries.size() - 1;
  if (order == Order::release) entries.back().handed[address] = entries.size() - 1;
}

void WeakMemory::fence(const Thread& thread) {
  Knowledge& knowledge = of(thread);
  join(knowledge.now, knowledge.received);
  knowledge.fenced = knowledge.now;
}

void WeakMemory::met(const std::vector<Thread*>& threads) {
  View all;
  for (const Thread* thread : threads) join(all, of(*thread).now);
  for (const Thread* thread : threads) of(*thread).now = all;
}

}  // namespace rnn4j::emulation
