// From the host to the device and back through mapped memory: the floor of a streaming step.
#include <chrono>
#include <thread>

#include "launch.cuh"

namespace {

// 64 numbers in, each plus 1 out, then the call's number: nothing else.
__global__ void echo_kernel(const float* in, float* out, const unsigned* number, unsigned* done) {
  out[threadIdx.x] = in[threadIdx.x] + 1.0f;
  __threadfence_system();
  __syncthreads();
  if (threadIdx.x == 0) rnn4j::gpu::store_release(done, *number);
}

struct Mapped {
  float in[64], out[64];
  unsigned number, done;
};

double microseconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - start).count();
}

}  // namespace

int main(int argc, char** argv) {
  const bool tiny = lab::is_tiny(argc, argv);
  Mapped* host = nullptr;
  LAB_CUDA(cudaHostAlloc(&host, sizeof(Mapped), cudaHostAllocMapped));
  Mapped* device = nullptr;
  LAB_CUDA(cudaHostGetDevicePointer(&device, host, 0));
  cudaStream_t stream;
  LAB_CUDA(cudaStreamCreateWithFlags(&stream, cudaStreamNonBlocking));
  LAB_CUDA(cudaStreamBeginCapture(stream, cudaStreamCaptureModeThreadLocal));
  lab::launch(&echo_kernel, 1, 64, false, stream, static_cast<const float*>(&device->in[0]), &device->out[0],
              static_cast<const unsigned*>(&device->number), &device->done);
  cudaGraph_t graph;
  LAB_CUDA(cudaStreamEndCapture(stream, &graph));
  cudaGraphExec_t exec;
  LAB_CUDA(cudaGraphInstantiate(&exec, graph, 0));
  std::vector<double> launches, waited, polled;
  const int repeats = tiny ? 4 : 2000;
  for (int k = 0; k < 2 * repeats; k++) {
    const bool polls = k % 2 == 1;
    for (int i = 0; i < 64; i++) host->in[i] = static_cast<float>(k + i);
    host->number = static_cast<unsigned>(k) + 1;
    const auto start = std::chrono::steady_clock::now();
    LAB_CUDA(cudaGraphLaunch(exec, stream));
    launches.push_back(microseconds_since(start));
    const volatile unsigned* done = &host->done;
    while (polls && *done != host->number) lab::require(microseconds_since(start) < 2e6, "the answer did not come");
    if (!polls) LAB_CUDA(cudaStreamSynchronize(stream));
    (polls ? polled : waited).push_back(microseconds_since(start));
    for (int i = 0; i < 64; i++) lab::require(host->out[i] == static_cast<float>(k + i + 1), "the answer");
  }
  LAB_CUDA(cudaStreamSynchronize(stream));
  lab::tell("graph launch, host side", 1, lab::median(launches), "us");
  lab::tell("graph round trip, stream synchronised", 1, lab::median(waited), "us");
  lab::tell("graph round trip, mapped flag polled", 1, lab::median(polled), "us");
  LAB_CUDA(cudaGraphExecDestroy(exec));
  LAB_CUDA(cudaGraphDestroy(graph));
  LAB_CUDA(cudaStreamDestroy(stream));
  LAB_CUDA(cudaFreeHost(host));
}
