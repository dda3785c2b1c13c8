#include <bit>
#include <cstdint>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "core/base/status_macros.h"
#include "core/bundle/bundle.h"
#include "core/table/schema.h"
#include "core/table/wire.h"

namespace serin {
namespace {

constexpr int kMaxGoldenRows = 64;

absl::Status Invalid(absl::string_view what) {
  return absl::InvalidArgumentError(absl::StrCat("golden rows: ", what));
}

size_t GoldenRowCount(const internal::v1::GoldenRows& golden, size_t output_count) {
  return static_cast<size_t>(golden.outputs_size()) / output_count;
}

absl::Status CheckShape(const internal::v1::GoldenRows& golden, const Predictor& predictor) {
  const size_t rows = GoldenRowCount(golden, predictor.output_count());
  if (rows == 0) return Invalid("there are none");
  if (rows > kMaxGoldenRows) return Invalid(absl::StrCat(rows, " rows; at most ", kMaxGoldenRows));
  if (rows * predictor.output_count() != static_cast<size_t>(golden.outputs_size())) {
    return Invalid(absl::StrCat(golden.outputs_size(), " outputs are no whole number of rows of ",
                                predictor.output_count()));
  }
  if (golden.columns_size() != predictor.model().features().columns_size()) {
    return Invalid(absl::StrCat(golden.columns_size(), " columns for ",
                                predictor.model().features().columns_size(), " features"));
  }
  return absl::OkStatus();
}

absl::StatusOr<Table> GoldenTable(const internal::v1::GoldenRows& golden,
                                  const Predictor& predictor) {
  Table rows = EmptyTable(predictor.model().features());
  const size_t row_count = GoldenRowCount(golden, predictor.output_count());
  for (int i = 0; i < golden.columns_size(); ++i) {
    const absl::Status status = AppendWire(golden.columns(i), row_count, &rows.columns[i]);
    if (!status.ok()) return Invalid(absl::StrCat("columns[", i, "]: ", status.message()));
  }
  return rows;
}

bool SameBits(double a, double b) {
  return std::bit_cast<uint64_t>(a) == std::bit_cast<uint64_t>(b);
}

absl::Status Compare(const Scores& scores, const internal::v1::GoldenRows& golden) {
  for (size_t i = 0; i < scores.values.size(); ++i) {
    const double expected = golden.outputs(static_cast<int>(i));
    if (SameBits(scores.values[i], expected)) continue;
    return absl::FailedPreconditionError(absl::StrFormat(
        "the model does not reproduce golden row %d: output %d is %.17g and should "
        "be %.17g; it would answer otherwise than when it was evaluated",
        i / scores.output_count, i % scores.output_count, scores.values[i], expected));
  }
  return absl::OkStatus();
}

absl::Status ReplayGoldenRows(const internal::v1::GoldenRows& golden, const Predictor& predictor) {
  SERIN_RETURN_IF_ERROR(CheckShape(golden, predictor));
  SERIN_ASSIGN_OR_RETURN(const Table rows, GoldenTable(golden, predictor));
  SERIN_ASSIGN_OR_RETURN(const Scores scores, predictor.Score(rows));
  return Compare(scores, golden);
}

}  // namespace

absl::StatusOr<std::unique_ptr<const Predictor>> LoadPredictor(const internal::v1::Bundle& bundle) {
  SERIN_ASSIGN_OR_RETURN(std::unique_ptr<const Predictor> predictor,
                         Predictor::Create(bundle.predictor()));
  SERIN_RETURN_IF_ERROR(ReplayGoldenRows(bundle.golden_rows(), *predictor));
  return predictor;
}

}  // namespace serin
