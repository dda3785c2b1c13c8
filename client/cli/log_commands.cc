#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "client/cli/commands.h"
#include "client/cli/dataset_arguments.h"
#include "client/cli/logged_prediction_view.h"
#include "core/base/clock.h"
#include "core/base/status_macros.h"
#include "core/table/value_parser.h"
#include "serin/v1/predict_service.pb.h"

namespace serin {
namespace {

constexpr Positional kModel = {"MODEL", "Model"};

// --- on and off -----------------------------------------------------------------------------

struct OnFlags {
  std::string model;
  v1::PredictionLog log;
  std::vector<std::string> drop;
  std::vector<std::string> hash;
  double sampling_percent = 100;
  std::string keep;
};

v1::PredictionLog LogOf(const OnFlags& flags) {
  v1::PredictionLog log;
  log.set_sampling_percent(flags.sampling_percent);
  log.mutable_drop_features()->Assign(flags.drop.begin(), flags.drop.end());
  log.mutable_hash_features()->Assign(flags.hash.begin(), flags.hash.end());
  if (flags.keep.empty()) return log;
  const v1::Retention retention = ValueOrWrongUse(ParseRetention(flags.keep));
  if (!retention.has_max_age() || retention.max_bytes() != 0 || retention.max_rows() != 0) {
    throw CLI::ValidationError("--keep takes an age such as 12h or 30d");
  }
  *log.mutable_retention() = retention.max_age();
  return log;
}

absl::Status TurnOn(const std::string& model, const v1::PredictionLog& log,
                    const Session& session) {
  SERIN_ASSIGN_OR_RETURN(const v1::Model changed, session.client.SetPredictionLog(model, log));
  if (session.json()) return session.PrintJson(changed);
  PrintPredictionLog(changed, session);
  return absl::OkStatus();
}

void AddOn(CLI::App& noun, Action& action) {
  auto flags = std::make_shared<OnFlags>();
  CLI::App* command = noun.add_subcommand("on", "Keep predictions from now on");
  command->add_option("MODEL", flags->model, "Model")->type_name("")->required();
  command
      ->add_option("--sample", flags->sampling_percent,
                   "Share of the calls that are kept, in percent; default 100")
      ->type_name("PERCENT");
  command->add_option("--drop", flags->drop, "Feature that is not written; may be given again")
      ->type_name("FEATURE")
      ->allow_extra_args(false);
  command
      ->add_option("--hash", flags->hash,
                   "Feature that is written as a keyed hash; may be given again")
      ->type_name("FEATURE")
      ->allow_extra_args(false);
  command->add_option("--keep", flags->keep, "How long, such as 12h; default 30d")
      ->type_name("AGE");
  command->callback([flags, &action] {
    action = [model = flags->model, log = LogOf(*flags)](const Session& session) {
      return TurnOn(model, log, session);
    };
  });
}

absl::Status TurnOff(const std::string& model, const Session& session) {
  SERIN_ASSIGN_OR_RETURN(const v1::Model changed, session.client.RemovePredictionLog(model));
  if (session.json()) return session.PrintJson(changed);
  PrintPredictionLog(changed, session);
  return absl::OkStatus();
}

// --- list -----------------------------------------------------------------------------------

struct ListFlags {
  v1::ListPredictionsRequest request;
  std::string since;
  std::string until;
  int32_t version = 0;
  int32_t limit = 100;
};

google::protobuf::Timestamp TimeOf(const std::string& text) {
  const auto seconds = ParseTimestamp(text);
  if (seconds) return ToProto(absl::FromUnixMicros(static_cast<int64_t>(*seconds * 1e6)));
  throw CLI::ValidationError(
      absl::StrCat("'", text, "' is no time such as 2026-11-21 or 2026-11-21T09:30:00Z"));
}

v1::ListPredictionsRequest RequestOf(const ListFlags& flags) {
  v1::ListPredictionsRequest request = flags.request;
  if (!flags.since.empty()) *request.mutable_start_time() = TimeOf(flags.since);
  if (!flags.until.empty()) *request.mutable_end_time() = TimeOf(flags.until);
  request.set_version(flags.version);
  request.set_limit(flags.limit);
  return request;
}

absl::Status List(const v1::ListPredictionsRequest& request, const Session& session) {
  SERIN_ASSIGN_OR_RETURN(const std::vector<v1::LoggedPrediction> predictions,
                         session.client.ListPredictions(request));
  if (session.json()) {
    v1::ListPredictionsResponse all;
    all.mutable_predictions()->Assign(predictions.begin(), predictions.end());
    return session.PrintJson(all);
  }
  PrintLoggedPredictions(predictions, session);
  return absl::OkStatus();
}

void AddList(CLI::App& noun, Action& action) {
  auto flags = std::make_shared<ListFlags>();
  CLI::App* command = noun.add_subcommand("list", "Print what was kept, newest first");
  command->add_option("MODEL", *flags->request.mutable_model(), "Model")->type_name("")->required();
  command->add_option("--since", flags->since, "Only those made then or later")->type_name("TIME");
  command->add_option("--until", flags->until, "Only those made before")->type_name("TIME");
  command->add_option("--version", flags->version, "Only this version's")->type_name("N");
  command->add_option("--key", *flags->request.mutable_key(), "Only those with this key")
      ->type_name("KEY");
  command->add_option("--id", *flags->request.mutable_prediction_id(), "Only the rows of this call")
      ->type_name("PREDICTION_ID");
  command->add_option("--limit", flags->limit, "At most so many; default 100")->type_name("N");
  command->callback([flags, &action] {
    action = [request = RequestOf(*flags)](const Session& session) {
      return List(request, session);
    };
  });
}

}  // namespace

void AddLogCommands(CLI::App& app, Action& action) {
  CLI::App& noun = *app.add_subcommand("log", "Keep predictions, and look at those kept");
  noun.require_subcommand(1);
  AddOn(noun, action);
  AddNamedCommand(noun, action, "off", "Keep no predictions any more; those kept stay", kModel,
                  TurnOff);
  AddList(noun, action);
}

}  // namespace serin
