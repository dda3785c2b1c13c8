#include "client/cli/schedule_flags.h"

#include "client/cli/commands.h"
#include "client/cli/training_arguments.h"

namespace serin {
namespace {

void AddPromotion(CLI::App& command, const std::shared_ptr<ScheduleFlags>& flags) {
  command
      .add_option("--promote", flags->promotion,
                  "What the alias 'candidate' does: none, candidate, candidate-if-better")
      ->type_name("RULE");
  command
      .add_option("--promote-by", flags->promotion_metric,
                  "What candidate-if-better compares, such as roc-auc")
      ->type_name("METRIC");
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
  SetRuns(flags, &schedule);
  SetPromotion(flags, &schedule);
  return schedule;
}

std::shared_ptr<TrainingFlags> TrainingOf(const std::shared_ptr<ScheduleFlags>& flags) {
  return {flags, &flags->training};
}

}  // namespace

void AddScheduleFlags(CLI::App& command, const std::shared_ptr<ScheduleFlags>& flags) {
  AddRunFlags(command, flags);
  AddTrainingFlags(command, TrainingOf(flags));
  AddPromotion(command, flags);
}

void AddScheduleChangeFlags(CLI::App& command, const std::shared_ptr<ScheduleFlags>& flags) {
  AddRunFlags(command, flags);
  const size_t others = command.get_options().size();
  AddTrainingFlags(command, TrainingOf(flags));
  const std::vector<CLI::Option*> options = command.get_options();
  for (const char* name : {"--dataset", "--target", "--algorithm"}) {
    CLI::Option* always = command.get_option(name)->required(false);
    for (size_t i = others; i < options.size(); ++i) {
      if (options[i] != always) options[i]->needs(always);
    }
  }
  AddPromotion(command, flags);
  // A rule is not kept when only its metric is given.
  command.get_option("--promote-by")->needs(command.get_option("--promote"));
}

v1::Schedule ScheduleOf(const ScheduleFlags& flags) {
  CheckHasTrigger(flags);
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
