#ifndef SERIN_CORE_LEARN_FEATURE_WARNINGS_H_
#define SERIN_CORE_LEARN_FEATURE_WARNINGS_H_

#include <optional>
#include <string>

#include "core/learn/labels.h"
#include "core/table/table.h"

namespace serin {

// What is odd about a feature, the worst of what is: it gives the target away, tells it almost
// alone, is constant, is an identifier, or is missing in most rows.
std::optional<std::string> FeatureWarning(const ColumnData& feature, const Labels& labels);

}  // namespace serin

#endif  // SERIN_CORE_LEARN_FEATURE_WARNINGS_H_
