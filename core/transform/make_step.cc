#include "core/transform/make_step.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "core/base/errors.h"
#include "core/transform/cast_step.h"
#include "core/transform/column_steps.h"
#include "core/transform/deduplicate_step.h"
#include "core/transform/encode_steps.h"
#include "core/transform/filter_step.h"
#include "core/transform/join_step.h"
#include "core/transform/missing_steps.h"
#include "core/transform/sampling_steps.h"
#include "core/transform/scale_steps.h"
#include "core/transform/sort_step.h"

namespace serin {
namespace {

using v1::TransformStep;

absl::StatusOr<std::unique_ptr<Step>> ResolveAndJoin(const TransformStep::Join& step,
                                                     StepContext context, const v1::Schema& schema,
                                                     const TableResolver& resolve,
                                                     const std::function<bool()>& cancelled) {
  if (step.dataset().empty()) return context.Invalid("dataset", "is required");
  absl::StatusOr<std::shared_ptr<const TableSource>> other = resolve(step.dataset());
  if (!other.ok()) return PrefixField(context.field, other.status());
  return MakeJoin(step, std::move(context), schema, *std::move(other), cancelled);
}

// The field of the oneof that is set, as errors name it.
std::string FieldName(const TransformStep& step) {
  return TransformStep::descriptor()->FindFieldByNumber(step.step_case())->name();
}

}  // namespace

absl::StatusOr<std::unique_ptr<Step>> MakeStep(const TransformStep& step, StepContext context,
                                               const v1::Schema& schema,
                                               const TableResolver& resolve,
                                               const std::function<bool()>& cancelled) {
  if (step.step_case() == TransformStep::STEP_NOT_SET) return context.Invalid("", "is required");
  absl::StrAppend(&context.field, ".", FieldName(step));
  switch (step.step_case()) {
    case TransformStep::kSelect:
      return MakeSelect(step.select(), std::move(context), schema);
    case TransformStep::kDrop:
      return MakeDrop(step.drop(), std::move(context), schema);
    case TransformStep::kRename:
      return MakeRename(step.rename(), std::move(context), schema);
    case TransformStep::kCast:
      return MakeCast(step.cast(), std::move(context), schema);
    case TransformStep::kFilter:
      return MakeFilter(step.filter(), std::move(context), schema, cancelled);
    case TransformStep::kDropMissing:
      return MakeDropMissing(step.drop_missing(), std::move(context), schema);
    case TransformStep::kFillMissing:
      return MakeFillMissing(step.fill_missing(), std::move(context), schema);
    case TransformStep::kClip:
      return MakeClip(step.clip(), std::move(context), schema);
    case TransformStep::kStandardize:
      return MakeStandardize(step.standardize(), std::move(context), schema);
    case TransformStep::kMinMax:
      return MakeMinMax(step.min_max(), std::move(context), schema);
    case TransformStep::kLog:
      return MakeLog(step.log(), std::move(context), schema);
    case TransformStep::kOneHot:
      return MakeOneHot(step.one_hot(), std::move(context), schema);
    case TransformStep::kBucket:
      return MakeBucket(step.bucket(), std::move(context), schema);
    case TransformStep::kSplit:
      return MakeSplit(step.split(), std::move(context), schema);
    case TransformStep::kSample:
      return MakeSample(step.sample(), std::move(context), schema);
    case TransformStep::kSort:
      return MakeSort(step.sort(), std::move(context), schema);
    case TransformStep::kDeduplicate:
      return MakeDeduplicate(step.deduplicate(), std::move(context), schema);
    case TransformStep::kJoin:
      return ResolveAndJoin(step.join(), std::move(context), schema, resolve, cancelled);
    case TransformStep::STEP_NOT_SET:
      break;
  }
  return context.Invalid("", "is required");
}

}  // namespace serin
