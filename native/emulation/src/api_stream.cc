// Runtime calls: streams and events.
#include <algorithm>

#include "device.h"
#include "stream.h"

using namespace rnn4j::emulation;

namespace {

bool known(cudaEvent_t event) { return device().events.count(event) != 0; }

/// Joins a stream to the capture an event was recorded in, and lets its next node come after the event's.
cudaError_t wait_in_capture(Stream& stream, const Event& event) {
  if (stream.capture != nullptr && stream.capture != event.capture) return cudaErrorStreamCaptureMerge;
  if (stream.capture == nullptr) stream.frontier.clear();
  stream.capture = event.capture;
  for (size_t node : event.frontier) {
    if (std::find(stream.frontier.begin(), stream.frontier.end(), node) == stream.frontier.end()) {
      stream.frontier.push_back(node);
    }
  }
  return cudaSuccess;
}

}  // namespace

cudaError_t cudaStreamCreateWithFlags(cudaStream_t* stream, unsigned flags) {
  ApiCall call("cudaStreamCreateWithFlags");
  if (call.error() != cudaSuccess) return call.finish();
  if (stream == nullptr || flags > cudaStreamNonBlocking) return call.finish(cudaErrorInvalidValue);
  *stream = new Stream(flags);
  device().streams.push_back(*stream);
  return call.finish();
}

cudaError_t cudaStreamCreate(cudaStream_t* stream) { return cudaStreamCreateWithFlags(stream, cudaStreamDefault); }

cudaError_t cudaStreamDestroy(cudaStream_t handle) {
  ApiCall call("cudaStreamDestroy");
  if (!call.has_device()) return call.finish();
  Stream* stream = find_stream(handle);
  if (stream == nullptr || stream == &device().legacy_stream) return call.finish(cudaErrorInvalidResourceHandle);
  invalidates_capture(*stream);
  drain(*stream);
  auto& all = device().streams;
  all.erase(std::find(all.begin(), all.end(), stream));
  delete stream;
  return call.finish();
}

cudaError_t cudaStreamSynchronize(cudaStream_t handle) {
  ApiCall call("cudaStreamSynchronize");
  if (call.error() != cudaSuccess) return call.finish();
  Stream* stream = find_stream(handle);
  if (stream == nullptr) return call.finish(cudaErrorInvalidResourceHandle);
  if (invalidates_capture(*stream)) return call.finish(cudaErrorStreamCaptureUnsupported);
  if (stream == &device().legacy_stream) drain_blocking();
  drain(*stream);
  return call.finish(device().sticky);
}

cudaError_t cudaStreamQuery(cudaStream_t handle) {
  ApiCall call("cudaStreamQuery");
  if (call.error() != cudaSuccess) return call.finish();
  Stream* stream = find_stream(handle);
  if (stream == nullptr) return call.finish(cudaErrorInvalidResourceHandle);
  if (invalidates_capture(*stream)) return call.finish(cudaErrorStreamCaptureUnsupported);
  // Whoever asks again and again must get on, so each question lets one operation run.
  const bool ready = stream->queue.empty();
  if (!ready) run_one(*stream);
  return call.finish(!ready ? cudaErrorNotReady : device().sticky);
}

cudaError_t cudaStreamWaitEvent(cudaStream_t handle, cudaEvent_t event, unsigned) {
  ApiCall call("cudaStreamWaitEvent");
  if (call.error() != cudaSuccess) return call.finish();
  Stream* stream = find_stream(handle);
  if (stream == nullptr || !known(event)) return call.finish(cudaErrorInvalidResourceHandle);
  if (event->capture != nullptr && !event->capture->ended) return call.finish(wait_in_capture(*stream, *event));
  if (stream->capture != nullptr) {
    if (event->record == nullptr) return call.finish();
    stream->capture->invalidated = true;
    return call.finish(cudaErrorStreamCaptureIsolation);
  }
  if (event->record == nullptr) return call.finish();  // never recorded: nothing to wait for
  return call.finish(enqueue(*stream, {"wait for event", nullptr, event->record, nullptr}));
}

