#include "client/cli/dataset_arguments.h"
#include "client/cli/dataset_commands.h"

namespace serin {

void AddVersionName(CLI::App& command, std::string* name) {
  command.add_option(kVersionName.name, *name, kVersionName.description)->type_name("")->required();
}

void AddNewDatasetFlags(CLI::App& command, NewDatasetFlags* flags) {
  command.add_option("--description", flags->description, "What the dataset is, if it is new")
      ->type_name("TEXT");
  command.add_option("--label", flags->labels, "A label of the dataset, if it is new (repeatable)")
      ->type_name("KEY=VALUE")
      ->allow_extra_args(false);
}

void AddTypeFlag(CLI::App& command, std::vector<std::string>* types) {
  command
      .add_option("--type", *types,
                  "number, integer, category, boolean, timestamp or text, instead of the type that "
                  "would be inferred (repeatable)")
      ->type_name("COLUMN=TYPE")
      ->allow_extra_args(false);
}

void AddRetentionFlag(CLI::App& command, std::optional<v1::Retention>* retention) {
  command
      .add_option_function<std::string>(
          "--keep",
          [retention](const std::string& text) {
            *retention = ValueOrWrongUse(ParseRetention(text));
          },
          "Which rows a live dataset keeps: 30d, 12h, 10GB, 1000000rows, several with commas, or "
          "all")
      ->type_name("LIMITS");
}

void AddRequestIdFlag(CLI::App& command, std::string* request_id) {
  command
      .add_option("--request-id", *request_id,
                  "With an id of your own, trying again is safe: the second time changes nothing")
      ->type_name("ID");
}

void AddRowOutputFlag(CLI::App& command, std::optional<OutputFormat>* format) {
  command
      .add_option_function<std::string>(
          "--output",
          [format](const std::string& text) {
            *format = text == "csv"    ? OutputFormat::kCsv
                      : text == "json" ? OutputFormat::kJson
                                       : OutputFormat::kTable;
          },
          "How rows are printed; json is one object a line")
      ->type_name("")
      ->check(CLI::IsMember({"table", "csv", "json"}));
}

}  // namespace serin
