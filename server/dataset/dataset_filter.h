#ifndef SERIN_SERVER_DATASET_DATASET_FILTER_H_
#define SERIN_SERVER_DATASET_DATASET_FILTER_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "serin/v1/dataset.pb.h"

namespace serin {

// Which datasets a list is to have: a part of https://google.aip.dev/160.
//
//   filter  = [ term { "AND" term } ]
//   term    = "name" "=" value             `*` at the end of the value stands for anything
//           | "labels." key "=" value      the same
//           | "labels:" key                has the label
//           | "live" "=" ( "true" | "false" )
//           | "description:" value         contains it, in any case (of ASCII letters)
//   value   = a word of letters, digits and - _ . * /, or any text in double quotes, in which a
//             quote and a backslash have a backslash before them
//
// Blanks between the parts mean nothing. A name is as in Dataset.name, or without `datasets/`.
class DatasetFilter {
 public:
  // InvalidField of `filter`, naming the byte (from 1), what is there and what would be right. At
  // most 4 KiB and 32 terms.
  static absl::StatusOr<DatasetFilter> Parse(absl::string_view text);

  bool Matches(const v1::Dataset& dataset) const;

 private:
  friend class FilterParser;

  enum class Kind { kName, kLabel, kHasLabel, kLive, kDescription };

  struct Term {
    Kind kind;
    std::string key;  // Of labels.
    std::string value;
  };

  static bool Matches(const Term& term, const v1::Dataset& dataset);

  std::vector<Term> terms_;
};

}  // namespace serin

#endif  // SERIN_SERVER_DATASET_DATASET_FILTER_H_
