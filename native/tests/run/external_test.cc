// Inputs, outputs and states in the caller's device memory, on the caller's stream.
#include <cuda_runtime.h>

#include "kernels/support/recurrent_problem.h"
#include "kernels/support/testing.h"
#include "run/support/program_builder.h"
#include "run/support/session.h"

namespace {

using namespace testing;

constexpr int kRows = 3, kSteps = 9, kWidth = 2, kUnits = 4;

/// A caller's array on the device.
class Array {
 public:
  explicit Array(size_t elements) : elements_(elements) { CHECK_CUDA(cudaMalloc(&data_, bytes())); }
  template <typename T>
  explicit Array(const std::vector<T>& from) : Array(from.size()) {
    CHECK_CUDA(cudaMemcpy(data_, from.data(), bytes(), cudaMemcpyHostToDevice));
  }
  ~Array() { CHECK_CUDA(cudaFree(data_)); }
  Array(const Array&) = delete;
  Array& operator=(const Array&) = delete;

  void* data() const { return data_; }
  std::vector<float> read(cudaStream_t stream) const {
    std::vector<float> to(elements_);
    CHECK_CUDA(cudaMemcpyAsync(to.data(), data_, bytes(), cudaMemcpyDeviceToHost, stream));
    CHECK_CUDA(cudaStreamSynchronize(stream));
    return to;
  }

 private:
  size_t bytes() const { return elements_ * 4; }
  size_t elements_;
  void* data_ = nullptr;
};

struct Model {
  static constexpr int kTable = 5;
  RecurrentProblem p;
  RecurrentData d, backward;
  std::vector<float> table = Random(2).uniforms(kTable * kWidth, 1.0f);
  ProgramBuilder b;

  Model() {
    p.input = kWidth;
    p.units = p.output = kUnits;
    d = data_of(p);
    p.seed = 2;
    backward = data_of(p);
    const int32_t ids = b.input({RNN4J_ANY}, RNN4J_I32);
    const int32_t e = b.value({RNN4J_ANY, kWidth}), y = b.value({RNN4J_ANY, 2 * kUnits}), z = b.value({RNN4J_ANY, kUnits});
    rnn4j_op& embedding = b.op(RNN4J_OP_EMBEDDING, "embedding", {ids}, {e});
    embedding.kernel = table.data();
    embedding.rows = kTable;
    embedding.columns = kWidth;
    b.recurrent("both", {e}, {y}, p, b.cell(p, d), &b.cell(p, backward));
    b.recurrent("one", {e}, {z}, p, b.cell(p, d));
    b.output(y);
    b.output(z);
  }

