#include "shared.h"

#include <cstring>
#include <string>

#include "monitor.h"
#include "sanitizer.h"

namespace rnn4j::emulation {
namespace {

constexpr unsigned char kGap = 0xa5;

size_t round_up(size_t bytes) { return (bytes + kSharedStep - 1) / kSharedStep * kSharedStep; }

}  // namespace

void prepare_shared(Block& block, size_t dynamic_bytes) {
  const size_t bytes = round_up(dynamic_bytes) + kSharedArrays * kSharedStep;
  if (block.shared == nullptr || block.shared_bytes != bytes) {
    block.shared_raw.reset(new char[bytes + kSharedStep]);
    const size_t off = reinterpret_cast<uintptr_t>(block.shared_raw.get()) % kSharedStep;
    block.shared = block.shared_raw.get() + (kSharedStep - off);
    block.shared_bytes = bytes;
  }
  ASAN_UNPOISON_MEMORY_REGION(block.shared, bytes);
  std::memset(block.shared, 0xcb, bytes);
  ASAN_POISON_MEMORY_REGION(block.shared, bytes);
}

void* shared_take(size_t bytes, size_t* taken, unsigned* arrays, Site site) {
  Launch& launch = Launch::current();
  Block& block = *Launch::thread().block;
  const size_t begin = *taken + *arrays * kSharedStep;
  *taken += round_up(bytes);
  ++*arrays;
  if (*taken > launch.request().dynamic_bytes) {
    launch.fail("takes " + std::to_string(*taken) + " bytes of dynamic shared memory, launched with " +
                    std::to_string(launch.request().dynamic_bytes),
                site);
  }
  if (*arrays > kSharedArrays) launch.fail("takes more than 32 shared arrays", site);
  // Whatever lies between the arrays stays poisoned.
  ASAN_UNPOISON_MEMORY_REGION(block.shared + begin, bytes);
  monitor::shared_array(Launch::thread(), block.shared + begin, bytes);
  return block.shared + begin;
}

void copy_async(void* to, const void* from, unsigned bytes, Site site) {
  Thread& thread = Launch::thread();
  const auto misaligned = [bytes](const void* p) { return reinterpret_cast<uintptr_t>(p) % bytes != 0; };
  if (misaligned(to) || misaligned(from)) Launch::current().fail("cp_async at a misaligned address", site);
  const Block& block = *thread.block;
  const size_t offset = static_cast<size_t>(static_cast<char*>(to) - block.shared);
  if (offset > block.shared_bytes - bytes) Launch::current().fail("cp_async to memory that is not shared", site);
  thread.copies.push_back({to, from, bytes, thread.copy_group});
}

void copy_async_commit() { ++Launch::thread().copy_group; }

void copy_async_wait(unsigned groups_left, Site site) {
  // Copied as late as the rules allow, so that a use before the wait reads what was there.
  Thread& thread = Launch::thread();
  thread.access_site = site;
  size_t kept = 0;
  for (const PendingCopy& copy : thread.copies) {
    if (copy.group + groups_left >= thread.copy_group) {
      thread.copies[kept++] = copy;
      continue;
    }
    monitor::reads(thread, copy.from, copy.bytes);
    monitor::writes(thread, copy.to, copy.bytes);
    std::memcpy(copy.to, copy.from, copy.bytes);
  }
  thread.copies.resize(kept);
}

}  // namespace rnn4j::emulation
