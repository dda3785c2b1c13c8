#include "core/learn/xgboost_booster.h"

#include <limits>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "core/base/status_macros.h"

namespace serin {
namespace {

absl::Status SetLabels(DMatrixHandle matrix, const std::vector<double>& targets) {
  const std::vector<float> labels(targets.begin(), targets.end());
  return XgboostStatus(XGDMatrixSetFloatInfo(matrix, "label", labels.data(), labels.size()),
                       "XGDMatrixSetFloatInfo");
}

}  // namespace

absl::Status XgboostStatus(int code, absl::string_view call) {
  if (code == 0) return absl::OkStatus();
  return absl::InternalError(absl::StrCat(call, ": ", XGBGetLastError()));
}

absl::StatusOr<XgboostMatrix> XgboostMatrix::Create(const TrainingSet& data, int threads) {
  const std::vector<float> inputs(data.inputs.begin(), data.inputs.end());
  DMatrixHandle handle = nullptr;
  SERIN_RETURN_IF_ERROR(XgboostStatus(
      XGDMatrixCreateFromMat_omp(inputs.data(), data.row_count, data.input_count,
                                 std::numeric_limits<float>::quiet_NaN(), &handle, threads),
      "XGDMatrixCreateFromMat_omp"));
  XgboostMatrix matrix(handle);
  SERIN_RETURN_IF_ERROR(SetLabels(handle, data.targets));
  return matrix;
}

absl::StatusOr<XgboostBooster> XgboostBooster::Create(const XgboostMatrix& matrix) {
  DMatrixHandle cached = matrix.handle();
  BoosterHandle handle = nullptr;
  SERIN_RETURN_IF_ERROR(XgboostStatus(XGBoosterCreate(&cached, 1, &handle), "XGBoosterCreate"));
  return XgboostBooster(handle, cached);
}

absl::Status XgboostBooster::SetParameter(const std::string& name, const std::string& value) {
  return XgboostStatus(XGBoosterSetParam(handle_.get(), name.c_str(), value.c_str()),
                       "XGBoosterSetParam");
}

absl::Status XgboostBooster::Boost(int round) {
  return XgboostStatus(XGBoosterUpdateOneIter(handle_.get(), round, matrix_),
                       "XGBoosterUpdateOneIter");
}

// XGBoost answers as text: "[12]\ttrain-logloss:0.25".
absl::StatusOr<double> XgboostBooster::Loss(int round) {
  const char* name = "train";
  const char* text = nullptr;
  SERIN_RETURN_IF_ERROR(
      XgboostStatus(XGBoosterEvalOneIter(handle_.get(), round, &matrix_, &name, 1, &text),
                    "XGBoosterEvalOneIter"));
  const absl::string_view answer(text);
  double loss;
  if (!absl::SimpleAtod(answer.substr(answer.rfind(':') + 1), &loss)) {
    return absl::InternalError(absl::StrCat("XGBoosterEvalOneIter: no number in '", answer, "'"));
  }
  return loss;
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
