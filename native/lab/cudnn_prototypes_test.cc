// Our numbers and prototypes of cuDNN against NVIDIA's headers. Compiled where those are; nothing to run.
#include <cudnn.h>

#include <type_traits>

#include "cudnn_api.h"

namespace {

/// Two parameters travel alike: pointers as pointers, enumerations as int, numbers as themselves.
template <typename Ours, typename Theirs>
constexpr bool travels_alike() {
  if constexpr (std::is_pointer_v<Theirs>) {
    return std::is_pointer_v<Ours>;
  } else if constexpr (std::is_enum_v<Theirs>) {
    return std::is_same_v<Ours, int> && sizeof(Theirs) == sizeof(int);
  } else {
    return std::is_same_v<Ours, Theirs>;
  }
}

template <typename R1, typename... Ours, typename R2, typename... Theirs>
constexpr bool same(R1 (*)(Ours...), R2 (*)(Theirs...)) {
  if constexpr (sizeof...(Ours) == sizeof...(Theirs)) {
    return travels_alike<R1, R2>() && (... && travels_alike<Ours, Theirs>());
  }
  return false;
}

constexpr lab::CudnnApi kApi{};
static_assert(same(kApi.get_version, &cudnnGetVersion));
static_assert(same(kApi.get_error_string, &cudnnGetErrorString));
static_assert(same(kApi.create, &cudnnCreate));
static_assert(same(kApi.destroy, &cudnnDestroy));
static_assert(same(kApi.set_stream, &cudnnSetStream));
static_assert(same(kApi.create_dropout, &cudnnCreateDropoutDescriptor));
static_assert(same(kApi.destroy_dropout, &cudnnDestroyDropoutDescriptor));
static_assert(same(kApi.set_dropout, &cudnnSetDropoutDescriptor));
static_assert(same(kApi.create_tensor, &cudnnCreateTensorDescriptor));
static_assert(same(kApi.destroy_tensor, &cudnnDestroyTensorDescriptor));
static_assert(same(kApi.set_tensor_nd, &cudnnSetTensorNdDescriptor));
static_assert(same(kApi.create_data, &cudnnCreateRNNDataDescriptor));
static_assert(same(kApi.destroy_data, &cudnnDestroyRNNDataDescriptor));
static_assert(same(kApi.set_data, &cudnnSetRNNDataDescriptor));
static_assert(same(kApi.create_rnn, &cudnnCreateRNNDescriptor));
static_assert(same(kApi.destroy_rnn, &cudnnDestroyRNNDescriptor));
static_assert(same(kApi.set_rnn, &cudnnSetRNNDescriptor_v8));
static_assert(same(kApi.build_dynamic, &cudnnBuildRNNDynamic));
static_assert(same(kApi.weight_bytes, &cudnnGetRNNWeightSpaceSize));
static_assert(same(kApi.weight_params, &cudnnGetRNNWeightParams));
static_assert(same(kApi.temp_bytes, &cudnnGetRNNTempSpaceSizes));
static_assert(same(kApi.forward, &cudnnRNNForward));

static_assert(lab::is_cudnn_refusal(CUDNN_VERSION, CUDNN_STATUS_BAD_PARAM));
static_assert(lab::is_cudnn_refusal(CUDNN_VERSION, CUDNN_STATUS_NOT_SUPPORTED));
static_assert(lab::is_cudnn_refusal(CUDNN_VERSION, CUDNN_STATUS_ARCH_MISMATCH));
static_assert(!lab::is_cudnn_refusal(CUDNN_VERSION, CUDNN_STATUS_INTERNAL_ERROR));
static_assert(!lab::is_cudnn_refusal(CUDNN_VERSION, CUDNN_STATUS_EXECUTION_FAILED));

static_assert(lab::kCudnnStandard == CUDNN_RNN_ALGO_STANDARD && lab::kCudnnPersistStatic == CUDNN_RNN_ALGO_PERSIST_STATIC);
static_assert(lab::kCudnnPersistDynamic == CUDNN_RNN_ALGO_PERSIST_DYNAMIC);
static_assert(lab::kCudnnPersistStaticSmallH == CUDNN_RNN_ALGO_PERSIST_STATIC_SMALL_H);
static_assert(lab::kCudnnRnnTanh == CUDNN_RNN_TANH && lab::kCudnnLstm == CUDNN_LSTM && lab::kCudnnGru == CUDNN_GRU);
static_assert(lab::kCudnnDoubleBias == CUDNN_RNN_DOUBLE_BIAS && lab::kCudnnLinearInput == CUDNN_LINEAR_INPUT);
static_assert(CUDNN_UNIDIRECTIONAL == 0 && CUDNN_BIDIRECTIONAL == 1);
static_assert(lab::kCudnnFloat == CUDNN_DATA_FLOAT && lab::kCudnnHalf == CUDNN_DATA_HALF);
static_assert(lab::kCudnnBfloat16 == CUDNN_DATA_BFLOAT16);
static_assert(lab::kCudnnDefaultMath == CUDNN_DEFAULT_MATH && lab::kCudnnTensorOpMath == CUDNN_TENSOR_OP_MATH);
static_assert(lab::kCudnnFmaMath == CUDNN_FMA_MATH && lab::kCudnnInference == CUDNN_FWD_MODE_INFERENCE);
static_assert(lab::kCudnnSeqMajorUnpacked == CUDNN_RNN_DATA_LAYOUT_SEQ_MAJOR_UNPACKED);
static_assert(lab::kCudnnPaddedIo == CUDNN_RNN_PADDED_IO_ENABLED);

}  // namespace
