// The table that says which kernel runs a direction of a recurrent layer: data, read as a text.
//
// The library's own is selection.csv, built in; the environment's RNN4J_SELECTION names a file in its place.
#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

namespace rnn4j {

/// The kernels that a row may name; kStepKernelNames has their names.
enum class StepKernel { kGemmPerStep = 0, kStreamingStep };

constexpr const char* kStepKernelNames[] = {"gemm-per-step", "streaming-step"};
constexpr size_t kStepKernels = std::size(kStepKernelNames);
/// Supports every problem that a program may have.
constexpr StepKernel kAlwaysSupported = StepKernel::kGemmPerStep;

inline const char* name_of(StepKernel kernel) { return kStepKernelNames[static_cast<size_t>(kernel)]; }

enum SelectionColumn {
  kCapability = 0, kCell, kPrecision, kUnits, kRows, kSteps, kLayers, kDirections, kLengths, kSelectionColumns
};

/// A number for each column; those of cell, precision and lengths count the column's names.
using SelectionKey = std::array<int32_t, kSelectionColumns>;
enum SelectionCell { kCellRnn = 0, kCellLstm, kCellGru, kCellGruResetAfter };

/// From first to last, both included.
struct SelectionRange {
  int32_t first = 0;
  int32_t last = std::numeric_limits<int32_t>::max();

  bool has(int32_t number) const { return first <= number && number <= last; }
  bool contains(const SelectionRange& other) const { return first <= other.first && other.last <= last; }
  bool meets(const SelectionRange& other) const { return first <= other.last && other.first <= last; }
  bool is_all() const { return contains(SelectionRange{}); }
};

struct SelectionRow {
  int32_t line = 0;
  std::array<SelectionRange, kSelectionColumns> columns{};
  StepKernel kernel = kAlwaysSupported;
  std::string note;

  bool matches(const SelectionKey& key) const;
  bool contains(const SelectionRow& other) const;
  bool meets(const SelectionRow& other) const;
  /// "rows 1-4", as the table writes it.
  std::string text(SelectionColumn column) const;
};

/// Immutable. Its last row matches everything, with a kernel that supports everything.
struct Selection {
  /// The file's name, for messages.
  std::string source;
  std::vector<SelectionRow> rows;

  /// Throws RNN4J_INVALID_ARGUMENT with source and line where the text is no table, and where a row crosses one before
  /// it or can never be reached.
  static Selection parse(const std::string& text, const std::string& source);

  /// The file that RNN4J_SELECTION names, or the table built in. Throws as `parse`, and where the file cannot be read.
  static Selection load();
};

/// "rows", as the table's head writes it.
const char* column_name(SelectionColumn column);
/// "lstm" for 1 in kCell; a number where the column has no names.
std::string column_text(SelectionColumn column, int32_t number);

/// The text of selection.csv, put in by the build.
extern const char kBuiltInSelection[];

}  // namespace rnn4j
