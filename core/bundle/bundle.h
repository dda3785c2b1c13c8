#ifndef SERIN_CORE_BUNDLE_BUNDLE_H_
#define SERIN_CORE_BUNDLE_BUNDLE_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "core/engine/predictor.h"
#include "serin/internal/v1/bundle.pb.h"
#include "serin/v1/model.pb.h"

// The model artifact: a file that holds one trained model. FORMAT.md specifies its bytes.

namespace serin {

// The largest file that DecodeBundle takes, in bytes.
inline constexpr size_t kMaxBundleBytes = size_t{1} << 30;

// The file. The same message gives the same bytes. RESOURCE_EXHAUSTED over kMaxBundleBytes.
absl::StatusOr<std::string> EncodeBundle(const internal::v1::Bundle& bundle);

// Takes any bytes. DATA_LOSS where they are not a whole and unchanged bundle, saying what is wrong
// at which byte; UNIMPLEMENTED if they are one of a later format. What the bundle says is not
// checked: LoadPredictor does.
absl::StatusOr<internal::v1::Bundle> DecodeBundle(absl::string_view bytes);

// Makes the predictor and lets it prove itself: FAILED_PRECONDITION naming the row and the output
// if it does not reproduce the golden rows bit for bit, INVALID_ARGUMENT if there is no model to be
// made of the bundle.
absl::StatusOr<std::unique_ptr<const Predictor>> LoadPredictor(const internal::v1::Bundle& bundle);

// What a model version shows of its bundle: task, features, target, classes, evaluation, lineage.
// The caller fills in the rest.
v1::ModelVersion DescribeBundle(const internal::v1::Bundle& bundle);

}  // namespace serin

#endif  // SERIN_CORE_BUNDLE_BUNDLE_H_
