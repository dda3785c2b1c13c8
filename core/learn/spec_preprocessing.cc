#include "core/learn/spec_preprocessing.h"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "core/base/errors.h"
#include "core/base/status_macros.h"
#include "core/learn/spec_column.h"
#include "core/table/schema.h"

namespace serin {
namespace {

using v1::Preprocessing;

constexpr double kDefaultSmoothing = 10;
// Larger fills, squared, would leave the range of doubles.
constexpr double kMaxFill = 1e150;

bool IsForNumbers(Preprocessing::Encoding encoding) {
  return encoding == Preprocessing::ENCODING_NUMERIC ||
         encoding == Preprocessing::ENCODING_STANDARDISED ||
         encoding == Preprocessing::ENCODING_MIN_MAX;
}

// One entry for one feature: everything that is said about it is a field of this.
class Entry {
 public:
  // A null algorithm leaves open what is not given.
  Entry(std::string field, const v1::ColumnSchema& column, const Algorithm* algorithm,
        Preprocessing* given)
      : field_(std::move(field)), column_(column), algorithm_(algorithm), entry_(*given) {}

  absl::Status Resolve() {
    SERIN_RETURN_IF_ERROR(CheckNames());
    SERIN_RETURN_IF_ERROR(CheckEncoding());
    SERIN_RETURN_IF_ERROR(CheckMissing());
    SERIN_RETURN_IF_ERROR(CheckNumbers());
    FillDefaults();
    return CheckGaps();
  }

 private:
  bool is_category() const { return column_.type() == v1::COLUMN_TYPE_CATEGORY; }

  absl::Status Invalid(absl::string_view name, absl::string_view what) const {
    return InvalidField(absl::StrCat(field_, ".", name), what);
  }

  absl::Status CheckNames() const {
    if (!Preprocessing::Encoding_IsValid(entry_.encoding())) {
      return Invalid("encoding", absl::StrCat("is unknown: ", entry_.encoding()));
    }
    if (!Preprocessing::Missing_IsValid(entry_.missing())) {
      return Invalid("missing", absl::StrCat("is unknown: ", entry_.missing()));
    }
    return absl::OkStatus();
  }

  absl::Status CheckEncoding() const {
    const bool open = entry_.encoding() == Preprocessing::ENCODING_UNSPECIFIED;
    if (open || IsForNumbers(entry_.encoding()) != is_category()) return absl::OkStatus();
    return Invalid("encoding",
                   absl::StrCat("column ", QuotedName(column_.name()), " is of type ",
                                TypeName(column_.type()), "; it can be ",
                                is_category() ? "ENCODING_ONE_HOT, ENCODING_CATEGORY_CODE or "
                                                "ENCODING_TARGET_MEAN"
                                              : "ENCODING_NUMERIC, ENCODING_STANDARDISED or "
                                                "ENCODING_MIN_MAX"));
  }

  absl::Status CheckMissing() const {
    if (is_category() && (entry_.missing() == Preprocessing::MISSING_MEAN ||
                          entry_.missing() == Preprocessing::MISSING_MEDIAN ||
                          entry_.missing() == Preprocessing::MISSING_CONSTANT)) {
      return Invalid("missing", absl::StrCat("column ", QuotedName(column_.name()),
                                             " is of type category; it can be MISSING_KEEP or "
                                             "MISSING_MOST_FREQUENT"));
    }
    return absl::OkStatus();
  }

  absl::Status CheckNumbers() const {
    if (entry_.fill() != 0 && entry_.missing() != Preprocessing::MISSING_CONSTANT) {
      return Invalid("fill", "is only for MISSING_CONSTANT");
    }
    // The negations also catch NaN.
    if (!(std::abs(entry_.fill()) <= kMaxFill)) {
      return Invalid("fill", absl::StrCat("must be a number of at most ", kMaxFill));
    }
    if (entry_.clip() && is_category()) {
      return Invalid("clip", absl::StrCat("column ", QuotedName(column_.name()),
                                          " is of type category; only numbers can be clipped"));
    }
    if (!entry_.has_smoothing()) return absl::OkStatus();
    if (entry_.encoding() != Preprocessing::ENCODING_TARGET_MEAN) {
      return Invalid("smoothing", "is only for ENCODING_TARGET_MEAN");
    }
    if (entry_.smoothing() >= 0 && std::isfinite(entry_.smoothing())) return absl::OkStatus();
    return Invalid("smoothing", absl::StrCat("must be at least 0, is ", entry_.smoothing()));
  }

