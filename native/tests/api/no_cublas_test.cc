// Without a cuBLAS anywhere the error lists every place. A process of its own: one that is loaded would be found.
#include <cstdio>
#include <cstdlib>
#include <string>

#include "rnn4j/rnn4j.h"

int main() {
  constexpr int kSkipped = 77;
  unsetenv("RNN4J_CUBLAS");
  setenv("CUDA_HOME", "/nowhere/cuda", 1);
  rnn4j_device_options options{};
  options.size = sizeof options;
  rnn4j_device* device = nullptr;
  const int32_t status = rnn4j_device_open(&options, &device);
  if (status == RNN4J_OK) {
    rnn4j_device_close(device);
    std::printf("skipped: this machine has a cuBLAS\n");
    return kSkipped;
  }
  std::string text(rnn4j_last_error(nullptr, 0), '\0');
  rnn4j_last_error(text.data(), text.size() + 1);
  std::printf("%s\n", text.c_str());
  bool all = status == RNN4J_CUBLAS_NOT_FOUND;
  for (const char* word : {"no cuBLAS 13 or 12 was found", "libcublas.so.13: not loaded in this process",
                           "libcublas.so.12: cannot open", "/nowhere/cuda/lib64/libcublas.so.13: no such file"}) {
    if (text.find(word) == std::string::npos) {
      std::printf("missing: %s\n", word);
      all = false;
    }
  }
  // Where none is asked for, none is missed.
  setenv("RNN4J_CUBLAS", "none", 1);
  if (rnn4j_device_open(&options, &device) != RNN4J_OK || rnn4j_device_close(device) != RNN4J_OK) {
    std::printf("RNN4J_CUBLAS=none does not open\n");
    all = false;
  }
  return all ? 0 : 1;
}
