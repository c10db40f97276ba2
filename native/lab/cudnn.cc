// cuDNN called directly, with each of its algorithms: right first, then the time on the device.
//   cudnn LIBCUDNN SECONDS PRECISION PROBLEM..     fp32, tf32, fp16, bf16
// One line a problem and algorithm: "ALGORITHM,PROBLEM,STEPS,MICROSECONDS,us", or "ALGORITHM,PROBLEM,refused,WHY".
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include <rnn4j/gpu/half.cuh>

#include "cudnn_api.h"
#include "kernels/support/device_array.h"
#include "kernels/support/tolerances.h"
#include "lab.h"
#include "run/support/stack_model.h"

namespace {

using namespace testing;
using rnn4j::kernels::NumberType;
namespace gpu = rnn4j::gpu;
using Bytes = std::vector<char>;

/// cuDNN does not run this: the algorithm's constraints, not a fault.
struct Refused : std::runtime_error {
  using std::runtime_error::runtime_error;
};

constexpr const char* kNoSuchGru = "cuDNN has only the GRU that resets after the product";

lab::CudnnApi api;

void call(int status, const char* text) {
  if (status == 0) return;
  const std::string why = std::string(text) + ": " + api.get_error_string(status);
  if (lab::is_cudnn_refusal(api.get_version(), status)) throw Refused(why);
  throw std::runtime_error(why);
}
#define CUDNN(function, ...) call(api.function(__VA_ARGS__), #function)

struct Precision {
  const char* name;
  int type;  // of data and weights; sums are float
  int math;
  NumberType rounded;
};

const Precision& precision_of(const char* name) {
  static const Precision all[] = {{"fp32", lab::kCudnnFloat, lab::kCudnnFmaMath, NumberType::kFloat},
                                  {"tf32", lab::kCudnnFloat, lab::kCudnnDefaultMath, NumberType::kHalf},
                                  {"fp16", lab::kCudnnHalf, lab::kCudnnTensorOpMath, NumberType::kHalf},
                                  {"bf16", lab::kCudnnBfloat16, lab::kCudnnTensorOpMath, NumberType::kBfloat16}};
  for (const Precision& one : all) {
    if (std::strcmp(name, one.name) == 0) return one;
  }
  lab::require(false, "the precision: fp32, tf32, fp16 and bf16 exist");
  return all[0];
}

size_t width_of(int type) { return type == lab::kCudnnFloat ? 4 : 2; }

void store(Bytes& bytes, size_t offset, const float* from, size_t n, int type) {
  for (size_t k = 0; k < n; k++) {
    const uint16_t bits = type == lab::kCudnnHalf ? gpu::bits_of(gpu::from_float<gpu::Half>(from[k]))
                                                  : gpu::bits_of(gpu::from_float<gpu::Bfloat16>(from[k]));
    const bool whole = type == lab::kCudnnFloat;
    std::memcpy(bytes.data() + offset + k * width_of(type), whole ? static_cast<const void*>(from + k) : &bits,
                width_of(type));
  }
}

float load(const Bytes& bytes, size_t k, int type) {
  float whole;
  uint16_t bits;
  if (type == lab::kCudnnFloat) return std::memcpy(&whole, bytes.data() + 4 * k, 4), whole;
  std::memcpy(&bits, bytes.data() + 2 * k, 2);
  return type == lab::kCudnnHalf ? gpu::to_float(gpu::from_bits<gpu::Half>(bits))
                                 : gpu::to_float(gpu::from_bits<gpu::Bfloat16>(bits));
}

Bytes packed(const std::vector<float>& values, int type) {
  Bytes bytes(values.size() * width_of(type));
  store(bytes, 0, values.data(), values.size(), type);
  return bytes;
}

/// A descriptor of cuDNN's, given back.
class Descriptor {
 public:
  Descriptor(int (*create)(void**), int (*destroy)(void*)) : destroy_(destroy) { call(create(&it_), "create"); }
  ~Descriptor() { destroy_(it_); }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  operator void*() const { return it_; }

 private:
  int (*destroy_)(void*);
  void* it_ = nullptr;
};

/// A network of cuDNN's with the weights of ours, and the memory of one call.
class Network {
 public:
  Network(void* handle, const StackProblem& problem, const StackModel& model, const Precision& precision, int algorithm)
      : handle_(handle), problem_(problem), p_(problem.layer), type_(precision.type) {
    describe(precision, algorithm);
    weights_.emplace(laid_out(model));
    size_t work = 0, reserve = 0;
    CUDNN(temp_bytes, handle_, rnn_, lab::kCudnnInference, x_data_, &work, &reserve);
    work_.emplace(work);
    reserve_.emplace(reserve);
    x_.emplace(packed(steps_first(model.cells.front().x, p_.input), type_));
    y_.emplace(elements(width()) * width_of(type_));
    std::vector<float> h, c;
    for (const RecurrentData& d : model.cells) {
      h.insert(h.end(), d.h0.begin(), d.h0.end());
      c.insert(c.end(), d.c0.begin(), d.c0.end());
    }
    h_.emplace(packed(h, type_));
    c_.emplace(packed(c, type_));
    lengths_.emplace(std::vector<int32_t>(static_cast<size_t>(p_.rows), p_.steps));
  }

