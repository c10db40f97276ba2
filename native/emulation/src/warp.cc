// Warp primitives, all from one meeting: every lane of the mask arrives, the last one computes for all.
#include <algorithm>
#include <array>
#include <cstring>
#include <string>

#include "launch.h"
#include "monitor.h"

namespace rnn4j::emulation {
namespace {

using Lanes = std::array<Thread*, 32>;  // null outside of the mask

std::string hex(unsigned mask) {
  char text[16];
  std::snprintf(text, sizeof text, "0x%08x", mask);
  return text;
}

[[noreturn]] void fail(const char* what, unsigned mask, const std::string& cause, Site site) {
  Launch::current().fail(std::string(what) + " with mask " + hex(mask) + ": " + cause, site);
}

bool same_call(const Meeting& meeting, unsigned mask, const char* what, Site site) {
  const auto same_text = [](const char* a, const char* b) { return a == b || std::strcmp(a, b) == 0; };
  return meeting.mask == mask && meeting.site.line == site.line && same_text(meeting.site.file, site.file) &&
         same_text(meeting.what, what);
}

/// The meeting that this lane joins; a new one when it is the first of its mask.
Meeting& join(Warp& warp, const Thread& thread, unsigned mask, const char* what, Site site) {
  if ((mask >> thread.lane() & 1u) == 0) fail(what, mask, "the mask does not name this lane", site);
  for (Meeting& meeting : warp.meetings) {
    if ((meeting.mask & mask) == 0) continue;
    if (same_call(meeting, mask, what, site)) return meeting;
    const std::string first = "lane " + std::to_string(__builtin_ctz(meeting.arrived));
    const std::string where = std::string(meeting.site.file) + ":" + std::to_string(meeting.site.line);
    fail(what, mask, first + " is in " + meeting.what + " with mask " + hex(meeting.mask) + " at " + where, site);
  }
  const unsigned gone = mask & (warp.done | ~warp.lanes);
  if (gone != 0) {
    const unsigned lane = static_cast<unsigned>(__builtin_ctz(gone));
    const bool exists = (warp.lanes >> lane & 1u) != 0;
    fail(what, mask, "lane " + std::to_string(lane) + (exists ? " has returned" : " does not exist"), site);
  }
  warp.meetings.push_back({mask, 0, what, site});
  return warp.meetings.back();
}

/// `orders`: what lanes did before comes before what any does after; shuffles promise no such thing.
template <typename Compute>
void meet(unsigned mask, const char* what, bool orders, Site site, const Compute& compute) {
  Launch& launch = Launch::current();
  Thread& thread = Launch::thread();
  Warp& warp = thread.block->warps[thread.warp()];
  Meeting& meeting = join(warp, thread, mask, what, site);
  meeting.arrived |= 1u << thread.lane();
  thread.seen.clear();
  if (orders) monitor::arrives(&warp.done);
  if (meeting.arrived != mask) {
    launch.wait(State::warp, what, site);
    if (orders) monitor::leaves(&warp.done);
    return;
  }
  warp.meetings.erase(warp.meetings.begin() + (&meeting - warp.meetings.data()));
  Lanes lanes{};
  for (unsigned lane = 0; lane < 32; ++lane) {
    if ((mask >> lane & 1u) != 0) lanes[lane] = thread.block->threads[thread.warp() * 32 + lane].get();
  }
  compute(lanes);
  if (orders) {
    std::vector<Thread*> all;
    std::copy_if(lanes.begin(), lanes.end(), std::back_inserter(all), [](Thread* lane) { return lane != nullptr; });
    launch.meet(all);
    monitor::leaves(&warp.done);
  }
  launch.progress();
  for (Thread* lane : lanes) {
    if (lane != nullptr && lane != &thread) launch.wake(*lane);
  }
}

float as_float(uint64_t word) { return from_word<float>(word); }

float widened(MmaType type, uint32_t pair, int half) {
  const uint16_t bits = static_cast<uint16_t>(half == 0 ? pair & 0xffffu : pair >> 16);
  if (type == MmaType::bf16) return __uint_as_float(static_cast<uint32_t>(bits) << 16);
  _Float16 value;
  std::memcpy(&value, &bits, 2);
  return static_cast<float>(value);
}

/// Fragment layout of mma.m16n8k16 (PTX ISA): group = lane / 4, in group = lane % 4.
void multiply(MmaType type, const Lanes& lanes) {
  float a[16][16], b[16][8];
  for (int lane = 0; lane < 32; ++lane) {
    const int group = lane / 4, in_group = lane % 4;
    uint32_t fa[4], fb[2];
    std::memcpy(fa, lanes[static_cast<size_t>(lane)]->a, sizeof fa);
    std::memcpy(fb, lanes[static_cast<size_t>(lane)]->b, sizeof fb);
    for (int r = 0; r < 4; ++r) {
      for (int half = 0; half < 2; ++half) {
        a[group + 8 * (r % 2)][2 * in_group + half + 8 * (r / 2)] = widened(type, fa[r], half);
      }
    }
    for (int r = 0; r < 2; ++r) {
      for (int half = 0; half < 2; ++half) b[2 * in_group + half + 8 * r][group] = widened(type, fb[r], half);
    }
  }
  for (int lane = 0; lane < 32; ++lane) {
    const int group = lane / 4, in_group = lane % 4;
    float d[4];
    std::memcpy(d, lanes[static_cast<size_t>(lane)]->d, sizeof d);
    for (int r = 0; r < 4; ++r) {
      const int row = group + 8 * (r / 2), column = 2 * in_group + r % 2;
      for (int k = 0; k < 16; ++k) d[r] += a[row][k] * b[k][column];
    }
    std::memcpy(lanes[static_cast<size_t>(lane)]->d, d, sizeof d);
  }
}

}  // namespace

unsigned lane_of_this_thread() { return Launch::thread().lane(); }

void warp_sync(unsigned mask, Site site) {
  meet(mask, "__syncwarp", true, site, [](const Lanes&) {});
}

uint64_t warp_shuffle(unsigned mask, uint64_t value, int source_lane, const char* what, Site site) {
  Thread& thread = Launch::thread();
  Launch& launch = Launch::current();
  thread.in = value;
  thread.source_lane = source_lane;
  meet(mask, what, false, site, [&](const Lanes& lanes) {
    for (Thread* lane : lanes) {
      if (lane == nullptr) continue;
      const Thread* source = lanes[static_cast<size_t>(lane->source_lane & 31)];
      if (source == nullptr) {
        launch.fail(std::string(what) + ": lane " + std::to_string(lane->lane()) + " reads lane " +
                        std::to_string(lane->source_lane) + ", which its mask does not name",
                    site);
      }
      lane->out = source->in;
    }
  });
  return thread.out;
}

unsigned warp_ballot(unsigned mask, bool predicate, const char* what, Site site) {
  Thread& thread = Launch::thread();
  thread.in = predicate;
  meet(mask, what, false, site, [](const Lanes& lanes) {
    uint64_t votes = 0;
    for (size_t i = 0; i < 32; ++i) {
      if (lanes[i] != nullptr && lanes[i]->in != 0) votes |= uint64_t{1} << i;
    }
    for (Thread* lane : lanes) {
      if (lane != nullptr) lane->out = votes;
    }
  });
  return static_cast<unsigned>(thread.out);
}

float warp_reduce(unsigned mask, Reduction reduction, float value, int width, Site site) {
  Thread& thread = Launch::thread();
  thread.in = to_word(value);
  meet(mask, reduction == Reduction::sum ? "warp_sum" : "warp_max", false, site, [=](const Lanes& lanes) {
    std::array<float, 32> now{}, next{};
    for (size_t i = 0; i < 32; ++i) now[i] = as_float(lanes[i]->in);
    for (size_t distance = static_cast<size_t>(width) / 2; distance > 0; distance /= 2) {
      for (size_t i = 0; i < 32; ++i) {
        const float other = now[i ^ distance];
        next[i] = reduction == Reduction::sum ? now[i] + other : std::fmax(now[i], other);
      }
      now = next;
    }
    for (size_t i = 0; i < 32; ++i) lanes[i]->out = to_word(now[i]);
  });
  return as_float(thread.out);
}

void warp_mma(MmaType type, float* d, const uint32_t* a, const uint32_t* b, Site site) {
  Thread& thread = Launch::thread();
  thread.a = a;
  thread.b = b;
  thread.d = d;
  meet(kFullMask, "mma_m16n8k16", false, site, [type](const Lanes& lanes) { multiply(type, lanes); });
}

}  // namespace rnn4j::emulation
