// What every kernel rests on, used rightly: identity, barriers, lanes, shared memory, copies.
#include "check.h"

#include <numeric>

#include <rnn4j/gpu/half.cuh>

using check::DeviceArray;

namespace {

__global__ void identity_kernel(int* out, int n) {
  const int i = static_cast<int>(blockIdx.x * blockDim.x + threadIdx.x);
  if (i < n) out[i] = static_cast<int>(blockIdx.x * 1000 + threadIdx.x + gridDim.x * 100000);
}

__global__ void block_sum_kernel(const float* in, float* out) {
  rnn4j::gpu::Smem smem;
  float* parts = smem.take<float>(32);
  float* unused = smem.take<float>(7);
  if (threadIdx.x == 0) unused[0] = 0;
  const float sum = rnn4j::gpu::warp_sum(in[blockIdx.x * blockDim.x + threadIdx.x]);
  if (rnn4j::gpu::lane_id() == 0) parts[threadIdx.x / 32] = sum;
  __syncthreads();
  if (threadIdx.x == 0) {
    float total = 0;
    for (unsigned i = 0; i < blockDim.x / 32; ++i) total += parts[i];
    out[blockIdx.x] = total;
  }
}

__global__ void lanes_kernel(int* out) {
  const int lane = static_cast<int>(threadIdx.x);
  int* row = out + lane;
  row[0] = __shfl_sync(0xffffffffu, lane, 5);
  row[32] = __shfl_xor_sync(0xffffffffu, lane, 3);
  row[64] = __shfl_up_sync(0xffffffffu, lane, 2u);
  row[96] = __shfl_down_sync(0xffffffffu, lane, 30u);
  row[128] = __shfl_sync(0xffffffffu, lane, 1, 8);
  row[160] = static_cast<int>(__ballot_sync(0xffffffffu, lane % 2));
  row[192] = __any_sync(0xffffffffu, lane == 7) + 2 * __all_sync(0xffffffffu, lane == 7);
  row[224] = lane < 8 ? __shfl_sync(0xffu, lane, 7) : __shfl_sync(0xffffff00u, lane, 8);
  row[256] = __syncthreads_count(lane > 10) + 100 * __syncthreads_or(lane == 3) + 200 * __syncthreads_and(lane < 31);
}

__global__ void ticket_kernel(unsigned* counter, unsigned* out) {
  if (threadIdx.x == 0) out[atomicAdd(counter, 1u)] = blockIdx.x;
}

__global__ void async_copy_kernel(const float4* in, float4* out) {
  rnn4j::gpu::Smem smem;
  float4* stage = smem.take<float4>(blockDim.x);
  rnn4j::gpu::cp_async16(stage + threadIdx.x, in + threadIdx.x);
  rnn4j::gpu::cp_async_commit();
  rnn4j::gpu::cp_async_wait<0>();
  __syncthreads();
  out[threadIdx.x] = stage[blockDim.x - 1 - threadIdx.x];
}

__global__ void mma_kernel(const float* a, const float* b, float* d) {
  using rnn4j::gpu::Bfloat16;
  const int group = static_cast<int>(threadIdx.x) / 4, in_group = static_cast<int>(threadIdx.x) % 4;
  const auto pair_a = [&](int row, int column) {
    return rnn4j::gpu::pack(rnn4j::gpu::from_float<Bfloat16>(a[row * 16 + column]),
                            rnn4j::gpu::from_float<Bfloat16>(a[row * 16 + column + 1]));
  };
  const auto pair_b = [&](int row, int column) {
    return rnn4j::gpu::pack(rnn4j::gpu::from_float<Bfloat16>(b[row * 8 + column]),
                            rnn4j::gpu::from_float<Bfloat16>(b[(row + 1) * 8 + column]));
  };
  const uint32_t fa[4] = {pair_a(group, 2 * in_group), pair_a(group + 8, 2 * in_group),
                          pair_a(group, 2 * in_group + 8), pair_a(group + 8, 2 * in_group + 8)};
  const uint32_t fb[2] = {pair_b(2 * in_group, group), pair_b(2 * in_group + 8, group)};
  float fd[4] = {0, 0, 0, 0};
  rnn4j::gpu::mma_m16n8k16_bf16(fd, fa, fb);
  d[group * 8 + 2 * in_group] = fd[0];
  d[group * 8 + 2 * in_group + 1] = fd[1];
  d[(group + 8) * 8 + 2 * in_group] = fd[2];
  d[(group + 8) * 8 + 2 * in_group + 1] = fd[3];
}

}  // namespace

TEST_CASE(threads_know_who_they_are) {
  DeviceArray<int> out(70);
  CHECK_CUDA(check::launch(check::grid(3, 32), &identity_kernel, out.get(), 70));
  const std::vector<int> host = out.values();
  for (int i = 0; i < 70; ++i) CHECK_EQUAL(host[static_cast<size_t>(i)], 300000 + i / 32 * 1000 + i % 32);
}

