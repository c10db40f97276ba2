#include "memory.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>

#include "device.h"
#include "sanitizer.h"

namespace rnn4j::emulation {
namespace {

constexpr size_t kAlign = 256;   // what cudaMalloc promises; also the width of each canary
constexpr unsigned char kCanary = 0xa5;
constexpr int kUninitialised = 0xcb;

size_t round_up(size_t bytes) { return (bytes + kAlign - 1) / kAlign * kAlign; }

/// The bytes behind an allocation that nobody may write.
size_t tail_bytes(const Allocation& a) { return round_up(a.bytes) + kAlign - a.bytes; }

bool intact(const char* begin, size_t bytes) {
  return std::all_of(begin, begin + bytes, [](char c) { return static_cast<unsigned char>(c) == kCanary; });
}

void open_one(const Allocation& a) { ASAN_UNPOISON_MEMORY_REGION(a.begin, a.bytes); }

void close_one(const Allocation& a) {
  if (a.kind == MemoryKind::device) ASAN_POISON_MEMORY_REGION(a.begin, a.bytes);
}

void free_raw(const Allocation& a) {
  if (a.raw == nullptr) return;
  ASAN_UNPOISON_MEMORY_REGION(a.raw, kAlign + a.bytes + tail_bytes(a));
  std::free(a.raw);
}

/// Empty when intact, else what is wrong.
std::string broken_canary(const Allocation& a) {
  if (a.raw == nullptr) return "";
  ASAN_UNPOISON_MEMORY_REGION(a.raw, kAlign);
  ASAN_UNPOISON_MEMORY_REGION(a.begin + a.bytes, tail_bytes(a));
  const bool before = intact(a.begin - kAlign, kAlign);
  const bool behind = intact(a.begin + a.bytes, tail_bytes(a));
  ASAN_POISON_MEMORY_REGION(a.raw, kAlign);
  ASAN_POISON_MEMORY_REGION(a.begin + a.bytes, tail_bytes(a));
  if (before && behind) return "";
  return std::string("written just ") + (before ? "past" : "before") + " an allocation of " +
         std::to_string(a.bytes) + " bytes";
}

}  // namespace

void* Memory::allocate(size_t bytes, MemoryKind kind, uint64_t limit) {
  if (kind == MemoryKind::device && (bytes > limit || device_bytes_ > limit - bytes)) return nullptr;
  const size_t all = kAlign + round_up(bytes) + kAlign;
  char* raw = static_cast<char*>(std::aligned_alloc(kAlign, all));
  if (raw == nullptr) return nullptr;
  std::memset(raw, kCanary, all);
  const Allocation a{raw + kAlign, bytes, kind, raw};
  std::memset(a.begin, kUninitialised, bytes);
  ASAN_POISON_MEMORY_REGION(raw, kAlign);
  ASAN_POISON_MEMORY_REGION(a.begin + bytes, tail_bytes(a));
  if (open_ == 0) close_one(a);
  allocations_[reinterpret_cast<uintptr_t>(a.begin)] = a;
  if (kind == MemoryKind::device) {
    device_bytes_ += bytes;
    peak_device_bytes_ = std::max(peak_device_bytes_, device_bytes_);
  }
  return a.begin;
}

void Memory::add_registered(void* begin, size_t bytes) {
  const Allocation a{static_cast<char*>(begin), bytes, MemoryKind::registered, nullptr};
  allocations_[reinterpret_cast<uintptr_t>(begin)] = a;
}

bool Memory::release(void* begin, MemoryKind kind) {
  const auto found = allocations_.find(reinterpret_cast<uintptr_t>(begin));
  if (found == allocations_.end() || found->second.kind != kind) return false;
  const std::string broken = broken_canary(found->second);
  if (!broken.empty()) report_fault("memory " + broken + ", found when it was freed");
  if (kind == MemoryKind::device) device_bytes_ -= found->second.bytes;
  free_raw(found->second);
  allocations_.erase(found);
  return true;
}

const Allocation* Memory::find(const void* address) const {
  const uintptr_t at = reinterpret_cast<uintptr_t>(address);
  auto next = allocations_.upper_bound(at);
  if (next == allocations_.begin()) return nullptr;
  const Allocation& a = std::prev(next)->second;
  return at - reinterpret_cast<uintptr_t>(a.begin) < std::max<size_t>(a.bytes, 1) ? &a : nullptr;
}

bool Memory::holds(const void* address, size_t bytes, MemoryKind kind) const {
  const Allocation* a = find(address);
  return a != nullptr && a->kind == kind &&
         static_cast<size_t>(static_cast<const char*>(address) - a->begin) + bytes <= a->bytes;
}

bool Memory::check_canaries(const std::string& after) {
  for (const auto& entry : allocations_) {
    const std::string broken = broken_canary(entry.second);
    if (broken.empty()) continue;
    report_fault("memory " + broken + ", found after " + after);
    return false;
  }
  return true;
}

void Memory::clear() {
  for (const auto& entry : allocations_) free_raw(entry.second);
  allocations_.clear();
  device_bytes_ = peak_device_bytes_ = 0;
}

size_t Memory::count(MemoryKind kind) const {
  return static_cast<size_t>(std::count_if(allocations_.begin(), allocations_.end(),
                                           [kind](const auto& entry) { return entry.second.kind == kind; }));
}

void Memory::open() {
  if (open_++ > 0 || !RNN4J_EMULATION_ASAN) return;
  for (const auto& entry : allocations_) open_one(entry.second);
}

void Memory::close() {
  if (--open_ > 0 || !RNN4J_EMULATION_ASAN) return;
  for (const auto& entry : allocations_) close_one(entry.second);
}

OpenMemory::OpenMemory() { device().memory.open(); }
OpenMemory::~OpenMemory() { device().memory.close(); }

}  // namespace rnn4j::emulation
