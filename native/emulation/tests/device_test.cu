// Driver states, limits, sticky errors, injected faults, counts.
#include "check.h"

#include <cstring>
#include <thread>

using check::DeviceArray;

namespace {

__global__ void nothing_kernel() {}
__global__ void trap_kernel() { __trap(); }
__global__ void fill_kernel(int* x, int value) { x[blockIdx.x * blockDim.x + threadIdx.x] = value; }
__global__ void shared_kernel() {
  rnn4j::gpu::Smem smem;
  smem.take<float>(64)[threadIdx.x] = 1;
}

/// Allocates, launches, synchronises, frees; the first error, having freed whatever there was.
cudaError_t small_run() {
  int* x = nullptr;
  cudaStream_t stream = nullptr;
  cudaError_t error = cudaStreamCreate(&stream);
  const bool streaming = error == cudaSuccess;
  if (error == cudaSuccess) error = cudaMalloc(&x, 32 * sizeof(int));
  if (error == cudaSuccess) error = check::launch(check::grid(1, 32, 0, stream), &fill_kernel, x, 1);
  if (error == cudaSuccess) error = cudaStreamSynchronize(stream);
  const cudaError_t freed = x == nullptr ? cudaSuccess : cudaFree(x);
  const cudaError_t destroyed = streaming ? cudaStreamDestroy(stream) : cudaSuccess;
  if (error != cudaSuccess) return error;
  return freed != cudaSuccess ? freed : destroyed;
}

void check_nothing_lives() {
  for (const char* what : {"allocations", "streams", "events", "graphs", "graph_execs", "pinned_allocations"}) {
    CHECK_EQUAL(rnn4j_emulation_count(what), 0);
  }
}

}  // namespace

TEST_CASE(without_a_driver_every_call_says_so) {
  int version = -1, count = -1;
  check::set("RNN4J_EMU_DRIVER", "none");
  CHECK_CUDA(cudaDriverGetVersion(&version));
  CHECK_EQUAL(version, 0);
  CHECK_EQUAL(cudaGetDeviceCount(&count), cudaErrorInsufficientDriver);
  CHECK_EQUAL(small_run(), cudaErrorInsufficientDriver);
  check::set("RNN4J_EMU_DRIVER", "old");
  CHECK_CUDA(cudaDriverGetVersion(&version));
  CHECK_EQUAL(version, 12040);
  CHECK_EQUAL(cudaSetDevice(0), cudaErrorInsufficientDriver);
  check::set("RNN4J_EMU_DRIVER", "no-device");
  CHECK_EQUAL(cudaGetDeviceCount(&count), cudaErrorNoDevice);
  CHECK_EQUAL(count, 0);
}

TEST_CASE(device_memory_ends_where_the_setting_says) {
  check::set("RNN4J_EMU_MEMORY", "1000");
  void *a = nullptr, *b = nullptr;
  CHECK_CUDA(cudaMalloc(&a, 600));
  CHECK_EQUAL(cudaMalloc(&b, 401), cudaErrorMemoryAllocation);
  CHECK(b == nullptr);
  CHECK_EQUAL(cudaGetLastError(), cudaErrorMemoryAllocation);
  CHECK_EQUAL(cudaGetLastError(), cudaSuccess);
  size_t free_bytes = 0, total = 0;
  CHECK_CUDA(cudaMemGetInfo(&free_bytes, &total));
  CHECK_EQUAL(free_bytes, 400u);
  CHECK_CUDA(cudaMalloc(&b, 400));
  CHECK_EQUAL(rnn4j_emulation_count("peak_device_bytes"), 1000);
  CHECK_CUDA(cudaFree(a));
  CHECK_CUDA(cudaFree(b));
  CHECK_EQUAL(cudaFree(b), cudaErrorInvalidValue);
  check_nothing_lives();
}

TEST_CASE(memory_is_never_zero_by_itself) {
  DeviceArray<unsigned> x(4);
  for (unsigned value : x.values()) CHECK_EQUAL(value, 0xcbcbcbcbu);
}

TEST_CASE(a_kernel_s_fault_is_sticky) {
  rnn4j::gpu::name_next_kernel("trap_kernel");
  CHECK_CUDA(check::launch(check::grid(1, 1), &trap_kernel));
  CHECK_EQUAL(cudaDeviceSynchronize(), cudaErrorLaunchFailure);
  CHECK_SAYS("kernel trap_kernel, block (0,0,0) thread (0,0,0): __trap()");
  CHECK_EQUAL(small_run(), cudaErrorLaunchFailure);
  CHECK_EQUAL(cudaGetLastError(), cudaErrorLaunchFailure);
  CHECK_EQUAL(cudaGetLastError(), cudaErrorLaunchFailure);
}

