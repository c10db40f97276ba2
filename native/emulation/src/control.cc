#include "rnn4j/emulation/control.h"

#include <functional>
#include <map>
#include <string>

#include "device.h"

using namespace rnn4j::emulation;

int rnn4j_emulation_set(const char* name, const char* value) {
  Device& d = device();
  const std::lock_guard<std::recursive_mutex> guard(d.lock);
  if (!set(d.settings, name, value)) return -1;
  if (std::string(name) == "RNN4J_EMU_SEED") d.random = Random(d.settings.seed);
  return 0;
}

long long rnn4j_emulation_count(const char* name) {
  Device& d = device();
  const std::lock_guard<std::recursive_mutex> guard(d.lock);
  const std::map<std::string, uint64_t> counts = {
      {"allocations", d.memory.count(MemoryKind::device)},
      {"pinned_allocations", d.memory.count(MemoryKind::pinned)},
      {"registrations", d.memory.count(MemoryKind::registered)},
      {"device_bytes", d.memory.device_bytes()},
      {"peak_device_bytes", d.memory.peak_device_bytes()},
      {"streams", d.streams.size()},
      {"events", d.events.size()},
      {"graphs", d.graphs.size()},
      {"graph_execs", d.graph_execs.size()},
      {"cublas_handles", d.counts.cublas_handles},
      {"cuda_calls", d.counts.cuda_calls},
      {"cublas_calls", d.counts.cublas_calls},
      {"kernels", d.counts.kernels},
      {"faults", d.counts.faults},
  };
  const auto found = counts.find(name);
  return found == counts.end() ? -1 : static_cast<long long>(found->second);
}

const char* rnn4j_emulation_report() {
  const std::lock_guard<std::recursive_mutex> guard(device().lock);
  return device().report.c_str();
}

void rnn4j_emulation_reset() {
  const std::lock_guard<std::recursive_mutex> guard(device().lock);
  reset_device();
}
