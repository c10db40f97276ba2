// Kernels with bugs planted on purpose. The correct form is Bug::none; each bug changes one thing.
//
// recur_kernel: a persistent recurrence in integers, so that any mistake shows. Blocks own `units` units each and
// hand h [2,H] over through global memory and a counter, double-buffered by the parity of t:
//
//   h(t+1)[u] = sum over k of w[u,k] * h(t)[k]  +  u + t        (modulo 2^32)
#pragma once

#include <cuda_runtime.h>

#include <rnn4j/gpu/device.cuh>

namespace planted {

enum class Bug {
  none,
  no_barrier_after_fill,
  no_barrier_before_gates,
  no_barrier_before_release,
  relaxed_instead_of_acquire,
  relaxed_instead_of_release,
  block_fence_instead_of_device,
  device_fence,  // correct
  waits_for_one_too_few,
  shared_overrun,
  global_overrun,
  barrier_under_condition,
  returns_before_barrier,
  single_buffer,
  plain_poll,
  not_cooperative,
  bounded_spin,  // correct, but the blocks it waits for never come
  copy_without_wait,
  copy_without_syncwarp,
  copy_done_right,  // correct
  shuffle_in_divergent_branch,
  mask_with_exited_lanes,
  lane_not_in_mask,
  host_pointer,
  host_reads_device_memory,
  misaligned_vector,
  cross_block_race,
  last_block_adds,  // correct
  uninitialised_shared,
  both_words_relaxed,
  one_tag_for_a_row,
  tags_of_a_row,      // correct
  flag_released       // correct
};

struct RecurParams {
  const unsigned* w;   // [H,H]
  unsigned* h;         // [2,H]
  unsigned* counter;   // blocks that finished a step, all steps together
  unsigned* status;    // set when a spin expired
  unsigned hidden, units, steps;
  Bug bug;
};

/// The k-th step may begin when every block has finished k steps.
__device__ inline void wait_for_step(const RecurParams& p, unsigned t) {
  using namespace rnn4j::gpu;
  unsigned wanted = t * gridDim.x;
  if (p.bug == Bug::waits_for_one_too_few && t > 0) wanted -= 1;
  const uint64_t deadline = clock_ns() + 1'000'000'000;
  for (;;) {
    unsigned found;
    if (p.bug == Bug::plain_poll) {
      // volatile: the compiler would make an endless loop of it, which only the test's timeout ends.
      found = *static_cast<const volatile unsigned*>(p.counter);
      __nanosleep(20);
    } else if (p.bug == Bug::relaxed_instead_of_acquire) {
      found = load_relaxed(p.counter);
    } else {
      found = load_acquire(p.counter);
    }
    if (found >= wanted) return;
    if (p.bug == Bug::bounded_spin && clock_ns() > deadline) {
      store_relaxed(p.status, 1u);
      return;
    }
  }
}

__device__ inline void finish_step(const RecurParams& p) {
  using namespace rnn4j::gpu;
  switch (p.bug) {
    case Bug::relaxed_instead_of_release:
      add_relaxed(p.counter, 1u);
      break;
    case Bug::block_fence_instead_of_device:
      __threadfence_block();
      add_relaxed(p.counter, 1u);
      break;
    case Bug::device_fence:
      __threadfence();
      add_relaxed(p.counter, 1u);
      break;
    default:
      add_release(p.counter, 1u);
  }
}

__global__ void recur_kernel(RecurParams p) {
  using namespace rnn4j::gpu;
  Smem smem;
  unsigned* h = smem.take<unsigned>(p.hidden);
  unsigned* sums = smem.take<unsigned>(p.units);
  const unsigned tid = threadIdx.x, warps = blockDim.x / 32, first = blockIdx.x * p.units;
  for (unsigned t = 0; t < p.steps; ++t) {
    const unsigned now = p.bug == Bug::single_buffer ? 0 : t % 2;
    const unsigned next = p.bug == Bug::single_buffer ? 0 : (t + 1) % 2;
    if (tid == 0) wait_for_step(p, t);
    __syncthreads();
    const unsigned end = p.bug == Bug::shared_overrun ? p.hidden + 1 : p.hidden;
    for (unsigned i = tid; i < end; i += blockDim.x) h[i] = p.h[now * p.hidden + i % p.hidden];
    if (p.bug == Bug::barrier_under_condition) {
      if (tid < 32) __syncthreads();
    } else if (p.bug != Bug::no_barrier_after_fill) {
      __syncthreads();
    }
    for (unsigned u = tid / 32; u < p.units; u += warps) {
      unsigned sum = 0;
      for (unsigned k = tid % 32; k < p.hidden; k += 32) sum += p.w[(first + u) * p.hidden + k] * h[k];
      for (int distance = 16; distance > 0; distance /= 2) sum += __shfl_xor_sync(kFullMask, sum, distance);
      if (tid % 32 == 0) sums[u] = sum;
    }
    if (p.bug == Bug::returns_before_barrier && tid == 40) return;
    if (p.bug != Bug::no_barrier_before_gates) __syncthreads();
    if (tid < p.units) {
      const unsigned beyond = p.bug == Bug::global_overrun && next == 1 && first + tid == p.hidden - 1 ? 1 : 0;
      p.h[next * p.hidden + first + tid + beyond] = sums[tid] + first + tid + t;
    }
    if (p.bug != Bug::no_barrier_before_release) __syncthreads();
    if (tid == (p.bug == Bug::no_barrier_before_release ? blockDim.x - 1 : 0)) finish_step(p);
  }
}

/// One warp: stages 32 rows of 16 bytes and sums its neighbour's.
__global__ void staged_copy_kernel(const uint4* in, unsigned* out, Bug bug) {
  using namespace rnn4j::gpu;
  Smem smem;
  uint4* stage = smem.take<uint4>(32);
  const unsigned lane = threadIdx.x;
  cp_async16(stage + lane, in + lane);
  cp_async_commit();
  if (bug != Bug::copy_without_wait) cp_async_wait<0>();
  if (bug != Bug::copy_without_syncwarp) __syncwarp();
  const uint4 row = stage[(lane + 1) % 32];
  out[lane] = row.x + row.y + row.z + row.w;
}

__global__ void lanes_kernel(unsigned* out, Bug bug) {
  using rnn4j::gpu::kFullMask;
  const unsigned lane = threadIdx.x % 32;
  unsigned value = lane;
  if (bug == Bug::shuffle_in_divergent_branch) {
    if (lane < 16) {
      value = __shfl_xor_sync(kFullMask, lane, 1);
    } else {
      value = __shfl_xor_sync(kFullMask, lane, 2);
    }
  } else if (bug == Bug::mask_with_exited_lanes) {
    if (lane >= 24) return;
    value = __shfl_xor_sync(kFullMask, lane, 1);
  } else if (bug == Bug::lane_not_in_mask) {
    value = __shfl_xor_sync(0x0000ffffu, lane, 1);
  }
  out[threadIdx.x] = value;
}

__global__ void sum_kernel(const unsigned* in, unsigned n, unsigned* out) {
  unsigned sum = 0;
  for (unsigned i = 0; i < n; ++i) sum += in[i];
  if (threadIdx.x == 0) *out = sum;
}

__global__ void uninitialised_kernel(unsigned* out) {
  rnn4j::gpu::Smem smem;
  const unsigned* scratch = smem.take<unsigned>(64);
  out[threadIdx.x] = scratch[threadIdx.x] == 7 ? 1 : 0;
}

__global__ void vector_kernel(const float* in, float4* out) {
  out[threadIdx.x] = *reinterpret_cast<const float4*>(in + 1);
}

/// Blocks add their number into partial sums, and whichever comes last adds those up: no block waits for another.
__global__ void last_block_kernel(unsigned* partial, unsigned* tickets, unsigned* out, Bug bug) {
  using namespace rnn4j::gpu;
  if (threadIdx.x != 0) return;
  partial[blockIdx.x] = blockIdx.x + 1;
  if (bug != Bug::cross_block_race) __threadfence();
  if (add_relaxed(tickets, 1u) + 1 != gridDim.x) return;
  if (bug != Bug::cross_block_race) __threadfence();
  unsigned sum = 0;
  for (unsigned b = 0; b < gridDim.x; ++b) sum += partial[b];
  *out = sum;
}

/// Block 0 writes data and then a flag, block 1 waits for the flag and reads the data. Ends with 42 in *out.
__global__ void message_kernel(unsigned* data, unsigned* flag, unsigned* out, Bug bug) {
  using namespace rnn4j::gpu;
  if (threadIdx.x != 0) return;
  if (blockIdx.x == 0) {
    store_relaxed(data, 42u);
    if (bug == Bug::both_words_relaxed) {
      store_relaxed(flag, 1u);
    } else {
      store_release(flag, 1u);
    }
  } else if (blockIdx.x == 1) {
    if (bug == Bug::both_words_relaxed) {
      while (load_relaxed(flag) == 0) {}
    } else {
      while (load_acquire(flag) == 0) {}
    }
    *out = load_relaxed(data);
  }
}

/// Block 0 writes a row of words that carry their tag (value in the low half, tag 1 in the high half), block 1 adds
/// them up as they come. Ends with the sum in *out.
__global__ void tagged_row_kernel(uint64_t* row, unsigned n, unsigned* out, Bug bug) {
  using namespace rnn4j::gpu;
  if (threadIdx.x != 0) return;
  if (blockIdx.x == 0) {
    for (unsigned i = n; i-- > 0;) store_relaxed(row + i, (uint64_t{1} << 32) | (i + 1));
  } else if (blockIdx.x == 1) {
    unsigned sum = 0;
    for (unsigned i = 0; i < n; ++i) {
      uint64_t word = load_relaxed(row + i);
      while (word >> 32 == 0 && (i == 0 || bug != Bug::one_tag_for_a_row)) word = load_relaxed(row + i);
      sum += static_cast<unsigned>(word);
    }
    *out = sum;
  }
}

}  // namespace planted
