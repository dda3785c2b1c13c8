#ifndef SERIN_CORE_INTERCHANGE_CATEGORY_CODES_H_
#define SERIN_CORE_INTERCHANGE_CATEGORY_CODES_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "serin/internal/v1/bundle.pb.h"

namespace serin {

// Makes feature number `feature`, of which the trees take the codes 0, 1, ... as numbers, a
// CATEGORY whose values those are the codes of. Splits by a threshold become splits by sets, as our
// categories are sorted and the model's need not be. A category that is not listed counts as
// missing.
//
// INVALID_ARGUMENT if a category stands twice; UNIMPLEMENTED for another estimator than trees, or
// where the sets would take more than 256 MiB.
absl::Status UseCategories(int feature, const std::vector<std::string>& categories,
                           internal::v1::Predictor* predictor);

// UNIMPLEMENTED where using the categories of so many features, each of which takes a walk through
// all nodes, would take minutes.
absl::Status CheckCategoryWork(size_t feature_count, const internal::v1::TreeEnsemble& trees);

}  // namespace serin

#endif  // SERIN_CORE_INTERCHANGE_CATEGORY_CODES_H_
