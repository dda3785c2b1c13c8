#include "client/cli/training_flags.h"

#include "client/cli/commands.h"
#include "client/cli/training_arguments.h"

namespace serin {
namespace {

void AddData(CLI::App& command, const std::shared_ptr<TrainingFlags>& flags) {
  command.add_option("--dataset", *flags->spec.mutable_dataset(), "Dataset, or iris@2")
      ->type_name("NAME")
      ->required();
  command.add_option("--target", *flags->spec.mutable_target(), "Column to predict")
      ->type_name("COLUMN")
      ->required();
  command.add_option("--feature", flags->features, "Use only this column (repeatable)")
      ->type_name("COLUMN")
      ->allow_extra_args(false);
  command.add_option("--task", flags->task, "classification or regression; default by the target")
      ->type_name("TASK");
  command
      .add_option("--preprocess", flags->preprocessing,
                  "What becomes of a column, such as age=standardised,median,clip; "
                  "--dry-run shows the defaults (repeatable)")
      ->type_name("COLUMN=HOW")
      ->allow_extra_args(false);
}

void AddAlgorithm(CLI::App& command, const std::shared_ptr<TrainingFlags>& flags) {
  command
      .add_option("--algorithm", *flags->spec.mutable_algorithm(),
                  "One of 'serin train algorithms', or auto: the best of them")
      ->type_name("NAME")
      ->required();
  command
      .add_option("--param,--set", flags->hyperparameters,
                  "A hyperparameter; VALUE is a number, text or JSON (repeatable)")
      ->type_name("NAME=VALUE")
      ->allow_extra_args(false);
  command
      .add_option_function<uint64_t>(
          "--seed", [flags](uint64_t seed) { flags->spec.set_seed(seed); },
          "Decides the split and all that is random; default 0")
      ->type_name("NUMBER")
      ->check(CLI::NonNegativeNumber);
}

void AddSearch(CLI::App& command, const std::shared_ptr<TrainingFlags>& flags) {
  command.add_flag("--tune", flags->tune,
                   "Look for the best hyperparameters; auto, --budget and --trials imply it");
  command.add_option("--budget", flags->budget, "How long to search, such as 60s or 10m")
      ->type_name("TIME");
  command.add_option("--trials", flags->trials, "How many candidates to try")
      ->type_name("COUNT")
      ->check(CLI::PositiveNumber);
  command.add_option("--metric", flags->metric, "What the best is best at, such as roc-auc")
      ->type_name("METRIC");
  command
      .add_option_function<std::vector<std::string>>(
          "--candidates",
          [flags](const std::vector<std::string>& names) {
            flags->spec.mutable_search()->mutable_algorithms()->Assign(names.begin(), names.end());
          },
          "Algorithms that auto tries, with commas between; default all")
      ->type_name("NAMES")
      ->delimiter(',')
      ->allow_extra_args(false);
}

void AddEvaluation(CLI::App& command, const std::shared_ptr<TrainingFlags>& flags) {
  command
      .add_option_function<double>(
          "--holdout", [flags](double share) { flags->spec.set_holdout_fraction(share); },
          "Share of rows kept for the evaluation; default 0.2")
      ->type_name("SHARE");
  command.add_option("--cv", flags->folds, "Evaluate by cross-validation with so many folds")
      ->type_name("FOLDS");
  CLI::Option* group =
      command
          .add_option("--group-by", flags->group_column, "Keep rows with the same value together")
          ->type_name("COLUMN");
  command.add_option("--time-by", flags->time_column, "Evaluate on the rows that are last by this")
      ->type_name("COLUMN")
      ->excludes(group);
  command
      .add_option_function<int>(
          "--bootstrap",
          [flags](int count) { flags->spec.mutable_evaluation()->set_bootstrap_samples(count); },
          "Resamples for confidence intervals; default 200, 0: none")
      ->type_name("COUNT");
  command
      .add_option_function<int>(
          "--importance-repeats",
          [flags](int count) { flags->spec.mutable_evaluation()->set_importance_repeats(count); },
          "Shuffles of each feature for its importance; default 5, 0: none")
      ->type_name("COUNT");
  command.add_flag_callback(
      "--allow-target-copies", [flags] { flags->spec.set_allow_target_copies(true); },
      "Train although a feature gives the target away");
}

void CompleteSearch(const TrainingFlags& flags, v1::TrainingSpec* spec) {
  const bool wanted = flags.tune || !flags.budget.empty() || flags.trials ||
                      !flags.metric.empty() || spec->has_search();
  if (!wanted) return;
  v1::Search& search = *spec->mutable_search();
  if (!flags.budget.empty()) {
    *search.mutable_time_budget() = ValueOrWrongUse(ParseDuration(flags.budget));
  }
  if (flags.trials) search.set_trials(*flags.trials);
  if (!flags.metric.empty()) search.set_metric(ValueOrWrongUse(ParseMetric(flags.metric)));
}

void CompleteEvaluation(const TrainingFlags& flags, v1::TrainingSpec* spec) {
  if (flags.folds) {
    spec->mutable_evaluation()->set_method(v1::EvaluationPlan::METHOD_CROSS_VALIDATION);
    spec->mutable_evaluation()->set_folds(*flags.folds);
  }
  if (!flags.group_column.empty()) {
    spec->mutable_evaluation()->set_split(v1::EvaluationPlan::SPLIT_GROUPED);
    spec->mutable_evaluation()->set_column(flags.group_column);
  }
  if (!flags.time_column.empty()) {
    spec->mutable_evaluation()->set_split(v1::EvaluationPlan::SPLIT_TIME);
    spec->mutable_evaluation()->set_column(flags.time_column);
  }
}

}  // namespace

void AddTrainingFlags(CLI::App& command, const std::shared_ptr<TrainingFlags>& flags) {
  AddData(command, flags);
  AddAlgorithm(command, flags);
  AddSearch(command, flags);
  AddEvaluation(command, flags);
}

void AddPriorityFlag(CLI::App& command, const std::function<void(int)>& set) {
  command
      .add_option_function<int>("--priority", set,
                                "-100 to 100; of the jobs that wait, the highest run first")
      ->type_name("NUMBER");
}

v1::TrainingSpec SpecOf(const TrainingFlags& flags) {
  v1::TrainingSpec spec = flags.spec;
  spec.mutable_features()->Assign(flags.features.begin(), flags.features.end());
  if (!flags.hyperparameters.empty()) {
    *spec.mutable_hyperparameters() = ValueOrWrongUse(ParseHyperparameters(flags.hyperparameters));
  }
  for (v1::Preprocessing& column : ValueOrWrongUse(ParsePreprocessing(flags.preprocessing))) {
    spec.add_preprocessing()->Swap(&column);
  }
  if (!flags.task.empty()) spec.set_task(ValueOrWrongUse(ParseTask(flags.task)));
  CompleteSearch(flags, &spec);
  CompleteEvaluation(flags, &spec);
  return spec;
}

}  // namespace serin