  void forward() {
    const bool cell = p_.kind == RNN4J_CELL_LSTM;
    CUDNN(forward, handle_, rnn_, lab::kCudnnInference, lengths_->get(), x_data_, x_->get(), y_data_, y_->get(),
          state_, h_->get(), nullptr, state_, cell ? c_->get() : nullptr, nullptr, weights_->bytes, weights_->device.get(),
          work_->read_bytes(), work_->get(), reserve_->read_bytes(), reserve_->get());
  }

  /// [B, T, D * H]
  std::vector<float> output() const {
    const Bytes bytes = y_->read();
    std::vector<float> y(elements(width()));
    for (size_t k = 0; k < y.size(); k++) y[position(k, width())] = load(bytes, k, type_);
    return y;
  }

 private:
  struct Weights {
    DeviceArray<char> device;
    size_t bytes;
  };
  struct Memory : DeviceArray<char> {
    explicit Memory(size_t n) : DeviceArray<char>(n), bytes(n) {}
    size_t read_bytes() const { return bytes; }
    size_t bytes;
  };

  int width() const { return problem_.directions * p_.units; }
  size_t elements(int width) const { return product(p_.rows, p_.steps, width); }
  /// Where element k of [T, B, width] lies in [B, T, width].
  size_t position(size_t k, int wide) const {
    const auto w = static_cast<size_t>(wide), rows = static_cast<size_t>(p_.rows), steps = static_cast<size_t>(p_.steps);
    return (k / w % rows * steps + k / w / rows) * w + k % w;
  }
  std::vector<float> steps_first(const std::vector<float>& x, int wide) const {
    std::vector<float> turned(x.size());
    for (size_t k = 0; k < x.size(); k++) turned[k] = x[position(k, wide)];
    return turned;
  }

  void describe(const Precision& precision, int algorithm) {
    const int cell = p_.kind == RNN4J_CELL_LSTM  ? lab::kCudnnLstm
                     : p_.kind == RNN4J_CELL_GRU ? lab::kCudnnGru
                                                 : lab::kCudnnRnnTanh;
    CUDNN(set_dropout, dropout_, handle_, 0.0f, nullptr, 0, 0);
    CUDNN(set_rnn, rnn_, algorithm, cell, lab::kCudnnDoubleBias, problem_.directions - 1, lab::kCudnnLinearInput, type_,
          lab::kCudnnFloat, precision.math, p_.input, p_.units, p_.units, problem_.layers, dropout_, lab::kCudnnPaddedIo);
    if (algorithm == lab::kCudnnPersistDynamic) CUDNN(build_dynamic, handle_, rnn_, p_.rows);
    const std::vector<int> lengths(static_cast<size_t>(p_.rows), p_.steps);
    CUDNN(set_data, x_data_, type_, lab::kCudnnSeqMajorUnpacked, p_.steps, p_.rows, p_.input, lengths.data(), nullptr);
    CUDNN(set_data, y_data_, type_, lab::kCudnnSeqMajorUnpacked, p_.steps, p_.rows, width(), lengths.data(), nullptr);
    const int extents[] = {problem_.layers * problem_.directions, p_.rows, p_.units};
    const int strides[] = {p_.rows * p_.units, p_.units, 1};
    CUDNN(set_tensor_nd, state_, type_, 3, extents, strides);
  }

  /// Every matrix and bias where cuDNN wants it.
  Weights laid_out(const StackModel& model) {
    size_t bytes = 0;
    CUDNN(weight_bytes, handle_, rnn_, &bytes);
    DeviceArray<char> device(bytes);
    Bytes host(bytes);
    // cuDNN's order of gates: i f c o as ours, but r z n where ours is z r n.
    const int gru_order[] = {1, 0, 2};
    const int gates = p_.gates();
    for (size_t cell = 0; cell < model.cells.size(); cell++) {
      const RecurrentData& d = model.cells[cell];
      for (int linear = 0; linear < 2 * gates; linear++) {
        const bool recurrent = linear >= gates;
        const int theirs = linear % gates;
        const int ours = p_.kind == RNN4J_CELL_GRU ? gru_order[theirs] : theirs;
        const int columns = recurrent ? p_.units : model.problems[cell].input;
        const std::vector<float>& kernel = recurrent ? d.recurrent_kernel : d.input_kernel;
        void *matrix = nullptr, *bias = nullptr;
        CUDNN(weight_params, handle_, rnn_, static_cast<int32_t>(cell), bytes, device.get(), linear, matrix_, &matrix,
              bias_, &bias);
        const auto offset = [&](void* at) { return static_cast<size_t>(static_cast<char*>(at) - device.get()); };
        store(host, offset(matrix), kernel.data() + product(ours, p_.units, columns), product(p_.units, columns), type_);
        if (!recurrent) {
          store(host, offset(bias), d.bias.data() + product(ours, p_.units), product(p_.units, 1), type_);
        } else if (p_.kind == RNN4J_CELL_GRU && theirs == 2) {
          store(host, offset(bias), d.recurrent_bias.data(), product(p_.units, 1), type_);
        }
      }
    }
    device.write(host);
    return {std::move(device), bytes};
  }