TEST_CASE(lazy_faults_surface_at_the_wait) {
  check::set("RNN4J_EMU_STREAMS", "lazy");
  cudaStream_t stream = nullptr;
  CHECK_CUDA(cudaStreamCreate(&stream));
  CHECK_CUDA(check::launch(check::grid(1, 1, 0, stream), &trap_kernel));
  CHECK_EQUAL(rnn4j_emulation_count("faults"), 0);
  CHECK_EQUAL(cudaStreamSynchronize(stream), cudaErrorLaunchFailure);
  CHECK_EQUAL(rnn4j_emulation_count("faults"), 1);
}

TEST_CASE(configurations_are_checked_as_cuda_checks_them) {
  CHECK_EQUAL(check::launch(check::grid(1, 1025), &nothing_kernel), cudaErrorInvalidConfiguration);
  CHECK_EQUAL(check::launch(check::grid(0, 32), &nothing_kernel), cudaErrorInvalidConfiguration);
  CHECK_EQUAL(check::launch(check::grid(1, 32, 50'000), &nothing_kernel), cudaErrorInvalidValue);
  CHECK_CUDA(cudaFuncSetAttribute(&nothing_kernel, cudaFuncAttributeMaxDynamicSharedMemorySize, 50'000));
  CHECK_CUDA(check::launch(check::grid(1, 32, 50'000), &nothing_kernel));
  CHECK_EQUAL(cudaFuncSetAttribute(&nothing_kernel, cudaFuncAttributeMaxDynamicSharedMemorySize, 300'000),
              cudaErrorInvalidValue);
}

TEST_CASE(cooperative_launches_must_be_resident) {
  check::set("RNN4J_EMU_SMS", "4");
  check::set("RNN4J_EMU_BLOCKS_PER_SM", "2");
  CHECK_CUDA(check::launch_cooperative(check::grid(8, 32), &nothing_kernel));
  CHECK_EQUAL(check::launch_cooperative(check::grid(9, 32), &nothing_kernel), cudaErrorCooperativeLaunchTooLarge);
  CHECK_CUDA(check::launch(check::grid(9, 32), &nothing_kernel));
  int blocks = 0;
  CHECK_CUDA(cudaOccupancyMaxActiveBlocksPerMultiprocessor(&blocks, &nothing_kernel, 1024, 0));
  CHECK_EQUAL(blocks, 2);
}

TEST_CASE(too_little_dynamic_shared_memory_is_reported) {
  CHECK_CUDA(check::launch(check::grid(1, 64, 128), &shared_kernel));
  CHECK_EQUAL(cudaDeviceSynchronize(), cudaErrorLaunchFailure);
  CHECK_SAYS("takes 256 bytes of dynamic shared memory, launched with 128");
}

TEST_CASE(any_call_can_be_made_to_fail_and_nothing_leaks) {
  CHECK_EQUAL(small_run(), cudaSuccess);
  const long long calls = rnn4j_emulation_count("cuda_calls");
  for (long long n = 1; n <= calls; ++n) {
    rnn4j_emulation_reset();
    check::set("RNN4J_EMU_FAIL_CUDA", std::to_string(n) + ":214");
    CHECK_EQUAL(small_run(), cudaErrorECCUncorrectable);
    check_nothing_lives();
    CHECK_EQUAL(small_run(), cudaSuccess);
  }
}

TEST_CASE(a_lost_device_stays_lost) {
  check::set("RNN4J_EMU_LOST_FROM", "3");
  CHECK_EQUAL(small_run(), cudaErrorLaunchFailure);
  CHECK_EQUAL(small_run(), cudaErrorLaunchFailure);
  check_nothing_lives();
  rnn4j_emulation_reset();
  CHECK_EQUAL(small_run(), cudaSuccess);
}

TEST_CASE(unknown_settings_are_refused) {
  CHECK_EQUAL(rnn4j_emulation_set("RNN4J_EMU_SCHEDULES", "rr"), -1);
  CHECK_EQUAL(rnn4j_emulation_set("RNN4J_EMU_SCHEDULE", "fair"), -1);
  CHECK_EQUAL(rnn4j_emulation_set("RNN4J_EMU_SEED", "-3"), -1);
  CHECK_EQUAL(rnn4j_emulation_count("alloc"), -1);
}

TEST_CASE(host_threads_share_the_device) {
  DeviceArray<int> x(4 * 32);
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&x, i] {
      for (int round = 0; round < 20; ++round) {
        CHECK_CUDA(check::launch(check::grid(1, 32), &fill_kernel, x.get() + 32 * i, i + round));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (size_t i = 0; i < 4; ++i) CHECK_EQUAL(x.values()[32 * i + 31], static_cast<int>(i) + 19);
}

int main(int argc, char** argv) { return check::run_all(argc, argv); }
