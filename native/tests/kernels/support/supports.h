// That `supports` and a launcher agree: on parameters that are fine, and on each of them spoilt.
#pragma once

#include <string>

#include <cuda_runtime.h>

#include "kernels/support/testing.h"

namespace testing {

template <typename Params>
class Supports {
 public:
  using Launcher = cudaError_t (*)(const Params&, cudaStream_t);

  Supports(std::string name, const Params& fine, Launcher launcher)
      : name_(std::move(name)), fine_(fine), launcher_(launcher) {
    expect("as it is", fine_, true);
  }

  template <typename Change>
  Supports& accepts(const char* what, Change change) { return changed(what, change, true); }
  template <typename Change>
  Supports& refuses(const char* what, Change change) { return changed(what, change, false); }

 private:
  template <typename Change>
  Supports& changed(const char* what, Change change, bool fine) {
    Params p = fine_;
    change(p);
    expect(what, p, fine);
    return *this;
  }

  void expect(const char* what, const Params& p, bool fine) const {
    about() = name_ + ", " + what;
    CHECK_EQUAL(supports(p), fine);
    CHECK_EQUAL(static_cast<int>(launcher_(p, nullptr)), static_cast<int>(fine ? cudaSuccess : cudaErrorInvalidValue));
    CHECK_EQUAL(static_cast<int>(cudaDeviceSynchronize()), 0);
  }

  std::string name_;
  Params fine_;
  Launcher launcher_;
};

}  // namespace testing
