#ifndef SERIN_CORE_PIPELINE_INDICATOR_STEP_H_
#define SERIN_CORE_PIPELINE_INDICATOR_STEP_H_

#include <memory>

#include "core/pipeline/column_step.h"

namespace serin {

// One output: 1 where the value is missing or a category unseen, else 0.
std::unique_ptr<const ColumnStep> MakeIndicatorStep();

}  // namespace serin

#endif  // SERIN_CORE_PIPELINE_INDICATOR_STEP_H_
