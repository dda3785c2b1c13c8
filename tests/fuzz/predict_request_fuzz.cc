// Reads any bytes as a PredictRequest, by scanning where it can be done, and lets protobuf parse
// them and DecodeRows read the message: model, key, every value and every error have to be the
// same.

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "google/protobuf/stubs/logging.h"
#include "serin/v1/predict_service.pb.h"
#include "server/predict/decode_rows.h"
#include "server/predict/received_request.h"

namespace serin {
namespace {

void Check(bool condition, const char* what) {
  if (condition) return;
  std::fprintf(stderr, "predict_request_fuzz: %s\n", what);
  std::abort();
}

const FeatureIndex& Features() {
  static const FeatureIndex features = [] {
    v1::Schema schema;
    const auto add = [&](const char* name, v1::ColumnType type) {
      v1::ColumnSchema& column = *schema.add_columns();
      column.set_name(name);
      column.set_type(type);
    };
    add("width", v1::COLUMN_TYPE_NUMBER);
    add("color", v1::COLUMN_TYPE_CATEGORY);
    add("fresh", v1::COLUMN_TYPE_BOOLEAN);
    add("cut_at", v1::COLUMN_TYPE_TIMESTAMP);
    return FeatureIndex(schema, "price");
  }();
  return features;
}

// To the last bit: NaN is NaN, and 0 is not -0.
bool SameBits(const std::vector<double>& a, const std::vector<double>& b) {
  return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * sizeof(double)) == 0;
}

void CheckSame(const Table& rows, const Table& expected) {
  Check(rows.columns.size() == expected.columns.size(), "another number of columns");
  for (size_t i = 0; i < rows.columns.size(); ++i) {
    const ColumnData& column = rows.columns[i];
    const ColumnData& wanted = expected.columns[i];
    Check(column.name == wanted.name && column.type == wanted.type, "another column");
    Check(SameBits(column.numbers, wanted.numbers), "other numbers");
    Check(column.codes == wanted.codes, "other codes");
    Check(column.dictionary == wanted.dictionary, "another dictionary");
    Check(column.integers == wanted.integers, "other integers");
  }
}

void FuzzPredictRequest(absl::string_view bytes) {
  const google::protobuf::LogSilencer no_complaints_about_utf8;
  v1::PredictRequest message;
  const bool parses = message.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()));
  CallMemory memory;
  absl::StatusOr<ReceivedRequest> request = ReceivedRequest::Open(bytes, &memory);
  if (!request.ok()) return Check(!parses, "what protobuf parses is refused");
  Table rows;
  const absl::Status read = request->DecodeInto(Features(), &rows);
  if (!parses) return Check(absl::IsInvalidArgument(read), "what protobuf refuses is taken");
  Check(request->model() == message.model(), "another model");
  Check(request->key() == message.key(), "another key");
  const absl::StatusOr<Table> expected = DecodeRows(message, Features());
  Check(read == expected.status(), "another error");
  if (read.ok()) CheckSame(rows, *expected);
}

}  // namespace
}  // namespace serin

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  serin::FuzzPredictRequest(absl::string_view(reinterpret_cast<const char*>(data), size));
  return 0;
}
