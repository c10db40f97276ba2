#include "run/executable.h"

#include <utility>

#include "api/error.h"
#include "device/check.h"
#include "run/explain.h"

namespace rnn4j {
namespace {

/// Layouts are worth keeping even where graphs are not wanted.
constexpr int32_t kLayoutsWithoutGraphs = 32;

/// Finding a cut lays the call out once or more; sizes tend to come back.
constexpr size_t kRememberedCuts = 64;

bool has_two_directions(const Program& program) {
  for (const Op& op : program.ops) {
    if (op.recurrent && op.recurrent->settings.directions == 2) {
      return true;
    }
  }
  return false;
}

}  // namespace

Executable::Executable(Device& device, const rnn4j_program& program)
    : device_(device), program_(program, Selection::load(), device.compute_capability()), rules_(program_), weights_(program_),
      main_(device, program_.precision, program_.batch_invariant), copy_in_(create_stream()),
      copy_out_(create_stream()), fork_(create_event()), join_(create_event()), arrived_(create_event()),
      computed_(create_event()), left_{create_event(), create_event()},
      cache_(program_.graph_limit < 0 ? kLayoutsWithoutGraphs : program_.graph_limit), states_(program_) {
  program_.forget_weights();
  if (has_two_directions(program_)) {
    second_ = std::make_unique<Lane>(device, program_.precision, program_.batch_invariant);
  }
  device_.executable_added();
}

Executable::~Executable() {
  ring_.wait_quietly();
  drain();
  device_.executable_removed();
}

// --- states ---

std::unique_ptr<State> Executable::create_state(int32_t rows) {
  require(rows >= 1, "rows is ", rows, "; it must be at least 1");
  const std::lock_guard<std::mutex> lock(mutex_);
  auto state = std::make_unique<State>(State{*this, 0, rows});
  ring_.before(main_.stream());
  state->first = states_.take(rows, main_.stream());
  state_count_++;
  return state;
}

void Executable::destroy_state(const State& state) noexcept {
  const std::lock_guard<std::mutex> lock(mutex_);
  states_.give_back(state.first, state.rows);
  state_count_--;
}

namespace {

void check_rows(const State& state, int32_t row, int32_t count, const char* what) {
  require(row >= 0 && count >= 0 && row <= state.rows - count, what, " are ", row, " to ", int64_t{row} + count,
          "; the state has ", state.rows);
}

}  // namespace

void Executable::read_state(const State& state, int32_t row, int32_t count, float* to) {
  const std::lock_guard<std::mutex> lock(mutex_);
  check_rows(state, row, count, "the rows to read");
  require(to != nullptr || count == 0 || program_.state_width() == 0, "dst is NULL");
  ring_.before(main_.stream());
  states_.read(state.first + row, count, to, main_.stream());
}

void Executable::write_state(const State& state, int32_t row, int32_t count, const float* from) {
  const std::lock_guard<std::mutex> lock(mutex_);
  check_rows(state, row, count, "the rows to write");
  require(from != nullptr || count == 0 || program_.state_width() == 0, "src is NULL");
  ring_.before(main_.stream());
  states_.write(state.first + row, count, from, main_.stream());
}

void Executable::copy_state(const State& state, int32_t row, const State* from, int32_t from_row, int32_t count) {
  const std::lock_guard<std::mutex> lock(mutex_);
  check_rows(state, row, count, "the rows to write");
  if (from != nullptr) {
    require(&from->executable == this, "the states are not of the same executable");
    check_rows(*from, from_row, count, "the rows to read");
  }
  ring_.before(main_.stream());
  states_.copy(state.first + row, from == nullptr ? -1 : from->first + from_row, count, main_.stream());
}

/// Where a call's rows are in the store; empty for a program without state.
std::vector<int32_t> Executable::store_rows(const std::vector<const State*>& states, const rnn4j_run_args& args) {
  for (const State* state : states) {
    require(&state->executable == this, "the state is of another executable");
  }
  std::vector<int32_t> all;
  if (program_.slot_h.empty()) {
    return all;
  }
  require(!states.empty(), "state is NULL; the program has ", program_.slot_h.size(), " state slots");
  require(args.state_rows != nullptr || args.rows <= states[0]->rows, "rows is ", args.rows, "; the state has ",
          states[0]->rows);
  states_.begin_list();
  for (int32_t b = 0; b < args.rows; b++) {
    const State& state = *states[args.states == nullptr ? 0 : static_cast<size_t>(b)];
    const int32_t row = args.state_rows == nullptr ? b : args.state_rows[b];
    require(row >= 0 && row < state.rows, "state_rows[", b, "] is ", row, "; the state has ", state.rows, " rows");
    require(states_.list(state.first + row), "state_rows[", b, "] is ", row, ", as of another row before");
    all.push_back(state.first + row);
  }
  return all;
}

void Executable::check_idle() {
  const std::unique_lock<std::mutex> lock(mutex_, std::try_to_lock);
  require(lock.owns_lock(), "a run of the executable goes on");
  require(state_count_ == 0, "the executable has ", state_count_, " states; destroy them first");
}

// --- what is to be run ---

CallSize Executable::size_of(const Call& call) const {
  CallSize size{call.args.rows, call.steps, call.uniform, &call.shapes, {}};
  size.traits.has_lengths = call.args.lengths != nullptr;
  size.traits.has_mask = call.args.mask != nullptr;
  size.traits.own_steps = call.own_steps() && rules_.selects_last();
  size.traits.external = call.external();
  size.traits.time_major = call.external() && call.time_major();
  size.traits.slots = call.slot_bits(program_);
  size.traits.wanted.assign(program_.outputs.size(), 1);
  for (size_t k = 0; call.external() && k < program_.outputs.size(); k++) {
    size.traits.wanted[k] = call.args.outputs[k] != nullptr ? 1 : 0;
  }
  return size;
}

Cut Executable::cut_of(const Call& call) {
  const CallSize size = size_of(call);
  LayoutRequest key = size.traits;
  key.rows = size.rows;
  key.steps_in_memory = size.steps;
  key.shapes = call.shapes;
  for (const RememberedCut& known : cuts_) {
    if (known.key == key) {
      return known.cut;
    }
  }
  const Cut found = cut(program_, rules_, size);
  if (cuts_.size() < kRememberedCuts) {
    cuts_.push_back({std::move(key), found});
  } else {
    cuts_[next_cut_] = {std::move(key), found};
    next_cut_ = (next_cut_ + 1) % kRememberedCuts;
  }
  return found;
}

LayoutRequest Executable::chunk_request(const Call& call, const Cut& cut, int32_t number) const {
  LayoutRequest request = request_for(rules_, size_of(call), cut.capacity, cut.padded, cut.gate_steps);
  request.first = number == 0;
  request.last = number == cut.chunks - 1;
  request.parity = number % 2;
  for (uint8_t& bits : request.slots) {
    const int kept = (request.first ? kGivenH | kGivenC : 0) | (request.last ? kFinalH | kFinalC : 0);
    bits = static_cast<uint8_t>(bits & kept);
  }
  return request;
}

bool Executable::has_sequence() const {
  for (const int32_t v : program_.inputs) {
    if (program_.values[static_cast<size_t>(v)].has_steps) {
      return true;
    }
  }
  return false;
}

void Executable::fit(const Layout& layout) {
  if (!blocks_.fits(layout)) {
    ring_.wait();
    cache_.drop_graphs();
    blocks_.fit(layout);
  }
}

void Executable::fit_work(const Layout& layout) {
  if (blocks_.work_bytes() < layout.work_bytes()) {
    ring_.wait();
    cache_.drop_graphs();
    blocks_.fit_work(layout);
  }
}

// --- questions ---

void Executable::memory(int32_t rows, const int32_t* extents, rnn4j_memory& memory) {
  const std::lock_guard<std::mutex> lock(mutex_);
  memory.weight_bytes = weights_.bytes();
  memory.state_bytes = states_.bytes();
  memory.workspace_bytes = blocks_.device_bytes() + ring_.device_bytes() + cublas_bytes();
  memory.staging_bytes = blocks_.pinned_bytes() + ring_.pinned_bytes();
  memory.graphs = cache_.graphs();
  memory.captures = captures_;
  memory.evictions = cache_.evictions();
  memory.last_capture_nanos = last_capture_nanos_;
  memory.call_bytes = 0;
  if (extents != nullptr) {
    memory.call_bytes = cut_of(sized_call(program_, rules_, rows, extents, 0)).bytes;
  }
}

int64_t Executable::cublas_bytes() const {
  return static_cast<int64_t>(main_.workspace_bytes() + (second_ ? second_->workspace_bytes() : 0));
}

std::string Executable::explain() {
  const std::lock_guard<std::mutex> lock(mutex_);
  return explained(program_, rules_, weights_.bytes(), cublas_bytes());
}

}  // namespace rnn4j
