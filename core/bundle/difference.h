#ifndef SERIN_CORE_BUNDLE_DIFFERENCE_H_
#define SERIN_CORE_BUNDLE_DIFFERENCE_H_

#include <string>
#include <vector>

#include "serin/internal/v1/bundle.pb.h"

namespace serin {

// Where two bundles that should be the same are not, a line for each part that differs: the
// dataset's bytes, Serin's version, the specification, the features and classes, the pipeline, the
// estimator, the golden rows, the evaluation, the warnings. Empty if they say the same.
std::vector<std::string> DescribeDifferences(const internal::v1::Bundle& expected,
                                             const internal::v1::Bundle& actual);

}  // namespace serin

#endif  // SERIN_CORE_BUNDLE_DIFFERENCE_H_
