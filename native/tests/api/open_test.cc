// Opening a device: each thing that may be missing has its own status and says what it is.
#include <cstddef>
#include <cstdint>
#include <string>

#include "kernels/support/testing.h"
#include "rnn4j/emulation/control.h"
#include "rnn4j/rnn4j.h"
#include "run/support/large_model.h"
#include "run/support/session.h"

namespace {

using namespace testing;

struct Opened {
  int32_t status;
  std::string error;
  rnn4j_device_info info{};
};

Opened open(const char* cublas = nullptr, int32_t ordinal = 0) {
  rnn4j_device_options options{};
  options.size = sizeof options;
  options.ordinal = ordinal;
  options.cublas_path = cublas;
  rnn4j_device* device = nullptr;
  Opened opened{};
  opened.status = rnn4j_device_open(&options, &device);
  if (opened.status == RNN4J_OK) {
    opened.info.size = sizeof opened.info;
    CHECK_OK(rnn4j_device_describe(device, &opened.info));
    CHECK_OK(rnn4j_device_close(device));
  } else {
    CHECK(device == nullptr);
    opened.error = last_error();
  }
  return opened;
}

void set(const char* name, const char* value) { CHECK_EQUAL(rnn4j_emulation_set(name, value), 0); }

/// Fails with the status, and the text has all of the words.
void check_fails(const Opened& opened, rnn4j_status status, std::vector<const char*> words) {
  CHECK_EQUAL(opened.status, static_cast<int>(status));
  for (const char* word : words) {
    check(opened.error.find(word) != std::string::npos, std::string("'") + word + "' is not in: " + opened.error,
          __FILE__, __LINE__);
  }
}

CASE("a device tells what it is") {
  rnn4j_emulation_reset();
  const Opened opened = open();
  CHECK_EQUAL(opened.status, 0);
  CHECK_EQUAL(opened.info.compute_capability, 90);
  CHECK_EQUAL(opened.info.multiprocessors, 16);
  CHECK_EQUAL(opened.info.runtime_version, 13000);
  CHECK(opened.info.cublas_version >= 130000);
  CHECK(std::string(opened.info.cublas_path).find("/present/libcublas.so.13") != std::string::npos);
  CHECK(opened.info.free_bytes > 0 && opened.info.free_bytes <= opened.info.total_bytes);
}

CASE("no driver, one too old, no device, a wrong number, an old architecture") {
  rnn4j_emulation_reset();
  set("RNN4J_EMU_DRIVER", "none");
  check_fails(open(), RNN4J_NO_DRIVER, {"no NVIDIA driver", "CUDA 13.0"});
  set("RNN4J_EMU_DRIVER", "old");
  check_fails(open(), RNN4J_DRIVER_TOO_OLD, {"knows CUDA 12", "built with CUDA 13.0"});
  set("RNN4J_EMU_DRIVER", "no-device");
  check_fails(open(), RNN4J_NO_DEVICE, {"shows no device", "CUDA_VISIBLE_DEVICES"});
  set("RNN4J_EMU_DRIVER", "present");
  check_fails(open(nullptr, 7), RNN4J_INVALID_ARGUMENT, {"ordinal is 7; there are 1 devices"});
  set("RNN4J_EMU_CAPABILITY", "70");
  check_fails(open(), RNN4J_DEVICE_UNSUPPORTED, {"compute capability 7.0", "has code for 7.5 and newer"});
  rnn4j_emulation_reset();
}

CASE("cuBLAS: absent, no library, incomplete, too old; an explicit path is never skipped") {
  rnn4j_emulation_reset();
  check_fails(open("/nowhere/libcublas.so.13"), RNN4J_CUBLAS_NOT_FOUND,
              {"'/nowhere/libcublas.so.13', which the option cublas_path names", "cannot open shared object file",
               "No other place was looked at"});
  check_fails(open(RNN4J_FAKE_CUBLAS "/wrong-file"), RNN4J_CUBLAS_NOT_FOUND,
              {"/wrong-file/libcublas.so.13: ", "/wrong-file/libcublas.so.12: "});
  check_fails(open(RNN4J_INCOMPLETE_CUBLAS), RNN4J_CUBLAS_NOT_FOUND, {"it lacks", "cublasGemmEx", "cublasSetWorkspace_v2"});
  set("RNN4J_EMU_CUBLAS", "old");
  check_fails(open(), RNN4J_CUBLAS_NOT_FOUND, {"the environment's RNN4J_CUBLAS", "is older than 12"});
  rnn4j_emulation_reset();
  CHECK_EQUAL(open(RNN4J_FAKE_CUBLAS "/present").status, 0);
  CHECK_EQUAL(open(RNN4J_FAKE_CUBLAS "/present/libcublas.so.13").status, 0);
}

CASE("pinned memory is given back by the one who took it, or with the device") {
  rnn4j_emulation_reset();
  rnn4j_device_options options{};
  options.size = sizeof options;
  rnn4j_device* device = nullptr;
  CHECK_OK(rnn4j_device_open(&options, &device));
  void* memory = nullptr;
  void* forgotten = nullptr;
  CHECK_OK(rnn4j_host_alloc(device, 100, &memory));
  CHECK_OK(rnn4j_host_alloc(device, 100, &forgotten));
  CHECK_EQUAL(rnn4j_host_alloc(device, 0, &memory), static_cast<int>(RNN4J_INVALID_ARGUMENT));
  CHECK(memory == nullptr);
  CHECK_EQUAL(rnn4j_host_free(device, &memory), static_cast<int>(RNN4J_INVALID_ARGUMENT));
  CHECK_OK(rnn4j_host_free(device, forgotten));
  CHECK_EQUAL(rnn4j_host_free(device, forgotten), static_cast<int>(RNN4J_INVALID_ARGUMENT));
  CHECK_EQUAL(rnn4j_emulation_count("pinned_allocations"), 1);
  CHECK_OK(rnn4j_device_close(device));
  CHECK_EQUAL(rnn4j_emulation_count("pinned_allocations"), 0);
}

CASE("run arguments from before `states` are taken, smaller ones are refused") {
  const LargeModel model(2, 3);
  Session session(model.b, model.b.program(), 2), other(model.b, model.b.program(), 2);
  const std::vector<float> x = Random(3).uniforms(product(2, 3, LargeModel::kWidth), 1.0f);
  const RunResult wanted = session.run(2, 3, {x.data()});
  std::vector<float> y(wanted.outputs[0].size());
  const std::vector<int32_t> extents = other.extents(3);
  const void* inputs[] = {x.data()};
  void* outputs[] = {y.data()};
  rnn4j_run_args args{};
  args.size = offsetof(rnn4j_run_args, states);
  args.rows = 2;
  args.extents = extents.data();
  args.inputs = inputs;
  args.outputs = outputs;
  args.states = reinterpret_cast<rnn4j_state* const*>(uintptr_t{8});  // behind the caller's struct
  CHECK_OK(rnn4j_run(other.executable, other.state, &args));
  CHECK(y == wanted.outputs[0]);
  args.size--;
  CHECK_EQUAL(rnn4j_run(other.executable, other.state, &args), static_cast<int>(RNN4J_INVALID_ARGUMENT));
  CHECK_EQUAL(last_error(), "args.size is 127; this library (ABI 1) needs at least 128");
}

CASE("a batch-invariant program runs without cuBLAS, another is refused") {
  const LargeModel model(2, 12);
  rnn4j_program program = model.b.program();
  program.batch_invariant = 1;
  const std::vector<float> x = Random(3).uniforms(product(2, 12, LargeModel::kWidth), 1.0f);
  Session with(model.b, program, 2);
  const RunResult wanted = with.run(2, 12, {x.data()});
  rnn4j_device_options options{};
  options.size = sizeof options;
  options.cublas_path = "none";
  rnn4j_device* device = nullptr;
  CHECK_OK(rnn4j_device_open(&options, &device));
  rnn4j_device_info info{};
  info.size = sizeof info;
  CHECK_OK(rnn4j_device_describe(device, &info));
  CHECK_EQUAL(std::string(info.cublas_path), "none");
  CHECK_EQUAL(info.cublas_version, 0);
  rnn4j_executable* executable = nullptr;
  rnn4j_state* state = nullptr;
  CHECK_OK(rnn4j_executable_create(device, &program, &executable));
  CHECK_OK(rnn4j_state_create(executable, 2, &state));
  std::vector<float> y(wanted.outputs[0].size());
  const std::vector<int32_t> extents = with.extents(12);
  const void* inputs[] = {x.data()};
  void* outputs[] = {y.data()};
  rnn4j_run_args args{};
  args.size = sizeof args;
  args.rows = 2;
  args.extents = extents.data();
  args.inputs = inputs;
  args.outputs = outputs;
  CHECK_OK(rnn4j_run(executable, state, &args));
  CHECK(y == wanted.outputs[0]);
  CHECK_OK(rnn4j_state_destroy(state));
  CHECK_OK(rnn4j_executable_destroy(executable));
  program.batch_invariant = 0;
  CHECK_EQUAL(rnn4j_executable_create(device, &program, &executable), static_cast<int>(RNN4J_CUBLAS_NOT_FOUND));
  CHECK(executable == nullptr);
  CHECK_EQUAL(last_error(), "the device was opened with cuBLAS 'none'; only programs with batch_invariant run without");
  CHECK_OK(rnn4j_device_close(device));
}

}  // namespace
