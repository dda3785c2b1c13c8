#include "client/cli/schedule_view.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/time/time.h"
#include "client/cli/format.h"
#include "client/cli/leaderboard_view.h"

namespace serin {
namespace {

std::string DurationText(const google::protobuf::Duration& duration) {
  return absl::FormatDuration(absl::Seconds(duration.seconds()) +
                              absl::Nanoseconds(duration.nanos()));
}

// `0 3 * * 1-5 Europe/Berlin`, `each new version of iris`.
std::string TriggerText(const v1::Schedule& schedule) {
  if (schedule.has_cron()) {
    const v1::CronTrigger& cron = schedule.cron();
    return absl::StrCat(cron.expression(), " ",
                        cron.time_zone().empty() ? "UTC" : cron.time_zone());
  }
  std::string text =
      absl::StrCat("each new version of ", schedule.has_batch_prediction()
                                               ? schedule.batch_prediction().dataset()
                                               : schedule.spec().dataset());
  if (DurationText(schedule.new_version().quiet_period()) != "0") {
    absl::StrAppend(&text, ", ", DurationText(schedule.new_version().quiet_period()),
                    " after the last");
  }
  return text;
}

std::string PromotionText(const v1::Promotion& promotion) {
  std::string text = absl::StrReplaceAll(
      EnumText(v1::Promotion::Rule_Name(promotion.rule()), "RULE_"), {{"_", "-"}});
  if (promotion.metric() != v1::Search::METRIC_UNSPECIFIED) {
    absl::StrAppend(&text, " by ", MetricText(promotion.metric()));
  }
  return text;
}

std::string NextText(const v1::Schedule& schedule) {
  if (schedule.paused()) return "paused";
  return schedule.has_next_run_time() ? FormatTime(schedule.next_run_time()) : "-";
}

std::string OutcomeText(const v1::ScheduleRun& run) {
  return EnumText(v1::ScheduleRun::Outcome_Name(run.outcome()), "OUTCOME_");
}

TextTable RunTable(const v1::Schedule& schedule) {
  TextTable table({{"  DUE"}, {"OUTCOME"}, {"JOB"}, {"VERSION"}, {"WHY"}});
  for (const v1::ScheduleRun& run : schedule.runs()) {
    table.AddRow({absl::StrCat("  ", FormatTime(run.due_time())), OutcomeText(run), run.job(),
                  run.dataset_version() == 0 ? "" : absl::StrCat(run.dataset_version()),
                  run.error().message()});
  }
  return table;
}

}  // namespace

void PrintSchedule(const v1::Schedule& schedule, const Session& session) {
  session.console.out << schedule.name() << "\n";
  TextTable fields = TextTable::Fields();
  fields.AddRow({"runs", TriggerText(schedule)});
  fields.AddRow({"next run", NextText(schedule)});
  if (schedule.has_batch_prediction()) {
    fields.AddRow({"predicts with", schedule.batch_prediction().model_version()});
    fields.AddRow({"dataset", schedule.batch_prediction().dataset()});
    fields.AddRow({"into", schedule.batch_prediction().output_dataset()});
  } else {
    fields.AddRow({"model", schedule.model()});
    fields.AddRow({"dataset", schedule.spec().dataset()});
    fields.AddRow({"target", schedule.spec().target()});
    fields.AddRow({"algorithm", schedule.spec().algorithm()});
  }
  if (schedule.overlap() != v1::Schedule::OVERLAP_UNSPECIFIED) {
    fields.AddRow(
        {"overlap", EnumText(v1::Schedule::Overlap_Name(schedule.overlap()), "OVERLAP_")});
  }
  if (schedule.has_catch_up()) fields.AddRow({"catch up", DurationText(schedule.catch_up())});
  if (schedule.promotion().rule() != v1::Promotion::RULE_UNSPECIFIED) {
    fields.AddRow({"promotion", PromotionText(schedule.promotion())});
  }
  if (schedule.priority() != 0) fields.AddRow({"priority", absl::StrCat(schedule.priority())});
  fields.AddRow({"updated", FormatTime(schedule.update_time())});
  session.Print(fields);
  if (schedule.runs().empty()) return;
  session.console.out << "\n";
  session.Print(RunTable(schedule));
}

void PrintScheduleList(const std::vector<v1::Schedule>& schedules, const Session& session) {
  TextTable table({{"SCHEDULE"}, {"RUNS"}, {"NEXT RUN"}, {"MODEL"}, {"ALGORITHM"}, {"LAST RUN"}});
  for (const v1::Schedule& schedule : schedules) {
    const bool batch = schedule.has_batch_prediction();
    table.AddRow({schedule.name(), TriggerText(schedule), NextText(schedule),
                  batch ? schedule.batch_prediction().model_version() : schedule.model(),
                  batch ? "batch prediction" : schedule.spec().algorithm(),
                  schedule.runs().empty() ? "-" : OutcomeText(schedule.runs(0))});
  }
  session.Print(table);
}

}  // namespace serin
