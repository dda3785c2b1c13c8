#include "client/cli/schedule_flags.h"

#include "client/cli/commands.h"
#include "client/cli/training_arguments.h"

namespace serin {
namespace {

void AddTrigger(CLI::App& command, const std::shared_ptr<ScheduleFlags>& flags) {
  CLI::Option* cron =
      command.add_option("--cron", flags->cron, "When, as in crontab: '0 3 * * mon-fri', @daily")
          ->type_name("EXPRESSION");
  command.add_option("--time-zone", flags->time_zone, "Such as Europe/Berlin; default UTC")
      ->type_name("NAME")
      ->needs(cron);
  CLI::Option* new_version = command
                                 .add_flag("--on-new-version", flags->on_new_version,
                                           "Whenever the dataset has a new version")
                                 ->excludes(cron);
  command
      .add_option("--quiet-period", flags->quiet_period,
                  "Versions that come this soon after each other are one run; default 0s")
      ->type_name("TIME")
      ->needs(new_version);
}

void AddPolicy(CLI::App& command, const std::shared_ptr<ScheduleFlags>& flags) {
  command
      .add_option("--overlap", flags->overlap,
                  "While the job before runs: skip, queue or replace; default skip")
      ->type_name("HOW");
  command
      .add_option("--catch-up", flags->catch_up,
                  "Make up for runs missed no longer ago than this; default 0s")
      ->type_name("TIME");
  command
      .add_option("--promote", flags->promotion,
                  "What the alias 'candidate' does: none, candidate, candidate-if-better")
      ->type_name("RULE");
  command
      .add_option("--promote-by", flags->promotion_metric,
                  "What candidate-if-better compares, such as roc-auc")
      ->type_name("METRIC");
  AddPriorityFlag(command, [flags](int priority) { flags->priority = priority; });
}

void SetTrigger(const ScheduleFlags& flags, v1::Schedule* schedule) {
  if (flags.on_new_version) {
    v1::NewVersionTrigger& trigger = *schedule->mutable_new_version();
    if (flags.quiet_period.empty()) return;
    *trigger.mutable_quiet_period() = ValueOrWrongUse(ParseDuration(flags.quiet_period));
  } else if (!flags.cron.empty()) {
    schedule->mutable_cron()->set_expression(flags.cron);
    schedule->mutable_cron()->set_time_zone(flags.time_zone);
  }
}

void SetPromotion(const ScheduleFlags& flags, v1::Schedule* schedule) {
  if (!flags.promotion.empty()) {
    schedule->mutable_promotion()->set_rule(ValueOrWrongUse(ParsePromotion(flags.promotion)));
  }
  if (!flags.promotion_metric.empty()) {
    schedule->mutable_promotion()->set_metric(ValueOrWrongUse(ParseMetric(flags.promotion_metric)));
  }
}

// All but the specification.
v1::Schedule Given(const ScheduleFlags& flags) {
  v1::Schedule schedule;
  SetTrigger(flags, &schedule);
  if (!flags.overlap.empty()) schedule.set_overlap(ValueOrWrongUse(ParseOverlap(flags.overlap)));
  if (!flags.catch_up.empty()) {
    *schedule.mutable_catch_up() = ValueOrWrongUse(ParseDuration(flags.catch_up));
  }
  SetPromotion(flags, &schedule);
  schedule.set_priority(flags.priority.value_or(0));
  return schedule;
}

std::shared_ptr<TrainingFlags> TrainingOf(const std::shared_ptr<ScheduleFlags>& flags) {
  return {flags, &flags->training};
}

}  // namespace

void AddScheduleFlags(CLI::App& command, const std::shared_ptr<ScheduleFlags>& flags) {
  AddTrigger(command, flags);
  AddTrainingFlags(command, TrainingOf(flags));
  AddPolicy(command, flags);
}

void AddScheduleChangeFlags(CLI::App& command, const std::shared_ptr<ScheduleFlags>& flags) {
  AddTrigger(command, flags);
  const size_t others = command.get_options().size();
  AddTrainingFlags(command, TrainingOf(flags));
  const std::vector<CLI::Option*> options = command.get_options();
  for (const char* name : {"--dataset", "--target", "--algorithm"}) {
    CLI::Option* always = command.get_option(name)->required(false);
    for (size_t i = others; i < options.size(); ++i) {
      if (options[i] != always) options[i]->needs(always);
    }
  }
  AddPolicy(command, flags);
  // A rule is not kept when only its metric is given.
  command.get_option("--promote-by")->needs(command.get_option("--promote"));
}

v1::Schedule ScheduleOf(const ScheduleFlags& flags) {
  if (flags.cron.empty() == !flags.on_new_version) {
    throw CLI::ValidationError("give either --cron EXPRESSION or --on-new-version");
  }
  v1::Schedule schedule = Given(flags);
  *schedule.mutable_spec() = SpecOf(flags.training);
  return schedule;
}

ScheduleChange ScheduleChangeOf(const ScheduleFlags& flags) {
  ScheduleChange change = {Given(flags), {}};
  const auto name_if = [&](bool given, const char* field) {
    if (given) change.fields.emplace_back(field);
  };
  if (!flags.training.spec.dataset().empty()) {
    *change.schedule.mutable_spec() = SpecOf(flags.training);
  }
  name_if(change.schedule.has_spec(), "spec");
  name_if(change.schedule.has_cron(), "cron");
  name_if(change.schedule.has_new_version(), "new_version");
  name_if(!flags.overlap.empty(), "overlap");
  name_if(!flags.catch_up.empty(), "catch_up");
  name_if(!flags.promotion.empty(), "promotion");
  name_if(flags.priority.has_value(), "priority");
  if (change.fields.empty()) throw CLI::ValidationError("give at least one flag: what changes");
  return change;
}

}  // namespace serin
