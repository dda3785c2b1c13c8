#ifndef SERIN_CORE_LEARN_SINGLE_FEATURE_H_
#define SERIN_CORE_LEARN_SINGLE_FEATURE_H_

#include "core/learn/labels.h"
#include "core/table/table.h"

namespace serin {

// How well one feature alone tells the target, 1 at best: ROC AUC for two classes, balanced
// accuracy for more, R2 for numbers. The feature is cut into 32 bins of equally many rows (a
// category is a bin, so are missing values); what is said of each half of the rows is learned from
// the other, so that identifiers score nothing. For numbers also the squared correlation, if that
// is higher. Looks at 4,000 rows at most, evenly spaced.
double SingleFeatureScore(const ColumnData& feature, const Labels& labels);

}  // namespace serin

#endif  // SERIN_CORE_LEARN_SINGLE_FEATURE_H_
