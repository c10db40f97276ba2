#include "kernels/ops/ids.h"

#include <cstring>
#include <limits>
#include <vector>

#include "kernels/support/device_array.h"
#include "kernels/support/testing.h"
#include "rnn4j/rnn4j.h"

namespace {

using namespace rnn4j::kernels;
using testing::DeviceArray;
using Numbers = std::vector<float>;
using Ids = std::vector<int32_t>;

constexpr int kWild = 1 << 30;  // in steps that do not exist

struct Fixture {
  explicit Fixture(const Ids& values) : ids(values), status(std::vector<RunStatus>{RunStatus{}}) {}

  // [rows, 3 of which 2 are real, 1]
  IdSource source(int rows) { return {rows, 3, steps.get(), 1, ids.get(), false, 5, status.get()}; }
  RunStatus found() const { return status.read()[0]; }

  DeviceArray<int32_t> ids;
  DeviceArray<int32_t> steps{Ids{2}};
  DeviceArray<RunStatus> status;
};

CASE("embedding: rows of the table; steps that do not exist give zeros and no error") {
  Fixture f({2, 0, kWild, 1, 1, kWild});
  DeviceArray<float> table(Numbers{1, 2, 3, 4, 5, 6}), y(12);
  CHECK_CUDA(launch_embedding({f.source(2), table.get(), 3, 2, y.get(), nullptr, nullptr}, nullptr));
  CHECK(y.read() == (Numbers{5, 6, 1, 2, 0, 0, 3, 4, 3, 4, 0, 0}));
  CHECK_EQUAL(f.found().code, 0);
}

CASE("embedding: id 0 does not count, nor does what does not count in the ids") {
  Fixture f({2, 0, kWild, 1, 1, kWild});
  DeviceArray<float> table(Numbers{1, 2, 3}), y(6);
  DeviceArray<uint8_t> mask(std::vector<uint8_t>{1, 1, 1, 0, 1, 1}), out(6);
  EmbeddingParams p{f.source(2), table.get(), 3, 1, y.get(), out.get(), nullptr};
  CHECK_CUDA(launch_embedding(p, nullptr));
  CHECK(out.read() == (std::vector<uint8_t>{1, 0, 0, 1, 1, 0}));
  p.mask = mask.get();
  CHECK_CUDA(launch_embedding(p, nullptr));
  CHECK(out.read() == (std::vector<uint8_t>{1, 0, 0, 0, 1, 0}));
}

CASE("embedding: an id out of range is told with op, row, position and value") {
  for (int32_t bad : {3, -1, kWild, std::numeric_limits<int32_t>::min()}) {
    Fixture f({2, 0, 0, 1, bad, 0});
    DeviceArray<float> table(Numbers{1, 2, 3}), y(6);
    CHECK_CUDA(launch_embedding({f.source(2), table.get(), 3, 1, y.get(), nullptr, nullptr}, nullptr));
    const RunStatus status = f.found();
    CHECK_EQUAL(status.code, static_cast<int32_t>(RNN4J_ID_OUT_OF_RANGE));
    CHECK_EQUAL(status.op, 5);
    CHECK_EQUAL(status.row, 1);
    CHECK_EQUAL(status.position, 1);
    CHECK_EQUAL(status.id, bad);
    CHECK(y.read() == (Numbers{3, 1, 0, 2, 0, 0}));
  }
}

CASE("ids: the first error of a run stays") {
  Fixture f({9, 0, 0});
  f.status.write({{RNN4J_ID_OUT_OF_RANGE, 1, 2, 3, 4}});
  DeviceArray<float> y(6);
  CHECK_CUDA(launch_one_hot({f.source(1), 2, y.get()}, nullptr));
  CHECK_EQUAL(f.found().op, 1);
  CHECK_EQUAL(f.found().id, 4);
}

CASE("one-hot: a single 1 in each row, none for an id out of range") {
  Fixture f({2, 3, kWild});
  DeviceArray<float> y(9);
  CHECK_CUDA(launch_one_hot({f.source(1), 3, y.get()}, nullptr));
  CHECK(y.read() == (Numbers{0, 0, 1, 0, 0, 0, 0, 0, 0}));
  CHECK_EQUAL(f.found().position, 1);
}

CASE("ids given as floats must be whole") {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const float infinity = std::numeric_limits<float>::infinity();
  for (float bad : {1.5f, -1.0f, 3.0f, 3e10f, -3e10f, nan, infinity, -infinity}) {
    DeviceArray<float> ids(Numbers{2, bad}), table(Numbers{1, 2, 3}), y(2);
    DeviceArray<RunStatus> status(std::vector<RunStatus>{RunStatus{}});
    const IdSource source{1, 2, nullptr, 1, ids.get(), true, 0, status.get()};
    CHECK_CUDA(launch_embedding({source, table.get(), 3, 1, y.get(), nullptr, nullptr}, nullptr));
    int32_t bits;
    std::memcpy(&bits, &bad, sizeof bits);
    testing::about() = std::to_string(bad);
    CHECK_EQUAL(status.read()[0].code, static_cast<int32_t>(RNN4J_ID_OUT_OF_RANGE));
    CHECK_EQUAL(status.read()[0].position, 1);
    CHECK_EQUAL(status.read()[0].id, bits);
    CHECK(y.read() == (Numbers{3, 0}));
  }
}

CASE("numbers: exact up to 2^24, out of range beyond") {
  Fixture f({1 << 24, -(1 << 24), kWild});
  DeviceArray<float> y(3);
  CHECK_CUDA(launch_numbers({f.source(1), y.get()}, nullptr));
  CHECK(y.read() == (Numbers{16777216, -16777216, 0}));
  CHECK_EQUAL(f.found().code, 0);
  for (int32_t bad : {(1 << 24) + 1, -(1 << 24) - 1}) {
    f.ids.write({0, bad, 0});
    f.status.write({RunStatus{}});
    CHECK_CUDA(launch_numbers({f.source(1), y.get()}, nullptr));
    CHECK_EQUAL(f.found().id, bad);
  }
}

CASE("embedding: several ids in a step") {
  DeviceArray<int32_t> ids(Ids{0, 1, 2, 0, kWild, kWild}), steps(Ids{2});
  DeviceArray<RunStatus> status(std::vector<RunStatus>{RunStatus{}});
  DeviceArray<float> table(Numbers{1, 2, 3}), y(6);
  const IdSource source{1, 3, steps.get(), 2, ids.get(), false, 0, status.get()};
  CHECK_CUDA(launch_embedding({source, table.get(), 3, 1, y.get(), nullptr, nullptr}, nullptr));
  CHECK(y.read() == (Numbers{1, 2, 3, 1, 0, 0}));
  CHECK_EQUAL(status.read()[0].code, 0);
}

}  // namespace