TEST_CASE(a_block_adds_through_shared_memory_in_every_schedule) {
  std::vector<float> in(4 * 96);
  std::iota(in.begin(), in.end(), 1.0f);
  for (const char* schedule : {"rr", "random", "skew"}) {
    for (int seed = 1; seed <= 10; ++seed) {
      check::set("RNN4J_EMU_SCHEDULE", schedule);
      check::set("RNN4J_EMU_SEED", std::to_string(seed));
      DeviceArray<float> d_in(in), out(4);
      const size_t bytes = rnn4j::gpu::smem_bytes<float>(32) + rnn4j::gpu::smem_bytes<float>(7);
      CHECK_CUDA(check::launch(check::grid(4, 96, bytes), &block_sum_kernel, d_in.get(), out.get()));
      for (size_t b = 0; b < 4; ++b) {
        const auto first = in.begin() + 96 * static_cast<long>(b);
        CHECK_EQUAL(out.values()[b], std::accumulate(first, first + 96, 0.0f));
      }
    }
  }
}

TEST_CASE(lanes_exchange_what_cuda_says) {
  DeviceArray<int> out(9 * 32);
  CHECK_CUDA(check::launch(check::grid(1, 32), &lanes_kernel, out.get()));
  const std::vector<int> host = out.values();
  for (int lane = 0; lane < 32; ++lane) {
    const auto row = [&](int r) { return host[static_cast<size_t>(32 * r + lane)]; };
    CHECK_EQUAL(row(0), 5);
    CHECK_EQUAL(row(1), lane ^ 3);
    CHECK_EQUAL(row(2), lane < 2 ? lane : lane - 2);
    CHECK_EQUAL(row(3), lane < 2 ? lane + 30 : lane);
    CHECK_EQUAL(row(4), lane / 8 * 8 + 1);
    CHECK_EQUAL(static_cast<unsigned>(row(5)), 0xaaaaaaaau);
    CHECK_EQUAL(row(6), 1);
    CHECK_EQUAL(row(7), lane < 8 ? 7 : 8);
    CHECK_EQUAL(row(8), 21 + 100);
  }
}

TEST_CASE(atomics_count_every_block_once) {
  DeviceArray<unsigned> counter(std::vector<unsigned>{0}), out(8);
  CHECK_CUDA(check::launch(check::grid(8, 32), &ticket_kernel, counter.get(), out.get()));
  std::vector<unsigned> host = out.values();
  std::sort(host.begin(), host.end());
  for (unsigned b = 0; b < 8; ++b) CHECK_EQUAL(host[b], b);
}

TEST_CASE(asynchronous_copies_arrive_at_the_wait) {
  std::vector<float4> in;
  for (int i = 0; i < 64; ++i) in.push_back(make_float4(static_cast<float>(i), 0, 0, 1));
  DeviceArray<float4> d_in(in), out(64);
  CHECK_CUDA(check::launch(check::grid(1, 64, 1024), &async_copy_kernel, d_in.get(), out.get()));
  for (int i = 0; i < 64; ++i) CHECK_EQUAL(out.values()[static_cast<size_t>(i)].x, static_cast<float>(63 - i));
}

TEST_CASE(mma_multiplies_small_integers_exactly) {
  std::vector<float> a(16 * 16), b(16 * 8);
  for (size_t i = 0; i < a.size(); ++i) a[i] = static_cast<float>(static_cast<int>(i * 7 % 11) - 5);
  for (size_t i = 0; i < b.size(); ++i) b[i] = static_cast<float>(static_cast<int>(i * 5 % 13) - 6);
  DeviceArray<float> d_a(a), d_b(b), d(16 * 8);
  CHECK_CUDA(check::launch(check::grid(1, 32), &mma_kernel, d_a.get(), d_b.get(), d.get()));
  for (size_t row = 0; row < 16; ++row) {
    for (size_t column = 0; column < 8; ++column) {
      float expected = 0;
      for (size_t k = 0; k < 16; ++k) expected += a[row * 16 + k] * b[k * 8 + column];
      CHECK_EQUAL(d.values()[row * 8 + column], expected);
    }
  }
}

TEST_CASE(sixteen_bit_types_round_to_nearest_even) {
  using namespace rnn4j::gpu;
  CHECK_EQUAL(bits_of(from_float<Bfloat16>(1.00390625f)), 0x3f80);  // halfway, to even
  CHECK_EQUAL(bits_of(from_float<Bfloat16>(1.01171875f)), 0x3f82);
  CHECK_EQUAL(bits_of(from_float<Half>(1.00048828125f)), 0x3c00);
  CHECK_EQUAL(to_float(from_float<Half>(65504.0f)), 65504.0f);
  CHECK_EQUAL(to_float(unpack_high<Half>(pack(from_float<Half>(1), from_float<Half>(-2)))), -2.0f);
}

int main(int argc, char** argv) { return check::run_all(argc, argv); }
