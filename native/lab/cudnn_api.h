// What the laboratory calls of cuDNN 8 and 9, by dlopen: own prototypes, held against NVIDIA's header where it is
// (cudnn_prototypes_test.cc). Handles and descriptors are void*, enumerations int.
#pragma once

#include <dlfcn.h>

#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <type_traits>

namespace lab {

constexpr int kCudnnStandard = 0, kCudnnPersistStatic = 1, kCudnnPersistDynamic = 2, kCudnnPersistStaticSmallH = 3;
constexpr int kCudnnRnnTanh = 1, kCudnnLstm = 2, kCudnnGru = 3;
constexpr int kCudnnDoubleBias = 2;
constexpr int kCudnnLinearInput = 0;
constexpr int kCudnnFloat = 0, kCudnnHalf = 2, kCudnnBfloat16 = 9;
constexpr int kCudnnDefaultMath = 0, kCudnnTensorOpMath = 1, kCudnnFmaMath = 3;
constexpr int kCudnnInference = 0;
constexpr int kCudnnSeqMajorUnpacked = 0;
constexpr uint32_t kCudnnPaddedIo = 1;

/// Whether a status says that cuDNN does not do what it was asked for: BAD_PARAM, NOT_SUPPORTED, ARCH_MISMATCH. Others
/// are failures. cuDNN 9 counts by thousands, 2000 and 3000 with their kinds; ARCH_MISMATCH is one of the latter.
constexpr bool is_cudnn_refusal(size_t version, int status) {
  return version >= 90000 ? status / 1000 == 2 || status / 1000 == 3 : status == 3 || status == 6 || status == 9;
}
static_assert(is_cudnn_refusal(90000, 2000) && is_cudnn_refusal(91000, 3007) && !is_cudnn_refusal(90000, 1001));
static_assert(!is_cudnn_refusal(90000, 4000) && !is_cudnn_refusal(90000, 5000));
static_assert(is_cudnn_refusal(8907, 9) && !is_cudnn_refusal(8907, 8));

struct CudnnApi {
  size_t (*get_version)();
  const char* (*get_error_string)(int status);
  int (*create)(void** handle);
  int (*destroy)(void* handle);
  int (*set_stream)(void* handle, void* stream);
  int (*create_dropout)(void** dropout);
  int (*destroy_dropout)(void* dropout);
  int (*set_dropout)(void* dropout, void* handle, float part, void* states, size_t state_bytes,
                     unsigned long long seed);
  int (*create_tensor)(void** tensor);
  int (*destroy_tensor)(void* tensor);
  int (*set_tensor_nd)(void* tensor, int type, int rank, const int* extents, const int* strides);
  int (*create_data)(void** data);
  int (*destroy_data)(void* data);
  int (*set_data)(void* data, int type, int layout, int most_steps, int batch, int width, const int* lengths,
                  void* padding);
  int (*create_rnn)(void** rnn);
  int (*destroy_rnn)(void* rnn);
  int (*set_rnn)(void* rnn, int algorithm, int cell, int bias, int directions, int input_mode, int type, int precision,
                 int math, int32_t input, int32_t hidden, int32_t projected, int32_t layers, void* dropout,
                 uint32_t flags);
  int (*build_dynamic)(void* handle, void* rnn, int batch);
  int (*weight_bytes)(void* handle, void* rnn, size_t* bytes);
  int (*weight_params)(void* handle, void* rnn, int32_t pseudo_layer, size_t bytes, const void* weights, int32_t linear,
                       void* matrix_tensor, void** matrix, void* bias_tensor, void** bias);
  int (*temp_bytes)(void* handle, void* rnn, int mode, void* data, size_t* work_bytes, size_t* reserve_bytes);
  int (*forward)(void* handle, void* rnn, int mode, const int32_t* device_lengths, void* x_data, const void* x,
                 void* y_data, void* y, void* h_tensor, const void* hx, void* hy, void* c_tensor, const void* cx,
                 void* cy, size_t weight_bytes, const void* weights, size_t work_bytes, void* work,
                 size_t reserve_bytes, void* reserve);
};

/// Loads a file and binds all of it; throws std::runtime_error with what is missing. Never unloaded.
inline CudnnApi load_cudnn(const char* file) {
  void* library = dlopen(file, RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) throw std::runtime_error(std::string("cuDNN cannot be loaded: ") + dlerror());
  CudnnApi api{};
  std::string missing;
  const auto bind = [&](const char* name, auto& function) {
    void* found = dlsym(library, name);
    if (found == nullptr) missing += std::string(" ") + name;
    function = reinterpret_cast<std::remove_reference_t<decltype(function)>>(found);
  };
  bind("cudnnGetVersion", api.get_version);
  bind("cudnnGetErrorString", api.get_error_string);
  bind("cudnnCreate", api.create);
  bind("cudnnDestroy", api.destroy);
  bind("cudnnSetStream", api.set_stream);
  bind("cudnnCreateDropoutDescriptor", api.create_dropout);
  bind("cudnnDestroyDropoutDescriptor", api.destroy_dropout);
  bind("cudnnSetDropoutDescriptor", api.set_dropout);
  bind("cudnnCreateTensorDescriptor", api.create_tensor);
  bind("cudnnDestroyTensorDescriptor", api.destroy_tensor);
  bind("cudnnSetTensorNdDescriptor", api.set_tensor_nd);
  bind("cudnnCreateRNNDataDescriptor", api.create_data);
  bind("cudnnDestroyRNNDataDescriptor", api.destroy_data);
  bind("cudnnSetRNNDataDescriptor", api.set_data);
  bind("cudnnCreateRNNDescriptor", api.create_rnn);
  bind("cudnnDestroyRNNDescriptor", api.destroy_rnn);
  bind("cudnnSetRNNDescriptor_v8", api.set_rnn);
  bind("cudnnBuildRNNDynamic", api.build_dynamic);
  bind("cudnnGetRNNWeightSpaceSize", api.weight_bytes);
  bind("cudnnGetRNNWeightParams", api.weight_params);
  bind("cudnnGetRNNTempSpaceSizes", api.temp_bytes);
  bind("cudnnRNNForward", api.forward);
  if (!missing.empty()) throw std::runtime_error(std::string(file) + " lacks" + missing);
  return api;
}

}  // namespace lab
