#include "client/cli/model_file_commands.h"

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "client/cli/commands.h"
#include "client/cli/evaluation_view.h"
#include "client/cli/format.h"
#include "client/cli/model_arguments.h"
#include "client/cli/transfer_display.h"
#include "core/base/status_macros.h"

namespace serin {
namespace {

struct ImportFlags {
  std::string file;
  std::string format;
  std::vector<std::string> features;
  std::vector<std::string> categories;
  std::vector<std::string> classes;
  v1::ImportSpec spec;
};

void CheckFlags(ImportFlags& flags) {
  v1::ImportSpec& spec = flags.spec;
  if (!flags.format.empty()) spec.set_format(ValueOrWrongUse(ParseModelFormat(flags.format)));
  if (!flags.features.empty()) {
    *spec.mutable_features() = ValueOrWrongUse(ParseFeatures(flags.features));
  }
  for (const std::string& text : flags.categories) {
    *spec.add_categories() = ValueOrWrongUse(ParseFeatureCategories(text));
  }
  spec.mutable_classes()->Assign(flags.classes.begin(), flags.classes.end());
}

absl::Status Import(const ImportFlags& flags, const Session& session) {
  TransferDisplay display(session.console.err, session.console.err_is_terminal,
                          absl::StrCat("importing ", flags.file), absl::Now());
  SERIN_ASSIGN_OR_RETURN(
      const v1::ModelVersion version,
      session.client.ImportModel(flags.spec, flags.file, [&](const TransferProgress& progress) {
        display.Show(progress, absl::Now());
      }));
  if (session.json()) return session.PrintJson(version);
  PrintModelVersion(version, session);
  return absl::OkStatus();
}

void AddNameFlags(CLI::App& command, ImportFlags& flags) {
  command
      .add_option("--features", flags.features,
                  "The columns of a row, in order, with commas between them; the type is number, "
                  "category, boolean or timestamp. Default: as the file has them")
      ->type_name("NAME[=TYPE],...")
      ->delimiter(',')
      ->allow_extra_args(false);
  command
      .add_option("--categories", flags.categories,
                  "The values of a feature that the model takes codes of, in order of the codes "
                  "(repeatable)")
      ->type_name("FEATURE=A,B,...")
      ->allow_extra_args(false);
  command
      .add_option("--classes", flags.classes,
                  "The labels, in order of the model's outputs. Default: the file's, else 0,1,...")
      ->type_name("LABEL,...")
      ->delimiter(',')
      ->allow_extra_args(false);
  command.add_option("--target", *flags.spec.mutable_target(), "Name of what is predicted")
      ->type_name("NAME");
}

struct ExportFlags {
  std::string version;
  std::string format = "bundle";
  std::string file;
};

absl::Status Export(const ExportFlags& flags, v1::ModelFormat format, const Session& session) {
  if (flags.file == "-") {
    return session.client.ExportModel(
        flags.version, format, [&](absl::string_view piece) { return WritePiece(piece, session); });
  }
  SERIN_RETURN_IF_ERROR(session.client.ExportModelToFile(flags.version, format, flags.file));
  session.console.err << "wrote " << Printable(flags.file) << "\n";
  return absl::OkStatus();
}

}  // namespace

void AddModelImport(CLI::App& noun, Action& action) {
  auto flags = std::make_shared<ImportFlags>();
  CLI::App* command =
      noun.add_subcommand("import", "Make a version of a model that another program has trained");
  command->add_option("FILE", flags->file, "File")->type_name("")->required();
  command->add_option("--model", *flags->spec.mutable_model(), "Model, made if it is new")
      ->type_name("NAME")
      ->required();
  command
      ->add_option("--format", flags->format,
                   "bundle, xgboost, lightgbm or onnx, instead of what it looks like")
      ->type_name("FORMAT");
  AddNameFlags(*command, *flags);
  command
      ->add_option("--request-id", *flags->spec.mutable_request_id(),
                   "Repeating the command with the same ID makes no second version")
      ->type_name("ID");
  command->callback([flags, &action] {
    CheckFlags(*flags);
    action = [flags](const Session& session) { return Import(*flags, session); };
  });
}

void AddModelExport(CLI::App& noun, Action& action) {
  auto flags = std::make_shared<ExportFlags>();
  CLI::App* command = noun.add_subcommand("export", "Write a version to a file");
  command->add_option("VERSION", flags->version, "iris@2, iris@champion")
      ->type_name("")
      ->required();
  AddOutFlag(*command, &flags->file);
  command
      ->add_option("--format", flags->format,
                   "bundle (Serin's own: all that there is to know) or onnx (what predicts)")
      ->type_name("FORMAT")
      ->capture_default_str();
  command->callback([flags, &action] {
    const v1::ModelFormat format = ValueOrWrongUse(ParseModelFormat(flags->format));
    action = [flags, format](const Session& session) { return Export(*flags, format, session); };
  });
}

}  // namespace serin
