#include <string>
#include <vector>

#include "api/error.h"
#include "plan/validate.h"

namespace rnn4j {
namespace {

/// Compares the shapes of one op's values with what its kernels read and write.
class OpShapes {
 public:
  OpShapes(const Op& op, const std::vector<Shape>& shapes) : op_(op), shapes_(shapes) {}

  void check() const {
    switch (op_.kind()) {
      case RNN4J_OP_RECURRENT: return recurrent();
      case RNN4J_OP_DENSE: return dense();
      case RNN4J_OP_EMBEDDING: return expect(appended(in(0), op_.settings.columns));
      case RNN4J_OP_ONE_HOT: return expect(appended(in(0), op_.settings.rows));
      case RNN4J_OP_SELECT_STEP: return select_step();
      case RNN4J_OP_CONCAT: return concat();
      case RNN4J_OP_MERGE: return merge();
      case RNN4J_OP_CONSTANT: return;
      case RNN4J_OP_COPY:
        return require(in(0).elements() == out().elements(), op_.title(), " copies ", in(0).text(), " to ",
                       out().text());
      case RNN4J_OP_PERMUTE: return permute();
      case RNN4J_OP_REPEAT: return repeat();
      case RNN4J_OP_MASKING:
        require(in(0).rank >= 1, op_.title(), " reads ", in(0).text(), "; it needs steps");
        return expect(in(0));
      default: return expect(in(0));
    }
  }

 private:
  const Shape& in(size_t k) const { return shapes_[static_cast<size_t>(op_.inputs[k])]; }
  const Shape& out() const { return shapes_[static_cast<size_t>(op_.outputs[0])]; }

  void expect(const Shape& shape) const {
    require(out() == shape, op_.title(), " gives ", shape.text(), "; its output is declared as ", out().text());
  }

  Shape appended(const Shape& shape, int32_t extent) const {
    require(shape.rank < RNN4J_MAX_RANK, op_.title(), " makes a value of rank ", shape.rank + 1);
    Shape longer = shape;
    longer[longer.rank++] = extent;
    return longer;
  }

  void value_is(int32_t value, std::initializer_list<int32_t> extents, const char* what) const {
    if (value == RNN4J_NONE) {
      return;
    }
    Shape shape;
    for (const int32_t e : extents) {
      shape[shape.rank++] = e;
    }
    const Shape& given = shapes_[static_cast<size_t>(value)];
    require(given == shape, op_.title(), ": ", what, " is ", given.text(), "; it must be ", shape.text());
  }

  void recurrent() const {
    const Recurrent& r = *op_.recurrent;
    const int32_t steps = in(0).steps();
    const bool apart = r.settings.directions == 2 && r.settings.merge == RNN4J_MERGE_NONE;
    const bool sequences = r.settings.return_sequences != 0;
    value_is(op_.inputs[0], {steps, r.cells[0].input_size}, "x");
    const int32_t backward = op_.input(kInXBackward);
    if (r.settings.directions == 2) {
      value_is(backward == RNN4J_NONE ? op_.inputs[0] : backward, {steps, r.cells[1].input_size}, "x_backward");
    }
    sequences ? value_is(op_.output(kOutY), {steps, r.width()}, "y")
              : value_is(op_.output(kOutY), {r.width()}, "y");
    if (apart) {
      sequences ? value_is(op_.output(kOutYBackward), {steps, r.cells[1].output_size}, "y_backward")
                : value_is(op_.output(kOutYBackward), {r.cells[1].output_size}, "y_backward");
    }
    for (size_t d = 0; d < static_cast<size_t>(r.settings.directions); d++) {
      const rnn4j_cell& cell = r.cells[d];
      value_is(op_.input(kInH + 2 * d), {cell.output_size}, "initial h");
      value_is(op_.input(kInC + 2 * d), {cell.units}, "initial c");
      value_is(op_.output(kOutH + 2 * d), {cell.output_size}, "final h");
      value_is(op_.output(kOutC + 2 * d), {cell.units}, "final c");
    }
  }

  void dense() const {
    Shape shape = in(0);
    require(shape.rank >= 1 && shape.last() == op_.settings.columns, op_.title(), " reads ", shape.text(),
            "; its kernel takes ", op_.settings.columns, " columns");
    shape[shape.rank - 1] = op_.settings.rows;
    expect(shape);
  }

  void select_step() const {
    require(in(0).rank >= 1, op_.title(), " reads ", in(0).text(), "; it needs steps");
    Shape shape;
    for (int axis = 1; axis < in(0).rank; axis++) {
      shape[shape.rank++] = in(0)[axis];
    }
    expect(shape);
  }

  void concat() const {
    const int axis = op_.settings.which;
    require(axis >= 0 && axis < in(0).rank, op_.title(), " joins axis ", axis, " of ", in(0).text());
    Shape shape = in(0);
    for (size_t k = 1; k < op_.inputs.size(); k++) {
      Shape other = in(k);
      require(other.rank == shape.rank, op_.title(), " joins ", in(0).text(), " and ", in(k).text());
      const int32_t extent = other[axis];
      other[axis] = shape[axis];
      require(other == shape, op_.title(), " joins ", in(0).text(), " and ", in(k).text(), " along axis ", axis);
      shape[axis] += extent;
    }
    expect(shape);
  }

  void merge() const {
    for (size_t k = 0; k < op_.inputs.size(); k++) {
      const Shape& x = in(k);
      bool fits = x.rank <= out().rank;
      for (int axis = 0; fits && axis < x.rank; axis++) {
        const int32_t extent = out()[out().rank - x.rank + axis];
        fits = x[axis] == extent || x[axis] == 1;
      }
      require(fits, op_.title(), " merges ", x.text(), " into ", out().text());
    }
  }

  void permute() const {
    Shape shape = in(0);
    std::array<bool, RNN4J_MAX_RANK> used{};
    for (int axis = 0; axis < shape.rank; axis++) {
      const int32_t from = op_.settings.axes[axis];
      require(from >= 0 && from < shape.rank && !used[static_cast<size_t>(from)], op_.title(), " has axis ", from,
              " at ", axis, " for ", in(0).text());
      used[static_cast<size_t>(from)] = true;
      shape[axis] = in(0)[from];
    }
    expect(shape);
  }

  void repeat() const {
    require(out().rank == in(0).rank + 1, op_.title(), " repeats ", in(0).text(), " to ", out().text());
    Shape shape;
    shape[shape.rank++] = out()[0];
    for (int axis = 0; axis < in(0).rank; axis++) {
      shape[shape.rank++] = in(0)[axis];
    }
    expect(shape);
  }

  const Op& op_;
  const std::vector<Shape>& shapes_;
};

}  // namespace

std::vector<Shape> checked_shapes(const Program& program, const int32_t* extents) {
  require(extents != nullptr || program.values.empty(), "extents is NULL");
  std::vector<Shape> shapes;
  shapes.reserve(program.values.size());
  for (size_t v = 0; v < program.values.size(); v++) {
    const Shape& declared = program.values[v].shape;
    Shape shape;
    shape.rank = declared.rank;
    for (int axis = 0; axis < declared.rank; axis++) {
      const int32_t extent = extents[v * RNN4J_MAX_RANK + static_cast<size_t>(axis)];
      require(extent >= 0 && (declared[axis] == RNN4J_ANY || declared[axis] == extent), "extent ", extent,
              " of value ", v, " at axis ", axis, "; the program says ", declared.text());
      shape[axis] = extent;
    }
    shapes.push_back(shape);
  }
  for (const Op& op : program.ops) {
    OpShapes(op, shapes).check();
  }
  return shapes;
}

}  // namespace rnn4j
