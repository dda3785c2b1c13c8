#ifndef SERIN_CORE_PROFILE_ASSOCIATION_H_
#define SERIN_CORE_PROFILE_ASSOCIATION_H_

#include <cstdint>
#include <optional>

#include "absl/types/span.h"

// How strongly two columns are associated, in [0, 1]: 0 not at all, 1 one follows from the other.
//
// Of rows that have a value in both columns: numbers, or categories by a code from 0 on (no code
// much greater than the number of rows). Nothing where the measure is not defined: for fewer than
// three rows, and where one of the columns has but one value.

namespace serin {

// The absolute value of Spearman's rank correlation, with ranks of ties averaged.
std::optional<double> RankCorrelation(absl::Span<const double> a, absl::Span<const double> b);

// How much of the variance of `numbers` lies between the categories: the square root of epsilon
// squared (Kelley, "An unbiased correlation ratio measure", 1935), which unlike eta squared does
// not grow with the number of categories. Not defined either where every row is a category of its
// own.
std::optional<double> CorrelationRatio(absl::Span<const double> numbers,
                                       absl::Span<const int32_t> categories);

// Cramer's V with Bergsma's correction ("A bias-correction for Cramer's V and Tschuprow's T",
// 2013).
std::optional<double> CramersV(absl::Span<const int32_t> a, absl::Span<const int32_t> b);

}  // namespace serin

#endif  // SERIN_CORE_PROFILE_ASSOCIATION_H_
