#include "server/predict/open_bundle.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "core/base/sha256.h"
#include "core/base/status_macros.h"
#include "core/bundle/bundle.h"

namespace serin {
namespace {

absl::Status CheckSha256(const std::string& bytes, const std::string& sha256) {
  const std::string actual = Sha256Hex(bytes);
  if (actual == sha256) return absl::OkStatus();
  return absl::DataLossError(
      absl::StrCat("the bundle's SHA-256 is ", actual, ", must be ", sha256));
}

std::unique_ptr<DriftCounter> DriftCounterFor(const internal::v1::TrainingProfile& profile,
                                              const internal::v1::Predictor& model) {
  if (!DriftCounter::Fits(profile, model)) return nullptr;
  return std::make_unique<DriftCounter>(profile, model);
}

}  // namespace

absl::StatusOr<std::shared_ptr<const LoadedModel>> OpenBundle(std::string bytes,
                                                              const WantedVersion& wanted,
                                                              PredictMetrics* metrics) {
  SERIN_RETURN_IF_ERROR(CheckSha256(bytes, wanted.bundle_sha256));
  SERIN_ASSIGN_OR_RETURN(internal::v1::Bundle bundle, DecodeBundle(bytes));
  bytes =
      std::string();  // A model is held at most twice at a time: as a message, and as it scores.
  // First: it checks what the others rely on.
  SERIN_ASSIGN_OR_RETURN(std::unique_ptr<const Predictor> predictor, LoadPredictor(bundle));
  std::unique_ptr<DriftCounter> drift = DriftCounterFor(bundle.profile(), predictor->model());
  SERIN_ASSIGN_OR_RETURN(std::unique_ptr<const Explainer> explainer,
                         Explainer::Create(std::move(bundle)));
  const auto& [project, model, version] = wanted.name;
  return std::make_shared<const LoadedModel>(project, model, version, std::move(predictor),
                                             std::move(explainer), std::move(drift),
                                             metrics->For(project, model, version));
}

}  // namespace serin
