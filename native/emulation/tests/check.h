// The little a test needs: named cases, checks that say what they found, resources of the runtime.
#pragma once

#include <cuda_runtime.h>

#include <cstdio>
#include <cstdlib>
#include <functional>
#include <sstream>
#include <string>
#include <vector>

#include <rnn4j/emulation/control.h>
#include <rnn4j/gpu/device.cuh>

namespace check {

struct Case {
  const char* name;
  std::function<void()> body;
};

inline std::vector<Case>& cases() {
  static std::vector<Case> all;
  return all;
}

struct Register {
  Register(const char* name, std::function<void()> body) { cases().push_back({name, std::move(body)}); }
};

[[noreturn]] inline void fail(const char* file, int line, const std::string& text) {
  std::fprintf(stderr, "%s:%d: %s\n", file, line, text.c_str());
  std::exit(1);
}

template <typename A, typename B>
void equal(const A& a, const B& b, const char* text, const char* file, int line) {
  if (a == b) return;
  std::ostringstream found;
  found << text << ": " << a << " is not " << b;
  fail(file, line, found.str());
}

inline void contains(const std::string& text, const std::string& part, const char* file, int line) {
  if (text.find(part) == std::string::npos) fail(file, line, "'" + text + "' does not say '" + part + "'");
}

inline int run_all(int argc, char** argv) {
  for (const Case& one : cases()) {
    if (argc > 1 && std::string(argv[1]) != one.name) continue;
    std::printf("%s\n", one.name);
    std::fflush(stdout);
    rnn4j_emulation_reset();
    one.body();
  }
  rnn4j_emulation_reset();
  return 0;
}

inline void set(const char* name, const std::string& value) {
  if (rnn4j_emulation_set(name, value.c_str()) != 0) fail(name, 0, "no such setting or value: " + value);
}

inline cudaLaunchConfig_t grid(unsigned blocks, unsigned threads, size_t shared_bytes = 0,
                               cudaStream_t stream = nullptr) {
  cudaLaunchConfig_t config{};
  config.gridDim = dim3(blocks);
  config.blockDim = dim3(threads);
  config.dynamicSmemBytes = shared_bytes;
  config.stream = stream;
  return config;
}

/// Launches with all blocks resident.
template <typename... P, typename... A>
cudaError_t launch_cooperative(cudaLaunchConfig_t config, void (*kernel)(P...), A... arguments) {
  cudaLaunchAttribute attribute{};
  attribute.id = cudaLaunchAttributeCooperative;
  attribute.val.cooperative = 1;
  config.attrs = &attribute;
  config.numAttrs = 1;
  return cudaLaunchKernelEx(&config, kernel, arguments...);
}

template <typename... P, typename... A>
cudaError_t launch(const cudaLaunchConfig_t& config, void (*kernel)(P...), A... arguments) {
  return cudaLaunchKernelEx(&config, kernel, arguments...);
}

}  // namespace check

#define TEST_CASE(name)                                   \
  static void name();                                     \
  static const check::Register register_##name(#name, &name); \
  static void name()
#define CHECK(condition) \
  do { if (!(condition)) check::fail(__FILE__, __LINE__, "not true: " #condition); } while (false)
#define CHECK_EQUAL(a, b) check::equal(a, b, #a, __FILE__, __LINE__)
#define CHECK_CUDA(call) check::equal(std::string(cudaGetErrorName(call)), "cudaSuccess", #call, __FILE__, __LINE__)
#define CHECK_SAYS(part) check::contains(rnn4j_emulation_report(), part, __FILE__, __LINE__)

namespace check {

/// n elements of device memory, filled from and read to the host by synchronous copies.
template <typename T>
class DeviceArray {
 public:
  explicit DeviceArray(size_t n) : size_(n) { CHECK_CUDA(cudaMalloc(&data_, n * sizeof(T))); }
  explicit DeviceArray(const std::vector<T>& values) : DeviceArray(values.size()) {
    CHECK_CUDA(cudaMemcpy(data_, values.data(), size_ * sizeof(T), cudaMemcpyHostToDevice));
  }
  ~DeviceArray() { cudaFree(data_); }
  DeviceArray(const DeviceArray&) = delete;
  DeviceArray& operator=(const DeviceArray&) = delete;

  T* get() const { return data_; }
  std::vector<T> values() const {
    std::vector<T> host(size_);
    CHECK_CUDA(cudaMemcpy(host.data(), data_, size_ * sizeof(T), cudaMemcpyDeviceToHost));
    return host;
  }

 private:
  T* data_ = nullptr;
  size_t size_;
};

}  // namespace check
