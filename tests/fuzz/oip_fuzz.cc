// Any bytes as an inference request of the Open Inference Protocol, in gRPC and over REST: what is
// taken is a table of the model's features within the limits, or one raw tensor for each input, and
// every error is UTF-8.
//
// The first byte chooses: 0 a ModelInferRequest, otherwise a REST body of which the second byte
// says how much is JSON, in 255ths.

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "core/base/utf8.h"
#include "google/protobuf/stubs/logging.h"
#include "server/predict/decode_rows.h"
#include "server/predict/oip/decode_tensors.h"
#include "server/proxy/json/oip_infer.h"

namespace serin {
namespace {

constexpr int kMaxJsonDepth = 64;

void Check(bool condition, const char* what) {
  if (condition) return;
  std::fprintf(stderr, "oip_fuzz: %s\n", what);
  std::abort();
}

const FeatureIndex& Features() {
  static const auto& features = *new FeatureIndex(
      [] {
        v1::Schema schema;
        for (const auto& [name, type] :
             {std::pair("width", v1::COLUMN_TYPE_NUMBER), std::pair("color", v1::COLUMN_TYPE_TEXT),
              std::pair("fresh", v1::COLUMN_TYPE_BOOLEAN),
              std::pair("cut_at", v1::COLUMN_TYPE_TIMESTAMP)}) {
          schema.add_columns()->set_name(name);
          schema.mutable_columns(schema.columns_size() - 1)->set_type(type);
        }
        return schema;
      }(),
      "price");
  return features;
}

void Decode(const inference::ModelInferRequest& request) {
  const absl::StatusOr<Table> table = DecodeTensors(request, Features());
  if (!table.ok()) return Check(IsUtf8(table.status().message()), "a message that is not UTF-8");
  Check(table->columns.size() == Features().size(), "a table that lacks columns");
  Check(table->row_count() >= 1 && table->row_count() <= kMaxPredictRows, "a number of rows");
  for (const ColumnData& column : table->columns) {
    Check(column.size() == table->row_count(), "columns of different lengths");
  }
}

void FuzzMessage(absl::string_view bytes) {
  const google::protobuf::LogSilencer no_complaints_about_utf8;
  inference::ModelInferRequest request;
  if (request.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) Decode(request);
}

void FuzzRest(absl::string_view input) {
  const auto share = static_cast<uint8_t>(input[0]);
  const absl::string_view body = input.substr(1);
  const auto request = ParseOipRequest(body, body.size() * share / 255, kMaxJsonDepth);
  if (!request.ok()) {
    return Check(IsUtf8(request.status().message()), "a message that is not UTF-8");
  }
  Check(request->message.inputs_size() == request->message.raw_input_contents_size(),
        "an input without contents");
  Decode(request->message);
}

}  // namespace

void FuzzOip(absl::string_view input) {
  if (input.size() < 2) return;
  input[0] == 0 ? FuzzMessage(input.substr(1)) : FuzzRest(input.substr(1));
}

}  // namespace serin

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  serin::FuzzOip(absl::string_view(reinterpret_cast<const char*>(data), size));
  return 0;
}
