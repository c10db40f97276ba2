// Accesses with a memory order: the points at which schedules differ, and at which pollers sleep.
#include <algorithm>
#include <cstring>

#include "launch.h"
#include "monitor.h"
#include "weak.h"

namespace rnn4j::emulation {
namespace {

uint64_t read_word(const void* address, unsigned bytes) {
  uint64_t value = 0;
  std::memcpy(&value, address, bytes);
  return value;
}

/// What a load finds: in memory, or in the word's past where memory is weak.
uint64_t find_word(Launch& launch, const Thread& thread, const void* address, unsigned bytes, Order order) {
  const uint64_t now = monitor::ordered_read(address, bytes, order);
  return launch.weak() == nullptr ? now : launch.weak()->load(thread, address, now, order);
}

void write_word(Launch& launch, Thread& thread, void* address, unsigned bytes, uint64_t value, Order order,
                bool changes) {
  if (launch.weak() != nullptr) {
    const uint64_t word = value & (~uint64_t{0} >> (64 - 8 * bytes));
    launch.weak()->store(thread, address, read_word(address, bytes), word, order, changes);
  }
  monitor::ordered_write(thread, address, bytes, value, order, changes);
}

void check_alignment(const void* address, unsigned bytes, Site site) {
  Launch::thread().access_site = site;
  const bool aligned = reinterpret_cast<uintptr_t>(address) % bytes == 0;
  if (!aligned) Launch::current().fail("ordered access at a misaligned address", site);
}

/// True when the thread has come round to a word it has already found to hold this.
bool comes_round(Thread& thread, const void* address, unsigned bytes, uint64_t value) {
  const auto found = std::find_if(thread.seen.begin(), thread.seen.end(),
                                  [address](const Seen& seen) { return seen.address == address; });
  if (found == thread.seen.end()) {
    thread.seen.push_back({address, bytes, value});
    return false;
  }
  if (found->value == value) return true;
  thread.seen.clear();
  thread.seen.push_back({address, bytes, value});
  return false;
}

bool unchanged(const Thread& thread) {
  return std::all_of(thread.seen.begin(), thread.seen.end(),
                     [](const Seen& seen) { return read_word(seen.address, seen.bytes) == seen.value; });
}

}  // namespace

uint64_t ordered_load(const void* address, unsigned bytes, Order order, Reach reach, Site site) {
  Launch& launch = Launch::current();
  Thread& thread = Launch::thread();
  check_alignment(address, bytes, site);
  launch.preempt();
  monitor::before_ordered(thread, address, bytes, monitor::Access::load, order, reach);
  uint64_t value = find_word(launch, thread, address, bytes, order);
  if (comes_round(thread, address, bytes, value) && unchanged(thread)) {
    launch.poll(site);
    value = find_word(launch, thread, address, bytes, order);
    comes_round(thread, address, bytes, value);
  }
  monitor::after_ordered(thread, address, bytes, monitor::Access::load, order, reach);
  return value;
}

void ordered_store(void* address, unsigned bytes, uint64_t value, Order order, Reach reach, Site site) {
  Launch& launch = Launch::current();
  Thread& thread = Launch::thread();
  check_alignment(address, bytes, site);
  launch.preempt();
  thread.seen.clear();
  monitor::before_ordered(thread, address, bytes, monitor::Access::store, order, reach);
  write_word(launch, thread, address, bytes, value, order, false);
  monitor::after_ordered(thread, address, bytes, monitor::Access::store, order, reach);
  launch.stored(address, bytes);
}

uint64_t ordered_change(void* address, unsigned bytes, uint64_t (*changed)(uint64_t, uint64_t, uint64_t),
                        uint64_t operand, uint64_t expected, Order order, Reach reach, Site site) {
  Launch& launch = Launch::current();
  Thread& thread = Launch::thread();
  check_alignment(address, bytes, site);
  launch.preempt();
  thread.seen.clear();
  monitor::before_ordered(thread, address, bytes, monitor::Access::change, order, reach);
  const uint64_t found = read_word(address, bytes);
  const uint64_t value = changed(found, operand, expected);
  write_word(launch, thread, address, bytes, value, order, true);
  monitor::after_ordered(thread, address, bytes, monitor::Access::change, order, reach);
  launch.stored(address, bytes);
  return found;
}

void fence(Reach reach, Site) {
  Launch& launch = Launch::current();
  Thread& thread = Launch::thread();
  // The weak mode knows no scopes: a fence that reaches too little is the checker's to find.
  if (launch.weak() != nullptr) launch.weak()->fence(thread);
  monitor::fence(thread, reach);
}

uint64_t clock_ns() { return Launch::current().clock_ns += 10; }

void sleep_ns(unsigned ns, Site) {
  Launch& launch = Launch::current();
  launch.clock_ns += ns;
  launch.yield();
}

void trap(const char* what, Site site) { Launch::current().fail(what, site); }

}  // namespace rnn4j::emulation
