#include <memory>

#include "absl/strings/str_cat.h"
#include "client/cli/commands.h"
#include "client/cli/drift_view.h"
#include "client/cli/evaluation_view.h"
#include "client/cli/flags.h"
#include "client/cli/model_file_commands.h"
#include "client/cli/model_view.h"
#include "client/cli/replica_view.h"
#include "core/base/resource_name.h"
#include "core/base/status_macros.h"
#include "serin/v1/model_service.pb.h"

namespace serin {
namespace {

constexpr Positional kName = {"NAME", "Model, or a version: iris@2, iris@champion"};

absl::StatusOr<bool> NamesVersion(const std::string& name) {
  SERIN_ASSIGN_OR_RETURN(const VersionedRef ref, ParseModelRef("NAME", name));
  return ref.names_version();
}

absl::Status PrintTrafficAndAliases(const absl::StatusOr<v1::Model>& model,
                                    const Session& session) {
  SERIN_RETURN_IF_ERROR(model.status());
  if (session.json()) return session.PrintJson(*model);
  PrintModel(*model, session);
  return absl::OkStatus();
}

absl::Status ListAll(const Session& session) {
  SERIN_ASSIGN_OR_RETURN(const std::vector<v1::Model> models, session.client.ListModels());
  if (session.json()) {
    v1::ListModelsResponse all;
    all.mutable_models()->Assign(models.begin(), models.end());
    return session.PrintJson(all);
  }
  PrintModelList(models, session);
  return absl::OkStatus();
}

// The newest versions of a model beside each other.
absl::Status Compare(const std::string& name, const Session& session) {
  SERIN_ASSIGN_OR_RETURN(const v1::Model model, session.client.GetModel(name));
  SERIN_ASSIGN_OR_RETURN(const std::vector<v1::ModelVersion> versions,
                         session.client.ListModelVersions(name));
  if (session.json()) {
    v1::ListModelVersionsResponse all;
    all.mutable_versions()->Assign(versions.begin(), versions.end());
    return session.PrintJson(all);
  }
  PrintVersionsSideBySide(model, versions, session);
  return absl::OkStatus();
}

absl::Status List(const std::string& model, const Session& session) {
  return model.empty() ? ListAll(session) : Compare(model, session);
}

void AddList(CLI::App& noun, Action& action) {
  auto model = std::make_shared<std::string>();
  CLI::App* command =
      noun.add_subcommand("list", "List models, or compare the versions of one side by side");
  command->add_option("MODEL", *model, "Only this one's versions")->type_name("");
  command->callback([model, &action] {
    action = [model](const Session& session) { return List(*model, session); };
  });
}

// --- verify ---------------------------------------------------------------------------------

absl::Status Verify(const std::string& version, const Session& session) {
  SERIN_ASSIGN_OR_RETURN(const v1::Job job, session.client.VerifyModelVersion(version));
  return FollowJob(job, /*no_wait=*/false, session);
}

// --- show and delete ------------------------------------------------------------------------

absl::Status ShowVersion(const std::string& name, const Session& session) {
  SERIN_ASSIGN_OR_RETURN(const v1::ModelVersion version, session.client.GetModelVersion(name));
  if (session.json()) return session.PrintJson(version);
  PrintModelVersion(version, session);
  return absl::OkStatus();
}

absl::Status ShowModel(const std::string& name, const Session& session) {
  SERIN_ASSIGN_OR_RETURN(const v1::Model model, session.client.GetModel(name));
  if (session.json()) return session.PrintJson(model);
  SERIN_ASSIGN_OR_RETURN(const std::vector<v1::ModelVersion> versions,
                         session.client.ListModelVersions(name));
  PrintModel(model, session);
  session.console.out << "\n";
  PrintModelVersionList(model, versions, session);
  return absl::OkStatus();
}

absl::Status Show(const std::string& name, const Session& session) {
  SERIN_ASSIGN_OR_RETURN(const bool version, NamesVersion(name));
  return version ? ShowVersion(name, session) : ShowModel(name, session);
}

absl::Status Delete(const std::string& name, const Session& session) {
  SERIN_ASSIGN_OR_RETURN(const bool version, NamesVersion(name));
  SERIN_RETURN_IF_ERROR(version ? session.client.DeleteModelVersion(name)
                                : session.client.DeleteModel(name));
  session.console.err << "deleted " << name << "\n";
  return absl::OkStatus();
}

// --- drift ----------------------------------------------------------------------------------

absl::Status Drift(const std::string& name, const Session& session) {
  SERIN_ASSIGN_OR_RETURN(const v1::Drift drift, session.client.GetDrift(name));
  if (session.json()) return session.PrintJson(drift);
  PrintDrift(drift, session);
  return absl::OkStatus();
}

absl::Status Replicas(const std::string& name, const Session& session) {
  SERIN_ASSIGN_OR_RETURN(const v1::ListReplicaVersionsResponse replicas,
                         session.client.ListReplicaVersions(name));
  if (session.json()) return session.PrintJson(replicas);
  PrintReplicaVersions(replicas, session);
  return absl::OkStatus();
}

// --- traffic --------------------------------------------------------------------------------

struct TrafficFlags {
  std::string model;
  std::vector<std::string> weights;
  std::vector<std::string> shadows;
};

Action TrafficAction(const TrafficFlags& flags) {
  const auto weights = ValueOrWrongUse(ParseWeights(flags.weights));
  const auto shadows = ValueOrWrongUse(ParseWeights(flags.shadows));
  if (weights.empty() && !shadows.empty()) {
    throw CLI::ValidationError("--shadow goes with WEIGHTS, as both are set together");
  }
  return [model = flags.model, weights, shadows](const Session& session) {
    return PrintTrafficAndAliases(weights.empty()
                                      ? session.client.GetModel(model)
                                      : session.client.SetTraffic(model, weights, shadows),
                                  session);
  };
}

void AddTraffic(CLI::App& noun, Action& action) {
  auto flags = std::make_shared<TrafficFlags>();
  CLI::App* command =
      noun.add_subcommand("traffic", "Print or set which versions answer predictions");
  command->add_option("MODEL", flags->model, "Model")->type_name("")->required();
  command
      ->add_option("WEIGHTS", flags->weights,
                   "VERSION=PERCENT for each version that takes any; they add up to 100")
      ->type_name("");
  command
      ->add_option(
          "--shadow", flags->shadows,
          "Version that gets copies of so many predictions, whose answers are dropped; may "
          "be given again for another one. Without it, none does")
      ->type_name("VERSION=PERCENT")
      ->allow_extra_args(false);
  command->callback([flags, &action] { action = TrafficAction(*flags); });
}

// --- alias ----------------------------------------------------------------------------------

struct AliasFlags {
  std::string model;
  std::string assignment;
  std::string remove;
};

Action AliasAction(const AliasFlags& flags) {
  if (flags.assignment.empty() == flags.remove.empty()) {
    throw CLI::ValidationError("give either ALIAS=VERSION or --remove ALIAS");
  }
  if (!flags.remove.empty()) {
    return [flags](const Session& session) {
      return PrintTrafficAndAliases(session.client.RemoveAlias(flags.model, flags.remove), session);
    };
  }
  const auto alias = ValueOrWrongUse(ParseAlias(flags.assignment));
  return [model = flags.model, alias](const Session& session) {
    return PrintTrafficAndAliases(session.client.SetAlias(model, alias.first, alias.second),
                                  session);
  };
}

void AddAlias(CLI::App& noun, Action& action) {
  auto flags = std::make_shared<AliasFlags>();
  CLI::App* command = noun.add_subcommand("alias", "Name a version, or take the name away");
  command->add_option("MODEL", flags->model, "Model")->type_name("")->required();
  command->add_option("ASSIGNMENT", flags->assignment, "ALIAS=VERSION, such as champion=2")
      ->type_name("");
  command->add_option("--remove", flags->remove, "Alias to remove")->type_name("ALIAS");
  command->callback([flags, &action] { action = AliasAction(*flags); });
}

}  // namespace

void AddModelCommands(CLI::App& app, Action& action) {
  CLI::App& noun = *app.add_subcommand("model", "Look at models and decide who answers");
  noun.require_subcommand(1);
  AddList(noun, action);
  AddNamedCommand(noun, action, "show", "Print a model, or a version with its evaluation", kName,
                  Show);
  AddNamedCommand(noun, action, "verify", "Train a version again and compare the bundles",
                  {"VERSION", "iris@2, iris@champion"}, Verify);
  AddModelImport(noun, action);
  AddModelExport(noun, action);
  AddNamedCommand(noun, action, "drift", "How far a version's predictions are from its training",
                  {"VERSION", "iris@2, iris@champion"}, Drift);
  AddNamedCommand(noun, action, "replicas", "What each predictor has of a model in memory",
                  {"MODEL", "iris"}, Replicas);
  AddTraffic(noun, action);
  AddAlias(noun, action);
  AddNamedCommand(noun, action, "delete", "Delete a model with all its versions, or one version",
                  kName, Delete);
}

}  // namespace serin
