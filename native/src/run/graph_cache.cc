#include "run/graph_cache.h"

#include <algorithm>
#include <utility>

namespace rnn4j {

Prepared* GraphCache::find(const LayoutRequest& request) {
  for (auto entry = entries_.begin(); entry != entries_.end(); ++entry) {
    if (entry->layout.request() == request) {
      entries_.splice(entries_.begin(), entries_, entry);
      return &entries_.front();
    }
  }
  return nullptr;
}

Prepared& GraphCache::insert(Layout layout) {
  entries_.push_front(Prepared{std::move(layout), GraphExec()});
  while (static_cast<int64_t>(entries_.size()) > std::max(limit_, 1)) {
    evictions_ += entries_.back().graph ? 1 : 0;
    entries_.pop_back();
  }
  return entries_.front();
}

void GraphCache::drop_graphs() noexcept {
  for (Prepared& entry : entries_) {
    entry.graph = GraphExec();
  }
}

int32_t GraphCache::graphs() const {
  return static_cast<int32_t>(
      std::count_if(entries_.begin(), entries_.end(), [](const Prepared& e) { return static_cast<bool>(e.graph); }));
}

}  // namespace rnn4j
