// The little a kernel test needs: named cases, checks that count and say what they found.
#pragma once

#include <cmath>
#include <cstdio>
#include <functional>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

namespace testing {

struct Case {
  std::string name;
  std::function<void()> body;
};

struct Tally {
  int checks = 0;
  int failures = 0;
};

inline std::vector<Case>& cases() {
  static std::vector<Case> all;
  return all;
}

inline Tally& tally() {
  static Tally one;
  return one;
}

/// What the checks that follow are about; part of every failure's text.
inline std::string& about() {
  static std::string text;
  return text;
}

struct Registration {
  Registration(std::string name, std::function<void()> body) { cases().push_back({std::move(name), std::move(body)}); }
};

inline void check(bool holds, const std::string& text, const char* file, int line) {
  tally().checks++;
  if (holds) return;
  tally().failures++;
  const char* separator = about().empty() ? "" : ": ";
  std::printf("%s:%d: %s%s%s\n", file, line, about().c_str(), separator, text.c_str());
}

template <typename A, typename B>
void check_equal(const A& found, const B& wanted, const char* text, const char* file, int line) {
  std::ostringstream out;
  out << text << " is " << found << ", not " << wanted;
  check(found == wanted, out.str(), file, line);
}

/// Equal lengths; NaN equals NaN; else differs by at most `bound` times the larger of 1 and the value.
template <typename A, typename B>
void check_close(const std::vector<A>& found, const std::vector<B>& wanted, double bound, const char* text,
                 const char* file, int line) {
  check_equal(found.size(), wanted.size(), text, file, line);
  for (size_t i = 0; i < found.size() && i < wanted.size(); i++) {
    const double f = static_cast<double>(found[i]);
    const double w = static_cast<double>(wanted[i]);
    const bool equal = f == w || (std::isnan(f) && std::isnan(w));
    if (equal || std::abs(f - w) <= bound * std::fmax(1.0, std::abs(w))) continue;
    std::ostringstream out;
    out.precision(9);
    out << text << "[" << i << "] is " << f << ", not " << w << " within " << bound;
    check(false, out.str(), file, line);
    return;
  }
}

}  // namespace testing

#define TESTING_JOINED_(a, b) a##b
#define TESTING_JOINED(a, b) TESTING_JOINED_(a, b)
#define CASE(name)                                                                                       \
  static void TESTING_JOINED(case_, __LINE__)();                                                         \
  static const testing::Registration TESTING_JOINED(registration_, __LINE__)(                            \
      name, &TESTING_JOINED(case_, __LINE__));                                                           \
  static void TESTING_JOINED(case_, __LINE__)()
#define CHECK(condition) testing::check((condition), #condition " does not hold", __FILE__, __LINE__)
#define CHECK_EQUAL(found, wanted) testing::check_equal((found), (wanted), #found, __FILE__, __LINE__)
#define CHECK_CLOSE(found, wanted, bound) testing::check_close((found), (wanted), (bound), #found, __FILE__, __LINE__)
#define CHECK_CUDA(call) testing::check_equal(static_cast<int>(call), 0, #call, __FILE__, __LINE__)
