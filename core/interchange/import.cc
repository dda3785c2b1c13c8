#include "core/interchange/import.h"

#include <cctype>
#include <memory>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "core/base/errors.h"
#include "core/base/sha256.h"
#include "core/base/status_macros.h"
#include "core/base/version.h"
#include "core/bundle/bundle.h"
#include "core/engine/golden_rows.h"
#include "core/engine/predictor.h"
#include "core/interchange/check_text.h"
#include "core/interchange/import_names.h"
#include "core/interchange/imported_model.h"
#include "core/interchange/json_file.h"
#include "core/interchange/lightgbm_model.h"
#include "core/interchange/onnx_model.h"
#include "core/interchange/sample_rows.h"
#include "core/interchange/xgboost_model.h"

namespace serin {
namespace {

absl::Status UnknownFile() {
  return InvalidField("format",
                      "must be given: the file begins like none of the formats that Serin reads "
                      "(its own bundles; XGBoost's JSON and UBJSON; LightGBM's text; ONNX)");
}

// Of what a version shows of its bundle: answers have it, of lists many times.
constexpr size_t kMaxDescriptionBytes = size_t{4} << 20;

absl::Status CheckDescription(const internal::v1::Bundle& bundle) {
  const size_t bytes = DescribeBundle(bundle).ByteSizeLong();
  if (bytes <= kMaxDescriptionBytes) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat("model: its features, classes, evaluation, lineage and warnings take ", bytes,
                   " bytes together; at most ", kMaxDescriptionBytes, " are allowed"));
}

absl::StatusOr<ImportedModel> ReadFile(absl::string_view file, v1::ModelFormat format) {
  switch (format) {
    case v1::MODEL_FORMAT_XGBOOST:
      return ImportXgboost(file);
    case v1::MODEL_FORMAT_LIGHTGBM:
      return ImportLightgbm(file);
    case v1::MODEL_FORMAT_ONNX:
      return ImportOnnx(file);
    default:
      return UnknownFile();
  }
}

// A bundle is what it is: there is nothing left to say.
absl::StatusOr<internal::v1::Bundle> ReadBundle(absl::string_view file,
                                                const v1::ImportSpec& spec) {
  if (spec.has_features() || spec.classes_size() > 0 || spec.categories_size() > 0 ||
      !spec.target().empty()) {
    return InvalidField("format",
                        "is a bundle, which has features, categories, target and classes of its "
                        "own: none may be given");
  }
  absl::StatusOr<internal::v1::Bundle> bundle = DecodeBundle(file);
  if (absl::IsDataLoss(bundle.status())) {
    return absl::InvalidArgumentError(bundle.status().message());
  }
  SERIN_RETURN_IF_ERROR(bundle.status());
  SERIN_RETURN_IF_ERROR(CheckDescription(*bundle));
  SERIN_RETURN_IF_ERROR(LoadPredictor(*bundle).status());
  return bundle;
}

v1::Lineage LineageOf(absl::string_view file, v1::ModelFormat format, std::string producer) {
  v1::Lineage lineage;
  lineage.set_serin_version(std::string(Version()));
  v1::ModelSource& source = *lineage.mutable_imported();
  source.set_format(format);
  source.set_sha256(Sha256Hex(file));
  source.set_producer(std::move(producer));
  return lineage;
}

}  // namespace

v1::ModelFormat DetectFormat(absl::string_view file) {
  if (absl::StartsWith(file, "\x89SRN")) return v1::MODEL_FORMAT_BUNDLE;
  if (IsUbjsonObject(file)) return v1::MODEL_FORMAT_XGBOOST;
  if (absl::StartsWith(absl::StripLeadingAsciiWhitespace(file), "{")) {
    return v1::MODEL_FORMAT_XGBOOST;
  }
  if (absl::StartsWith(file, "tree\n") || absl::StartsWith(file, "tree\r\n")) {
    return v1::MODEL_FORMAT_LIGHTGBM;
  }
  return LooksLikeOnnx(file) ? v1::MODEL_FORMAT_ONNX : v1::MODEL_FORMAT_UNSPECIFIED;
}

absl::StatusOr<internal::v1::Bundle> ImportModel(absl::string_view file,
                                                 const v1::ImportSpec& spec) {
  if (file.size() > kMaxImportBytes) {
    return absl::ResourceExhaustedError(
        absl::StrCat("the file is larger than ", kMaxImportBytes, " bytes"));
  }
  const v1::ModelFormat format =
      spec.format() == v1::MODEL_FORMAT_UNSPECIFIED ? DetectFormat(file) : spec.format();
  if (format == v1::MODEL_FORMAT_BUNDLE) return ReadBundle(file, spec);
  SERIN_ASSIGN_OR_RETURN(ImportedModel model, ReadFile(file, format));
  SERIN_RETURN_IF_ERROR(ApplyNames(spec, &model.predictor));
  SERIN_RETURN_IF_ERROR(CheckText(model.predictor));
  internal::v1::Bundle bundle;
  SERIN_ASSIGN_OR_RETURN(const std::unique_ptr<const Predictor> predictor,
                         Predictor::Create(model.predictor));
  SERIN_ASSIGN_OR_RETURN(*bundle.mutable_golden_rows(),
                         ScoreGoldenRows(*predictor, MakeSampleRows(model.predictor)));
  *bundle.mutable_predictor() = std::move(model.predictor);
  *bundle.mutable_lineage() = LineageOf(file, format, std::move(model.producer));
  bundle.mutable_warnings()->Assign(model.warnings.begin(), model.warnings.end());
  SERIN_RETURN_IF_ERROR(CheckDescription(bundle));
  return bundle;
}

}  // namespace serin
