#include "launch.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <sstream>
#include <tuple>

#include "device.h"
#include "monitor.h"
#include "shared.h"

__thread uint3 threadIdx;
__thread uint3 blockIdx;
__thread dim3 blockDim;
__thread dim3 gridDim;

namespace rnn4j::emulation {
namespace {

thread_local Launch* t_launch = nullptr;
thread_local Thread* t_thread = nullptr;

/// Unwinds the thread that found a fault; nobody but thread_main catches it.
struct Aborted {};

uint3 unravel(unsigned number, const dim3& size) {
  return {number % size.x, number / size.x % size.y, number / size.x / size.y};
}

unsigned volume(const dim3& size) { return size.x * size.y * size.z; }

// Rounds without progress: pollers look again, then the clock jumps this often before it is a deadlock.
constexpr unsigned kJumps = 4;

}  // namespace

Launch::Launch(const LaunchRequest& request)
    : request_(request), settings_(device().settings), random_(device().random.next()) {}

Launch::~Launch() = default;

Launch& Launch::current() { return *t_launch; }
Thread& Launch::thread() { return *t_thread; }
Thread* Launch::thread_or_null() { return t_thread; }

bool Launch::run() {
  t_launch = this;
  gridDim = request_.grid;
  blockDim = request_.block;
  if (settings_.weak_memory) weak_ = std::make_unique<WeakMemory>(random_);
  monitor::launch_begins(*this);
  const unsigned blocks = volume(request_.grid);
  if (request_.cooperative) {
    begin_blocks(0, blocks);
    run_blocks();
  } else {
    std::vector<unsigned> order(blocks);
    std::iota(order.begin(), order.end(), 0u);
    if (settings_.schedule != Schedule::rr) {
      for (size_t i = order.size(); i > 1; --i) std::swap(order[i - 1], order[random_.below(i)]);
    }
    for (size_t i = 0; i < order.size() && !failed_; ++i) {
      begin_blocks(order[i], 1);
      run_blocks();
    }
  }
  monitor::launch_ends(*this);
  t_launch = nullptr;
  return !failed_;
}

void Launch::begin_blocks(unsigned first, unsigned count) {
  const unsigned threads = volume(request_.block);
  if (blocks_.size() != count) {
    blocks_.resize(count);
    for (auto& block : blocks_) {
      block = std::make_unique<Block>();
      for (unsigned t = 0; t < threads; ++t) block->threads.push_back(std::make_unique<Thread>());
    }
  }
  alive_ = count * threads;
  quiet_ = 0;
  ready_of_block_.assign(count, {});
  priority_.resize(count);
  std::iota(priority_.begin(), priority_.end(), 0u);
  for (size_t i = count; i > 1; --i) std::swap(priority_[i - 1], priority_[random_.below(i)]);
  for (unsigned b = 0; b < count; ++b) {
    Block& block = *blocks_[b];
    block.index = unravel(first + b, request_.grid);
    block.number = b;
    block.arrived = block.done = 0;
    for (NamedBarrier& barrier : block.named) barrier = {};
    block.warps.assign((threads + 31) / 32, {});
    for (unsigned t = 0; t < threads; ++t) block.warps[t / 32].lanes |= 1u << t % 32;
    prepare_shared(block, request_.dynamic_bytes);
    for (unsigned t = 0; t < threads; ++t) {
      Thread& thread = *block.threads[t];
      thread.block = &block;
      thread.number = t;
      thread.global_number = b * threads + t;
      thread.index = unravel(t, request_.block);
      thread.seen.clear();
      thread.copies.clear();
      thread.copy_group = 0;
      thread.fenced = false;
      thread.loaded.clear();
      thread.fibre.prepare(&Launch::thread_main, &thread);
      make_ready(thread);
    }
  }
  if (weak_ != nullptr) weak_->threads_begin(alive_);
  monitor::blocks_begin(*this);
}

void Launch::run_blocks() {
  while (!failed_ && alive_ > 0) {
    if (Thread* next = pick()) {
      become(*next);
      next->fibre.enter(host_, false);
      t_thread = nullptr;
    } else if (quiet_ == 0 && (wake_changed_pollers() || wake_all_pollers())) {
      quiet_ = 1;
    } else if (quiet_ > 0 && quiet_ <= kJumps && wake_all_pollers()) {
      clock_ns = clock_ns * 10 + 1'000'000'000;
      ++quiet_;
    } else {
      failed_ = true;
      report_fault("kernel " + request_.name + ": deadlock, nobody can run" + waiters());
    }
  }
  ready_.clear();
  pollers_.clear();
}

void Launch::thread_main(void* argument) {
  Thread& thread = *static_cast<Thread*>(argument);
  Launch& launch = *t_launch;
  monitor::thread_begins();
  try {
    launch.request_.call->run();
    launch.check_exit(thread);
    monitor::thread_ends();
    thread.state = State::done;
    ++thread.block->done;
    --launch.alive_;
    launch.quiet_ = 0;
  } catch (const Aborted&) {
    // Reported; the launch ends without its other threads.
  }
  launch.switch_from(thread, true);
}

void Launch::check_exit(Thread& thread) {
  const Block& block = *thread.block;
  if (block.arrived > 0) {
    fail("a thread returns while others of its block wait at __syncthreads" + waiters(), block.barrier_site);
  }
  Warp& warp = thread.block->warps[thread.warp()];
  for (const Meeting& meeting : warp.meetings) {
    if ((meeting.mask >> thread.lane() & 1u) == 0) continue;
    const std::string lane = "lane " + std::to_string(thread.lane());
    fail(lane + " returns, but " + meeting.what + " names it in its mask" + waiters(), meeting.site);
  }
  warp.done |= 1u << thread.lane();
}

void Launch::make_ready(Thread& thread) {
  thread.state = State::ready;
  if (settings_.schedule == Schedule::skew) {
    ready_of_block_[thread.block->number].push_back(&thread);
  } else {
    ready_.push_back(&thread);
  }
}

Thread* Launch::pick() {
  std::deque<Thread*>* queue = &ready_;
  if (settings_.schedule == Schedule::skew) {
    const auto first = std::find_if(priority_.begin(), priority_.end(),
                                    [this](unsigned block) { return !ready_of_block_[block].empty(); });
    if (first == priority_.end()) return nullptr;
    queue = &ready_of_block_[*first];
  }
  if (queue->empty()) return nullptr;
  if (settings_.schedule != Schedule::rr) std::swap(queue->front(), (*queue)[random_.below(queue->size())]);
  Thread* next = queue->front();
  queue->pop_front();
  return next;
}

void Launch::become(Thread& thread) {
  t_thread = &thread;
  threadIdx = thread.index;
  blockIdx = thread.block->index;
}

void Launch::switch_from(Thread& thread, bool done) {
  Thread* next = failed_ ? nullptr : pick();
  if (next == &thread) return;
  if (next != nullptr) {
    become(*next);
    next->fibre.enter(thread.fibre, done);
  } else {
    host_.enter(thread.fibre, done);
  }
}

void Launch::wait(State state, const char* what, Site site) {
  Thread& thread = Launch::thread();
  thread.state = state;
  thread.what = what;
  thread.site = site;
  switch_from(thread, false);
}

void Launch::meet(const std::vector<Thread*>& threads) {
  monitor::met(threads);
  if (weak_ != nullptr) weak_->met(threads);
  progress();
}

void Launch::wake(Thread& thread) {
  thread.seen.clear();
  make_ready(thread);
}

void Launch::preempt() {
  const unsigned percent = settings_.schedule == Schedule::rr ? 0 : settings_.schedule == Schedule::random ? 30 : 80;
  clock_ns += 20;
  if (percent == 0 || !random_.chance(percent)) return;
  if (settings_.schedule == Schedule::skew && random_.below(64) == 0) {
    std::swap(priority_[random_.below(priority_.size())], priority_[random_.below(priority_.size())]);
  }
  yield();
}

void Launch::preempt_plain() {
  if (settings_.schedule != Schedule::rr && random_.below(64) == 0) yield();
}

void Launch::yield() {
  Thread& thread = Launch::thread();
  make_ready(thread);
  switch_from(thread, false);
}

void Launch::report(const std::string& cause, Site site) {
  failed_ = true;
  report_fault("kernel " + request_.name + ", " + describe(thread()) + ": " + cause + "\n  at " + site.file +
               (site.line == 0 ? "" : ":" + std::to_string(site.line)));
}

void Launch::fail(const std::string& cause, Site site) {
  report(cause, site);
  throw Aborted();
}

void Launch::abandon(const std::string& cause, Site site) {
  report(cause, site);
  switch_from(thread(), true);
  std::abort();  // nobody switches to a thread of a failed launch
}

void Launch::stored(const void* address, unsigned bytes) {
  quiet_ = 0;
  const char* begin = static_cast<const char*>(address);
  const auto overlaps = [&](const Seen& seen) {
    const char* at = static_cast<const char*>(seen.address);
    return at < begin + bytes && begin < at + seen.bytes;
  };
  const auto asleep = std::partition(pollers_.begin(), pollers_.end(), [&](Thread* poller) {
    return std::none_of(poller->seen.begin(), poller->seen.end(), overlaps);
  });
  std::for_each(asleep, pollers_.end(), [this](Thread* poller) { wake(*poller); });
  pollers_.erase(asleep, pollers_.end());
}

void Launch::poll(Site site) {
  pollers_.push_back(&thread());
  wait(State::polling, "polling", site);
}

bool Launch::wake_changed_pollers() {
  const auto unchanged = [](const Seen& seen) {
    uint64_t now = 0;
    std::memcpy(&now, seen.address, seen.bytes);
    return now == seen.value;
  };
  const auto asleep = std::partition(pollers_.begin(), pollers_.end(), [&](Thread* poller) {
    return std::all_of(poller->seen.begin(), poller->seen.end(), unchanged);
  });
  const bool any = asleep != pollers_.end();
  std::for_each(asleep, pollers_.end(), [this](Thread* poller) { wake(*poller); });
  pollers_.erase(asleep, pollers_.end());
  return any;
}

bool Launch::wake_all_pollers() {
  const bool any = !pollers_.empty();
  for (Thread* poller : pollers_) wake(*poller);
  pollers_.clear();
  return any;
}

std::string Launch::describe(const Thread& t) const {
  std::ostringstream text;
  text << "block (" << t.block->index.x << "," << t.block->index.y << "," << t.block->index.z << ") thread ("
       << t.index.x << "," << t.index.y << "," << t.index.z << ")";
  return text.str();
}

std::string Launch::waiters() const {
  using Key = std::tuple<std::string, std::string, int, const void*, uint64_t>;
  std::map<Key, std::vector<const Thread*>> groups;
  for (const auto& block : blocks_) {
    for (const auto& t : block->threads) {
      if (t->state == State::done || t->state == State::ready) continue;
      const bool polls = t->state == State::polling && !t->seen.empty();
      groups[{t->what, t->site.file, t->site.line, polls ? t->seen.back().address : nullptr,
              polls ? t->seen.back().value : 0}]
          .push_back(t.get());
    }
  }
  std::ostringstream text;
  for (const auto& [key, threads] : groups) {
    text << "\n  " << threads.size() << " in " << std::get<0>(key) << " at " << std::get<1>(key) << ":"
         << std::get<2>(key);
    if (std::get<3>(key) != nullptr) text << ", word " << std::get<3>(key) << " = " << std::get<4>(key);
    text << ", first " << describe(*threads.front());
  }
  return text.str();
}

}  // namespace rnn4j::emulation
