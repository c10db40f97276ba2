// What goes wrong inside the library: one exception type with the status that the caller gets.
#pragma once

#include <exception>
#include <sstream>
#include <string>
#include <utility>

#include "rnn4j/rnn4j.h"

namespace rnn4j {

class Error final : public std::exception {
 public:
  Error(rnn4j_status status, std::string text) : status_(status), text_(std::move(text)) {}

  rnn4j_status status() const noexcept { return status_; }
  const char* what() const noexcept override { return text_.c_str(); }

 private:
  rnn4j_status status_;
  std::string text_;
};

/// The parts one after the other, as a stream writes them.
template <typename... Parts>
std::string text(const Parts&... parts) {
  std::ostringstream out;
  (out << ... << parts);
  return out.str();
}

template <typename... Parts>
[[noreturn]] void fail(rnn4j_status status, const Parts&... parts) {
  throw Error(status, text(parts...));
}

/// Throws RNN4J_INVALID_ARGUMENT unless `holds`.
template <typename... Parts>
void require(bool holds, const Parts&... parts) {
  if (!holds) {
    fail(RNN4J_INVALID_ARGUMENT, parts...);
  }
}

}  // namespace rnn4j
