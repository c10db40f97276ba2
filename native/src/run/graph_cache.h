// Layouts with their captured graphs, the least recently used going first.
#pragma once

#include <cstdint>
#include <list>
#include <memory>

#include "device/stream.h"
#include "plan/layout.h"

namespace rnn4j {

/// A layout and, once captured, the graph of its segment.
struct Prepared {
  Layout layout;
  GraphExec graph;
};

/// Not thread-safe; used under the executable's lock.
class GraphCache {
 public:
  explicit GraphCache(int32_t limit) : limit_(limit) {}

  /// Null if there is none for such a request.
  Prepared* find(const LayoutRequest& request);
  /// Takes it in; what was not used for longest goes. Stays valid until the next insert or clear.
  Prepared& insert(Layout layout);
  /// Graphs end when an address in them does; layouts stay.
  void drop_graphs() noexcept;

  int32_t graphs() const;
  int64_t evictions() const { return evictions_; }

 private:
  int32_t limit_;
  std::list<Prepared> entries_;  // the last used first
  int64_t evictions_ = 0;
};

}  // namespace rnn4j
