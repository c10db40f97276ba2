// One launch of a kernel: its blocks and threads, who runs, who waits for what.
#pragma once

#include <cuda_runtime.h>

#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "fibre.h"
#include "random.h"
#include "settings.h"
#include "weak.h"

namespace rnn4j::emulation {

struct Block;
class Launch;

/// A word that a thread has loaded since it last did anything else, with the value it found.
struct Seen {
  const void* address;
  unsigned bytes;
  uint64_t value;
};

struct PendingCopy {
  void* to;
  const void* from;
  unsigned bytes;
  unsigned group;
};

enum class State { ready, block_barrier, named_barrier, warp, polling, done };

struct Thread {
  Fibre fibre;
  Block* block = nullptr;
  uint3 index{};
  unsigned number = 0;  // within the block
  unsigned global_number = 0;  // within the launch
  State state = State::ready;
  Site site{"", 0};
  const char* what = "";
  Site access_site{"", 0};  // of the ordered access or copy under way

  unsigned lane() const { return number % 32; }
  unsigned warp() const { return number / 32; }

  // Warp primitives: what this lane brings, and what it gets.
  uint64_t in = 0, out = 0;
  int source_lane = 0;
  const void* a = nullptr;
  const void* b = nullptr;
  float* d = nullptr;

  std::vector<Seen> seen;
  std::vector<PendingCopy> copies;
  unsigned copy_group = 0;

  // For TSan: whether a fence came before the next relaxed store, and what relaxed loads have read.
  bool fenced = false;
  std::vector<const void*> loaded;
};

struct NamedBarrier {
  std::vector<Thread*> arrived;
  int threads = 0;
};

/// Lanes that arrived at one warp primitive, waiting for the rest of the mask.
struct Meeting {
  unsigned mask, arrived;
  const char* what;
  Site site;
};

struct Warp {
  unsigned lanes = 0;  // those that exist
  unsigned done = 0;   // those that have returned
  std::vector<Meeting> meetings;
};

struct Block {
  uint3 index{};
  unsigned number = 0;
  std::vector<std::unique_ptr<Thread>> threads;
  std::unique_ptr<char[]> shared_raw;
  char* shared = nullptr;
  size_t shared_bytes = 0;  // with the gaps

  unsigned arrived = 0, done = 0;
  unsigned char turn[2] = {};  // the barrier's identity, alternating, for TSan
  unsigned round = 0;
  Site barrier_site{"", 0};
  Combine combine = Combine::none;
  int combined = 0;
  NamedBarrier named[16];
  std::vector<Warp> warps;
};

/// What a launch needs to know; the configuration has been checked.
struct LaunchRequest {
  std::string name;
  dim3 grid, block;
  size_t dynamic_bytes = 0;
  bool cooperative = false;
  std::shared_ptr<KernelCall> call;
};

class Launch {
 public:
  explicit Launch(const LaunchRequest& request);
  ~Launch();

  /// Runs to the end or to the first fault; false, after a report, on a fault.
  bool run();

  static Launch& current();
  static Thread& thread();
  /// Null outside of a kernel.
  static Thread* thread_or_null();

  const LaunchRequest& request() const { return request_; }
  Random& random() { return random_; }
  const std::vector<std::unique_ptr<Block>>& blocks() const { return blocks_; }

  /// The calling CUDA thread waits in `state` until wake().
  void wait(State state, const char* what, Site site);
  void wake(Thread& thread);
  /// A point at which the schedule may prefer another thread.
  void preempt();
  /// The same at a plain access, seldom.
  void preempt_plain();
  /// Lets whoever else is ready go first.
  void yield();
  /// Ends the launch with a report; the calling CUDA thread never comes back.
  [[noreturn]] void fail(const std::string& cause, Site site);
  /// The same without unwinding the kernel, for calls that the compiler takes to throw nothing.
  [[noreturn]] void abandon(const std::string& cause, Site site);

  /// Somebody got on: a deadlock must be seen anew from here.
  void progress() { quiet_ = 0; }
  /// A word was written: sleeping pollers of it wake.
  void stored(const void* address, unsigned bytes);
  /// The calling thread sleeps until a word it has seen changes.
  void poll(Site site);

  /// All of these met: what each did before comes before what any does after.
  void meet(const std::vector<Thread*>& threads);
  /// Null when memory is not weak.
  WeakMemory* weak() { return weak_.get(); }

  uint64_t clock_ns = 1000;
  bool failed() const { return failed_; }
  std::string describe(const Thread& thread) const;

 private:
  void report(const std::string& cause, Site site);
  static void thread_main(void* thread);
  void begin_blocks(unsigned first, unsigned count);
  void run_blocks();
  void make_ready(Thread& thread);
  Thread* pick();
  void switch_from(Thread& thread, bool done);
  void become(Thread& thread);
  bool wake_changed_pollers();
  bool wake_all_pollers();
  std::string waiters() const;
  void check_exit(Thread& thread);

  LaunchRequest request_;
  Settings settings_;
  Random random_;
  std::unique_ptr<WeakMemory> weak_;
  std::vector<std::unique_ptr<Block>> blocks_;  // those alive
  Fibre host_;
  std::deque<Thread*> ready_;
  std::vector<std::deque<Thread*>> ready_of_block_;  // skewed schedule only
  std::vector<unsigned> priority_;
  std::vector<Thread*> pollers_;
  unsigned alive_ = 0;
  unsigned quiet_ = 0;  // rounds since a thread last got on
  bool failed_ = false;
};

}  // namespace rnn4j::emulation