cudaError_t cudaEventCreateWithFlags(cudaEvent_t* event, unsigned flags) {
  ApiCall call("cudaEventCreateWithFlags");
  if (call.error() != cudaSuccess) return call.finish();
  if (event == nullptr || flags > 3) return call.finish(cudaErrorInvalidValue);
  *event = new Event{flags, nullptr, nullptr, {}};
  device().events.insert(*event);
  return call.finish();
}

cudaError_t cudaEventCreate(cudaEvent_t* event) { return cudaEventCreateWithFlags(event, cudaEventDefault); }

cudaError_t cudaEventDestroy(cudaEvent_t event) {
  ApiCall call("cudaEventDestroy");
  if (!call.has_device()) return call.finish();
  if (device().events.erase(event) == 0) return call.finish(cudaErrorInvalidResourceHandle);
  delete event;
  return call.finish();
}

cudaError_t cudaEventRecord(cudaEvent_t event, cudaStream_t handle) {
  ApiCall call("cudaEventRecord");
  if (call.error() != cudaSuccess) return call.finish();
  Stream* stream = find_stream(handle);
  if (stream == nullptr || !known(event)) return call.finish(cudaErrorInvalidResourceHandle);
  if (stream->capture != nullptr) {
    if (stream->capture->invalidated) return call.finish(cudaErrorStreamCaptureInvalidated);
    event->capture = stream->capture;
    event->frontier = stream->frontier;
    event->record = nullptr;
    return call.finish();
  }
  event->capture = nullptr;
  event->record = std::make_shared<Record>();
  event->record->stream = stream;
  return call.finish(enqueue(*stream, {"record event", nullptr, nullptr, event->record}));
}

cudaError_t cudaEventQuery(cudaEvent_t event) {
  ApiCall call("cudaEventQuery");
  if (call.error() != cudaSuccess) return call.finish();
  if (!known(event)) return call.finish(cudaErrorInvalidResourceHandle);
  if (event->capture != nullptr) return call.finish(cudaErrorCapturedEvent);
  if (event->record == nullptr || event->record->done) return call.finish(device().sticky);
  run_one(*event->record->stream);
  return call.finish(cudaErrorNotReady);
}

cudaError_t cudaEventSynchronize(cudaEvent_t event) {
  ApiCall call("cudaEventSynchronize");
  if (call.error() != cudaSuccess) return call.finish();
  if (!known(event)) return call.finish(cudaErrorInvalidResourceHandle);
  if (event->capture != nullptr) return call.finish(cudaErrorCapturedEvent);
  if (event->record != nullptr) complete(*event->record);
  return call.finish(device().sticky);
}

cudaError_t cudaEventElapsedTime(float* milliseconds, cudaEvent_t start, cudaEvent_t end) {
  ApiCall call("cudaEventElapsedTime");
  if (call.error() != cudaSuccess) return call.finish();
  if (!known(start) || !known(end)) return call.finish(cudaErrorInvalidResourceHandle);
  const bool timed = ((start->flags | end->flags) & cudaEventDisableTiming) == 0;
  if (!timed || start->record == nullptr || end->record == nullptr) return call.finish(cudaErrorInvalidResourceHandle);
  if (!start->record->done || !end->record->done) return call.finish(cudaErrorNotReady);
  *milliseconds = std::chrono::duration<float, std::milli>(end->record->time - start->record->time).count();
  return call.finish();
}

cudaError_t cudaLaunchHostFunc(cudaStream_t handle, cudaHostFn_t function, void* data) {
  ApiCall call("cudaLaunchHostFunc");
  if (call.error() != cudaSuccess) return call.finish();
  Stream* stream = find_stream(handle);
  if (stream == nullptr) return call.finish(cudaErrorInvalidResourceHandle);
  return call.finish(enqueue(*stream, {"host function", [=]() {
                                         function(data);
                                         return cudaSuccess;
                                       }, nullptr, nullptr}));
}
