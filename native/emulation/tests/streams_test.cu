// Streams, events and graphs: what the real runtime promises, and no more than that.
#include "check.h"

using check::DeviceArray;

namespace {

__global__ void add_kernel(int* x, int n, int by) {
  const int i = static_cast<int>(blockIdx.x * blockDim.x + threadIdx.x);
  if (i < n) x[i] += by;
}

__global__ void double_kernel(int* x) { x[threadIdx.x] *= 2; }

class TestStream {
 public:
  TestStream() { CHECK_CUDA(cudaStreamCreateWithFlags(&stream_, cudaStreamNonBlocking)); }
  ~TestStream() { cudaStreamDestroy(stream_); }
  TestStream(const TestStream&) = delete;
  TestStream& operator=(const TestStream&) = delete;
  operator cudaStream_t() const { return stream_; }

 private:
  cudaStream_t stream_ = nullptr;
};

class TestEvent {
 public:
  TestEvent() { CHECK_CUDA(cudaEventCreateWithFlags(&event_, cudaEventDisableTiming)); }
  ~TestEvent() { cudaEventDestroy(event_); }
  TestEvent(const TestEvent&) = delete;
  TestEvent& operator=(const TestEvent&) = delete;
  operator cudaEvent_t() const { return event_; }

 private:
  cudaEvent_t event_ = nullptr;
};

void add(cudaStream_t stream, int* x, int by) {
  CHECK_CUDA(check::launch(check::grid(1, 32, 0, stream), &add_kernel, x, 1, by));
}

/// Two streams: the first adds 3, the second copies what it finds; returns the copy.
int copied_by_second_stream(const char* order, bool with_wait) {
  check::set("RNN4J_EMU_STREAMS", order);
  DeviceArray<int> x(std::vector<int>{0});
  TestStream first, second;
  TestEvent added;
  int* host = nullptr;
  CHECK_CUDA(cudaMallocHost(&host, sizeof(int)));
  add(first, x.get(), 3);
  CHECK_CUDA(cudaEventRecord(added, first));
  if (with_wait) CHECK_CUDA(cudaStreamWaitEvent(second, added));
  CHECK_CUDA(cudaMemcpyAsync(host, x.get(), sizeof(int), cudaMemcpyDeviceToHost, second));
  CHECK_CUDA(cudaStreamSynchronize(second));
  const int found = *host;
  CHECK_CUDA(cudaFreeHost(host));
  return found;
}

/// Captures x += 1 on one branch and y += 10 on another, joined, then x += y's copy; launches it `times` times.
cudaGraphExec_t capture_two_branches(cudaStream_t origin, int* x, int* y, bool join) {
  TestStream side;
  TestEvent forked, joined;
  CHECK_CUDA(cudaStreamBeginCapture(origin, cudaStreamCaptureModeThreadLocal));
  CHECK_CUDA(cudaEventRecord(forked, origin));
  CHECK_CUDA(cudaStreamWaitEvent(side, forked));
  add(origin, x, 1);
  add(side, y, 10);
  CHECK_CUDA(cudaEventRecord(joined, side));
  if (join) CHECK_CUDA(cudaStreamWaitEvent(origin, joined));
  CHECK_CUDA(cudaMemcpyAsync(x + 1, y, sizeof(int), cudaMemcpyDeviceToDevice, origin));
  cudaGraph_t graph = nullptr;
  const cudaError_t ended = cudaStreamEndCapture(origin, &graph);
  if (!join) {
    CHECK_EQUAL(ended, cudaErrorStreamCaptureUnjoined);
    return nullptr;
  }
  CHECK_EQUAL(ended, cudaSuccess);
  cudaGraphExec_t exec = nullptr;
  CHECK_CUDA(cudaGraphInstantiate(&exec, graph));
  CHECK_CUDA(cudaGraphDestroy(graph));
  return exec;
}

}  // namespace

TEST_CASE(an_event_orders_streams_in_every_order) {
  for (const char* order : {"eager", "lazy", "random"}) CHECK_EQUAL(copied_by_second_stream(order, true), 3);
}

TEST_CASE(a_missing_event_wait_shows_with_lazy_streams_only) {
  CHECK_EQUAL(copied_by_second_stream("eager", false), 3);
  CHECK_EQUAL(copied_by_second_stream("lazy", false), 0);
}

TEST_CASE(a_missing_event_wait_shows_in_some_random_orders) {
  int wrong = 0;
  for (int seed = 1; seed <= 40; ++seed) {
    check::set("RNN4J_EMU_SEED", std::to_string(seed));
    wrong += copied_by_second_stream("random", false) != 3;
  }
  CHECK(wrong > 0 && wrong < 40);
}

TEST_CASE(a_host_that_reads_before_synchronising_reads_the_past) {
  check::set("RNN4J_EMU_STREAMS", "lazy");
  DeviceArray<int> x(std::vector<int>{7});
  TestStream stream;
  int* host = nullptr;
  CHECK_CUDA(cudaMallocHost(&host, sizeof(int)));
  *host = 0;
  CHECK_CUDA(cudaMemcpyAsync(host, x.get(), sizeof(int), cudaMemcpyDeviceToHost, stream));
  CHECK_EQUAL(*host, 0);
  CHECK_EQUAL(cudaStreamQuery(stream), cudaErrorNotReady);
  CHECK_CUDA(cudaStreamSynchronize(stream));
  CHECK_EQUAL(*host, 7);
  CHECK_CUDA(cudaFreeHost(host));
}