  void FillDefaults() {
    if (entry_.encoding() == Preprocessing::ENCODING_TARGET_MEAN && !entry_.has_smoothing()) {
      entry_.set_smoothing(kDefaultSmoothing);
    }
    if (algorithm_ == nullptr) return;
    if (entry_.encoding() == Preprocessing::ENCODING_UNSPECIFIED) {
      entry_.set_encoding(DefaultEncoding());
    }
    if (entry_.missing() == Preprocessing::MISSING_UNSPECIFIED) {
      entry_.set_missing(is_category() || TakesGaps(algorithm_->inputs)
                             ? Preprocessing::MISSING_KEEP
                             : Preprocessing::MISSING_MEAN);
    }
  }

  Preprocessing::Encoding DefaultEncoding() const {
    const bool raw = algorithm_->inputs == InputKind::kRaw;
    if (is_category()) {
      return raw ? Preprocessing::ENCODING_CATEGORY_CODE : Preprocessing::ENCODING_ONE_HOT;
    }
    return raw ? Preprocessing::ENCODING_NUMERIC : Preprocessing::ENCODING_STANDARDISED;
  }

  // What can leave gaps is only for algorithms that take them.
  absl::Status CheckGaps() const {
    if (algorithm_ == nullptr || TakesGaps(algorithm_->inputs)) return absl::OkStatus();
    const std::string& name = algorithm_->description.name();
    if (entry_.encoding() == Preprocessing::ENCODING_CATEGORY_CODE) {
      return Invalid("encoding",
                     absl::StrCat("ENCODING_CATEGORY_CODE leaves a gap where a category is new, "
                                  "which ",
                                  name, " does not take; use ENCODING_ONE_HOT"));
    }
    if (!is_category() && entry_.missing() == Preprocessing::MISSING_KEEP) {
      return Invalid("missing", absl::StrCat(name,
                                             " takes no gaps; use MISSING_MEAN or another "
                                             "way to fill them"));
    }
    return absl::OkStatus();
  }

  const std::string field_;
  const v1::ColumnSchema& column_;
  const Algorithm* const algorithm_;
  Preprocessing& entry_;
};

absl::StatusOr<int> IndexOfFeature(const std::string& field, const v1::TrainingSpec& spec,
                                   const std::string& name) {
  const auto& features = spec.features();
  const auto it = std::find(features.begin(), features.end(), name);
  if (it != features.end()) return static_cast<int>(it - features.begin());
  return InvalidField(field + ".column", absl::StrCat(QuotedName(name), " is no feature"));
}

// Where the specification says something about each feature, or -1.
absl::StatusOr<std::vector<int>> EntriesByFeature(const v1::TrainingSpec& spec) {
  std::vector<int> entries(spec.features_size(), -1);
  for (int i = 0; i < spec.preprocessing_size(); ++i) {
    const std::string field = absl::StrCat("preprocessing[", i, "]");
    const std::string& name = spec.preprocessing(i).column();
    SERIN_ASSIGN_OR_RETURN(const int feature, IndexOfFeature(field, spec, name));
    if (entries[feature] >= 0) {
      return InvalidField(field + ".column", absl::StrCat("names ", QuotedName(name), " again"));
    }
    entries[feature] = i;
  }
  return entries;
}

}  // namespace

absl::Status ResolvePreprocessing(const v1::Schema& schema, const Algorithm* algorithm,
                                  v1::TrainingSpec* spec) {
  SERIN_ASSIGN_OR_RETURN(const std::vector<int> entries, EntriesByFeature(*spec));
  google::protobuf::RepeatedPtrField<Preprocessing> resolved;
  for (int feature = 0; feature < spec->features_size(); ++feature) {
    Preprocessing& entry = *resolved.Add();
    const int given = entries[feature];
    if (given >= 0) entry = spec->preprocessing(given);
    entry.set_column(spec->features(feature));
    const std::string field = absl::StrCat("preprocessing[", given < 0 ? feature : given, "]");
    SERIN_ASSIGN_OR_RETURN(const v1::ColumnSchema* column,
                           ColumnNamed(field + ".column", entry.column(), schema));
    SERIN_RETURN_IF_ERROR(Entry(field, *column, algorithm, &entry).Resolve());
  }
  *spec->mutable_preprocessing() = std::move(resolved);
  return absl::OkStatus();
}

std::string DescribePreprocessing(InputKind kind) {
  return kind == InputKind::kRaw
             ? "Numbers as they are, categories as the index of the category; missing values and "
               "new categories stay gaps, which the algorithm takes."
             : "Numbers standardised (mean 0, standard deviation 1), where missing with their "
               "mean; one input of 0 or 1 per category, all 0 where missing or new.";
}

}  // namespace serin
