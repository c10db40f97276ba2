#include "checker.h"

#include <dlfcn.h>
#include <link.h>

#include <array>
#include <cstdio>
#include <memory>
#include <string>
#include <unordered_map>

#include "clocks.h"
#include "device.h"
#include "launch.h"
#include "monitor.h"

namespace rnn4j::emulation {
namespace {

/// Who did an access, and when; all zero for nobody.
struct Epoch {
  uint32_t launch = 0;
  uint32_t block_run = 0;  // which of a launch's blocks, where they run one by one
  uint32_t step = 0;
  uint16_t thread = 0;
  bool ordered = false;
};

struct ShadowByte {
  Epoch write, reads[2];
  const void* write_pc = nullptr;
};

using ShadowPage = std::array<ShadowByte, 1024>;

struct ThreadClock {
  Clock now;
  Handed fenced;    // what a relaxed store hands over, since the last fence
  Handed received;  // what relaxed loads found, for the next fence
};

struct Array {
  const char* begin;
  size_t bytes;
};

struct Range {
  uintptr_t begin, end;
};

struct Checker {
  uint32_t launch = 0, block_run = 0;
  std::vector<ThreadClock> threads;
  std::vector<std::vector<Array>> shared;  // by block
  std::unordered_map<const void*, Handed> words;
  std::unordered_map<uintptr_t, std::unique_ptr<ShadowPage>> pages;
  uintptr_t last_page_number = 0;
  ShadowPage* last_page = nullptr;
  Range arguments{0, 0};
  std::vector<Range> read_only;
};

Checker& checker() {
  static auto* const one = new Checker;
  return *one;
}

int collect_read_only(dl_phdr_info* info, size_t, void* ranges) {
  for (int i = 0; i < info->dlpi_phnum; ++i) {
    const auto& header = info->dlpi_phdr[i];
    if (header.p_type != PT_LOAD || (header.p_flags & PF_W) != 0) continue;
    const uintptr_t begin = info->dlpi_addr + header.p_vaddr;
    static_cast<std::vector<Range>*>(ranges)->push_back({begin, begin + header.p_memsz});
  }
  return 0;
}

ShadowByte& shadow(uintptr_t at) {
  Checker& c = checker();
  const uintptr_t number = at / std::tuple_size<ShadowPage>::value;
  if (c.last_page == nullptr || c.last_page_number != number) {
    auto& page = c.pages[number];
    if (page == nullptr) page = std::make_unique<ShadowPage>();
    c.last_page = page.get();
    c.last_page_number = number;
  }
  return (*c.last_page)[at % std::tuple_size<ShadowPage>::value];
}

/// "file:line" of the code before a return address, as far as the machine's tools know it.
std::string place(const void* pc) {
  Dl_info info{};
  if (pc == nullptr || dladdr(pc, &info) == 0) return "(unknown place)";
  const auto offset = static_cast<const char*>(pc) - static_cast<const char*>(info.dli_fbase) - 1;
  char command[1200], line[600] = "";
  std::snprintf(command, sizeof command, "addr2line -C -e '%s' 0x%lx 2>/dev/null", info.dli_fname,
                static_cast<unsigned long>(offset));
  if (FILE* pipe = popen(command, "r")) {
    if (std::fgets(line, sizeof line, pipe) == nullptr) line[0] = '\0';
    pclose(pipe);
  }
  std::string text = line;
  while (!text.empty() && text.back() == '\n') text.pop_back();
  return text.empty() || text[0] == '?' ? std::string(info.dli_fname) + "+" + std::to_string(offset) : text;
}

[[noreturn]] void fail(const std::string& cause, const void* pc) {
  const std::string where = place(pc);
  Launch::current().abandon(cause, pc == nullptr ? Launch::thread().access_site : Site{where.c_str(), 0});
}

enum class Space { own_stack, constant, shared, global, nowhere };

bool within(uintptr_t at, size_t bytes, Range range) { return at >= range.begin && at + bytes <= range.end; }

template <typename T>
bool is_variable(uintptr_t at, size_t bytes, const T& variable) {
  const uintptr_t begin = reinterpret_cast<uintptr_t>(&variable);
  return within(at, bytes, {begin, begin + sizeof variable});
}

Space space_of(const Thread& thread, const void* address, size_t bytes, bool writes) {
  Checker& c = checker();
  if (thread.fibre.owns(address)) return Space::own_stack;
  const uintptr_t at = reinterpret_cast<uintptr_t>(address);
  if (!writes) {
    if (is_variable(at, bytes, threadIdx) || is_variable(at, bytes, blockIdx)) return Space::constant;
    if (is_variable(at, bytes, blockDim) || is_variable(at, bytes, gridDim)) return Space::constant;
  }
  if (within(at, bytes, c.arguments)) return Space::constant;
  const Block& block = *thread.block;
  const uintptr_t shared = reinterpret_cast<uintptr_t>(block.shared);
  if (at >= shared && at < shared + block.shared_bytes) {
    for (const Array& array : c.shared[block.number]) {
      const uintptr_t begin = reinterpret_cast<uintptr_t>(array.begin);
      if (within(at, bytes, {begin, begin + array.bytes})) return Space::shared;
    }
    return Space::nowhere;
  }
  const Allocation* a = device().memory.find(address);
  if (a != nullptr) {
    const uintptr_t begin = reinterpret_cast<uintptr_t>(a->begin);
    return within(at, bytes, {begin, begin + a->bytes}) ? Space::global : Space::nowhere;
  }
  for (const Range& range : c.read_only) {
    if (!writes && within(at, bytes, range)) return Space::constant;
  }
  return Space::nowhere;
}

bool happened_before(const Epoch& e, const Thread& thread) {
  const Checker& c = checker();
  const Clock& now = c.threads[thread.global_number].now;
  if (e.block_run != c.block_run) return now.blocks.count(e.block_run) != 0;
  return e.thread == thread.global_number || now.steps[e.thread] >= e.step;
}

/// True when an earlier access by somebody else stands in no order to this one.
bool races(const Epoch& e, const Thread& thread, bool ordered, bool shared) {
  const Checker& c = checker();
  if (e.launch != c.launch || (shared && e.block_run != c.block_run) || (e.ordered && ordered)) return false;
  return !happened_before(e, thread);
}

std::string who(const Epoch& e) {
  const Launch& launch = Launch::current();
  if (e.block_run != checker().block_run) return "a thread of another block";
  const auto& blocks = launch.blocks();
  const size_t per_block = blocks[0]->threads.size();
  return launch.describe(*blocks[e.thread / per_block]->threads[e.thread % per_block]);
}

std::string what(Space space, const void* address) {
  if (space == Space::shared) return "shared memory";
  const Allocation* a = device().memory.find(address);
  return "byte " + std::to_string(static_cast<const char*>(address) - a->begin) + " of an allocation of " +
         std::to_string(a->bytes) + " bytes";
}

void remember(ShadowByte& byte, const Epoch& epoch, bool writes, const void* pc) {
  if (writes) {
    byte.write = epoch;
    byte.write_pc = pc;
    return;
  }
  for (Epoch& read : byte.reads) {
    if (read.launch != epoch.launch || read.block_run != epoch.block_run || read.thread == epoch.thread) {
      read = epoch;
      return;
    }
  }
  byte.reads[Launch::current().random().below(2)] = epoch;
}

void check(Thread& thread, const void* address, size_t bytes, bool writes, bool ordered, Space space, const void* pc) {
  Checker& c = checker();
  const bool shared = space == Space::shared;
  const Epoch epoch{c.launch, c.block_run, c.threads[thread.global_number].now.steps[thread.global_number],
                    static_cast<uint16_t>(thread.global_number), ordered};
  const char* verb = writes ? "writes " : "reads ";
  for (size_t i = 0; i < bytes; ++i) {
    const char* at = static_cast<const char*>(address) + i;
    ShadowByte& byte = shadow(reinterpret_cast<uintptr_t>(at));
    const bool written_here = byte.write.launch == c.launch && byte.write.block_run == c.block_run;
    if (shared && !writes && !written_here) fail("reads uninitialised shared memory", pc);
    if (races(byte.write, thread, ordered, shared)) {
      fail(std::string("race: ") + verb + what(space, at) + ", written by " + who(byte.write) + " in no order to it" +
               (byte.write_pc == nullptr ? "" : "\n  written at " + place(byte.write_pc)), pc);
    }
    if (writes) {
      for (const Epoch& read : byte.reads) {
        if (races(read, thread, ordered, shared)) {
          fail("race: writes " + what(space, at) + ", read by " + who(read) + " in no order to it", pc);
        }
      }
    }
    remember(byte, epoch, writes, pc);
  }
}

void check_anywhere(Thread& thread, const void* address, size_t bytes, bool writes, bool ordered, const void* pc) {
  const Space space = space_of(thread, address, bytes, writes);
  if (space == Space::nowhere) {
    char text[64];
    std::snprintf(text, sizeof text, "%zu bytes at %p", bytes, address);
    fail(std::string(writes ? "writes " : "reads ") + text +
             ", which is neither device memory, an array of its block's shared memory, its arguments nor its stack",
         pc);
  }
  if (space == Space::shared || space == Space::global) check(thread, address, bytes, writes, ordered, space, pc);
}

ThreadClock& clock_of(const Thread& thread) { return checker().threads[thread.global_number]; }

void step(const Thread& thread) { ++clock_of(thread).now.steps[thread.global_number]; }

/// What a thread hands over by a release (or fence) of this reach.
Handed handed(const Thread& thread, Reach reach) {
  Handed all;
  Clock now = clock_of(thread).now;
  now.blocks.insert(checker().block_run);
  all.of_block[thread.block->number] = now;
  if (reach != Reach::block) all.device = std::move(now);
  return all;
}

/// What a thread may take of what was handed over, by an acquire (or fence) of this reach.
void take(Clock& now, const Thread& thread, const Handed& from, Reach reach) {
  const auto own = from.of_block.find(thread.block->number);
  if (own != from.of_block.end()) now.join(own->second);
  if (reach != Reach::block) now.join(from.device);
}

}  // namespace

void check_access(const void* address, size_t bytes, bool writes, const void* pc) {
  Thread* thread = Launch::thread_or_null();
  if (thread == nullptr || Launch::current().failed() || thread->fibre.owns(address)) return;
  if (bytes <= 16 && (bytes & (bytes - 1)) == 0 && reinterpret_cast<uintptr_t>(address) % bytes != 0) {
    fail("accesses " + std::to_string(bytes) + " bytes at a misaligned address", pc);
  }
  check_anywhere(*thread, address, bytes, writes, false, pc);
  Launch::current().preempt_plain();
}

namespace monitor {

void launch_begins(Launch& launch) {
  Checker& c = checker();
  ++c.launch;
  c.block_run = 0;
  size_t bytes = 0;
  const uintptr_t begin = reinterpret_cast<uintptr_t>(launch.request().call->arguments(&bytes));
  c.arguments = {begin, begin + bytes};
  c.words.clear();
  c.read_only.clear();
  dl_iterate_phdr(&collect_read_only, &c.read_only);
}

void blocks_begin(Launch& launch) {
  Checker& c = checker();
  ++c.block_run;
  const size_t threads = launch.blocks().size() * launch.blocks()[0]->threads.size();
  c.shared.assign(launch.blocks().size(), {});
  c.threads.assign(threads, {});
  for (size_t t = 0; t < threads; ++t) {
    c.threads[t].now.steps.assign(threads, 0);
    c.threads[t].now.steps[t] = 1;
  }
  for (auto& [word, handed_over] : c.words) {
    // Steps count anew for these blocks; what earlier blocks handed over stays.
    handed_over.device.steps.clear();
    handed_over.of_block.clear();
  }
}

void launch_ends(Launch&) {}

void met(const std::vector<Thread*>& threads) {
  Clock all;
  for (const Thread* thread : threads) all.join(clock_of(*thread).now);
  for (const Thread* thread : threads) {
    clock_of(*thread).now = all;
    step(*thread);
  }
}

void before_ordered(Thread& thread, const void* address, unsigned bytes, Access access, Order order, Reach reach) {
  check_anywhere(thread, address, bytes, access != Access::load, true, nullptr);
  if (access == Access::load) return;
  const Handed gives = order == Order::release ? handed(thread, reach) : clock_of(thread).fenced;
  Handed& word = checker().words[address];
  // A read-modify-write continues what earlier releases began; a store ends it.
  if (access == Access::store) word = Handed();
  word.join(gives);
  step(thread);
}

void after_ordered(Thread& thread, const void* address, unsigned, Access access, Order order, Reach reach) {
  if (access == Access::store) return;
  const auto word = checker().words.find(address);
  if (word == checker().words.end()) return;
  ThreadClock& clock = clock_of(thread);
  if (order == Order::acquire) {
    take(clock.now, thread, word->second, reach);
  } else {
    clock.received.join(word->second);
  }
}

void fence(Thread& thread, Reach reach) {
  ThreadClock& clock = clock_of(thread);
  take(clock.now, thread, clock.received, reach);
  clock.fenced.join(handed(thread, reach));
  step(thread);
}

void shared_array(Thread& thread, const void* begin, size_t bytes) {
  auto& arrays = checker().shared[thread.block->number];
  for (const Array& array : arrays) {
    if (array.begin == begin && array.bytes >= bytes) return;
  }
  arrays.push_back({static_cast<const char*>(begin), bytes});
}

void reads(Thread& thread, const void* address, unsigned bytes) {
  check_anywhere(thread, address, bytes, false, false, nullptr);
}
void writes(Thread& thread, const void* address, unsigned bytes) {
  check_anywhere(thread, address, bytes, true, false, nullptr);
}

}  // namespace monitor
}  // namespace rnn4j::emulation
