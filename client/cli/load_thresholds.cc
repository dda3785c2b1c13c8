#include "client/cli/load_thresholds.h"

#include <optional>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "core/base/utf8.h"

namespace serin {
namespace {

std::optional<double> QuantileNamed(absl::string_view name) {
  if (name == "max") return 1.0;
  double percent = 0;
  if (!absl::ConsumePrefix(&name, "p") || !absl::SimpleAtod(name, &percent)) return std::nullopt;
  if (!(percent > 0 && percent <= 100)) return std::nullopt;
  return percent / 100;
}

double Measured(const LoadThreshold& threshold, const LoadReport& report) {
  switch (threshold.kind) {
    case LoadThreshold::Kind::kLatency:
      return absl::ToDoubleMilliseconds(report.latencies.Quantile(threshold.quantile));
    case LoadThreshold::Kind::kErrors:
      return 100 * report.failed_share();
    case LoadThreshold::Kind::kRate:
      return report.calls_per_second() * (1 - report.failed_share());
  }
  return 0;
}

bool IsKept(const LoadThreshold& threshold, double measured) {
  return threshold.kind == LoadThreshold::Kind::kRate ? measured > threshold.bound
                                                      : measured < threshold.bound;
}

}  // namespace

absl::StatusOr<LoadThreshold> ParseLoadThreshold(absl::string_view text) {
  LoadThreshold threshold = {.kind = LoadThreshold::Kind::kLatency, .text = std::string(text)};
  const size_t at = text.find_first_of("<>");
  const absl::string_view name = text.substr(0, at);
  const bool has_bound = at != absl::string_view::npos &&
                         absl::SimpleAtod(text.substr(at + 1), &threshold.bound) &&
                         threshold.bound >= 0;
  if (has_bound && text[at] == '>' && name == "rate") {
    threshold.kind = LoadThreshold::Kind::kRate;
    return threshold;
  }
  if (has_bound && text[at] == '<' && name == "errors") {
    threshold.kind = LoadThreshold::Kind::kErrors;
    return threshold;
  }
  if (const auto quantile = QuantileNamed(name); has_bound && text[at] == '<' && quantile) {
    threshold.quantile = *quantile;
    return threshold;
  }
  return absl::InvalidArgumentError(
      absl::StrCat(QuoteForError(text),
                   " is none of p99<MILLISECONDS (any percentile), "
                   "max<MILLISECONDS, errors<PERCENT, rate>CALLS_PER_SECOND"));
}

absl::Status CheckThresholds(const std::vector<LoadThreshold>& thresholds,
                             const LoadReport& report) {
  std::vector<std::string> broken;
  for (const LoadThreshold& threshold : thresholds) {
    const double measured = Measured(threshold, report);
    if (IsKept(threshold, measured)) continue;
    broken.push_back(absl::StrFormat("%s (is %.4g)", threshold.text, measured));
  }
  if (broken.empty()) return absl::OkStatus();
  return absl::FailedPreconditionError(
      absl::StrCat("thresholds not kept: ", absl::StrJoin(broken, ", ")));
}

}  // namespace serin
