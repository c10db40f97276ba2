// Streams, events and graphs: queues of operations, and when they run.
#pragma once

#include <cuda_runtime.h>

#include <chrono>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace rnn4j::emulation {

/// One cudaEventRecord, done or to be done.
struct Record {
  Stream* stream = nullptr;
  bool done = false;
  std::chrono::steady_clock::time_point time{};
};

struct Operation {
  std::string name;
  /// Null for a record or a wait alone. An error becomes sticky.
  std::function<cudaError_t()> run;
  std::shared_ptr<Record> waits_for;
  std::shared_ptr<Record> records;
};

struct Node {
  Operation operation;
  std::vector<size_t> after;
};

struct Graph {
  std::vector<Node> nodes;
};

struct GraphExec {
  std::shared_ptr<const std::vector<Node>> nodes;
};

struct Capture {
  Graph graph;
  Stream* origin;
  cudaStreamCaptureMode mode;
  std::thread::id thread;
  bool invalidated = false;
  bool ended = false;
};

struct Stream {
  explicit Stream(unsigned stream_flags) : flags(stream_flags) {}
  unsigned flags;
  std::deque<Operation> queue;
  std::shared_ptr<Capture> capture;
  /// Nodes that the next captured operation of this stream comes after.
  std::vector<size_t> frontier;
};

struct Event {
  unsigned flags;
  std::shared_ptr<Record> record;
  std::shared_ptr<Capture> capture;
  std::vector<size_t> frontier;
};

/// The stream behind a handle, or null when there is none such.
Stream* find_stream(cudaStream_t handle);
/// Adds an operation to a stream or to what it captures, and runs what the stream order wants run.
cudaError_t enqueue(Stream& stream, Operation operation);
/// Runs the whole queue of a stream and what it waits for.
void drain(Stream& stream);
/// Runs the next operation of a stream, if there is one.
void run_one(Stream& stream);
/// Runs what is needed until `record` is done.
void complete(const Record& record);
void drain_all();
/// All streams that the legacy default stream waits for.
void drain_blocking();
/// Random order: may run some queued operations of any stream.
void pump();
/// The error of a call that no capture allows, which it invalidates, when such a capture is under way; else success.
cudaError_t forbidden_by_capture();
/// True when `stream` captures; the capture is then invalidated.
bool invalidates_capture(Stream& stream);

}  // namespace rnn4j::emulation
