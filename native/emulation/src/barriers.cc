// Barriers of a block.
#include <algorithm>
#include <string>

#include "launch.h"
#include "monitor.h"

namespace rnn4j::emulation {
namespace {

std::string place(Site site) { return std::string(site.file) + ":" + std::to_string(site.line); }

bool same(Site a, Site b) { return a.line == b.line && std::string(a.file) == b.file; }

int combined(Combine combine, int before, int value, bool first) {
  switch (combine) {
    case Combine::none: return 0;
    case Combine::any: return before != 0 || value != 0;
    case Combine::count: return before + (value != 0);
    case Combine::all: return (first || before != 0) && value != 0;
  }
  return 0;
}

}  // namespace

int block_barrier(Combine combine, int value, Site site) {
  Launch& launch = Launch::current();
  Thread& thread = Launch::thread();
  Block& block = *thread.block;
  thread.seen.clear();
  if (block.done > 0) {
    launch.fail("waits at __syncthreads, but " + std::to_string(block.done) + " threads of its block have returned",
                site);
  }
  if (block.arrived > 0 && !same(block.barrier_site, site)) {
    launch.fail("is at another __syncthreads than its block, which waits at " + place(block.barrier_site), site);
  }
  block.combined = combined(combine, block.arrived == 0 ? 0 : block.combined, value, block.arrived == 0);
  block.barrier_site = site;
  ++block.arrived;
  const void* const turn = &block.turn[block.round % 2];
  monitor::arrives(turn);
  if (block.arrived < block.threads.size()) {
    launch.wait(State::block_barrier, "__syncthreads", site);
    monitor::leaves(turn);
    return static_cast<int>(thread.out);
  }
  block.arrived = 0;
  ++block.round;
  std::vector<Thread*> all;
  for (const auto& other : block.threads) {
    other->out = static_cast<uint64_t>(block.combined);
    all.push_back(other.get());
  }
  launch.meet(all);
  for (Thread* other : all) {
    if (other != &thread) launch.wake(*other);
  }
  monitor::leaves(turn);
  launch.preempt();
  return static_cast<int>(thread.out);
}

void named_barrier(int id, int threads, Site site) {
  Launch& launch = Launch::current();
  Thread& thread = Launch::thread();
  thread.seen.clear();
  if (id < 1 || id > 15) launch.fail("named barrier " + std::to_string(id) + " is not in 1..15", site);
  if (threads <= 0 || threads % 32 != 0) launch.fail("a named barrier's threads are a multiple of 32", site);
  NamedBarrier& barrier = thread.block->named[id];
  if (!barrier.arrived.empty() && barrier.threads != threads) {
    launch.fail("named barrier " + std::to_string(id) + " with " + std::to_string(threads) + " threads, others said " +
                    std::to_string(barrier.threads),
                site);
  }
  barrier.threads = threads;
  barrier.arrived.push_back(&thread);
  monitor::arrives(&barrier);
  if (static_cast<int>(barrier.arrived.size()) < threads) {
    launch.wait(State::named_barrier, "a named barrier", site);
    monitor::leaves(&barrier);
    return;
  }
  const std::vector<Thread*> all = std::move(barrier.arrived);
  barrier.arrived.clear();
  launch.meet(all);
  for (Thread* other : all) {
    if (other != &thread) launch.wake(*other);
  }
  monitor::leaves(&barrier);
  launch.preempt();
}

}  // namespace rnn4j::emulation
