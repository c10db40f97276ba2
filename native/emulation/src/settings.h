// Settings of the double: the RNN4J_EMU_* variables, parsed. README.md explains each.
#pragma once

#include <cstdint>
#include <string>

namespace rnn4j::emulation {

enum class Schedule { rr, random, skew };
enum class StreamOrder { eager, lazy, random };
enum class Driver { present, none, old, no_device };
enum class Cublas { present, old, create_fails, gemm_fails };

/// The `call`-th call from now (1 is the next, 0 none) fails with `code`.
struct Fault {
  uint64_t call = 0;
  int code = 0;
};

struct Settings {
  Schedule schedule = Schedule::rr;
  uint64_t seed = 1;
  StreamOrder streams = StreamOrder::eager;
  bool weak_memory = false;
  Driver driver = Driver::present;
  Cublas cublas = Cublas::present;
  int multiprocessors = 16;
  int blocks_per_multiprocessor = 2;
  int capability = 90;
  uint64_t memory_bytes = uint64_t{8} << 30;
  Fault cuda_fault;
  Fault cublas_fault;
  uint64_t lost_from_call = 0;
};

/// Sets one field by the name of its variable; false for an unknown name or a value it cannot take.
bool set(Settings& settings, const std::string& name, const std::string& value);

/// Defaults changed by the environment; an invalid value there ends the process with a message.
Settings settings_from_environment();

}  // namespace rnn4j::emulation
