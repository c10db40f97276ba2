// How long a word takes from one multiprocessor to another, four ways: design decisions on persistent kernels rest on it.
//
//   flag      data by a plain store, then a flag: store.release, load.acquire
//   counter   the same with an atomic addition for the flag
//   data      the word carries its own number: relaxed store, relaxed load, nothing besides
//   grid      all blocks: one counter, each waits for all
#include "launch.cuh"

namespace {

using namespace rnn4j::gpu;

enum class Way { flag, counter, data, grid };

struct HopParams {
  uint64_t* words;    // [2] one for each direction, 256 bytes apart
  unsigned* flags;    // [2] the same; [0] alone counts for the grid
  unsigned* payload;  // [2] what flag and counter guard
  unsigned* result;   // [2] last value seen, spins that expired
  unsigned rounds;
  Way way;
};

constexpr unsigned kFar64 = 32, kFar32 = 64;
constexpr uint64_t kPatience = 2'000'000'000;

template <typename Arrived>
__device__ bool wait(const HopParams& p, Arrived arrived) {
  const uint64_t deadline = clock_ns() + kPatience;
  while (!arrived()) {
    if (clock_ns() < deadline) continue;
    store_relaxed(p.result + 1, 1u);
    return false;
  }
  return true;
}

__device__ void send(const HopParams& p, unsigned direction, unsigned number, unsigned value) {
  if (p.way == Way::data) {
    store_relaxed(p.words + direction * kFar64, static_cast<uint64_t>(number) << 32 | value);
    return;
  }
  p.payload[direction * kFar32] = value;
  unsigned* flag = p.flags + direction * kFar32;
  if (p.way == Way::flag) store_release(flag, number);
  if (p.way == Way::counter) add_release(flag, 1u);
}

__device__ bool receive(const HopParams& p, unsigned direction, unsigned number, unsigned& value) {
  if (p.way == Way::data) {
    uint64_t word = 0;
    const bool good = wait(p, [&] { return (word = load_relaxed(p.words + direction * kFar64)) >> 32 >= number; });
    value = static_cast<unsigned>(word);
    return good;
  }
  const bool good = wait(p, [&] { return load_acquire(p.flags + direction * kFar32) >= number; });
  value = p.payload[direction * kFar32];
  return good;
}

// Blocks 0 and 1 hand a number to and fro, adding 1 each time.
__global__ void ping_pong_kernel(HopParams p) {
  if (threadIdx.x != 0 || blockIdx.x > 1) return;
  const unsigned me = blockIdx.x;
  unsigned value = 0;
  for (unsigned round = 1; round <= p.rounds; round++) {
    if (me == 0) send(p, 0, round, value + 1);
    if (!receive(p, 1 - me, round, value)) return;
    if (me == 1) send(p, 1, round, value + 1);
  }
  if (me == 0) p.result[0] = value;
}

__global__ void grid_kernel(HopParams p) {
  for (unsigned round = 1; round <= p.rounds; round++) {
    __syncthreads();
    if (threadIdx.x == 0) {
      add_release(p.flags, 1u);
      wait(p, [&] { return load_acquire(p.flags) >= round * gridDim.x; });
    }
    __syncthreads();
  }
  if (threadIdx.x == 0 && blockIdx.x == 0) p.result[0] = load_acquire(p.flags);
}

double measure(Way way, int blocks, int threads, unsigned rounds, int repeats) {
  constexpr size_t kBytes = 4096;
  unsigned char* memory = nullptr;
  LAB_CUDA(cudaMalloc(&memory, kBytes));
  HopParams p{};
  p.words = reinterpret_cast<uint64_t*>(memory);
  p.flags = reinterpret_cast<unsigned*>(memory + 1024);
  p.payload = reinterpret_cast<unsigned*>(memory + 2048);
  p.result = reinterpret_cast<unsigned*>(memory + 3072);
  p.rounds = rounds;
  p.way = way;
  const bool grid = way == Way::grid;
  // The memset before each launch is timed as well: rounds must be many.
  const double seconds = lab::device_seconds(repeats, nullptr, [&] {
    LAB_CUDA(cudaMemsetAsync(memory, 0, kBytes, nullptr));
    lab::launch(grid ? &grid_kernel : &ping_pong_kernel, blocks, threads, true, nullptr, p);
  });
  unsigned result[2];
  LAB_CUDA(cudaMemcpy(result, p.result, sizeof result, cudaMemcpyDeviceToHost));
  lab::require(result[1] == 0, "a wait expired");
  lab::require(result[0] == (grid ? rounds * static_cast<unsigned>(blocks) : 2 * rounds), "numbers got lost on the way");
  LAB_CUDA(cudaFree(memory));
  return seconds / rounds / (grid ? 1 : 2) * 1e9;
}

}  // namespace

int main(int argc, char** argv) {
  const bool tiny = lab::is_tiny(argc, argv);
  const unsigned rounds = tiny ? 8 : 20000;
  const int repeats = tiny ? 2 : 15;
  const int blocks = tiny ? 4 : lab::multiprocessors();
  lab::tell("hop flag", blocks, measure(Way::flag, blocks, 32, rounds, repeats), "ns");
  lab::tell("hop atomic counter", blocks, measure(Way::counter, blocks, 32, rounds, repeats), "ns");
  lab::tell("hop poll on data", blocks, measure(Way::data, blocks, 32, rounds, repeats), "ns");
  for (int n = 2; n <= blocks; n = n < blocks && 2 * n > blocks ? blocks : 2 * n) {
    lab::tell("grid sync", n, measure(Way::grid, n, tiny ? 32 : 256, rounds, repeats), "ns");
  }
}
