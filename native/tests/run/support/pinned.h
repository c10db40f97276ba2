// Pinned memory of a test's device.
#pragma once

#include <cstddef>

#include "rnn4j/rnn4j.h"
#include "run/support/session.h"

namespace testing {

struct Pinned {
  Pinned(rnn4j_device* on, size_t count) : device(on) {
    void* memory = nullptr;
    CHECK_OK(rnn4j_host_alloc(device, count * sizeof(float), &memory));
    data = static_cast<float*>(memory);
  }
  ~Pinned() { CHECK_OK(rnn4j_host_free(device, data)); }
  Pinned(const Pinned&) = delete;
  Pinned& operator=(const Pinned&) = delete;

  rnn4j_device* device;
  float* data = nullptr;
};

}  // namespace testing
