// What calls on callers' streams leave behind until the device is through with it: parameters going in, the status
// coming out. The host does not wait for such calls, so several may be on their way.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "device/memory.h"
#include "device/stream.h"
#include "kernels/common/run_status.h"
#include "plan/layout.h"

namespace rnn4j {

/// Not thread-safe; used under the executable's lock.
class ExternalRing {
 public:
  /// The memory of one call.
  struct Slot {
    DeviceMemory input;
    DeviceMemory output;
    PinnedMemory pinned_input;
    PinnedMemory pinned_output;
    Event done;
    bool pending = false;
    size_t status_offset = 0;
    uint64_t call = 0;
    std::vector<int32_t> rows;  // the store's numbers
  };

  /// Waits until the slot of the oldest call is free. Its status is to be asked for before `take`.
  void wait_for_slot();
  /// That slot, with room for a call of this layout.
  Slot& take(const Layout& layout);
  /// All work of the call has been queued on this stream.
  void queued(Slot& slot, const Layout& layout, cudaStream_t stream);

  /// Makes later work of `stream` come after all calls queued so far.
  void before(cudaStream_t stream) const;
  /// Waits for all of them on the host.
  void wait();
  /// The same where nobody can be told of a failure.
  void wait_quietly() const noexcept;
  /// The status in the slot.
  static const kernels::RunStatus& status(const Slot& slot);
  /// A finished call that found something wrong, which is then forgotten; null if there is none.
  const Slot* failure();

  int64_t device_bytes() const;
  int64_t pinned_bytes() const;

 private:
  static constexpr size_t kSlots = 4;

  Slot slots_[kSlots];
  size_t next_ = 0;
  const Slot* last_ = nullptr;
};

}  // namespace rnn4j
