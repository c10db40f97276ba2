// Runs the cases whose names contain the first argument, or all.
#include <cstring>

#include "kernels/support/testing.h"

int main(int argc, char** argv) {
  const char* wanted = argc > 1 ? argv[1] : "";
  int ran = 0;
  for (const testing::Case& one : testing::cases()) {
    if (one.name.find(wanted) == std::string::npos) continue;
    const testing::Tally before = testing::tally();
    testing::about().clear();
    one.body();
    ran++;
    const int checks = testing::tally().checks - before.checks;
    const int failures = testing::tally().failures - before.failures;
    std::printf("%s %s (%d checks)\n", failures == 0 && checks > 0 ? "ok  " : "FAIL", one.name.c_str(), checks);
    std::fflush(stdout);
    if (checks == 0) testing::tally().failures++;
  }
  std::printf("%d cases, %d checks, %d failures\n", ran, testing::tally().checks, testing::tally().failures);
  return ran == 0 || testing::tally().failures > 0 ? 1 : 0;
}
