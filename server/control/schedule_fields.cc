#include "server/control/schedule_fields.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/time.h"
#include "core/base/errors.h"
#include "core/base/resource_name.h"
#include "core/base/status_macros.h"
#include "core/base/utf8.h"
#include "core/schedule/cron.h"
#include "server/control/batch_predictions.h"
#include "server/control/duration.h"

namespace serin {
namespace {

constexpr absl::Duration kMaxCatchUp = absl::Hours(31 * 24);
constexpr absl::Duration kMaxQuietPeriod = absl::Hours(24);
constexpr int kMaxPriority = 100;

absl::Status CheckDuration(absl::string_view field, const google::protobuf::Duration& duration,
                           absl::Duration most) {
  constexpr int32_t kNanos = 1'000'000'000;
  const bool proper = duration.nanos() > -kNanos && duration.nanos() < kNanos;
  const absl::Duration value = FromProto(duration);
  if (proper && value >= absl::ZeroDuration() && value <= most) return absl::OkStatus();
  return InvalidField(field, absl::StrCat("must be from 0 s to ", absl::FormatDuration(most),
                                          ", is ", absl::FormatDuration(value)));
}

absl::Status CheckCron(const v1::CronTrigger& trigger) {
  SERIN_RETURN_IF_ERROR(CronExpression::Parse(trigger.expression()).status());
  return FindTimeZone(trigger.time_zone()).status();
}

absl::Status CheckNewVersion(const v1::Schedule& schedule) {
  SERIN_RETURN_IF_ERROR(CheckDuration("new_version.quiet_period",
                                      schedule.new_version().quiet_period(), kMaxQuietPeriod));
  const absl::StatusOr<VersionedRef> dataset =
      ParseDatasetRef(InputFieldOf(schedule), InputOf(schedule));
  if (!dataset.ok()) return dataset.status();
  if (!dataset->names_version()) return absl::OkStatus();
  return InvalidField(InputFieldOf(schedule),
                      absl::StrCat("must name no version, as each run is for the "
                                   "newest; only ",
                                   dataset->id));
}

absl::Status CheckTrigger(const v1::Schedule& schedule) {
  switch (schedule.trigger_case()) {
    case v1::Schedule::kCron:
      return PrefixField("cron", CheckCron(schedule.cron()));
    case v1::Schedule::kNewVersion:
      return CheckNewVersion(schedule);
    case v1::Schedule::TRIGGER_NOT_SET:
      break;
  }
  return InvalidField("cron", "is required, or new_version: when the schedule runs");
}

absl::Status CheckPromotion(const v1::Promotion& promotion) {
  if (!v1::Promotion::Rule_IsValid(promotion.rule())) {
    return InvalidField("rule", absl::StrCat("is unknown: ", promotion.rule()));
  }
  if (!v1::Search::Metric_IsValid(promotion.metric())) {
    return InvalidField("metric", absl::StrCat("is unknown: ", promotion.metric()));
  }
  return absl::OkStatus();
}

// Takes one field over; false: there is no such field that may be changed.
bool TakeField(const std::string& field, const v1::Schedule& given, v1::Schedule* schedule) {
  if (field == "spec") {
    *schedule->mutable_spec() = given.spec();
  } else if (field == "batch_prediction") {
    *schedule->mutable_batch_prediction() = given.batch_prediction();
  } else if (field == "cron" && given.has_cron()) {
    *schedule->mutable_cron() = given.cron();
  } else if (field == "new_version" && given.has_new_version()) {
    *schedule->mutable_new_version() = given.new_version();
  } else if (field == "overlap") {
    schedule->set_overlap(given.overlap());
  } else if (field == "catch_up") {
    *schedule->mutable_catch_up() = given.catch_up();
  } else if (field == "promotion") {
    *schedule->mutable_promotion() = given.promotion();
  } else if (field == "priority") {
    schedule->set_priority(given.priority());
  } else {
    return false;
  }
  return true;
}

absl::Status CheckBatch(const v1::Schedule& schedule) {
  const auto stays_empty = [](const char* field) {
    return InvalidField(field, "must not be set, as batch_prediction is");
  };
  if (!schedule.model().empty()) return stays_empty("model");
  if (schedule.has_spec()) return stays_empty("spec");
  if (schedule.has_promotion()) return stays_empty("promotion");
  return PrefixField("batch_prediction",
                     CheckBatchPrediction(schedule.batch_prediction(), "model_version"));
}

absl::Status CheckTraining(const v1::Schedule& schedule) {
  SERIN_RETURN_IF_ERROR(ParseModelName("model", schedule.model()).status());
  return ParseDatasetRef("spec.dataset", schedule.spec().dataset()).status();
}

bool IsTrigger(const std::string& field) { return field == "cron" || field == "new_version"; }

}  // namespace

const std::string& InputOf(const v1::Schedule& schedule) {
  return schedule.has_batch_prediction() ? schedule.batch_prediction().dataset()
                                         : schedule.spec().dataset();
}

const char* InputFieldOf(const v1::Schedule& schedule) {
  return schedule.has_batch_prediction() ? "batch_prediction.dataset" : "spec.dataset";
}

absl::Status CheckPriority(absl::string_view field, int32_t priority) {
  if (priority >= -kMaxPriority && priority <= kMaxPriority) return absl::OkStatus();
  return InvalidField(
      field, absl::StrCat("must be from -", kMaxPriority, " to ", kMaxPriority, ", is ", priority));
}

absl::Status CheckSchedule(const v1::Schedule& schedule) {
  SERIN_RETURN_IF_ERROR(schedule.has_batch_prediction() ? CheckBatch(schedule)
                                                        : CheckTraining(schedule));
  SERIN_RETURN_IF_ERROR(CheckTrigger(schedule));
  if (!v1::Schedule::Overlap_IsValid(schedule.overlap())) {
    return InvalidField("overlap", absl::StrCat("is unknown: ", schedule.overlap()));
  }
  SERIN_RETURN_IF_ERROR(CheckDuration("catch_up", schedule.catch_up(), kMaxCatchUp));
  SERIN_RETURN_IF_ERROR(CheckPriority("priority", schedule.priority()));
  return PrefixField("promotion", CheckPromotion(schedule.promotion()));
}

v1::Schedule GivenFields(const v1::Schedule& schedule) {
  v1::Schedule given = schedule;
  given.clear_name();
  given.clear_create_time();
  given.clear_update_time();
  given.clear_next_run_time();
  given.clear_runs();
  return given;
}

absl::StatusOr<v1::Schedule> ApplyMask(const v1::Schedule& schedule, const v1::Schedule& given,
                                       const google::protobuf::FieldMask& mask) {
  const std::vector<std::string> known = {
      "spec",     "cron",      "new_version", "overlap",
      "catch_up", "promotion", "priority",    "batch_prediction"};
  if (mask.paths().empty()) {
    return InvalidField("update_mask",
                        absl::StrCat("is required; of ", absl::StrJoin(known, ", ")));
  }
  v1::Schedule changed = schedule;
  for (const std::string& field : mask.paths()) {
    if (TakeField(field, given, &changed)) continue;
    if (IsTrigger(field)) return InvalidField(absl::StrCat("schedule.", field), "is required");
    return InvalidField("update_mask", absl::StrCat(QuoteForError(field), " is none of ",
                                                    absl::StrJoin(known, ", ")));
  }
  return changed;
}

}  // namespace serin
