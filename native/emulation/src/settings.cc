#include "settings.h"

#include <cstdio>
#include <cstdlib>
#include <functional>
#include <map>

namespace rnn4j::emulation {
namespace {

using Setter = std::function<bool(Settings&, const std::string&)>;

bool parse(const std::string& text, uint64_t& number) {
  if (text.empty() || text[0] == '-') return false;
  char* end = nullptr;
  number = std::strtoull(text.c_str(), &end, 10);
  return *end == '\0';
}

template <typename T>
Setter number(T Settings::*field) {
  return [field](Settings& s, const std::string& text) {
    uint64_t value = 0;
    if (!parse(text, value)) return false;
    s.*field = static_cast<T>(value);
    return true;
  };
}

template <typename T>
Setter one_of(T Settings::*field, std::map<std::string, T> names) {
  return [field, names](Settings& s, const std::string& text) {
    const auto found = names.find(text);
    if (found == names.end()) return false;
    s.*field = found->second;
    return true;
  };
}

/// "n" or "n:code"; n = 0 switches the fault off.
Setter fault(Fault Settings::*field, int usual_code) {
  return [field, usual_code](Settings& s, const std::string& text) {
    const size_t colon = text.find(':');
    uint64_t call = 0, code = static_cast<uint64_t>(usual_code);
    if (!parse(text.substr(0, colon), call)) return false;
    if (colon != std::string::npos && !parse(text.substr(colon + 1), code)) return false;
    s.*field = {call, static_cast<int>(code)};
    return true;
  };
}

const std::map<std::string, Setter>& setters() {
  static const std::map<std::string, Setter> all = {
      {"RNN4J_EMU_SCHEDULE", one_of<Schedule>(&Settings::schedule, {{"rr", Schedule::rr},
                                                                    {"random", Schedule::random},
                                                                    {"skew", Schedule::skew}})},
      {"RNN4J_EMU_SEED", number(&Settings::seed)},
      {"RNN4J_EMU_STREAMS", one_of<StreamOrder>(&Settings::streams, {{"eager", StreamOrder::eager},
                                                                     {"lazy", StreamOrder::lazy},
                                                                     {"random", StreamOrder::random}})},
      {"RNN4J_EMU_WEAK", one_of<bool>(&Settings::weak_memory, {{"0", false}, {"1", true}})},
      {"RNN4J_EMU_DRIVER", one_of<Driver>(&Settings::driver, {{"present", Driver::present},
                                                              {"none", Driver::none},
                                                              {"old", Driver::old},
                                                              {"no-device", Driver::no_device}})},
      {"RNN4J_EMU_CUBLAS", one_of<Cublas>(&Settings::cublas, {{"present", Cublas::present},
                                                              {"old", Cublas::old},
                                                              {"create-fails", Cublas::create_fails},
                                                              {"gemm-fails", Cublas::gemm_fails}})},
      {"RNN4J_EMU_SMS", number(&Settings::multiprocessors)},
      {"RNN4J_EMU_BLOCKS_PER_SM", number(&Settings::blocks_per_multiprocessor)},
      {"RNN4J_EMU_CAPABILITY", number(&Settings::capability)},
      {"RNN4J_EMU_MEMORY", number(&Settings::memory_bytes)},
      {"RNN4J_EMU_FAIL_CUDA", fault(&Settings::cuda_fault, 999)},
      {"RNN4J_EMU_FAIL_CUBLAS", fault(&Settings::cublas_fault, 13)},
      {"RNN4J_EMU_LOST_FROM", number(&Settings::lost_from_call)},
  };
  return all;
}

}  // namespace

bool set(Settings& settings, const std::string& name, const std::string& value) {
  const auto found = setters().find(name);
  return found != setters().end() && found->second(settings, value);
}

Settings settings_from_environment() {
  Settings settings;
  for (const auto& entry : setters()) {
    const char* value = std::getenv(entry.first.c_str());
    if (value == nullptr || set(settings, entry.first, value)) continue;
    std::fprintf(stderr, "rnn4j emulation: %s=%s is not a value it takes\n", entry.first.c_str(), value);
    std::abort();
  }
  return settings;
}

}  // namespace rnn4j::emulation
