// The C ABI: arguments in, one call of the library, statuses out.
#include <memory>
#include <string>
#include <vector>

#include "api/error.h"
#include "api/guard.h"
#include "api/sized.h"
#include "device/device.h"
#include "rnn4j/rnn4j.h"
#include "run/executable.h"

using rnn4j::fail;
using rnn4j::guard;
using rnn4j::read_sized;
using rnn4j::require;
using rnn4j::write_sized;

struct rnn4j_device {
  explicit rnn4j_device(const rnn4j_device_options& options) : device(options) {}
  rnn4j::Device device;
};

struct rnn4j_executable {
  rnn4j_executable(rnn4j::Device& on, const rnn4j_program& program) : executable(on, program) {}
  rnn4j::Executable executable;
};

struct rnn4j_state {
  std::unique_ptr<rnn4j::State> state;
};

namespace {

template <typename T>
T& required(T* pointer, const char* name) {
  require(pointer != nullptr, name, " is NULL");
  return *pointer;
}

/// Runs `body` on the executable's device.
template <typename Body>
void on_device(rnn4j_executable* executable, Body&& body) {
  rnn4j::Executable& e = required(executable, "executable").executable;
  e.device().use([&] { body(e); });
}

/// The same for a state's.
template <typename Body>
void on_state(rnn4j_state* state, Body&& body) {
  rnn4j::State& s = *required(state, "state").state;
  s.executable.device().use([&] { body(s.executable, s); });
}

/// The state of each row, or one for all of them; empty: none was given.
std::vector<const rnn4j::State*> states_of(const rnn4j_state* state, const rnn4j_run_args& args) {
  require(state == nullptr || args.states == nullptr, "state and args.states were given; give one of them");
  require(args.states == nullptr || args.state_rows != nullptr, "args.states was given without args.state_rows");
  std::vector<const rnn4j::State*> all;
  if (state != nullptr) {
    all.push_back(state->state.get());
  }
  for (int32_t b = 0; args.states != nullptr && b < args.rows; b++) {
    require(args.states[b] != nullptr, "args.states[", b, "] is NULL");
    all.push_back(args.states[b]->state.get());
  }
  return all;
}

}  // namespace

uint32_t rnn4j_abi_version(void) { return RNN4J_ABI_VERSION; }

const char* rnn4j_build_info(void) { return RNN4J_BUILD_INFO; }

size_t rnn4j_last_error(char* text, size_t capacity) { return rnn4j::last_error(text, capacity); }

int32_t rnn4j_device_open(const rnn4j_device_options* options, rnn4j_device** device) {
  return guard([&] {
    required(device, "device") = nullptr;
    *device = new rnn4j_device(read_sized(options, "options"));
  });
}

int32_t rnn4j_device_describe(rnn4j_device* device, rnn4j_device_info* info) {
  return guard([&] {
    rnn4j_device_info described = read_sized(info, "info");
    required(device, "device").device.describe(described);
    write_sized(described, info, "info");
  });
}

int32_t rnn4j_device_close(rnn4j_device* device) {
  return guard([&] {
    required(device, "device").device.close();
    delete device;
  });
}

int32_t rnn4j_host_alloc(rnn4j_device* device, size_t bytes, void** memory) {
  return guard([&] {
    required(memory, "memory") = nullptr;
    *memory = required(device, "device").device.host_alloc(bytes);
  });
}

int32_t rnn4j_host_free(rnn4j_device* device, void* memory) {
  return guard([&] { required(device, "device").device.host_free(memory); });
}

int32_t rnn4j_executable_create(rnn4j_device* device, const rnn4j_program* program, rnn4j_executable** executable) {
  return guard([&] {
    required(executable, "executable") = nullptr;
    rnn4j::Device& on = required(device, "device").device;
    on.use([&] { *executable = new rnn4j_executable(on, required(program, "program")); });
  });
}

int32_t rnn4j_executable_destroy(rnn4j_executable* executable) {
  return guard([&] {
    required(executable, "executable").executable.check_idle();
    executable->executable.device().select_quietly();
    delete executable;
  });
}

int32_t rnn4j_state_create(rnn4j_executable* executable, int32_t rows, rnn4j_state** state) {
  return guard([&] {
    required(state, "state") = nullptr;
    on_device(executable, [&](rnn4j::Executable& e) {
      auto created = std::make_unique<rnn4j_state>();
      created->state = e.create_state(rows);
      *state = created.release();
    });
  });
}

int32_t rnn4j_state_destroy(rnn4j_state* state) {
  return guard([&] {
    rnn4j::State& s = *required(state, "state").state;
    s.executable.destroy_state(s);
    delete state;
  });
}

int32_t rnn4j_state_read(rnn4j_state* state, int32_t row, int32_t count, float* dst) {
  return guard([&] {
    on_state(state, [&](rnn4j::Executable& e, rnn4j::State& s) { e.read_state(s, row, count, dst); });
  });
}

int32_t rnn4j_state_write(rnn4j_state* state, int32_t row, int32_t count, const float* src) {
  return guard([&] {
    on_state(state, [&](rnn4j::Executable& e, rnn4j::State& s) { e.write_state(s, row, count, src); });
  });
}

int32_t rnn4j_state_copy(rnn4j_state* state, int32_t row, const rnn4j_state* from, int32_t from_row, int32_t count) {
  return guard([&] {
    on_state(state, [&](rnn4j::Executable& e, rnn4j::State& s) {
      e.copy_state(s, row, from == nullptr ? nullptr : from->state.get(), from_row, count);
    });
  });
}

int32_t rnn4j_run(rnn4j_executable* executable, rnn4j_state* state, const rnn4j_run_args* args) {
  return guard([&] {
    on_device(executable, [&](rnn4j::Executable& e) {
      const rnn4j_run_args given = read_sized(args, "args");
      e.run(states_of(state, given), given);
    });
  });
}

int32_t rnn4j_prepare(rnn4j_executable* executable, int32_t rows, const int32_t* extents, int32_t flags) {
  return guard([&] {
    on_device(executable, [&](rnn4j::Executable& e) { e.prepare(rows, extents, flags); });
  });
}

int32_t rnn4j_executable_memory(rnn4j_executable* executable, int32_t rows, const int32_t* extents,
                                rnn4j_memory* memory) {
  return guard([&] {
    rnn4j_memory told = read_sized(memory, "memory");
    required(executable, "executable").executable.memory(rows, extents, told);
    write_sized(told, memory, "memory");
  });
}

size_t rnn4j_executable_explain(rnn4j_executable* executable, char* text, size_t capacity) {
  size_t length = 0;
  const int32_t status = guard([&] {
    const std::string all = required(executable, "executable").executable.explain();
    length = rnn4j::copy_text(all.data(), all.size(), text, capacity);
  });
  return status == RNN4J_OK ? length : 0;
}
