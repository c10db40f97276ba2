#include "plan/selection.h"

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <optional>
#include <sstream>

#include "api/error.h"

namespace rnn4j {
namespace {

constexpr const char* kHead =
    "capability, cell, precision, units, rows, steps, layers, directions, lengths, kernel, note";
constexpr size_t kFields = kSelectionColumns + 2;
constexpr int32_t kLargest = std::numeric_limits<int32_t>::max();

struct Column {
  const char* name;
  std::vector<std::string> names;  // empty: numbers
};

const Column& column_of(size_t column) {
  static const Column kColumns[] = {{"capability", {}},
                                    {"cell", {"rnn", "lstm", "gru", "gru-ra"}},
                                    {"precision", {"fp32", "tf32", "fp16", "bf16"}},
                                    {"units", {}},
                                    {"rows", {}},
                                    {"steps", {}},
                                    {"layers", {}},
                                    {"directions", {}},
                                    {"lengths", {"without", "with"}}};
  static_assert(std::size(kColumns) == kSelectionColumns, "a column has no name");
  return kColumns[column];
}

std::string trimmed(const std::string& from) {
  const size_t first = from.find_first_not_of(" \t\r");
  return first == std::string::npos ? "" : from.substr(first, from.find_last_not_of(" \t\r") - first + 1);
}

/// The last field takes the rest of the line, commas too.
std::vector<std::string> fields_of(const std::string& line) {
  std::vector<std::string> all;
  size_t from = 0;
  while (all.size() + 1 < kFields) {
    const size_t comma = line.find(',', from);
    if (comma == std::string::npos) {
      break;
    }
    all.push_back(trimmed(line.substr(from, comma - from)));
    from = comma + 1;
  }
  all.push_back(trimmed(line.substr(from)));
  return all;
}

std::optional<int32_t> number_of(const std::string& digits) {
  if (digits.empty() || digits.size() > 9 || digits.find_first_not_of("0123456789") != std::string::npos) {
    return std::nullopt;
  }
  return std::stoi(digits);
}

/// n, n-m or n-.
std::optional<SelectionRange> range_of(const std::string& field) {
  const size_t dash = field.find('-');
  const std::optional<int32_t> first = number_of(field.substr(0, dash));
  if (dash == std::string::npos || !first) {
    return first ? std::optional<SelectionRange>({*first, *first}) : std::nullopt;
  }
  const std::string behind = field.substr(dash + 1);
  const std::optional<int32_t> last = behind.empty() ? kLargest : number_of(behind);
  return last && *first <= *last ? std::optional<SelectionRange>({*first, *last}) : std::nullopt;
}

class Parser {
 public:
  explicit Parser(const std::string& source) { selection_.source = source; }

  Selection parse(const std::string& text) {
    std::istringstream lines(text);
    std::string line;
    bool has_head = false;
    while (std::getline(lines, line)) {
      number_++;
      line = trimmed(line);
      if (line.empty() || line[0] == '#') {
        continue;
      }
      if (!has_head) {
        expect(line == kHead, "the first line that is no comment must be '", kHead, "'; it is '", line, "'");
        has_head = true;
      } else {
        add(line);
      }
    }
    check_last();
    return std::move(selection_);
  }

 private:
  template <typename... Parts>
  void expect(bool holds, const Parts&... parts) const {
    require(holds, "table of kernels ", selection_.source, ":", number_, ": ", parts...);
  }

  void add(const std::string& line) {
    const std::vector<std::string> fields = fields_of(line);
    expect(fields.size() == kFields, "a row has ", kFields, " fields; this one has ", fields.size());
    SelectionRow row;
    row.line = number_;
    for (size_t k = 0; k < kSelectionColumns; k++) {
      row.columns[k] = range(k, fields[k]);
    }
    row.kernel = kernel(fields[kSelectionColumns]);
    row.note = fields[kSelectionColumns + 1];
    expect(!row.note.empty(), "the note is empty; it says where the row comes from");
    for (const SelectionRow& before : selection_.rows) {
      check_against(before, row);
    }
    selection_.rows.push_back(std::move(row));
  }

