#include "core/profile/warnings.h"

#include <algorithm>
#include <initializer_list>
#include <iterator>
#include <string>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/string_view.h"
#include "core/base/utf8.h"

namespace serin {
namespace {

using Kind = v1::ProfileWarning::Kind;

constexpr Kind kGravestFirst[] = {
    v1::ProfileWarning::KIND_LEAKS_TARGET,   v1::ProfileWarning::KIND_IMBALANCED_TARGET,
    v1::ProfileWarning::KIND_DUPLICATE_ROWS, v1::ProfileWarning::KIND_CONSTANT,
    v1::ProfileWarning::KIND_MOSTLY_MISSING, v1::ProfileWarning::KIND_DUPLICATE_COLUMN,
    v1::ProfileWarning::KIND_IDENTIFIER,     v1::ProfileWarning::KIND_MANY_CATEGORIES,
};

void Warn(Kind kind, std::initializer_list<absl::string_view> columns, std::string message,
          v1::DatasetProfile& profile) {
  v1::ProfileWarning* warning = profile.add_warnings();
  warning->set_kind(kind);
  for (const absl::string_view column : columns) warning->add_columns(std::string(column));
  warning->set_message(std::move(message));
}

void Sort(v1::DatasetProfile& profile) {
  const auto gravity = [](const v1::ProfileWarning& warning) {
    return std::find(std::begin(kGravestFirst), std::end(kGravestFirst), warning.kind());
  };
  std::stable_sort(profile.mutable_warnings()->begin(), profile.mutable_warnings()->end(),
                   [&](const auto& a, const auto& b) { return gravity(a) < gravity(b); });
}

double Fraction(int64_t part, int64_t whole) {
  return static_cast<double>(part) / static_cast<double>(whole);
}

std::string Percent(int64_t part, int64_t whole) {
  return absl::StrFormat("%.3g %%", 100 * Fraction(part, whole));
}

std::string Quoted(const v1::ColumnProfile& column) { return QuoteForError(column.name(), 80); }

bool IsConstant(const v1::ColumnProfile& column) {
  return column.distinct_exact() && column.distinct() <= 1 && column.count() + column.missing() > 1;
}

bool IsIdentifier(const v1::ColumnProfile& column) {
  constexpr int64_t kFewest = 20;
  constexpr double kDistinct = 0.95;
  constexpr double kLongest = 64;
  const v1::ColumnType type = column.type();
  const bool may_identify =
      type == v1::COLUMN_TYPE_INTEGER || type == v1::COLUMN_TYPE_CATEGORY ||
      (type == v1::COLUMN_TYPE_TEXT && column.text().mean_bytes() <= kLongest);
  return may_identify && column.count() >= kFewest &&
         Fraction(column.distinct(), column.count()) >= kDistinct;
}

void WarnOfConstant(const v1::ColumnProfile& column, v1::DatasetProfile& profile) {
  if (!IsConstant(column)) return;
  const std::string values =
      column.count() == 0
          ? absl::StrCat("no value in any of ", column.missing(), " rows")
          : absl::StrCat("one value only, ", QuoteForError(column.top_values(0).value()), ", in ",
                         column.count(), " of ", column.count() + column.missing(), " rows");
  Warn(v1::ProfileWarning::KIND_CONSTANT, {column.name()},
       absl::StrCat(Quoted(column), " has ", values), profile);
}

void WarnOfMissing(const v1::ColumnProfile& column, v1::DatasetProfile& profile) {
  constexpr double kMostly = 0.9;
  const int64_t rows = column.count() + column.missing();
  if (column.count() == 0 || Fraction(column.missing(), rows) < kMostly) return;
  Warn(v1::ProfileWarning::KIND_MOSTLY_MISSING, {column.name()},
       absl::StrCat(Quoted(column), " has no value in ", column.missing(), " of ", rows, " rows (",
                    Percent(column.missing(), rows), ")"),
       profile);
}

void WarnOfIdentifier(const v1::ColumnProfile& column, v1::DatasetProfile& profile) {
  if (!IsIdentifier(column)) return;
  Warn(v1::ProfileWarning::KIND_IDENTIFIER, {column.name()},
       absl::StrCat(
           Quoted(column), " looks like an identifier: ", column.distinct_exact() ? "" : "about ",
           column.distinct(), " different values in ", column.count(), " rows that have one"),
       profile);
}

void WarnOfManyCategories(const v1::ColumnProfile& column, v1::DatasetProfile& profile) {
  constexpr int64_t kMany = 100;
  if (column.type() != v1::COLUMN_TYPE_CATEGORY || column.distinct() <= kMany) return;
  if (IsIdentifier(column)) return;
  Warn(v1::ProfileWarning::KIND_MANY_CATEGORIES, {column.name()},
       absl::StrCat(Quoted(column), " has ", column.distinct_exact() ? "" : "about ",
                    column.distinct(), " categories; more than ", kMany,
                    " are of little use to most algorithms"),
       profile);
}

void WarnOfDuplicateColumns(absl::Span<const uint64_t> fingerprints, v1::DatasetProfile& profile) {
  absl::flat_hash_map<uint64_t, int> first;  // Column by fingerprint.
  for (int i = 0; i < profile.columns_size(); ++i) {
    const v1::ColumnProfile& column = profile.columns(i);
    if (IsConstant(column) || column.count() + column.missing() < 2) continue;
    const auto [earlier, is_first] = first.try_emplace(fingerprints[i], i);
    if (is_first) continue;
    const v1::ColumnProfile& same = profile.columns(earlier->second);
    Warn(v1::ProfileWarning::KIND_DUPLICATE_COLUMN, {same.name(), column.name()},
         absl::StrCat(Quoted(column), " has the same values as ", Quoted(same), " in all ",
                      profile.row_count(), " rows"),
         profile);
  }
}

void WarnOfDuplicateRows(v1::DatasetProfile& profile) {
  constexpr double kMany = 0.01;
  const int64_t duplicates = profile.duplicate_row_count();
  if (duplicates == 0 || Fraction(duplicates, profile.row_count()) < kMany) return;
  Warn(v1::ProfileWarning::KIND_DUPLICATE_ROWS, {},
       absl::StrCat(profile.duplicate_rows_exact() ? "" : "about ", duplicates, " of ",
                    profile.row_count(), " rows (", Percent(duplicates, profile.row_count()),
                    ") equal an earlier one in every column"),
       profile);
}

void WarnOfLeak(const v1::ColumnProfile& column, v1::DatasetProfile& profile) {
  constexpr double kLeaks = 0.99;
  if (column.association() < kLeaks || column.name() == profile.target()) return;
  Warn(v1::ProfileWarning::KIND_LEAKS_TARGET, {column.name()},
       absl::StrCat(QuoteForError(profile.target(), 80), " follows almost from ", Quoted(column),
                    " alone: their association is ", absl::StrFormat("%.4g", column.association())),
       profile);
}

void WarnOfImbalance(const ClassBalance& balance, v1::DatasetProfile& profile) {
  constexpr int64_t kTimes = 20;
  if (balance.rarest == 0 || balance.most_frequent / balance.rarest < kTimes) return;
  Warn(v1::ProfileWarning::KIND_IMBALANCED_TARGET, {profile.target()},
       absl::StrCat("of the classes of ", QuoteForError(profile.target(), 80),
                    " the most frequent one has ", balance.most_frequent,
                    " of the rows looked at, the rarest ", balance.rarest),
       profile);
}

}  // namespace

void AddWarnings(absl::Span<const uint64_t> fingerprints, v1::DatasetProfile& profile) {
  WarnOfDuplicateRows(profile);
  WarnOfDuplicateColumns(fingerprints, profile);
  for (const v1::ColumnProfile& column : profile.columns()) {
    WarnOfConstant(column, profile);
    WarnOfMissing(column, profile);
    WarnOfIdentifier(column, profile);
    WarnOfManyCategories(column, profile);
  }
  Sort(profile);
}

void AddTargetWarnings(const ClassBalance& balance, v1::DatasetProfile& profile) {
  WarnOfImbalance(balance, profile);
  for (const v1::ColumnProfile& column : profile.columns()) WarnOfLeak(column, profile);
  Sort(profile);
}

}  // namespace serin
