// planted_test BUG: runs one planted bug under every schedule and says how it showed:
//   "REPORTED: ..." by the double, "NUMBERS DIFFER ..." from the reference, or "UNNOTICED" (exit status 0).
// In sanitizer builds the sanitizer itself may end the process first.
#include <cstring>
#include <map>
#include <string>
#include <vector>

#include "check.h"
#include "planted.cuh"

using check::DeviceArray;
using planted::Bug;

namespace {

const std::map<std::string, Bug>& bugs() {
  static const std::map<std::string, Bug> all = {
      {"none", Bug::none},
      {"no-barrier-after-fill", Bug::no_barrier_after_fill},
      {"no-barrier-before-gates", Bug::no_barrier_before_gates},
      {"no-barrier-before-release", Bug::no_barrier_before_release},
      {"relaxed-instead-of-acquire", Bug::relaxed_instead_of_acquire},
      {"relaxed-instead-of-release", Bug::relaxed_instead_of_release},
      {"block-fence-instead-of-device", Bug::block_fence_instead_of_device},
      {"device-fence", Bug::device_fence},
      {"waits-for-one-too-few", Bug::waits_for_one_too_few},
      {"shared-overrun", Bug::shared_overrun},
      {"global-overrun", Bug::global_overrun},
      {"barrier-under-condition", Bug::barrier_under_condition},
      {"returns-before-barrier", Bug::returns_before_barrier},
      {"single-buffer", Bug::single_buffer},
      {"plain-poll", Bug::plain_poll},
      {"not-cooperative", Bug::not_cooperative},
      {"bounded-spin", Bug::bounded_spin},
      {"copy-without-wait", Bug::copy_without_wait},
      {"copy-without-syncwarp", Bug::copy_without_syncwarp},
      {"copy-done-right", Bug::copy_done_right},
      {"shuffle-in-divergent-branch", Bug::shuffle_in_divergent_branch},
      {"mask-with-exited-lanes", Bug::mask_with_exited_lanes},
      {"lane-not-in-mask", Bug::lane_not_in_mask},
      {"host-pointer", Bug::host_pointer},
      {"host-reads-device-memory", Bug::host_reads_device_memory},
      {"misaligned-vector", Bug::misaligned_vector},
      {"cross-block-race", Bug::cross_block_race},
      {"last-block-adds", Bug::last_block_adds},
      {"uninitialised-shared", Bug::uninitialised_shared},
      {"both-words-relaxed", Bug::both_words_relaxed},
      {"one-tag-for-a-row", Bug::one_tag_for_a_row},
      {"tags-of-a-row", Bug::tags_of_a_row},
      {"flag-released", Bug::flag_released},
  };
  return all;
}

constexpr unsigned kHidden = 32, kUnits = 8, kSteps = 6, kThreads = 64;

/// How a run went: "" when the numbers are right.
std::string outcome(cudaError_t error, bool numbers_right) {
  if (error != cudaSuccess) return std::string("REPORTED: ") + rnn4j_emulation_report();
  return numbers_right ? "" : "NUMBERS DIFFER";
}

std::vector<unsigned> recur_reference(const std::vector<unsigned>& w, std::vector<unsigned> h) {
  for (unsigned t = 0; t < kSteps; ++t) {
    std::vector<unsigned> next(kHidden);
    for (unsigned u = 0; u < kHidden; ++u) {
      next[u] = u + t;
      for (unsigned k = 0; k < kHidden; ++k) next[u] += w[u * kHidden + k] * h[k];
    }
    h = next;
  }
  return h;
}

std::string run_recur(Bug bug) {
  std::vector<unsigned> w(kHidden * kHidden), h(2 * kHidden, 0);
  for (size_t i = 0; i < w.size(); ++i) w[i] = static_cast<unsigned>(i * 2654435761u >> 7);
  for (unsigned i = 0; i < kHidden; ++i) h[i] = i + 1;
  DeviceArray<unsigned> d_w(w), d_h(h), counter(std::vector<unsigned>{0}), status(std::vector<unsigned>{0});
  const planted::RecurParams p{d_w.get(), d_h.get(), counter.get(), status.get(), kHidden, kUnits, kSteps, bug};
  const size_t bytes = rnn4j::gpu::smem_bytes<unsigned>(kHidden) + rnn4j::gpu::smem_bytes<unsigned>(kUnits);
  const auto config = check::grid(kHidden / kUnits, kThreads, bytes);
  rnn4j::gpu::name_next_kernel("recur_kernel");
  const bool alone = bug == Bug::not_cooperative || bug == Bug::bounded_spin;
  CHECK_CUDA(alone ? check::launch(config, &planted::recur_kernel, p)
                   : check::launch_cooperative(config, &planted::recur_kernel, p));
  const cudaError_t error = cudaDeviceSynchronize();
  if (error != cudaSuccess) return outcome(error, false);
  if (bug == Bug::bounded_spin) return status.values()[0] == 1 ? "SPIN EXPIRED" : "NUMBERS DIFFER";
  const std::vector<unsigned> found = d_h.values(), wanted = recur_reference(w, {h.begin(), h.begin() + kHidden});
  // An even number of steps ends in the first buffer.
  return outcome(error, std::equal(wanted.begin(), wanted.end(), found.begin()));
}

std::string run_staged_copy(Bug bug) {
  std::vector<uint4> in;
  for (unsigned i = 0; i < 32; ++i) in.push_back(make_uint4(i, i * i, 1, 2));
  DeviceArray<uint4> d_in(in);
  DeviceArray<unsigned> out(32);
  rnn4j::gpu::name_next_kernel("staged_copy_kernel");
  CHECK_CUDA(check::launch(check::grid(1, 32, 512), &planted::staged_copy_kernel, static_cast<const uint4*>(d_in.get()),
                           out.get(), bug));
  const cudaError_t error = cudaDeviceSynchronize();
  if (error != cudaSuccess) return outcome(error, false);
  bool right = true;
  for (unsigned i = 0; i < 32; ++i) {
    const unsigned j = (i + 1) % 32;
    right = right && out.values()[i] == j + j * j + 3;
  }
  return outcome(error, right);
}

std::string run_lanes(Bug bug) {
  DeviceArray<unsigned> out(32);
  CHECK_CUDA(check::launch(check::grid(1, 32), &planted::lanes_kernel, out.get(), bug));
  return outcome(cudaDeviceSynchronize(), true);
}

std::string run_uninitialised() {
  DeviceArray<unsigned> out(64);
  CHECK_CUDA(check::launch(check::grid(1, 64, 256), &planted::uninitialised_kernel, out.get()));
  return outcome(cudaDeviceSynchronize(), true);
}

std::string run_host_pointer() {
  const std::vector<unsigned> in(8, 5);
  DeviceArray<unsigned> out(1);
  CHECK_CUDA(check::launch(check::grid(1, 32), &planted::sum_kernel, in.data(), 8u, out.get()));
  const cudaError_t error = cudaDeviceSynchronize();
  if (error != cudaSuccess) return outcome(error, false);
  return outcome(error, out.values()[0] == 40);
}

std::string run_host_read() {
  const DeviceArray<unsigned> x(std::vector<unsigned>{11});
  return outcome(cudaSuccess, *static_cast<const volatile unsigned*>(x.get()) == 11);
}

std::string run_vector() {
  const DeviceArray<float> in(std::vector<float>(8, 1));
  const DeviceArray<float4> out(32);
  CHECK_CUDA(check::launch(check::grid(1, 32), &planted::vector_kernel, static_cast<const float*>(in.get()),
                           out.get()));
  const cudaError_t error = cudaDeviceSynchronize();
  if (error != cudaSuccess) return outcome(error, false);
  return outcome(error, out.values()[0].w == 1);
}

std::string run_last_block(Bug bug) {
  DeviceArray<unsigned> partial(4), words(std::vector<unsigned>(2, 0));
  CHECK_CUDA(check::launch(check::grid(4, 32), &planted::last_block_kernel, partial.get(), words.get(),
                           words.get() + 1, bug));
  const cudaError_t error = cudaDeviceSynchronize();
  if (error != cudaSuccess) return outcome(error, false);
  return outcome(error, words.values()[1] == 10);
}

std::string run_message(Bug bug) {
  DeviceArray<unsigned> words(std::vector<unsigned>(64, 0));
  CHECK_CUDA(check::launch_cooperative(check::grid(4, 32), &planted::message_kernel, words.get(), words.get() + 32,
                                       words.get() + 63, bug));
  const cudaError_t error = cudaDeviceSynchronize();
  if (error != cudaSuccess) return outcome(error, false);
  return outcome(error, words.values()[63] == 42);
}

std::string run_tagged_row(Bug bug) {
  DeviceArray<uint64_t> row(std::vector<uint64_t>(8, 0));
  DeviceArray<unsigned> out(1);
  CHECK_CUDA(check::launch_cooperative(check::grid(4, 32), &planted::tagged_row_kernel, row.get(), 8u, out.get(), bug));
  const cudaError_t error = cudaDeviceSynchronize();
  if (error != cudaSuccess) return outcome(error, false);
  return outcome(error, out.values()[0] == 36);
}

std::string run(Bug bug) {
  switch (bug) {
    case Bug::copy_without_wait:
    case Bug::copy_without_syncwarp:
    case Bug::copy_done_right: return run_staged_copy(bug);
    case Bug::shuffle_in_divergent_branch:
    case Bug::mask_with_exited_lanes:
    case Bug::lane_not_in_mask: return run_lanes(bug);
    case Bug::host_pointer: return run_host_pointer();
    case Bug::host_reads_device_memory: return run_host_read();
    case Bug::misaligned_vector: return run_vector();
    case Bug::cross_block_race:
    case Bug::last_block_adds: return run_last_block(bug);
    case Bug::uninitialised_shared: return run_uninitialised();
    case Bug::both_words_relaxed:
    case Bug::flag_released: return run_message(bug);
    case Bug::one_tag_for_a_row:
    case Bug::tags_of_a_row: return run_tagged_row(bug);
    default: return run_recur(bug);
  }
}

/// True when the bug showed, after saying how.
bool shows(Bug bug, const char* schedule, int seed) {
  rnn4j_emulation_reset();
  check::set("RNN4J_EMU_SCHEDULE", schedule);
  check::set("RNN4J_EMU_SEED", std::to_string(seed));
  const std::string how = run(bug);
  if (!how.empty()) std::printf("%s (schedule %s, seed %d)\n", how.c_str(), schedule, seed);
  return !how.empty();
}

}  // namespace

int main(int argc, char** argv) {
  const auto found = argc >= 2 ? bugs().find(argv[1]) : bugs().end();
  if (found == bugs().end()) {
    std::fprintf(stderr, "usage: planted_test BUG [SCHEDULE [SEEDS]]\n");
    return 2;
  }
  const std::vector<std::string> schedules =
      argc >= 3 ? std::vector<std::string>{argv[2]} : std::vector<std::string>{"rr", "random", "skew"};
  const int seeds = argc >= 4 ? std::atoi(argv[3]) : RNN4J_PLANTED_SEEDS;
  for (const std::string& schedule : schedules) {
    for (int seed = 1; seed <= (schedule == "rr" ? 1 : seeds); ++seed) {
      if (shows(found->second, schedule.c_str(), seed)) return 1;
    }
  }
  std::printf("UNNOTICED\n");
  return 0;
}
