// Capture of streams, and graphs: nodes in capture order, each with the nodes it comes after.
#include <algorithm>

#include "device.h"
#include "stream.h"

namespace rnn4j::emulation {
namespace {

/// Leaves the capture on every stream that takes part in it.
void leave(const std::shared_ptr<Capture>& capture) {
  for (Stream* stream : device().streams) {
    if (stream->capture != capture) continue;
    stream->capture = nullptr;
    stream->frontier.clear();
  }
  capture->ended = true;
}

/// True when every node comes before one of the origin's last ones.
bool joined(const Capture& capture) {
  const std::vector<Node>& nodes = capture.graph.nodes;
  std::vector<bool> reached(nodes.size(), false);
  for (size_t node : capture.origin->frontier) reached[node] = true;
  for (size_t i = nodes.size(); i-- > 0;) {
    if (!reached[i]) continue;
    for (size_t before : nodes[i].after) reached[before] = true;
  }
  return std::all_of(reached.begin(), reached.end(), [](bool r) { return r; });
}

/// Any order that the dependencies allow; the captured one when the streams are eager.
cudaError_t run_nodes(const std::vector<Node>& nodes) {
  Device& d = device();
  std::vector<bool> done(nodes.size(), false);
  std::vector<size_t> free;
  for (size_t ran = 0; ran < nodes.size(); ++ran) {
    free.clear();
    for (size_t i = 0; i < nodes.size(); ++i) {
      const auto is_done = [&done](size_t before) { return done[before]; };
      if (!done[i] && std::all_of(nodes[i].after.begin(), nodes[i].after.end(), is_done)) free.push_back(i);
      if (!free.empty() && d.settings.streams == StreamOrder::eager) break;
    }
    const size_t next = d.settings.streams == StreamOrder::eager ? free.front() : free[d.random.below(free.size())];
    const cudaError_t error = nodes[next].operation.run ? nodes[next].operation.run() : cudaSuccess;
    if (error != cudaSuccess) return error;
    done[next] = true;
  }
  return cudaSuccess;
}

}  // namespace
}  // namespace rnn4j::emulation

using namespace rnn4j::emulation;

cudaError_t cudaStreamBeginCapture(cudaStream_t handle, cudaStreamCaptureMode mode) {
  ApiCall call("cudaStreamBeginCapture");
  if (call.error() != cudaSuccess) return call.finish();
  Stream* stream = find_stream(handle);
  if (stream == nullptr) return call.finish(cudaErrorInvalidResourceHandle);
  if (stream == &device().legacy_stream) return call.finish(cudaErrorStreamCaptureUnsupported);
  if (stream->capture != nullptr) return call.finish(cudaErrorInvalidValue);
  stream->capture = std::make_shared<Capture>(Capture{{}, stream, mode, std::this_thread::get_id()});
  stream->frontier.clear();
  return call.finish();
}

cudaError_t cudaStreamEndCapture(cudaStream_t handle, cudaGraph_t* graph) {
  ApiCall call("cudaStreamEndCapture");
  if (!call.has_device()) return call.finish();
  Stream* stream = find_stream(handle);
  if (stream == nullptr) return call.finish(cudaErrorInvalidResourceHandle);
  if (stream->capture == nullptr) return call.finish(cudaErrorInvalidValue);
  const std::shared_ptr<Capture> capture = stream->capture;
  *graph = nullptr;
  if (capture->origin != stream) {
    capture->invalidated = true;
    return call.finish(cudaErrorStreamCaptureUnmatched);
  }
  const bool all_joined = joined(*capture);
  leave(capture);
  if (call.error() != cudaSuccess) return call.finish();
  if (capture->invalidated) return call.finish(cudaErrorStreamCaptureInvalidated);
  if (capture->mode != cudaStreamCaptureModeRelaxed && capture->thread != std::this_thread::get_id()) {
    return call.finish(cudaErrorStreamCaptureWrongThread);
  }
  if (!all_joined) return call.finish(cudaErrorStreamCaptureUnjoined);
  *graph = new Graph(std::move(capture->graph));
  device().graphs.insert(*graph);
  return call.finish();
}

cudaError_t cudaStreamIsCapturing(cudaStream_t handle, cudaStreamCaptureStatus* status) {
  ApiCall call("cudaStreamIsCapturing");
  if (call.error() != cudaSuccess) return call.finish();
  Stream* stream = find_stream(handle);
  if (stream == nullptr) return call.finish(cudaErrorInvalidResourceHandle);
  *status = stream->capture == nullptr          ? cudaStreamCaptureStatusNone
            : stream->capture->invalidated ? cudaStreamCaptureStatusInvalidated
                                           : cudaStreamCaptureStatusActive;
  return call.finish();
}

cudaError_t cudaGraphInstantiate(cudaGraphExec_t* exec, cudaGraph_t graph, unsigned long long) {
  ApiCall call("cudaGraphInstantiate");
  if (call.error() != cudaSuccess) return call.finish();
  if (exec == nullptr || device().graphs.count(graph) == 0) return call.finish(cudaErrorInvalidValue);
  *exec = new GraphExec{std::make_shared<const std::vector<Node>>(graph->nodes)};
  device().graph_execs.insert(*exec);
  return call.finish();
}

cudaError_t cudaGraphUpload(cudaGraphExec_t exec, cudaStream_t stream) {
  ApiCall call("cudaGraphUpload");
  if (call.error() != cudaSuccess) return call.finish();
  const bool known = device().graph_execs.count(exec) != 0 && find_stream(stream) != nullptr;
  return call.finish(known ? cudaSuccess : cudaErrorInvalidValue);
}

cudaError_t cudaGraphLaunch(cudaGraphExec_t exec, cudaStream_t handle) {
  ApiCall call("cudaGraphLaunch");
  if (call.error() != cudaSuccess) return call.finish();
  Stream* stream = find_stream(handle);
  if (stream == nullptr) return call.finish(cudaErrorInvalidResourceHandle);
  if (device().graph_execs.count(exec) == 0) return call.finish(cudaErrorInvalidValue);
  const auto work = [nodes = exec->nodes]() { return run_nodes(*nodes); };
  return call.finish(enqueue(*stream, {"graph", work, nullptr, nullptr}));
}

cudaError_t cudaGraphExecDestroy(cudaGraphExec_t exec) {
  ApiCall call("cudaGraphExecDestroy");
  if (!call.has_device()) return call.finish();
  if (device().graph_execs.erase(exec) == 0) return call.finish(cudaErrorInvalidValue);
  delete exec;
  return call.finish();
}

cudaError_t cudaGraphDestroy(cudaGraph_t graph) {
  ApiCall call("cudaGraphDestroy");
  if (!call.has_device()) return call.finish();
  if (device().graphs.erase(graph) == 0) return call.finish(cudaErrorInvalidValue);
  delete graph;
  return call.finish();
}
