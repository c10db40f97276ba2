// The border: exceptions end here and become a status and the calling thread's last error.
#pragma once

#include <cstddef>
#include <cstdint>
#include <exception>
#include <new>
#include <string>
#include <utility>

#include "api/error.h"

namespace rnn4j {

/// Keeps the text for the calling thread; returns `status`.
int32_t remember(rnn4j_status status, const char* text) noexcept;

/// Copies `from`, cut to `capacity` bytes with the final 0; returns the full length.
size_t copy_text(const char* from, size_t length, char* to, size_t capacity) noexcept;

/// The calling thread's last failure, as rnn4j_last_error gives it.
size_t last_error(char* text, size_t capacity) noexcept;

template <typename Body>
int32_t guard(Body&& body) noexcept {
  try {
    std::forward<Body>(body)();
    return RNN4J_OK;
  } catch (const Error& e) {
    return remember(e.status(), e.what());
  } catch (const std::bad_alloc&) {
    return remember(RNN4J_OUT_OF_HOST_MEMORY, "out of host memory");
  } catch (const std::exception& e) {
    return remember(RNN4J_INTERNAL, e.what());
  } catch (...) {
    return remember(RNN4J_INTERNAL, "an exception of unknown type");
  }
}

}  // namespace rnn4j