  SelectionRange range(size_t column, const std::string& field) const {
    const Column& c = column_of(column);
    if (field == "*") {
      return {};
    }
    if (c.names.empty()) {
      const std::optional<SelectionRange> found = range_of(field);
      expect(found.has_value(), c.name, " is '", field, "'; it must be *, n, n-m or n-");
      return *found;
    }
    std::string allowed;
    for (size_t k = 0; k < c.names.size(); k++) {
      if (field == c.names[k]) {
        return {static_cast<int32_t>(k), static_cast<int32_t>(k)};
      }
      allowed += ", " + c.names[k];
    }
    expect(false, c.name, " is '", field, "'; there are *", allowed);
    return {};
  }

  StepKernel kernel(const std::string& field) const {
    std::string allowed;
    for (size_t k = 0; k < kStepKernels; k++) {
      if (field == kStepKernelNames[k]) {
        return static_cast<StepKernel>(k);
      }
      allowed += (k == 0 ? "" : ", ") + std::string(kStepKernelNames[k]);
    }
    expect(false, "there is no kernel '", field, "'; there are ", allowed);
    return kAlwaysSupported;
  }

  void check_against(const SelectionRow& before, const SelectionRow& row) const {
    const bool takes_all = before.kernel == kAlwaysSupported || before.kernel == row.kernel;
    expect(!before.contains(row) || !takes_all, "the row is never reached: line ", before.line, " takes all of it");
    expect(!before.meets(row) || before.contains(row) || row.contains(before), "the row crosses that of line ",
           before.line, ": neither contains the other; split one of them");
  }

  void check_last() const {
    expect(!selection_.rows.empty(), "the table has no row");
    const SelectionRow& last = selection_.rows.back();
    bool is_all = last.kernel == kAlwaysSupported;
    for (const SelectionRange& range : last.columns) {
      is_all = is_all && range.is_all();
    }
    expect(is_all, "the last row must be * in every column and name ", name_of(kAlwaysSupported));
  }

  Selection selection_;
  int32_t number_ = 0;
};

}  // namespace

bool SelectionRow::matches(const SelectionKey& key) const {
  for (size_t k = 0; k < kSelectionColumns; k++) {
    if (!columns[k].has(key[k])) {
      return false;
    }
  }
  return true;
}

bool SelectionRow::contains(const SelectionRow& other) const {
  for (size_t k = 0; k < kSelectionColumns; k++) {
    if (!columns[k].contains(other.columns[k])) {
      return false;
    }
  }
  return true;
}

bool SelectionRow::meets(const SelectionRow& other) const {
  for (size_t k = 0; k < kSelectionColumns; k++) {
    if (!columns[k].meets(other.columns[k])) {
      return false;
    }
  }
  return true;
}

std::string SelectionRow::text(SelectionColumn column) const {
  const SelectionRange& range = columns[column];
  const std::string first = column_text(column, range.first);
  const std::string name = column_name(column);
  if (range.is_all() || range.first == range.last) {
    return name + " " + (range.is_all() ? "*" : first);
  }
  return name + " " + first + "-" + (range.last == kLargest ? "" : column_text(column, range.last));
}

const char* column_name(SelectionColumn column) { return column_of(column).name; }

std::string column_text(SelectionColumn column, int32_t number) {
  const std::vector<std::string>& names = column_of(column).names;
  return names.empty() ? std::to_string(number) : names[static_cast<size_t>(number)];
}

Selection Selection::parse(const std::string& text, const std::string& source) { return Parser(source).parse(text); }

namespace {

/// Read by blocks: an iterator over a folder throws, this leaves the stream bad.
std::string read_file(const char* name) {
  std::ifstream file(name, std::ios::binary);
  std::string text;
  char block[4096];
  while (file.read(block, sizeof block) || file.gcount() > 0) {
    text.append(block, static_cast<size_t>(file.gcount()));
  }
  require(file.is_open() && !file.bad(), "the file '", name, "' that RNN4J_SELECTION names cannot be read");
  return text;
}

}  // namespace

Selection Selection::load() {
  const char* name = std::getenv("RNN4J_SELECTION");
  if (name == nullptr || *name == '\0') {
    return parse(kBuiltInSelection, "selection.csv");
  }
  return parse(read_file(name), name);
}

}  // namespace rnn4j
