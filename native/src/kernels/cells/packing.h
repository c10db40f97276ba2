// How the rows of a cell's kernels lie on the device: the only place where gates change their order. Host code.
#pragma once

#include "rnn4j/rnn4j.h"

namespace rnn4j::kernels {

int gates_of(rnn4j_cell_kind kind);

// Row of the packed kernel in which gate g (canonical order i f c o, z r h) of unit u lies.
int packed_row(rnn4j_cell_kind kind, int gate, int unit, int units);

// Canonical [G H, columns], row-major, to packed [G H, columns]; a bias has one column. `packed` is not `canonical`.
void pack_gates(rnn4j_cell_kind kind, const float* canonical, int units, int columns, float* packed);

}  // namespace rnn4j::kernels