TEST_CASE(pinned_memory_is_read_late_and_pageable_at_the_call) {
  check::set("RNN4J_EMU_STREAMS", "lazy");
  DeviceArray<int> x(2);
  TestStream stream;
  int pageable = 1;
  int* pinned = nullptr;
  CHECK_CUDA(cudaMallocHost(&pinned, sizeof(int)));
  *pinned = 1;
  CHECK_CUDA(cudaMemcpyAsync(x.get(), &pageable, sizeof(int), cudaMemcpyHostToDevice, stream));
  CHECK_CUDA(cudaMemcpyAsync(x.get() + 1, pinned, sizeof(int), cudaMemcpyHostToDevice, stream));
  pageable = *pinned = 2;
  CHECK_CUDA(cudaStreamSynchronize(stream));
  CHECK_EQUAL(x.values()[0], 1);
  CHECK_EQUAL(x.values()[1], 2);
  CHECK_CUDA(cudaFreeHost(pinned));
}

TEST_CASE(a_captured_graph_runs_its_branches_each_time) {
  for (const char* order : {"eager", "lazy", "random"}) {
    check::set("RNN4J_EMU_STREAMS", order);
    TestStream stream;
    DeviceArray<int> x(std::vector<int>{0, 0}), y(std::vector<int>{0});
    cudaGraphExec_t exec = capture_two_branches(stream, x.get(), y.get(), true);
    CHECK_EQUAL(x.values()[0], 0);  // capturing runs nothing
    for (int i = 0; i < 3; ++i) CHECK_CUDA(cudaGraphLaunch(exec, stream));
    CHECK_CUDA(cudaGraphExecDestroy(exec));
    CHECK_CUDA(cudaStreamSynchronize(stream));
    CHECK_EQUAL(x.values()[0], 3);
    CHECK_EQUAL(x.values()[1], 30);
  }
}

TEST_CASE(an_unjoined_branch_is_an_error) {
  TestStream stream;
  DeviceArray<int> x(2), y(1);
  CHECK(capture_two_branches(stream, x.get(), y.get(), false) == nullptr);
}

TEST_CASE(a_missing_edge_in_a_graph_shows_when_orders_vary) {
  // y is doubled on a branch that should come after the addition, and does not say so.
  int wrong = 0;
  check::set("RNN4J_EMU_STREAMS", "random");
  for (int i = 0; i < 40; ++i) {
    TestStream origin, side;
    TestEvent forked, joined;
    DeviceArray<int> y(std::vector<int>{1});
    CHECK_CUDA(cudaStreamBeginCapture(origin, cudaStreamCaptureModeThreadLocal));
    CHECK_CUDA(cudaEventRecord(forked, origin));
    CHECK_CUDA(cudaStreamWaitEvent(side, forked));
    add(origin, y.get(), 1);
    CHECK_CUDA(check::launch(check::grid(1, 1, 0, side), &double_kernel, y.get()));
    CHECK_CUDA(cudaEventRecord(joined, side));
    CHECK_CUDA(cudaStreamWaitEvent(origin, joined));
    cudaGraph_t graph = nullptr;
    cudaGraphExec_t exec = nullptr;
    CHECK_CUDA(cudaStreamEndCapture(origin, &graph));
    CHECK_CUDA(cudaGraphInstantiate(&exec, graph));
    CHECK_CUDA(cudaGraphLaunch(exec, origin));
    CHECK_CUDA(cudaStreamSynchronize(origin));
    wrong += y.values()[0] != 4;
    CHECK_CUDA(cudaGraphExecDestroy(exec));
    CHECK_CUDA(cudaGraphDestroy(graph));
  }
  CHECK(wrong > 0 && wrong < 40);
}

TEST_CASE(what_capture_forbids_invalidates_it) {
  TestStream stream;
  DeviceArray<int> x(std::vector<int>{0});
  void* memory = nullptr;
  cudaGraph_t graph = nullptr;
  CHECK_CUDA(cudaStreamBeginCapture(stream, cudaStreamCaptureModeGlobal));
  CHECK_EQUAL(cudaMalloc(&memory, 16), cudaErrorStreamCaptureUnsupported);
  CHECK_EQUAL(cudaStreamEndCapture(stream, &graph), cudaErrorStreamCaptureInvalidated);
  CHECK_CUDA(cudaStreamBeginCapture(stream, cudaStreamCaptureModeRelaxed));
  CHECK_CUDA(cudaMalloc(&memory, 16));
  CHECK_EQUAL(cudaStreamSynchronize(stream), cudaErrorStreamCaptureUnsupported);
  CHECK_EQUAL(cudaStreamEndCapture(stream, &graph), cudaErrorStreamCaptureInvalidated);
  CHECK(graph == nullptr);
  CHECK_CUDA(cudaFree(memory));
  add(stream, x.get(), 2);  // usable again
  CHECK_CUDA(cudaStreamSynchronize(stream));
  CHECK_EQUAL(x.values()[0], 2);
}

TEST_CASE(copies_outside_an_allocation_are_refused) {
  DeviceArray<int> x(4);
  int host[5] = {};
  CHECK_EQUAL(cudaMemcpy(x.get(), host, 20, cudaMemcpyHostToDevice), cudaErrorInvalidValue);
  CHECK_EQUAL(cudaMemcpy(x.get() + 1, host, 16, cudaMemcpyHostToDevice), cudaErrorInvalidValue);
  CHECK_EQUAL(cudaMemcpy(host, x.get(), 16, cudaMemcpyHostToDevice), cudaErrorInvalidValue);
  CHECK_EQUAL(cudaMemset(x.get(), 0, 17), cudaErrorInvalidValue);
  CHECK_CUDA(cudaMemcpy(x.get(), host, 16, cudaMemcpyHostToDevice));
}

int main(int argc, char** argv) { return check::run_all(argc, argv); }
