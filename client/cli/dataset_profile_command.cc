#include <memory>

#include "client/cli/dataset_commands.h"
#include "client/cli/profile_view.h"
#include "core/base/status_macros.h"

namespace serin {
namespace {

struct ProfileFlags {
  std::string dataset;
  std::string target;
};

absl::Status Profile(const ProfileFlags& flags, const Session& session) {
  SERIN_ASSIGN_OR_RETURN(const v1::DatasetProfile profile,
                         session.client.GetProfile(flags.dataset, flags.target));
  if (session.json()) return session.PrintJson(profile);
  PrintProfile(profile, session);
  return absl::OkStatus();
}

}  // namespace

void AddDatasetProfile(CLI::App& noun, Action& action) {
  auto flags = std::make_shared<ProfileFlags>();
  CLI::App* command = noun.add_subcommand("profile", "Print what is in a dataset, and warnings");
  AddVersionName(*command, &flags->dataset);
  command
      ->add_option("--target", flags->target,
                   "Also how strongly each column is associated with this one")
      ->type_name("COLUMN");
  command->callback([flags, &action] {
    action = [flags](const Session& session) { return Profile(*flags, session); };
  });
}

}  // namespace serin
