// How fast all multiprocessors read one small buffer from L2: what the hand-over of h costs a persistent kernel.
#include "kernels/common/unroll.h"
#include "launch.cuh"

namespace {

using namespace rnn4j::gpu;

constexpr int kUnroll = 8;

// Every block sums the buffer `passes` times; relaxed loads of device scope do not stay in L1.
__global__ void read_kernel(const uint64_t* buffer, unsigned words, unsigned passes, unsigned long long* sums) {
  uint64_t sum = 0;
  const unsigned stride = blockDim.x * kUnroll;
  for (unsigned pass = 0; pass < passes; pass++) {
    for (unsigned first = threadIdx.x; first < words; first += stride) {
      uint64_t loaded[kUnroll];
      RNN4J_UNROLL
      for (int k = 0; k < kUnroll; k++) {
        const unsigned at = first + static_cast<unsigned>(k) * blockDim.x;
        loaded[k] = at < words ? load_relaxed(buffer + at) : 0;
      }
      RNN4J_UNROLL
      for (int k = 0; k < kUnroll; k++) sum += loaded[k];
    }
  }
  sums[blockIdx.x * blockDim.x + threadIdx.x] = sum;
}

double measure(unsigned bytes, int blocks, int threads, unsigned passes, int repeats) {
  const unsigned words = bytes / 8;
  std::vector<uint64_t> host(words);
  uint64_t wanted = 0;
  for (unsigned k = 0; k < words; k++) wanted += host[k] = k * 2654435761u;
  uint64_t* buffer = nullptr;
  unsigned long long* sums = nullptr;
  std::vector<unsigned long long> found(static_cast<size_t>(blocks) * static_cast<size_t>(threads));
  LAB_CUDA(cudaMalloc(&buffer, bytes));
  LAB_CUDA(cudaMalloc(&sums, found.size() * sizeof found[0]));
  LAB_CUDA(cudaMemcpy(buffer, host.data(), bytes, cudaMemcpyHostToDevice));
  const double seconds = lab::device_seconds(
      repeats, nullptr, [&] { lab::launch(&read_kernel, blocks, threads, false, nullptr, buffer, words, passes, sums); });
  LAB_CUDA(cudaMemcpy(found.data(), sums, found.size() * sizeof found[0], cudaMemcpyDeviceToHost));
  uint64_t total = 0;
  for (const unsigned long long one : found) total += one;
  lab::require(total == wanted * passes * static_cast<uint64_t>(blocks), "the sum of what was read");
  LAB_CUDA(cudaFree(buffer));
  LAB_CUDA(cudaFree(sums));
  return static_cast<double>(bytes) * passes * blocks / seconds / 1e12;
}

}  // namespace

int main(int argc, char** argv) {
  const bool tiny = lab::is_tiny(argc, argv);
  const int blocks = tiny ? 2 : lab::multiprocessors();
  for (unsigned kib = 2; kib <= (tiny ? 4u : 64u); kib *= 2) {
    const double rate = measure(kib * 1024, blocks, tiny ? 32 : 512, tiny ? 1 : 2000, tiny ? 2 : 15);
    lab::tell("L2 broadcast read", kib * 1024, rate, "TB/s");
  }
}
