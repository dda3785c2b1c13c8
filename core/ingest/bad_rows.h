#ifndef SERIN_CORE_INGEST_BAD_ROWS_H_
#define SERIN_CORE_INGEST_BAD_ROWS_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "serin/v1/dataset.pb.h"
#include "serin/v1/dataset_service.pb.h"

namespace serin {

// Where in a file: both count from 1; column 0 is the row as a whole.
struct FilePlace {
  int64_t line = 0;
  size_t column = 0;
  std::string column_name = {};  // Empty: not known.
};

// "line 3, column 2 ('age')".
std::string DescribePlace(const FilePlace& place);

// A row that cannot be read, and why.
struct BadRow {
  FilePlace place;
  std::string text;     // At fault.
  std::string problem;  // Reads on from the place; quotes the text.
};

// INVALID_ARGUMENT: "line 3, column 2 ('age'): must be ...".
absl::Status MalformedRow(const BadRow& row);

// The bad rows of one window, of which the first few are described.
class BadRowList {
 public:
  explicit BadRowList(size_t max_described) : max_described_(max_described) {}

  // Counts a row; `describe`, which returns a BadRow, is called where it is worth it.
  template <typename Describe>
  void Add(Describe describe) {
    ++count_;
    if (described_.size() < max_described_) described_.push_back(describe());
  }

  // Takes the rows of another list of the same window.
  void Merge(BadRowList other);

  int64_t count() const { return count_; }
  // In order of their lines.
  const std::vector<BadRow>& described() const { return described_; }

 private:
  size_t max_described_;
  int64_t count_ = 0;
  std::vector<BadRow> described_;
};

// Does with bad rows what v1::BadRows asks for.
class BadRowPolicy {
 public:
  // Rows that are reported.
  static constexpr size_t kMaxReported = 100;
  static constexpr int64_t kDefaultMaxRows = 1000;

  explicit BadRowPolicy(const v1::BadRows& options);

  // For the next window.
  BadRowList NewList() const;

  // Sets the rows aside; an error where they are too many.
  absl::Status Take(const BadRowList& rows);

  int64_t count() const { return count_; }
  const std::vector<v1::RejectedRow>& reported() const { return reported_; }

 private:
  const bool set_aside_;
  const int64_t max_rows_;
  int64_t count_ = 0;
  std::vector<v1::RejectedRow> reported_;
  absl::Status first_;  // The first row as an error.
};

// INVALID_ARGUMENT where the options mean nothing.
absl::Status CheckBadRows(const v1::BadRows& options);

}  // namespace serin

#endif  // SERIN_CORE_INGEST_BAD_ROWS_H_
