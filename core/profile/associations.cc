#include "core/profile/associations.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "core/base/errors.h"
#include "core/base/status_macros.h"
#include "core/base/utf8.h"
#include "core/profile/association.h"
#include "core/profile/column_sample.h"
#include "core/profile/warnings.h"
#include "core/table/schema.h"

namespace serin {
namespace {

constexpr int64_t kMostRows = 100'000;
constexpr size_t kMostValues = 4'000'000;

absl::StatusOr<int> FindTarget(const v1::Schema& schema, absl::string_view target) {
  for (int i = 0; i < schema.columns_size(); ++i) {
    if (schema.columns(i).name() != target) continue;
    if (schema.columns(i).type() != v1::COLUMN_TYPE_TEXT) return i;
    return InvalidField("target",
                        absl::StrCat("must not be a column of text, is ", QuoteForError(target)));
  }
  return InvalidField("target", absl::StrCat("must be one of the columns ", ListColumnNames(schema),
                                             "; is ", QuoteForError(target)));
}

// Rows that have a value in both of two columns.
struct Pairs {
  std::vector<double> numbers[2];
  std::vector<int32_t> categories[2];
};

Pairs PairsOf(const ColumnSample& a, const ColumnSample& b) {
  Pairs pairs;
  const ColumnSample* const columns[] = {&a, &b};
  for (size_t row = 0; row < a.size(); ++row) {
    if (a.missing(row) || b.missing(row)) continue;
    for (int i = 0; i < 2; ++i) {
      if (columns[i]->is_category()) {
        pairs.categories[i].push_back(columns[i]->category(row));
      } else {
        pairs.numbers[i].push_back(columns[i]->number(row));
      }
    }
  }
  return pairs;
}

std::optional<double> AssociationOf(const ColumnSample& a, const ColumnSample& b) {
  const Pairs pairs = PairsOf(a, b);
  if (a.is_category() && b.is_category()) {
    return CramersV(pairs.categories[0], pairs.categories[1]);
  }
  if (a.is_category()) return CorrelationRatio(pairs.numbers[1], pairs.categories[0]);
  if (b.is_category()) return CorrelationRatio(pairs.numbers[0], pairs.categories[1]);
  return RankCorrelation(pairs.numbers[0], pairs.numbers[1]);
}

// A target of few whole numbers has classes as well.
ClassBalance BalanceOf(const ColumnSample& target, v1::ColumnType type) {
  constexpr size_t kMostIntegerClasses = 20;
  if (!target.is_category() && type != v1::COLUMN_TYPE_INTEGER) return {};
  std::map<double, int64_t> counts;
  for (size_t row = 0; row < target.size(); ++row) {
    if (target.missing(row)) continue;
    ++counts[target.is_category() ? target.category(row) : target.number(row)];
  }
  if (counts.size() < 2) return {};
  if (!target.is_category() && counts.size() > kMostIntegerClasses) return {};
  const auto [rarest, most] =
      std::minmax_element(counts.begin(), counts.end(),
                          [](const auto& a, const auto& b) { return a.second < b.second; });
  return {most->second, rarest->second};
}

// The columns whose association is to be found, as many together as may be in memory.
std::vector<std::vector<int>> GroupColumns(const v1::Schema& schema, int target, size_t rows) {
  const size_t most = std::max<size_t>(1, kMostValues / std::max<size_t>(rows, 1));
  std::vector<std::vector<int>> groups;
  for (int i = 0; i < schema.columns_size(); ++i) {
    if (i == target || schema.columns(i).type() == v1::COLUMN_TYPE_TEXT) continue;
    if (groups.empty() || groups.back().size() == most) groups.emplace_back();
    groups.back().push_back(i);
  }
  return groups;
}

}  // namespace

absl::Status AddAssociations(const TableSource& table, absl::string_view target,
                             v1::DatasetProfile* profile) {
  SERIN_ASSIGN_OR_RETURN(const int position, FindTarget(table.schema(), target));
  const std::vector<int64_t> rows = SampleRows(table.row_count(), kMostRows);
  SERIN_ASSIGN_OR_RETURN(const auto targets, ReadSamples(table, {position}, rows));
  for (const std::vector<int>& group : GroupColumns(table.schema(), position, rows.size())) {
    SERIN_ASSIGN_OR_RETURN(const auto samples, ReadSamples(table, group, rows));
    for (size_t i = 0; i < group.size(); ++i) {
      const std::optional<double> association = AssociationOf(samples[i], targets[0]);
      if (association) profile->mutable_columns(group[i])->set_association(*association);
    }
  }
  profile->set_target(std::string(target));
  AddTargetWarnings(BalanceOf(targets[0], table.schema().columns(position).type()), *profile);
  return absl::OkStatus();
}

}  // namespace serin
