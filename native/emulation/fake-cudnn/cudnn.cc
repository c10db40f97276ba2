// A strict stand-in for cuDNN's forward RNN: arguments and order of calls are checked, what does not fit is a bad
// parameter; the persistent algorithms refuse what the real ones are known to. Numbers are right, sums are double.
#include <cmath>
#include <cstdint>
#include <cstring>
#include <vector>

#include <rnn4j/gpu/half.cuh>

namespace {

namespace gpu = rnn4j::gpu;

constexpr int kSuccess = 0, kNotInitialized = 1001, kBadParameter = 2000, kNotSupported = 3000;
constexpr int kFloat = 0, kHalf = 2, kBfloat16 = 9;
constexpr int kPersistStatic = 1, kPersistDynamic = 2, kSmallH = 3;
constexpr int kTanh = 1, kLstm = 2, kGru = 3;

struct Handle {
  bool has_stream = false;
  void* stream = nullptr;
};
struct Dropout {
  bool is_set = false;
};
struct Tensor {
  int type = -1, extents[3] = {0, 0, 0};
};
struct Data {
  int type = -1, steps = 0, batch = 0, width = 0;
};
struct Rnn {
  bool is_set = false, is_built = false;
  int algorithm = 0, cell = 0, directions = 0, type = 0, input = 0, hidden = 0, layers = 0;

  int gates() const { return cell == kLstm ? 4 : cell == kGru ? 3 : 1; }
  int cells() const { return layers * directions; }
  int width(int cell_index) const { return cell_index < directions ? input : directions * hidden; }
  /// Numbers before matrix `linear` of a cell, or behind its last.
  size_t at(int cell_index, int linear) const {
    size_t n = 0;
    for (int c = 0; c <= cell_index; c++) {
      const int most = c == cell_index ? linear : 2 * gates();
      for (int k = 0; k < most; k++) n += size(c, k);
    }
    return n;
  }
  size_t size(int cell_index, int linear) const {  // matrix and bias
    const int columns = linear < gates() ? width(cell_index) : hidden;
    return static_cast<size_t>(hidden) * static_cast<size_t>(columns + 1);
  }
  size_t bytes() const { return at(cells() - 1, 2 * gates()) * (type == kFloat ? 4 : 2); }
};

bool is_type(int type) { return type == kFloat || type == kHalf || type == kBfloat16; }

double get(const void* from, size_t k, int type) {
  float whole;
  uint16_t bits;
  if (type == kFloat) {
    std::memcpy(&whole, static_cast<const char*>(from) + 4 * k, 4);
    return static_cast<double>(whole);
  }
  std::memcpy(&bits, static_cast<const char*>(from) + 2 * k, 2);
  return static_cast<double>(type == kHalf ? gpu::to_float(gpu::from_bits<gpu::Half>(bits))
                                           : gpu::to_float(gpu::from_bits<gpu::Bfloat16>(bits)));
}

void put(void* to, size_t k, int type, double value) {
  const auto whole = static_cast<float>(value);
  const uint16_t bits = type == kHalf ? gpu::bits_of(gpu::from_float<gpu::Half>(whole))
                                      : gpu::bits_of(gpu::from_float<gpu::Bfloat16>(whole));
  if (type == kFloat) {
    std::memcpy(static_cast<char*>(to) + 4 * k, &whole, 4);
  } else {
    std::memcpy(static_cast<char*>(to) + 2 * k, &bits, 2);
  }
}

double sigmoid(double x) { return 1 / (1 + std::exp(-x)); }

using Row = std::vector<double>;

struct Cell {
  const Rnn& rnn;
  const void* weights;
  int index;

  double sum(int linear, int unit, const Row& v) const {
    const size_t first = rnn.at(index, linear), units = static_cast<size_t>(rnn.hidden), u = static_cast<size_t>(unit);
    double z = get(weights, first + units * v.size() + u, rnn.type);
    for (size_t k = 0; k < v.size(); k++) z += get(weights, first + u * v.size() + k, rnn.type) * v[k];
    return z;
  }

