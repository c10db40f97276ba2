#include "kernels/cells/packing.h"

#include <algorithm>
#include <cstddef>

namespace rnn4j::kernels {

int gates_of(rnn4j_cell_kind kind) {
  return kind == RNN4J_CELL_LSTM ? 4 : kind == RNN4J_CELL_GRU ? 3 : 1;
}

int packed_row(rnn4j_cell_kind kind, int gate, int unit, int units) {
  return kind == RNN4J_CELL_LSTM ? 4 * unit + gate : gate * units + unit;
}

void pack_gates(rnn4j_cell_kind kind, const float* canonical, int units, int columns, float* packed) {
  for (int gate = 0; gate < gates_of(kind); gate++) {
    for (int unit = 0; unit < units; unit++) {
      const float* row = canonical + (static_cast<ptrdiff_t>(gate) * units + unit) * columns;
      std::copy(row, row + columns, packed + static_cast<ptrdiff_t>(packed_row(kind, gate, unit, units)) * columns);
    }
  }
}

}  // namespace rnn4j::kernels
