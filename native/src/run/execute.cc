// Runs of an executable: capture, replay, chunks, calls on the caller's stream.
#include <algorithm>
#include <chrono>
#include <cstring>

#include "api/error.h"
#include "device/check.h"
#include "run/executable.h"

namespace rnn4j {
namespace {

/// Ends a capture that an error left behind.
class Capture {
 public:
  explicit Capture(cudaStream_t stream) : stream_(stream) {
    RNN4J_CUDA(cudaStreamBeginCapture(stream, cudaStreamCaptureModeThreadLocal));
    open_ = true;
  }
  ~Capture() {
    if (open_) {
      cudaGraph_t graph = nullptr;
      ignore_cuda(cudaStreamEndCapture(stream_, &graph));
      const Graph dropped(graph);
      ignore_cuda(cudaGetLastError());
    }
  }
  Capture(const Capture&) = delete;
  Capture& operator=(const Capture&) = delete;

  Graph end() {
    cudaGraph_t graph = nullptr;
    open_ = false;
    RNN4J_CUDA(cudaStreamEndCapture(stream_, &graph));
    return Graph(graph);
  }

 private:
  cudaStream_t stream_;
  bool open_ = false;
};

/// The first, two of those between, and the last: all that differ.
std::vector<int32_t> distinct_chunks(const Cut& cut) {
  std::vector<int32_t> all;
  for (int32_t k = 0; k < cut.chunks; k++) {
    if (k < 3 || k == cut.chunks - 1) {
      all.push_back(k);
    }
  }
  return all;
}

}  // namespace

// --- one segment ---

void Executable::queue_input(const Layout& layout, const DirectCopies& direct, cudaStream_t stream) const {
  const int32_t parity = layout.request().parity;
  direct.queue_input(blocks_.addresses(parity).input, blocks_.pinned_input(parity), layout.input_bytes(), stream);
}

void Executable::queue_output(const Layout& layout, const DirectCopies& direct, cudaStream_t stream) const {
  const int32_t parity = layout.request().parity;
  direct.queue_output(blocks_.addresses(parity).output, blocks_.pinned_output(parity), layout.output_bytes(), stream);
}

DirectCopies Executable::direct_copies(const Call& call, Chunk chunk, const Layout& layout) const {
  return layout.copies_in_graph() ? DirectCopies() : DirectCopies(device_, program_, rules_, call, layout, chunk);
}

void Executable::queue_work(const Layout& layout, const Addresses& addresses) {
  const StateArrays states = states_.arrays();
  const Lanes lanes{&main_, second_.get(), &fork_, &join_};
  queue_segment({program_, rules_, weights_, layout, addresses, states, lanes});
}

void Executable::queue(const Prepared& prepared) {
  const cudaStream_t stream = main_.stream();
  const bool copies = prepared.layout.copies_in_graph();
  if (copies) {
    queue_input(prepared.layout, {}, stream);
  }
  queue_work(prepared.layout, blocks_.addresses(prepared.layout.request().parity));
  if (copies) {
    queue_output(prepared.layout, {}, stream);
  }
}

void Executable::capture(Prepared& prepared) {
  const auto begun = std::chrono::steady_clock::now();
  const cudaStream_t stream = main_.stream();
  Capture scope(stream);
  queue(prepared);
  const Graph graph = scope.end();
  cudaGraphExec_t exec = nullptr;
  RNN4J_CUDA(cudaGraphInstantiate(&exec, graph.get(), 0));
  prepared.graph = GraphExec(exec);
  RNN4J_CUDA(cudaGraphUpload(exec, stream));
  captures_++;
  const auto taken = std::chrono::steady_clock::now() - begun;
  last_capture_nanos_ = std::chrono::duration_cast<std::chrono::nanoseconds>(taken).count();
}

/// The layout of a request with, unless graphs are not wanted, its graph.
Prepared& Executable::prepared(const LayoutRequest& request) {
  Prepared* found = cache_.find(request);
  if (found == nullptr) {
    // What goes may still be running, as the chunk before this one.
    RNN4J_CUDA(cudaStreamSynchronize(main_.stream()));
    found = &cache_.insert(Layout(program_, request));
  }
  fit(found->layout);
  if (program_.graph_limit > 0 && !found->graph) {
    capture(*found);
  }
  return *found;
}

void Executable::launch(const Prepared& prepared) {
  if (prepared.graph) {
    RNN4J_CUDA(cudaGraphLaunch(prepared.graph.get(), main_.stream()));
  } else {
    queue(prepared);
  }
}

// --- calls ---

void Executable::run(const std::vector<const State*>& states, const rnn4j_run_args& args) {
  const std::lock_guard<std::mutex> lock(mutex_);
  Call call = checked_call(program_, rules_, args);
  const StateRows rows{program_.slot_h.empty() ? nullptr : &states_, store_rows(states, args), call.external()};
  check_earlier_calls();
  const std::vector<uint8_t> started = kept_flags(args.started, rows), seen = kept_flags(args.seen, rows);
  call.args.started = started.empty() ? args.started : started.data();
  call.args.seen = seen.empty() ? args.seen : seen.data();
  drop_stale_graphs();
  main_.restore();
  if (call.external()) {
    run_external(call, rows);
    return;
  }
  ring_.before(main_.stream());
  const Cut cut = cut_of(call);
  try {
    cut.chunks == 1 ? run_whole(call, cut, rows) : run_chunks(call, cut, rows);
  } catch (...) {
    drain();
    throw;
  }
  for (const int32_t row : rows.rows) {
    states_.flip(row);
  }
  note_begun(call, rows, 0);
}

/// The caller's flags by row, 0 where a row has not begun after all; empty where they hold as they are.
std::vector<uint8_t> Executable::kept_flags(const uint8_t* flags, const StateRows& rows) const {
  std::vector<uint8_t> kept;
  for (size_t b = 0; flags != nullptr && b < rows.rows.size(); b++) {
    if (flags[b] != 0 && states_.is_begun_undone(rows.rows[b])) {
      kept.assign(flags, flags + rows.rows.size());
      break;
    }
  }
  for (size_t b = 0; b < kept.size(); b++) {
    kept[b] = states_.is_begun_undone(rows.rows[b]) ? 0 : kept[b];
  }
  return kept;
}

void Executable::note_begun(const Call& call, const StateRows& rows, uint64_t number) {
  for (size_t b = 0; b < rows.rows.size(); b++) {
    if (call.args.started == nullptr || call.args.started[b] == 0) {
      states_.begun(rows.rows[b], number);
    }
  }
}

void Executable::run_whole(const Call& call, const Cut& cut, const StateRows& rows) {
  const Prepared& whole = prepared(chunk_request(call, cut, 0));
  const Chunk chunk{0, call.steps};
  require_not_cancelled(call);
  const DirectCopies direct = direct_copies(call, chunk, whole.layout);
  pack(program_, rules_, call, whole.layout, chunk, rows, direct, blocks_.pinned_input(0));
  if (!whole.layout.copies_in_graph()) {
    queue_input(whole.layout, direct, main_.stream());
  }
  launch(whole);
  if (!whole.layout.copies_in_graph()) {
    queue_output(whole.layout, direct, main_.stream());
  }
  RNN4J_CUDA(cudaStreamSynchronize(main_.stream()));
  take_results(call, chunk, whole.layout, direct);
}

/// Copies of one chunk in and of another out go on while a third is computed: two of everything, by parity.
void Executable::run_chunks(const Call& call, const Cut& cut, const StateRows& rows) {
  // All memory first: nothing may move while chunks are under way.
  for (const int32_t k : distinct_chunks(cut)) {
    fit(Layout(program_, chunk_request(call, cut, k)));
  }
  const auto chunk_of = [&](int32_t k) {
    return Chunk{k * cut.capacity, std::min(cut.capacity, call.steps - k * cut.capacity)};
  };
  const auto finish = [&](int32_t k) {
    RNN4J_CUDA(cudaEventSynchronize(left_[k % 2].get()));
    const Layout layout(program_, chunk_request(call, cut, k));
    take_results(call, chunk_of(k), layout, direct_copies(call, chunk_of(k), layout));
  };
  for (int32_t k = 0; k < cut.chunks; k++) {
    if (k >= 2) {
      finish(k - 2);
    }
    require_not_cancelled(call);
    start_chunk(call, rows, chunk_of(k), prepared(chunk_request(call, cut, k)));
  }
  for (int32_t k = cut.chunks - 2; k < cut.chunks; k++) {
    finish(k);
  }
}

void Executable::start_chunk(const Call& call, const StateRows& rows, Chunk chunk, const Prepared& prepared) {
  const int32_t parity = prepared.layout.request().parity;
  const DirectCopies direct = direct_copies(call, chunk, prepared.layout);
  pack(program_, rules_, call, prepared.layout, chunk, rows, direct, blocks_.pinned_input(parity));
  queue_input(prepared.layout, direct, copy_in_.get());
  order(copy_in_.get(), arrived_, main_.stream());
  launch(prepared);
  order(main_.stream(), computed_, copy_out_.get());
  queue_output(prepared.layout, direct, copy_out_.get());
  RNN4J_CUDA(cudaEventRecord(left_[parity].get(), copy_out_.get()));
}

void Executable::require_not_cancelled(const Call& call) const {
  if (call.cancelled()) {
    fail(RNN4J_CANCELLED, "the run of '", program_.name, "' was cancelled; states are as before");
  }
}

void Executable::take_results(const Call& call, Chunk chunk, const Layout& layout, const DirectCopies& direct) const {
  const int32_t parity = layout.request().parity;
  const std::byte* output = blocks_.pinned_output(parity);
  const auto* status = reinterpret_cast<const kernels::RunStatus*>(output + layout.status.offset);
  check_status(*status, chunk.from, "");
  unpack(program_, rules_, call, layout, chunk, direct, blocks_.pinned_input(parity), output);
}

void Executable::check_status(const kernels::RunStatus& status, int32_t first_step, const char* when) const {
  if (status.code == 0) {
    return;
  }
  const Op& op = program_.ops[static_cast<size_t>(status.op)];
  const auto number = [&](int32_t id) {
    const bool is_float = program_.values[static_cast<size_t>(op.inputs[0])].type == RNN4J_F32;
    float value = 0.0f;
    std::memcpy(&value, &id, sizeof value);
    return is_float ? text(value) : text(id);
  };
  const std::string allowed = op.kind() == RNN4J_OP_NUMBERS
                                  ? "floats are exact to 16777216 on both sides of 0"
                                  : text("there are ", op.settings.rows, ", numbered from 0");
  fail(RNN4J_ID_OUT_OF_RANGE, when, op.title(), ": row ", status.row, " has the id ", number(status.id),
       " at position ", first_step + status.position, "; ", allowed);
}

void Executable::check_earlier_calls() {
  if (const ExternalRing::Slot* failure = ring_.failure()) {
    for (const int32_t row : failure->rows) {
      states_.undo_begun(row, failure->call);
    }
    check_status(ExternalRing::status(*failure), 0, "an earlier call on a stream of the caller's found, after it had returned: ");
  }
}

void Executable::run_external(const Call& call, const StateRows& rows) {
  const Cut cut = cut_of(call);
  const LayoutRequest request = chunk_request(call, cut, 0);
  const Prepared* found = cache_.find(request);
  const Layout& layout = (found != nullptr ? *found : cache_.insert(Layout(program_, request))).layout;
  ring_.wait_for_slot();
  check_earlier_calls();
  fit_work(layout);
  ExternalRing::Slot& slot = ring_.take(layout);
  slot.call = ++external_calls_;
  slot.rows = rows.rows;
  const auto stream = static_cast<cudaStream_t>(call.args.stream);
  pack(program_, rules_, call, layout, {0, call.steps}, rows, {}, slot.pinned_input.as<>());
  Addresses addresses{slot.input.as<>(), slot.output.as<>(), blocks_.addresses(0).work, caller_pointers(call)};
  try {
    ring_.before(stream);
    main_.redirect(stream);
    RNN4J_CUDA(cudaMemcpyAsync(slot.input.as<>(), slot.pinned_input.as<>(), layout.input_bytes(),
                               cudaMemcpyHostToDevice, stream));
    queue_work(layout, addresses);
    RNN4J_CUDA(cudaMemcpyAsync(slot.pinned_output.as<>(), slot.output.as<>(), layout.output_bytes(),
                               cudaMemcpyDeviceToHost, stream));
    ring_.queued(slot, layout, stream);
    note_begun(call, rows, slot.call);
    main_.restore();
  } catch (...) {
    ignore_cuda(cudaStreamSynchronize(stream));
    drain();
    main_.abandon();
    throw;
  }
}

/// In the order that Place::offset of Block::kCaller counts.
std::vector<void*> Executable::caller_pointers(const Call& call) const {
  const rnn4j_run_args& args = call.args;
  std::vector<void*> all;
  for (size_t k = 0; k < program_.inputs.size(); k++) {
    all.push_back(const_cast<void*>(args.inputs[k]));
  }
  for (size_t k = 0; k < program_.outputs.size(); k++) {
    all.push_back(args.outputs[k]);
  }
  for (size_t s = 0; s < program_.slot_h.size(); s++) {
    all.push_back(args.initial_h == nullptr ? nullptr : const_cast<float*>(args.initial_h[s]));
    all.push_back(args.initial_c == nullptr ? nullptr : const_cast<float*>(args.initial_c[s]));
    all.push_back(args.final_h == nullptr ? nullptr : args.final_h[s]);
    all.push_back(args.final_c == nullptr ? nullptr : args.final_c[s]);
  }
  return all;
}

void Executable::prepare(int32_t rows, const int32_t* extents, int32_t flags) {
  const std::lock_guard<std::mutex> lock(mutex_);
  Call call = sized_call(program_, rules_, rows, extents, flags);
  require(!call.external(), "flags has RNN4J_DEVICE_POINTERS; such calls are not captured");
  drop_stale_graphs();
  main_.restore();
  // Twice: what a later variant takes would end the graphs of those before.
  for (const bool captures : {false, true}) {
    prepare_variants(call, captures);
  }
  RNN4J_CUDA(cudaStreamSynchronize(main_.stream()));
}

/// Calls with and without lengths, and all that their chunks can be.
void Executable::prepare_variants(Call& call, bool captures) {
  const int32_t no_lengths = 0;
  for (const int32_t* lengths : {static_cast<const int32_t*>(nullptr), &no_lengths}) {
    call.args.lengths = lengths;
    if (lengths != nullptr && !has_sequence()) {
      continue;
    }
    const Cut cut = cut_of(call);
    for (const int32_t k : distinct_chunks(cut)) {
      const LayoutRequest request = chunk_request(call, cut, k);
      captures ? void(prepared(request)) : fit(Layout(program_, request));
    }
  }
}

void Executable::drop_stale_graphs() {
  if (states_.generation() != states_generation_) {
    cache_.drop_graphs();
    states_generation_ = states_.generation();
  }
}

void Executable::drain() noexcept {
  ignore_cuda(cudaStreamSynchronize(copy_in_.get()));
  ignore_cuda(cudaStreamSynchronize(main_.own_stream()));
  if (second_) {
    ignore_cuda(cudaStreamSynchronize(second_->own_stream()));
  }
  ignore_cuda(cudaStreamSynchronize(copy_out_.get()));
  ignore_cuda(cudaGetLastError());
}

}  // namespace rnn4j
