// A program on a device: weights, the memory its calls share, its captured graphs, its states.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "device/device.h"
#include "plan/cut.h"
#include "plan/program.h"
#include "plan/steps.h"
#include "plan/weights.h"
#include "rnn4j/rnn4j.h"
#include "run/blocks.h"
#include "run/call.h"
#include "run/direct_copies.h"
#include "run/external_ring.h"
#include "run/graph_cache.h"
#include "run/lane.h"
#include "run/segment.h"
#include "run/staging.h"
#include "run/state_store.h"

namespace rnn4j {

class Executable;

/// Rows of the executable's state store. Used by one thread at a time.
struct State {
  Executable& executable;
  int32_t first;
  int32_t rows;
};

/// Thread-safe: calls queue up.
class Executable {
 public:
  Executable(Device& device, const rnn4j_program& program);
  /// Waits for what was queued on callers' streams.
  ~Executable();

  Device& device() { return device_; }

  std::unique_ptr<State> create_state(int32_t rows);
  void destroy_state(const State& state) noexcept;
  void read_state(const State& state, int32_t row, int32_t count, float* to);
  void write_state(const State& state, int32_t row, int32_t count, const float* from);
  void copy_state(const State& state, int32_t row, const State* from, int32_t from_row, int32_t count);

  /// @param states by row, or one for all rows; empty where none was given
  void run(const std::vector<const State*>& states, const rnn4j_run_args& args);
  void prepare(int32_t rows, const int32_t* extents, int32_t flags);
  void memory(int32_t rows, const int32_t* extents, rnn4j_memory& memory);
  std::string explain();

  /// Throws RNN4J_INVALID_ARGUMENT while states exist or a run goes on.
  void check_idle();

 private:
  struct RememberedCut {
    LayoutRequest key;
    Cut cut;
  };

  std::vector<int32_t> store_rows(const std::vector<const State*>& states, const rnn4j_run_args& args);
  CallSize size_of(const Call& call) const;
  Cut cut_of(const Call& call);
  LayoutRequest chunk_request(const Call& call, const Cut& cut, int32_t number) const;
  int64_t cublas_bytes() const;
  bool has_sequence() const;
  void fit(const Layout& layout);
  void fit_work(const Layout& layout);
  void queue_input(const Layout& layout, const DirectCopies& direct, cudaStream_t stream) const;
  void queue_output(const Layout& layout, const DirectCopies& direct, cudaStream_t stream) const;
  DirectCopies direct_copies(const Call& call, Chunk chunk, const Layout& layout) const;
  void queue_work(const Layout& layout, const Addresses& addresses);
  void queue(const Prepared& prepared);
  void capture(Prepared& prepared);
  Prepared& prepared(const LayoutRequest& request);
  void launch(const Prepared& prepared);
  void run_whole(const Call& call, const Cut& cut, const StateRows& rows);
  void run_chunks(const Call& call, const Cut& cut, const StateRows& rows);
  void start_chunk(const Call& call, const StateRows& rows, Chunk chunk, const Prepared& prepared);
  void take_results(const Call& call, Chunk chunk, const Layout& layout, const DirectCopies& direct) const;
  void run_external(const Call& call, const StateRows& rows);
  std::vector<void*> caller_pointers(const Call& call) const;
  void require_not_cancelled(const Call& call) const;
  void check_status(const kernels::RunStatus& status, int32_t first_step, const char* when) const;
  void check_earlier_calls();
  std::vector<uint8_t> kept_flags(const uint8_t* flags, const StateRows& rows) const;
  void note_begun(const Call& call, const StateRows& rows, uint64_t number);
  void prepare_variants(Call& call, bool captures);
  void drop_stale_graphs();
  void drain() noexcept;

  Device& device_;
  Program program_;
  StepRules rules_;
  PackedWeights weights_;
  Lane main_;
  std::unique_ptr<Lane> second_;
  Stream copy_in_;
  Stream copy_out_;
  Event fork_;
  Event join_;
  Event arrived_;
  Event computed_;
  Event left_[2];
  Blocks blocks_;
  ExternalRing ring_;
  GraphCache cache_;
  std::vector<RememberedCut> cuts_;
  size_t next_cut_ = 0;
  StateStore states_;
  std::mutex mutex_;
  int32_t state_count_ = 0;
  int64_t states_generation_ = 0;
  uint64_t external_calls_ = 0;
  int64_t captures_ = 0;
  int64_t last_capture_nanos_ = 0;
};

}  // namespace rnn4j