  std::vector<int32_t> ids() const {
    Random random(3);
    std::vector<int32_t> all;
    for (int k = 0; k < kRows * kSteps; k++) all.push_back(random.below(kTable));
    return all;
  }
};

rnn4j_run_args device_args(cudaStream_t stream, int32_t flags) {
  rnn4j_run_args a{};
  a.size = sizeof a;
  a.flags = RNN4J_DEVICE_POINTERS | flags;
  a.rows = kRows;
  a.stream = stream;
  return a;
}

/// Runs on device memory equal runs on host memory, twice, so that states carry over.
void check_equals_host(int32_t flags) {
  about() = flags == 0 ? "batch-major" : "time-major";
  Model model;
  rnn4j_program program = model.b.program();
  program.graph_limit = -1;  // T exactly, as with device memory
  Session host(model.b, program, kRows), device(model.b, program, kRows);
  cudaStream_t stream = nullptr;
  CHECK_CUDA(cudaStreamCreateWithFlags(&stream, cudaStreamNonBlocking));
  {
    const std::vector<int32_t> ids = model.ids(), extents = host.extents(kSteps), lengths = {9, 3, 0};
    const Array in(ids);
    Array y(static_cast<size_t>(kRows * kSteps * 2 * kUnits)), z(static_cast<size_t>(kRows * kSteps * kUnits));
    Array final_h(static_cast<size_t>(kRows * kUnits));
    RunOptions options;
    options.flags = flags;
    options.lengths = lengths;
    options.takes_finals = true;
    rnn4j_run_args args = device_args(stream, flags);
    const void* inputs[] = {in.data()};
    void* outputs[] = {y.data(), z.data()};
    float* finals[] = {nullptr, nullptr, static_cast<float*>(final_h.data())};
    args.extents = extents.data();
    args.inputs = inputs;
    args.outputs = outputs;
    args.lengths = lengths.data();
    args.final_h = finals;
    for (int run = 0; run < 6; run++) {
      const RunResult wanted = host.run(kRows, kSteps, {ids.data()}, options);
      CHECK_OK(rnn4j_run(device.executable, device.state, &args));
      CHECK(y.read(stream) == wanted.outputs[0]);
      CHECK(z.read(stream) == wanted.outputs[1]);
      CHECK(final_h.read(stream) == wanted.final_h[2]);
    }
    CHECK(device.state_rows(0, kRows) == host.state_rows(0, kRows));
    // One output alone, then a run on host memory goes on from there.
    outputs[0] = nullptr;
    CHECK_OK(rnn4j_run(device.executable, device.state, &args));
    const RunResult wanted = host.run(kRows, kSteps, {ids.data()}, options);
    CHECK(z.read(stream) == wanted.outputs[1]);
    CHECK(device.run(kRows, kSteps, {ids.data()}, options).outputs == host.run(kRows, kSteps, {ids.data()}, options).outputs);
  }
  CHECK_CUDA(cudaStreamDestroy(stream));
}

CASE("device memory gives what host memory gives") {
  check_equals_host(0);
  check_equals_host(RNN4J_TIME_MAJOR);
}

CASE("an id out of range on a caller's stream is told by the next call, and leaves the state") {
  Model model;
  Session session(model.b, model.b.program(), kRows);
  std::vector<int32_t> ids = model.ids();
  const std::vector<int32_t> extents = session.extents(kSteps);
  CHECK_EQUAL(session.run(kRows, kSteps, {ids.data()}).error, "");
  const std::vector<float> before = session.state_rows(0, kRows);
  ids[10] = -1;
  {
    const Array in(ids);
    const Array y(static_cast<size_t>(kRows * kSteps * 2 * kUnits));
    rnn4j_run_args args = device_args(nullptr, 0);
    const void* inputs[] = {in.data()};
    void* outputs[] = {y.data(), nullptr};
    args.extents = extents.data();
    args.inputs = inputs;
    args.outputs = outputs;
    CHECK_OK(rnn4j_run(session.executable, session.state, &args));
    CHECK_CUDA(cudaStreamSynchronize(nullptr));
    CHECK(session.state_rows(0, kRows) == before);
    CHECK_EQUAL(rnn4j_run(session.executable, session.state, &args), static_cast<int>(RNN4J_ID_OUT_OF_RANGE));
    CHECK_EQUAL(last_error(), "an earlier call on a stream of the caller's found, after it had returned: "
                              "embedding 'embedding': row 1 has the id -1 at position 1; there are 5, numbered from 0");
  }
  ids[10] = 1;
  CHECK_EQUAL(session.run(kRows, kSteps, {ids.data()}).error, "");
}

CASE("a row that a failed call on a caller's stream began begins with the next one") {
  Model model;
  ProgramBuilder b;
  const int32_t ids = b.input({RNN4J_ANY}, RNN4J_I32), wired = b.input({kUnits});
  const int32_t e = b.value({RNN4J_ANY, kWidth}), y = b.value({RNN4J_ANY, kUnits});
  rnn4j_op& embedding = b.op(RNN4J_OP_EMBEDDING, "embedding", {ids}, {e});
  embedding.kernel = model.table.data();
  embedding.rows = Model::kTable;
  embedding.columns = kWidth;
  b.recurrent("rnn", {e, RNN4J_NONE, wired}, {y}, model.p, b.cell(model.p, model.d));
  b.output(y);
  Session right(b, b.program(), 1), session(b, b.program(), 1);
  const std::vector<int32_t> good = {1, 2}, bad = {1, 77}, extents = session.extents(2);
  const std::vector<uint8_t> yes = {1}, no = {0};
  const Array good_ids(good), bad_ids(bad), initial(std::vector<float>(kUnits, 3.0f)), out(size_t{2} * kUnits);
  const auto run = [&](Session& in, const Array& from, const std::vector<uint8_t>& begun) {
    const void* inputs[] = {from.data(), initial.data()};
    void* outputs[] = {out.data()};
    rnn4j_run_args args = device_args(nullptr, 0);
    args.rows = 1;
    args.extents = extents.data();
    args.inputs = inputs;
    args.outputs = outputs;
    args.started = args.seen = begun.data();
    const int32_t status = rnn4j_run(in.executable, in.state, &args);
    CHECK_CUDA(cudaStreamSynchronize(nullptr));
    return status;
  };
  CHECK_EQUAL(run(right, good_ids, no), 0);
  CHECK_EQUAL(run(session, bad_ids, no), 0);
  CHECK_EQUAL(run(session, good_ids, yes), static_cast<int>(RNN4J_ID_OUT_OF_RANGE));
  CHECK_EQUAL(run(session, good_ids, yes), 0);
  CHECK(session.state_rows(0, 1) == right.state_rows(0, 1));
  // A row that had begun goes on where it was.
  CHECK_EQUAL(run(session, bad_ids, yes), 0);
  CHECK_EQUAL(run(session, good_ids, yes), static_cast<int>(RNN4J_ID_OUT_OF_RANGE));
  CHECK_EQUAL(run(session, good_ids, yes), 0);
  CHECK_EQUAL(run(right, good_ids, yes), 0);
  CHECK(session.state_rows(0, 1) == right.state_rows(0, 1));
}

}  // namespace
