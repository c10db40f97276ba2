#include "stream.h"

#include <algorithm>

#include "device.h"

namespace rnn4j::emulation {
namespace {

void run_front(Stream& stream) {
  const Operation operation = std::move(stream.queue.front());
  stream.queue.pop_front();
  if (operation.waits_for != nullptr) complete(*operation.waits_for);
  if (operation.run && device().sticky == cudaSuccess) {
    const OpenMemory open;
    const cudaError_t error = operation.run();
    if (error != cudaSuccess) make_sticky(error);
  }
  if (operation.records != nullptr) {
    operation.records->done = true;
    operation.records->time = std::chrono::steady_clock::now();
  }
}

bool is_blocking(const Stream& stream) { return (stream.flags & cudaStreamNonBlocking) == 0; }

/// A capture in this mode on this thread forbids unsafe calls here.
bool forbids(const Capture& capture) {
  switch (capture.mode) {
    case cudaStreamCaptureModeGlobal: return true;
    case cudaStreamCaptureModeThreadLocal: return capture.thread == std::this_thread::get_id();
    case cudaStreamCaptureModeRelaxed: return false;
  }
  return true;
}

}  // namespace

Stream* find_stream(cudaStream_t handle) {
  if (handle == nullptr || handle == cudaStreamLegacy) return &device().legacy_stream;
  const auto& streams = device().streams;
  return std::find(streams.begin(), streams.end(), handle) != streams.end() ? handle : nullptr;
}

cudaError_t enqueue(Stream& stream, Operation operation) {
  Device& d = device();
  if (stream.capture != nullptr) {
    Capture& capture = *stream.capture;
    if (capture.invalidated) return cudaErrorStreamCaptureInvalidated;
    capture.graph.nodes.push_back({std::move(operation), stream.frontier});
    stream.frontier = {capture.graph.nodes.size() - 1};
    return cudaSuccess;
  }
  const bool legacy = &stream == &d.legacy_stream;
  if (legacy) {
    for (Stream* other : d.streams) {
      if (!is_blocking(*other) || other->capture == nullptr) continue;
      other->capture->invalidated = true;
      return cudaErrorStreamCaptureImplicit;
    }
    drain_blocking();
  }
  stream.queue.push_back(std::move(operation));
  if (legacy || d.settings.streams == StreamOrder::eager) {
    drain(stream);
  } else if (d.settings.streams == StreamOrder::random) {
    pump();
  }
  return cudaSuccess;
}

void drain(Stream& stream) {
  while (!stream.queue.empty()) run_front(stream);
}

void run_one(Stream& stream) {
  if (!stream.queue.empty()) run_front(stream);
}

void complete(const Record& record) {
  while (!record.done && !record.stream->queue.empty()) run_front(*record.stream);
}

void drain_blocking() {
  for (Stream* stream : device().streams) {
    if (is_blocking(*stream)) drain(*stream);
  }
}

void drain_all() {
  for (Stream* stream : device().streams) drain(*stream);
}

void pump() {
  Device& d = device();
  std::vector<Stream*> busy;
  for (;;) {
    busy.clear();
    std::copy_if(d.streams.begin(), d.streams.end(), std::back_inserter(busy),
                 [](Stream* s) { return !s->queue.empty(); });
    if (busy.empty() || !d.random.chance(50)) return;
    run_front(*busy[d.random.below(busy.size())]);
  }
}

cudaError_t forbidden_by_capture() {
  for (Stream* stream : device().streams) {
    if (stream->capture == nullptr || !forbids(*stream->capture)) continue;
    stream->capture->invalidated = true;
    return cudaErrorStreamCaptureUnsupported;
  }
  return cudaSuccess;
}

bool invalidates_capture(Stream& stream) {
  if (stream.capture == nullptr) return false;
  stream.capture->invalidated = true;
  return true;
}

}  // namespace rnn4j::emulation
