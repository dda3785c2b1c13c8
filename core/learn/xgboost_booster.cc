#include "core/learn/xgboost_booster.h"

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "core/base/status_macros.h"

namespace serin {
namespace {

// XGBoost answers as text: "[12]\ttraining-logloss:0.25\tvalidation-logloss:0.5".
absl::StatusOr<XgboostBooster::Losses> ParseLosses(absl::string_view text) {
  std::vector<double> losses;
  const std::vector<absl::string_view> parts = absl::StrSplit(text, '\t');
  for (size_t i = 1; i < parts.size(); ++i) {
    if (!absl::SimpleAtod(parts[i].substr(parts[i].rfind(':') + 1), &losses.emplace_back())) {
      return absl::InternalError(absl::StrCat("XGBoosterEvalOneIter: no number in '", text, "'"));
    }
  }
  if (losses.empty()) {
    return absl::InternalError(absl::StrCat("XGBoosterEvalOneIter: no loss in '", text, "'"));
  }
  return XgboostBooster::Losses{
      losses[0], losses.size() > 1 ? std::optional<double>(losses[1]) : std::nullopt};
}

}  // namespace

absl::StatusOr<XgboostBooster> XgboostBooster::Create(const XgboostMatrix& training,
                                                      const XgboostMatrix* validation,
                                                      const XgboostParameters& parameters) {
  std::vector<DMatrixHandle> matrices = {training.handle()};
  if (validation != nullptr) matrices.push_back(validation->handle());
  BoosterHandle handle = nullptr;
  SERIN_RETURN_IF_ERROR(
      XgboostStatus(XGBoosterCreate(matrices.data(), matrices.size(), &handle), "XGBoosterCreate"));
  XgboostBooster booster(handle, std::move(matrices));
  for (const auto& [name, value] : parameters) {
    SERIN_RETURN_IF_ERROR(
        XgboostStatus(XGBoosterSetParam(handle, name.c_str(), value.c_str()), "XGBoosterSetParam"));
  }
  return booster;
}

absl::Status XgboostBooster::Boost(int round) {
  return XgboostStatus(XGBoosterUpdateOneIter(handle_.get(), round, matrices_[0]),
                       "XGBoosterUpdateOneIter");
}

absl::Status XgboostBooster::Boost(std::vector<float>* gradients, std::vector<float>* hessians) {
  return XgboostStatus(XGBoosterBoostOneIter(handle_.get(), matrices_[0], gradients->data(),
                                             hessians->data(), gradients->size()),
                       "XGBoosterBoostOneIter");
}

absl::StatusOr<XgboostBooster::Losses> XgboostBooster::Evaluate(int round) {
  const char* names[] = {"training", "validation"};
  const char* text = nullptr;
  SERIN_RETURN_IF_ERROR(XgboostStatus(
      XGBoosterEvalOneIter(handle_.get(), round, matrices_.data(), names, matrices_.size(), &text),
      "XGBoosterEvalOneIter"));
  return ParseLosses(text);
}

absl::StatusOr<std::string> XgboostBooster::SaveAsUbjson() {
  bst_ulong size = 0;
  const char* bytes = nullptr;
  SERIN_RETURN_IF_ERROR(
      XgboostStatus(XGBoosterSaveModelToBuffer(handle_.get(), R"({"format":"ubj"})", &size, &bytes),
                    "XGBoosterSaveModelToBuffer"));
  return std::string(bytes, size);
}

}  // namespace serin
