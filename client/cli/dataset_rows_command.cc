#include <memory>

#include "client/cli/dataset_commands.h"
#include "client/cli/row_printer.h"
#include "core/base/status_macros.h"

namespace serin {
namespace {

struct RowsFlags {
  std::string dataset;
  ReadRowsOptions options = {.limit = 10};
  std::optional<OutputFormat> format;
};

absl::Status Rows(const RowsFlags& flags, const Session& session) {
  SERIN_ASSIGN_OR_RETURN(const v1::DatasetVersion version,
                         session.client.GetDatasetVersion(flags.dataset));
  RowPrinter printer(flags.format.value_or(session.format), session.console);
  // By the version's own name: a newer one may be made between the two calls.
  return session.client.ReadRows(
      version.name(), flags.options, [&](const v1::ReadRowsResponse& batch) {
        return printer.Add(version.schema(), batch.row_count(), batch.columns());
      });
}

}  // namespace

void AddDatasetRows(CLI::App& noun, Action& action) {
  auto flags = std::make_shared<RowsFlags>();
  CLI::App* command = noun.add_subcommand("rows", "Print rows");
  AddVersionName(*command, &flags->dataset);
  command->add_option("--column", flags->options.columns, "Only this column (repeatable)")
      ->type_name("NAME")
      ->allow_extra_args(false);
  command->add_option("--offset", flags->options.offset, "Rows to skip")
      ->type_name("ROWS")
      ->check(CLI::NonNegativeNumber);
  command->add_option("--limit", flags->options.limit, "At most this many rows; 0 for all")
      ->type_name("COUNT")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  AddRowOutputFlag(*command, &flags->format);
  command->callback([flags, &action] {
    action = [flags](const Session& session) { return Rows(*flags, session); };
  });
}

}  // namespace serin
