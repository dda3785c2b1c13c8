#include "core/ingest/bad_rows.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "core/base/errors.h"
#include "core/base/utf8.h"
#include "core/ingest/ingest_error.h"

namespace serin {
namespace {

constexpr size_t kMaxReportedTextBytes = 256;

v1::RejectedRow Report(const BadRow& row) {
  v1::RejectedRow report;
  report.set_line(row.place.line);
  report.set_column(row.place.column_name);
  const absl::string_view text = Utf8Prefix(row.text, kMaxReportedTextBytes);
  report.set_text(std::string(text));
  report.set_problem(row.problem);
  return report;
}

}  // namespace

std::string DescribePlace(const FilePlace& place) {
  std::string text = absl::StrCat("line ", place.line);
  if (place.column == 0) return text;
  absl::StrAppend(&text, ", column ", place.column);
  if (place.column_name.empty()) return text;
  return absl::StrCat(text, " (", QuoteForError(place.column_name), ")");
}

absl::Status MalformedRow(const BadRow& row) {
  return MalformedFile(absl::StrCat(DescribePlace(row.place), ": ", row.problem));
}

void BadRowList::Merge(BadRowList other) {
  count_ += other.count_;
  described_.insert(described_.end(), std::make_move_iterator(other.described_.begin()),
                    std::make_move_iterator(other.described_.end()));
  std::stable_sort(described_.begin(), described_.end(),
                   [](const BadRow& a, const BadRow& b) { return a.place.line < b.place.line; });
  if (described_.size() > max_described_)
    described_.erase(described_.begin() + max_described_, described_.end());
}

BadRowPolicy::BadRowPolicy(const v1::BadRows& options)
    : set_aside_(options.policy() == v1::BadRows::POLICY_SET_ASIDE),
      max_rows_(!set_aside_               ? 0
                : options.max_rows() == 0 ? kDefaultMaxRows
                                          : options.max_rows()) {}

BadRowList BadRowPolicy::NewList() const {
  return BadRowList(set_aside_ ? kMaxReported - reported_.size() : 1);
}

absl::Status BadRowPolicy::Take(const BadRowList& rows) {
  if (rows.count() == 0) return absl::OkStatus();
  if (count_ == 0) first_ = MalformedRow(rows.described().front());
  if (!set_aside_) return first_;
  count_ += rows.count();
  for (const BadRow& row : rows.described()) reported_.push_back(Report(row));
  if (count_ <= max_rows_) return absl::OkStatus();
  return MalformedFile(absl::StrCat("more than ", max_rows_,
                                    " rows cannot be read, which is the limit (bad_rows.max_rows); "
                                    "the first: ",
                                    first_.message()));
}

absl::Status CheckBadRows(const v1::BadRows& options) {
  if (!v1::BadRows::Policy_IsValid(options.policy())) {
    return InvalidField("bad_rows.policy",
                        absl::StrCat("has no value ", static_cast<int>(options.policy())));
  }
  if (options.max_rows() >= 0) return absl::OkStatus();
  return InvalidField("bad_rows.max_rows",
                      absl::StrCat("must not be negative, is ", options.max_rows()));
}

}  // namespace serin