  void* handle_;
  StackProblem problem_;
  const RecurrentProblem& p_ = problem_.layer;
  int type_;
  Descriptor dropout_{api.create_dropout, api.destroy_dropout};
  Descriptor rnn_{api.create_rnn, api.destroy_rnn};
  Descriptor x_data_{api.create_data, api.destroy_data}, y_data_{api.create_data, api.destroy_data};
  Descriptor state_{api.create_tensor, api.destroy_tensor};
  Descriptor matrix_{api.create_tensor, api.destroy_tensor}, bias_{api.create_tensor, api.destroy_tensor};
  std::optional<Weights> weights_;
  std::optional<Memory> work_, reserve_;
  std::optional<DeviceArray<char>> x_, y_, h_, c_;
  std::optional<DeviceArray<int32_t>> lengths_;
};

/// A few steps against the double reference. Beside products cuDNN rounds states and outputs, so twice p0's bound.
void check(void* handle, StackProblem problem, const Precision& precision, int algorithm) {
  RecurrentProblem& p = problem.layer;
  p.steps = p.capacity = std::min(p.steps, 3);
  const StackModel model(problem);
  Network network(handle, problem, model, precision, algorithm);
  network.forward();
  const double terms = std::fmax(1.0, std::sqrt((p.input + p.units) / 133.0));
  about() = p.name;
  CHECK_CLOSE(network.output(), model.wanted(problem),
              4 * problem.layers * terms * sequence_bound(precision.rounded, p.steps));
  lab::require(tally().failures == 0, p.name.c_str());
}

double measure(void* handle, const StackProblem& problem, const Precision& precision, int algorithm, double seconds,
               cudaStream_t stream) {
  const StackModel model(problem);
  Network network(handle, problem, model, precision, algorithm);
  const double once = lab::device_seconds(3, stream, [&] { network.forward(); });
  const int repeats = std::max(3, static_cast<int>(std::min(200.0, seconds / std::fmax(once, 1e-6))));
  const double time = lab::device_seconds(repeats, stream, [&] { network.forward(); });
  lab::require(tally().failures == 0, problem.layer.name.c_str());
  return time;
}

}  // namespace

int main(int argc, char** argv) try {
  lab::require(argc >= 5, "the arguments: LIBCUDNN SECONDS PRECISION PROBLEM..");
  api = lab::load_cudnn(argv[1]);
  const double seconds = std::atof(argv[2]);
  const Precision& precision = precision_of(argv[3]);
  const char* names[] = {"STANDARD", "PERSIST_STATIC", "PERSIST_DYNAMIC", "PERSIST_STATIC_SMALL_H"};
  std::printf("version,%zu\n", api.get_version());
  void* handle = nullptr;
  cudaStream_t stream;
  LAB_CUDA(cudaStreamCreateWithFlags(&stream, cudaStreamNonBlocking));
  CUDNN(create, &handle);
  CUDNN(set_stream, handle, stream);
  for (int k = 4; k < argc; k++) {
    const StackProblem problem = parse_problem(argv[k]);
    const char* name = problem.layer.name.c_str();
    for (int algorithm = 0; algorithm < 4; algorithm++) {
      try {
        if (problem.layer.kind == RNN4J_CELL_GRU && !problem.layer.reset_after) throw Refused(kNoSuchGru);
        check(handle, problem, precision, algorithm);
        const double time = measure(handle, problem, precision, algorithm, seconds, stream);
        std::printf("%s,%s,%d,%.6g,us\n", names[algorithm], name, problem.layer.steps, time * 1e6);
      } catch (const Refused& e) {
        // It runs whatever cuDNN has: what it refuses was asked for in a wrong way.
        lab::require(algorithm != lab::kCudnnStandard || e.what() == std::string(kNoSuchGru), e.what());
        std::printf("%s,%s,refused,%s\n", names[algorithm], name, e.what());
      }
      std::fflush(stdout);
    }
  }
  CUDNN(destroy, handle);
  LAB_CUDA(cudaStreamDestroy(stream));
} catch (const std::exception& e) {
  std::fprintf(stderr, "ERROR: %s\n", e.what());
  return 1;
}
