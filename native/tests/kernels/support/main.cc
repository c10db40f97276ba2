// Runs the cases whose names contain one of the arguments, or all; never those that contain an argument after "-".
#include <cstring>

#include "kernels/support/testing.h"

namespace {

bool is_wanted(const std::string& name, int argc, char** argv) {
  bool wanted = true, named = false;
  for (int i = 1; i < argc; i++) {
    const bool excludes = argv[i][0] == '-';
    const bool contains = name.find(excludes ? argv[i] + 1 : argv[i]) != std::string::npos;
    if (excludes && contains) return false;
    if (excludes) continue;
    wanted = named ? wanted || contains : contains;
    named = true;
  }
  return wanted;
}

}  // namespace

int main(int argc, char** argv) {
  int ran = 0;
  for (const testing::Case& one : testing::cases()) {
    if (!is_wanted(one.name, argc, argv)) continue;
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
