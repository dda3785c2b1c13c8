#include <memory>

#include "absl/strings/str_cat.h"
#include "client/cli/dataset_arguments.h"
#include "client/cli/dataset_commands.h"
#include "client/cli/input_file.h"
#include "client/cli/row_printer.h"
#include "core/base/status_macros.h"

namespace serin {
namespace {

struct QueryFlags {
  std::string sql;
  std::string file;
  std::vector<std::string> parameters;
  QueryOptions options;
  std::optional<OutputFormat> format;
};

absl::Status Query(const QueryFlags& flags, const Session& session) {
  std::string sql = flags.sql;
  if (sql.empty() || sql == "-") {
    SERIN_ASSIGN_OR_RETURN(sql, ReadText(sql == "-" ? sql : flags.file, session.console));
  }
  RowPrinter printer(flags.format.value_or(session.format), session.console);
  return session.client.QueryDatasets(
      sql, flags.options, [&](const v1::QueryDatasetsResponse& batch) {
        return printer.Add(batch.schema(), batch.row_count(), batch.columns());
      });
}

}  // namespace

void AddDatasetQuery(CLI::App& noun, Action& action) {
  auto flags = std::make_shared<QueryFlags>();
  CLI::App* command = noun.add_subcommand(
      "query", "Answer one SELECT of SQL over datasets: select * from iris, from \"iris@3\"");
  command->add_option("SQL", flags->sql, "The statement, or - for standard input")->type_name("");
  command->add_option("--file", flags->file, "A file with the statement")->type_name("FILE");
  command
      ->add_option("--param", flags->parameters,
                   "Value of ?1, then of ?2, ...: a number, true, false, null, or text, which may "
                   "stand in '...' (repeatable)")
      ->type_name("VALUE")
      ->allow_extra_args(false);
  command
      ->add_option("--max-rows", flags->options.max_rows,
                   "More rows are an error; without, the server's limit holds")
      ->type_name("COUNT")
      ->check(CLI::PositiveNumber);
  AddRowOutputFlag(*command, &flags->format);
  command->callback([flags, &action] {
    if (flags->sql.empty() == flags->file.empty()) {
      throw CLI::ValidationError("give one of SQL and --file");
    }
    for (const std::string& text : flags->parameters) {
      flags->options.parameters.push_back(ParseQueryParameter(text));
    }
    action = [flags](const Session& session) { return Query(*flags, session); };
  });
}

}  // namespace serin
