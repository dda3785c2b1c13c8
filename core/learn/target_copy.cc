#include "core/learn/target_copy.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "core/base/errors.h"
#include "core/base/parallel.h"
#include "core/base/utf8.h"
#include "core/learn/training_threads.h"
#include "core/table/value_parser.h"

namespace serin {
namespace {

constexpr double kTolerance = 1e-9;

// A value that equal cells share.
double KeyOf(const ColumnData& column, size_t row) {
  return column.is_string() ? column.codes[row] : column.numbers[row];
}

bool IsMostlyMissing(const ColumnData& feature, const Labels& labels) {
  const auto missing = std::count_if(labels.rows.begin(), labels.rows.end(),
                                     [&](size_t row) { return feature.missing(row); });
  return 2 * static_cast<size_t>(missing) >= labels.rows.size();
}

// Stops at the first row that says otherwise.
bool NamesTheClasses(const ColumnData& feature, const Labels& labels) {
  absl::flat_hash_map<double, double> class_of;
  for (size_t i = 0; i < labels.rows.size(); ++i) {
    if (feature.missing(labels.rows[i])) continue;
    const auto [it, added] = class_of.try_emplace(KeyOf(feature, labels.rows[i]), labels.values[i]);
    if (it->second != labels.values[i] || class_of.size() > labels.classes.size()) return false;
  }
  std::vector<bool> named(labels.classes.size());
  for (const auto& [key, label] : class_of) named[static_cast<size_t>(label)] = true;
  return class_of.size() == labels.classes.size() &&
         std::find(named.begin(), named.end(), false) == named.end();
}

struct Line {
  double slope;
  double intercept;
};

// Through the rows in which the feature is least and greatest.
std::optional<Line> LineThroughEnds(const ColumnData& feature, const Labels& labels) {
  std::optional<size_t> least;
  std::optional<size_t> greatest;
  for (size_t i = 0; i < labels.rows.size(); ++i) {
    const double x = feature.numbers[labels.rows[i]];
    if (std::isnan(x)) continue;
    if (!least || x < feature.numbers[labels.rows[*least]]) least = i;
    if (!greatest || x > feature.numbers[labels.rows[*greatest]]) greatest = i;
  }
  if (!least) return std::nullopt;
  const double low = feature.numbers[labels.rows[*least]];
  const double width = feature.numbers[labels.rows[*greatest]] - low;
  const double slope = (labels.values[*greatest] - labels.values[*least]) / width;
  if (!(width > 0) || !std::isfinite(slope) || slope == 0) return std::nullopt;
  return Line{slope, labels.values[*least] - slope * low};
}

bool IsOnLine(const ColumnData& feature, const Labels& labels, const Line& line) {
  const auto [min, max] = std::minmax_element(labels.values.begin(), labels.values.end());
  const double tolerance = kTolerance * (*max - *min);
  for (size_t i = 0; i < labels.rows.size(); ++i) {
    const double x = feature.numbers[labels.rows[i]];
    if (std::isnan(x)) continue;
    if (!(std::abs(line.slope * x + line.intercept - labels.values[i]) <= tolerance)) return false;
  }
  return true;
}

std::optional<std::string> DescribeLine(const ColumnData& feature, const Labels& labels) {
  if (feature.is_string()) return std::nullopt;
  const std::optional<Line> line = LineThroughEnds(feature, labels);
  if (!line || !IsOnLine(feature, labels, *line)) return std::nullopt;
  const double scale = 1 / line->slope;
  const double shift = -line->intercept / line->slope;
  if (std::abs(scale - 1) < kTolerance && std::abs(shift) < kTolerance) return "is the target";
  return absl::StrCat("is the target times ", scale, " plus ", std::abs(shift) < 1e-6 ? 0 : shift);
}

}  // namespace

std::optional<std::string> DescribeTargetCopy(const ColumnData& feature, const Labels& labels) {
  if (IsMostlyMissing(feature, labels)) return std::nullopt;
  if (labels.classes.empty()) return DescribeLine(feature, labels);
  if (!NamesTheClasses(feature, labels)) return std::nullopt;
  return "has one value for each class of the target";
}

absl::Status CheckTargetCopies(const Examples& examples, const v1::TrainingSpec& spec) {
  if (spec.allow_target_copies() || examples.labels.rows.size() < kMinCopyRows) {
    return absl::OkStatus();
  }
  const std::vector<ColumnData>& features = examples.features.columns;
  const size_t threads = TrainingThreads(features.size() * examples.labels.rows.size());
  return ParallelFor(features.size(), threads, [&](size_t i) {
    const std::optional<std::string> copy = DescribeTargetCopy(features[i], examples.labels);
    if (!copy.has_value()) return absl::OkStatus();
    return InvalidField(
        "features",
        absl::StrCat("column ", QuoteForError(features[i].name), " ", *copy, " ",
                     QuoteForError(examples.target.name()),
                     " in every row: a model would only look it up. Leave it out; or, if it is "
                     "known whenever a prediction is asked for, set allow_target_copies"));
  });
}

}  // namespace serin
