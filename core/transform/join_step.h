#ifndef SERIN_CORE_TRANSFORM_JOIN_STEP_H_
#define SERIN_CORE_TRANSFORM_JOIN_STEP_H_

#include <functional>
#include <memory>

#include "absl/status/statusor.h"
#include "core/table/table_source.h"
#include "core/transform/step.h"
#include "core/transform/step_context.h"
#include "serin/v1/table.pb.h"
#include "serin/v1/transform.pb.h"

namespace serin {

// A hash join: the other table is held in memory whole, but for its keys, of which 128 bits stand
// for the values (row_key.h). Rows come in the order of the rows here; where one has several
// partners, in their order there.
absl::StatusOr<std::unique_ptr<Step>> MakeJoin(const v1::TransformStep::Join& step,
                                               StepContext context, const v1::Schema& schema,
                                               std::shared_ptr<const TableSource> other,
                                               std::function<bool()> cancelled);

}  // namespace serin

#endif  // SERIN_CORE_TRANSFORM_JOIN_STEP_H_
