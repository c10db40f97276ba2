#include "api/guard.h"

#include <algorithm>
#include <cstring>

namespace rnn4j {
namespace {

thread_local std::string t_text;
// What is said where even the text found no memory.
thread_local bool t_text_lost = false;

constexpr char kTextLost[] = "out of host memory, also for the text of the failure";

}  // namespace

int32_t remember(rnn4j_status status, const char* text) noexcept {
  try {
    t_text_lost = false;
    t_text = text;
  } catch (const std::bad_alloc&) {
    t_text_lost = true;
  }
  return status;
}

size_t copy_text(const char* from, size_t length, char* to, size_t capacity) noexcept {
  if (to != nullptr && capacity > 0) {
    const size_t n = std::min(length, capacity - 1);
    std::memcpy(to, from, n);
    to[n] = '\0';
  }
  return length;
}

size_t last_error(char* text, size_t capacity) noexcept {
  if (t_text_lost) {
    return copy_text(kTextLost, sizeof kTextLost - 1, text, capacity);
  }
  return copy_text(t_text.data(), t_text.size(), text, capacity);
}

}  // namespace rnn4j
