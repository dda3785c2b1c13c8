#include <memory>

#include "absl/strings/str_cat.h"
#include "client/cli/dataset_commands.h"
#include "client/cli/dataset_view.h"
#include "client/cli/flags.h"
#include "client/cli/input_file.h"
#include "client/cli/transform_steps.h"
#include "core/base/status_macros.h"

namespace serin {
namespace {

constexpr char kSteps[] = R"(
Steps, applied in order; quotes keep spaces and commas in a name together:
  select age,fare                        sort -fare,name
  drop ticket                            deduplicate name,age
  rename sex to=gender                   sample rows=1000 seed=7
  cast age type=integer on_error=missing split fractions=0.8,0.2 part=0 seed=7 stratify_by=class
  filter age > 30 and sex = 'female'     one_hot class max_values=10
  drop_missing age                       bucket fare boundaries=10,50
  fill_missing age strategy=mean         bucket age quantiles=4
  fill_missing port strategy=constant constant=S
  clip fare min=0 max=300                join prices keys=id other_keys=key kind=left
  standardize age,fare                   min_max age
  log fare
docs/datasets.md says what each does.)";

struct TransformFlags {
  std::string source;
  std::vector<std::string> step_texts;
  std::string file;
  std::vector<v1::TransformStep> steps;
  NewDatasetFlags dataset_flags;
  TransformOptions options;
};

absl::StatusOr<std::vector<v1::TransformStep>> StepsInFile(const std::string& file,
                                                           const Session& session) {
  SERIN_ASSIGN_OR_RETURN(const std::string json, ReadText(file, session.console));
  auto steps = ParseTransformSteps(json);
  if (steps.ok()) return steps;
  return absl::InvalidArgumentError(absl::StrCat(file, ": ", steps.status().message()));
}

absl::Status Transform(const TransformFlags& flags, const Session& session) {
  std::vector<v1::TransformStep> steps = flags.steps;
  if (!flags.file.empty()) {
    SERIN_ASSIGN_OR_RETURN(steps, StepsInFile(flags.file, session));
  }
  SERIN_ASSIGN_OR_RETURN(const v1::DatasetVersion version,
                         session.client.TransformDataset(flags.source, steps, flags.options));
  if (session.json()) return session.PrintJson(version);
  PrintDatasetVersion(version, session);
  return absl::OkStatus();
}

void CheckFlags(TransformFlags& flags) {
  if (flags.step_texts.empty() == flags.file.empty()) {
    throw CLI::ValidationError("give either --step, once for each step, or --steps");
  }
  for (const std::string& text : flags.step_texts) {
    flags.steps.push_back(ValueOrWrongUse(ParseTransformStep(text)));
  }
  flags.options.description = flags.dataset_flags.description;
  flags.options.labels = ValueOrWrongUse(ParseAssignments(flags.dataset_flags.labels));
}

}  // namespace

void AddDatasetTransform(CLI::App& noun, Action& action) {
  auto flags = std::make_shared<TransformFlags>();
  CLI::App* command = noun.add_subcommand("transform", "Make a new version from another by steps");
  AddVersionName(*command, &flags->source);
  command
      ->add_option("--step", flags->step_texts,
                   "A step: its name, then its fields as FIELD=VALUE (repeatable)")
      ->type_name("STEP")
      ->allow_extra_args(false);
  command
      ->add_option("--steps", flags->file,
                   "A JSON file with an array of steps as in transform.proto, or - for standard "
                   "input")
      ->type_name("FILE");
  command
      ->add_option("--into", flags->options.dataset,
                   "The dataset that gets the new version, made if it is new; without, the one "
                   "that is transformed")
      ->type_name("DATASET");
  AddNewDatasetFlags(*command, &flags->dataset_flags);
  AddRequestIdFlag(*command, &flags->options.request_id);
  command->footer(absl::StrCat(kSteps, "\n", command->get_footer()));
  command->callback([flags, &action] {
    CheckFlags(*flags);
    action = [flags](const Session& session) { return Transform(*flags, session); };
  });
}

}  // namespace serin