  void step(const Row& x, Row& h, Row& c) const {
    const int g = rnn.gates();
    Row next(h.size());
    for (int u = 0; u < rnn.hidden; u++) {
      const auto at = static_cast<size_t>(u);
      const auto z = [&](int gate) { return sum(gate, u, x) + sum(g + gate, u, h); };
      if (rnn.cell == kLstm) {
        c[at] = sigmoid(z(1)) * c[at] + sigmoid(z(0)) * std::tanh(z(2));
        next[at] = sigmoid(z(3)) * std::tanh(c[at]);
      } else if (rnn.cell == kGru) {
        const double update = sigmoid(z(1));
        const double candidate = std::tanh(sum(2, u, x) + sigmoid(z(0)) * sum(g + 2, u, h));
        next[at] = (1 - update) * candidate + update * h[at];
      } else {
        next[at] = std::tanh(z(0));
      }
    }
    h = next;
  }
};

int run(const Rnn& rnn, const Data& x_data, const void* x, void* y, const void* hx, const void* cx, const void* weights) {
  const auto steps = static_cast<size_t>(x_data.steps), batch = static_cast<size_t>(x_data.batch);
  const auto hidden = static_cast<size_t>(rnn.hidden), directions = static_cast<size_t>(rnn.directions);
  for (size_t b = 0; b < batch; b++) {
    std::vector<Row> in(steps);
    for (size_t t = 0; t < steps; t++) {
      for (int i = 0; i < rnn.input; i++) {
        in[t].push_back(get(x, (t * batch + b) * static_cast<size_t>(rnn.input) + static_cast<size_t>(i), rnn.type));
      }
    }
    for (int layer = 0; layer < rnn.layers; layer++) {
      std::vector<Row> out(steps, Row(hidden * directions));
      for (size_t d = 0; d < directions; d++) {
        const int index = layer * rnn.directions + static_cast<int>(d);
        Row h(hidden), c(hidden);
        for (size_t u = 0; u < hidden; u++) {
          const size_t at = (static_cast<size_t>(index) * batch + b) * hidden + u;
          h[u] = hx == nullptr ? 0 : get(hx, at, rnn.type);
          c[u] = cx == nullptr ? 0 : get(cx, at, rnn.type);
        }
        for (size_t s = 0; s < steps; s++) {
          const size_t t = d == 0 ? s : steps - 1 - s;
          Cell{rnn, weights, index}.step(in[t], h, c);
          for (size_t u = 0; u < hidden; u++) out[t][d * hidden + u] = h[u];
        }
      }
      in = out;
    }
    for (size_t t = 0; t < steps; t++) {
      for (size_t k = 0; k < in[t].size(); k++) put(y, (t * batch + b) * in[t].size() + k, rnn.type, in[t][k]);
    }
  }
  return kSuccess;
}

template <typename T>
int create(void** it) {
  *it = new T;
  return kSuccess;
}
template <typename T>
int destroy(void* it) {
  delete static_cast<T*>(it);
  return it == nullptr ? kBadParameter : kSuccess;
}

}  // namespace

