#include "core/bundle/bundle.h"

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "core/base/bounded_parse.h"
#include "core/base/status_macros.h"
#include "core/bundle/frame.h"
#include "google/protobuf/io/coded_stream.h"
#include "google/protobuf/io/zero_copy_stream_impl_lite.h"

namespace serin {
namespace {

// Maps in order of their keys, so that equal messages have equal bytes.
std::string SerializeDeterministically(const internal::v1::Bundle& bundle) {
  std::string bytes;
  google::protobuf::io::StringOutputStream stream(&bytes);
  google::protobuf::io::CodedOutputStream coded(&stream);
  coded.SetSerializationDeterministic(true);
  bundle.SerializeToCodedStream(&coded);
  coded.Trim();
  return bytes;
}

}  // namespace

absl::StatusOr<std::string> EncodeBundle(const internal::v1::Bundle& bundle) {
  const size_t size = bundle.ByteSizeLong() + kFrameOverhead;
  if (size > kMaxBundleBytes) {
    return absl::ResourceExhaustedError(absl::StrCat("the model takes ", size, " bytes; at most ",
                                                     kMaxBundleBytes, " are allowed"));
  }
  return FramePayload(SerializeDeterministically(bundle));
}

absl::StatusOr<internal::v1::Bundle> DecodeBundle(absl::string_view bytes) {
  if (bytes.size() > kMaxBundleBytes) {
    return absl::DataLossError(absl::StrCat("bundle: has ", bytes.size(), " bytes; at most ",
                                            kMaxBundleBytes, " are allowed"));
  }
  SERIN_ASSIGN_OR_RETURN(const absl::string_view payload, UnframePayload(bytes));
  internal::v1::Bundle bundle;
  if (const absl::Status parsed = ParseBounded(payload, &bundle); !parsed.ok()) {
    return absl::DataLossError(absl::StrCat("bundle: the payload ", parsed.message()));
  }
  return bundle;
}

v1::ModelVersion DescribeBundle(const internal::v1::Bundle& bundle) {
  const internal::v1::Predictor& predictor = bundle.predictor();
  v1::ModelVersion version;
  version.set_task(predictor.task());
  *version.mutable_features() = predictor.features();
  *version.mutable_target() = predictor.target();
  *version.mutable_classes() = predictor.classes();
  if (bundle.has_evaluation()) *version.mutable_evaluation() = bundle.evaluation();
  if (bundle.has_lineage()) *version.mutable_lineage() = bundle.lineage();
  *version.mutable_warnings() = bundle.warnings();
  return version;
}

}  // namespace serin