extern "C" {

size_t cudnnGetVersion() { return 90000; }
const char* cudnnGetErrorString(int status) {
  return status == kNotSupported     ? "CUDNN_STATUS_NOT_SUPPORTED"
         : status == kNotInitialized ? "CUDNN_STATUS_NOT_INITIALIZED"
                                     : "CUDNN_STATUS_BAD_PARAM";
}
int cudnnCreate(void** it) { return create<Handle>(it); }
int cudnnDestroy(void* it) { return destroy<Handle>(it); }
int cudnnSetStream(void* handle, void* stream) {
  *static_cast<Handle*>(handle) = {true, stream};
  return kSuccess;
}
int cudnnCreateDropoutDescriptor(void** it) { return create<Dropout>(it); }
int cudnnDestroyDropoutDescriptor(void* it) { return destroy<Dropout>(it); }
int cudnnSetDropoutDescriptor(void* it, void* handle, float part, void*, size_t, unsigned long long) {
  if (handle == nullptr || part != 0.0f) return kBadParameter;
  static_cast<Dropout*>(it)->is_set = true;
  return kSuccess;
}
int cudnnCreateTensorDescriptor(void** it) { return create<Tensor>(it); }
int cudnnDestroyTensorDescriptor(void* it) { return destroy<Tensor>(it); }
int cudnnSetTensorNdDescriptor(void* it, int type, int rank, const int* extents, const int* strides) {
  if (!is_type(type) || rank != 3 || strides[2] != 1 || strides[1] != extents[2]) return kBadParameter;
  if (strides[0] != extents[1] * extents[2]) return kBadParameter;
  *static_cast<Tensor*>(it) = {type, {extents[0], extents[1], extents[2]}};
  return kSuccess;
}
int cudnnCreateRNNDataDescriptor(void** it) { return create<Data>(it); }
int cudnnDestroyRNNDataDescriptor(void* it) { return destroy<Data>(it); }
int cudnnSetRNNDataDescriptor(void* it, int type, int layout, int steps, int batch, int width, const int* lengths,
                              void*) {
  if (!is_type(type) || layout != 0 || steps < 1 || batch < 1 || width < 1) return kBadParameter;
  for (int b = 0; b < batch; b++) {
    if (lengths[b] != steps) return kNotSupported;
  }
  *static_cast<Data*>(it) = {type, steps, batch, width};
  return kSuccess;
}
int cudnnCreateRNNDescriptor(void** it) { return create<Rnn>(it); }
int cudnnDestroyRNNDescriptor(void* it) { return destroy<Rnn>(it); }
int cudnnSetRNNDescriptor_v8(void* it, int algorithm, int cell, int bias, int directions, int input_mode, int type,
                             int precision, int math, int32_t input, int32_t hidden, int32_t projected, int32_t layers,
                             void* dropout, uint32_t flags) {
  if (cell < kTanh || cell > kGru || bias != 2 || directions < 0 || directions > 1 || input_mode != 0 ||
      !is_type(type) || precision != kFloat || (type == kFloat) == (math == 1) || input < 1 || hidden < 1 ||
      projected != hidden || layers < 1 || flags != 1 || !static_cast<Dropout*>(dropout)->is_set) {
    return kBadParameter;
  }
  const bool persists = algorithm == kPersistStatic || algorithm == kPersistDynamic;
  if (persists && (type != kHalf || directions == 1)) return kNotSupported;
  if (algorithm == kSmallH && (type == kBfloat16 || hidden > 384)) return kNotSupported;
  *static_cast<Rnn*>(it) = {true, algorithm != kPersistDynamic, algorithm, cell, directions + 1, type, input, hidden, layers};
  return kSuccess;
}
int cudnnBuildRNNDynamic(void* handle, void* it, int batch) {
  Rnn& rnn = *static_cast<Rnn*>(it);
  if (handle == nullptr || batch < 1 || rnn.algorithm != kPersistDynamic) return kBadParameter;
  rnn.is_built = true;
  return kSuccess;
}
int cudnnGetRNNWeightSpaceSize(void*, void* it, size_t* bytes) {
  const Rnn& rnn = *static_cast<Rnn*>(it);
  if (!rnn.is_set) return kNotInitialized;
  *bytes = rnn.bytes();
  return kSuccess;
}
int cudnnGetRNNWeightParams(void*, void* it, int32_t cell, size_t bytes, const void* weights, int32_t linear,
                            void* matrix_tensor, void** matrix, void* bias_tensor, void** bias) {
  const Rnn& rnn = *static_cast<Rnn*>(it);
  if (!rnn.is_set || cell < 0 || cell >= rnn.cells() || bytes != rnn.bytes() || weights == nullptr || linear < 0 ||
      linear >= 2 * rnn.gates() || matrix_tensor == bias_tensor) {
    return kBadParameter;
  }
  const size_t width = rnn.type == kFloat ? 4 : 2, first = rnn.at(cell, linear);
  char* base = static_cast<char*>(const_cast<void*>(weights));
  *matrix = base + first * width;
  *bias = base + (first + rnn.size(cell, linear) - static_cast<size_t>(rnn.hidden)) * width;
  return kSuccess;
}
int cudnnGetRNNTempSpaceSizes(void*, void* it, int mode, void* data, size_t* work_bytes, size_t* reserve_bytes) {
  const Rnn& rnn = *static_cast<Rnn*>(it);
  if (!rnn.is_built || mode != 0 || static_cast<Data*>(data)->width != rnn.input) return kBadParameter;
  *work_bytes = 64 * static_cast<size_t>(rnn.hidden);
  *reserve_bytes = 0;
  return kSuccess;
}
int cudnnRNNForward(void* it_handle, void* it, int mode, const int32_t* lengths, void* it_x, const void* x, void* it_y,
                    void* y, void* it_h, const void* hx, void*, void* it_c, const void* cx, void*, size_t weight_bytes,
                    const void* weights, size_t work_bytes, void* work, size_t reserve_bytes, void*) {
  const Rnn& rnn = *static_cast<Rnn*>(it);
  const Handle& handle = *static_cast<Handle*>(it_handle);
  const Data &x_data = *static_cast<Data*>(it_x), &y_data = *static_cast<Data*>(it_y);
  const Tensor &h = *static_cast<Tensor*>(it_h), &c = *static_cast<Tensor*>(it_c);
  if (!handle.has_stream || !rnn.is_built || mode != 0 || lengths == nullptr) return kNotInitialized;
  if (x_data.type != rnn.type || y_data.type != rnn.type || h.type != rnn.type || c.type != rnn.type ||
      x_data.width != rnn.input || y_data.width != rnn.directions * rnn.hidden || x_data.batch != y_data.batch ||
      x_data.steps != y_data.steps || h.extents[0] != rnn.cells() || h.extents[1] != x_data.batch ||
      h.extents[2] != rnn.hidden || weight_bytes != rnn.bytes() || work == nullptr ||
      work_bytes != 64 * static_cast<size_t>(rnn.hidden) || reserve_bytes != 0 || (cx != nullptr) != (rnn.cell == kLstm)) {
    return kBadParameter;
  }
  if (cudaStreamSynchronize(static_cast<cudaStream_t>(handle.stream)) != cudaSuccess) return kNotInitialized;
  return run(rnn, x_data, x, y, hx, cx, weights);
}

}  // extern "C"
