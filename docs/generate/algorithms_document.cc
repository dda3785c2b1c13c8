#include "docs/generate/algorithms_document.h"

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"
#include "core/table/value_parser.h"
#include "core/table/value_text.h"

namespace serin {
namespace {

using google::protobuf::Value;
using v1::Hyperparameter;

constexpr char kHead[] = R"(# Algorithms

What `serin train start --algorithm` takes, and the hyperparameters of each (`--param NAME=VALUE`). This page is
written by `scripts/docs` from the table that `TrainService.ListAlgorithms` answers; a test fails where it is stale.

`--algorithm auto` tries them all within `--budget` or `--trials`; `--tune` searches the hyperparameters of one. A
search draws from the column *search*, and keeps the default of what has none there.

)";

std::string Code(absl::string_view text) { return absl::StrCat("`", text, "`"); }

// Text in a cell of a table.
std::string Cell(absl::string_view text) {
  return absl::StrReplaceAll(text, {{"|", "\\|"}, {"\n", " "}});
}

std::string Numbers(double min, double max) {
  return absl::StrCat(FormatNumber(min), " to ", FormatNumber(max));
}

std::string RangeText(const Hyperparameter& parameter) {
  const std::string numbers = absl::StrCat(parameter.min_exclusive() ? "above " : "",
                                           Numbers(parameter.min(), parameter.max()));
  switch (parameter.type()) {
    case Hyperparameter::TYPE_BOOLEAN:
      return "true, false";
    case Hyperparameter::TYPE_STRING:
      return absl::StrJoin(parameter.choices(), ", ");
    case Hyperparameter::TYPE_INTEGER:
      return absl::StrCat("whole, ", numbers);
    case Hyperparameter::TYPE_INTEGER_LIST:
      return absl::StrCat("at most ", parameter.max_entries(), " whole numbers, ", numbers);
    case Hyperparameter::TYPE_NUMBER_MAP:
      return absl::StrCat("by ",
                          parameter.keys() == Hyperparameter::KEYS_CLASSES ? "class" : "feature",
                          ", ", numbers);
    default:
      return numbers;
  }
}

std::string SearchText(const Hyperparameter& parameter) {
  if (!parameter.has_search()) return "";
  const v1::SearchRange& range = parameter.search();
  if (range.values().empty()) {
    return absl::StrCat(Numbers(range.min(), range.max()),
                        range.logarithmic() ? ", logarithmic" : "");
  }
  return absl::StrJoin(range.values(), "; ", [](std::string* out, const Value& value) {
    absl::StrAppend(out, FormatValue(value));
  });
}

std::string TasksText(const v1::Algorithm& algorithm) {
  return absl::StrJoin(algorithm.tasks(), " and ", [](std::string* out, int task) {
    absl::StrAppend(out, absl::AsciiStrToLower(absl::StripPrefix(
                             v1::Task_Name(static_cast<v1::Task>(task)), "TASK_")));
  });
}

std::string HyperparameterTable(const v1::Algorithm& algorithm) {
  if (algorithm.hyperparameters().empty()) return "No hyperparameters.\n";
  std::string table =
      "| hyperparameter | default | values | search | what it does |\n|---|---|---|---|---|\n";
  for (const Hyperparameter& parameter : algorithm.hyperparameters()) {
    absl::StrAppend(&table, "| ", Code(parameter.name()), " | ",
                    Cell(FormatValue(parameter.default_value())), " | ", Cell(RangeText(parameter)),
                    " | ", Cell(SearchText(parameter)), " | ", Cell(parameter.description()),
                    " |\n");
  }
  return table;
}

std::string Section(const v1::Algorithm& algorithm) {
  std::string text = absl::StrCat("## ", algorithm.name(), "\n\n", algorithm.description(),
                                  "\n\n- Predicts: ", TasksText(algorithm),
                                  algorithm.baseline() ? "; a baseline" : "", "\n");
  if (!algorithm.preprocessing().empty()) {
    absl::StrAppend(&text, "- Features: ", algorithm.preprocessing(), "\n");
  }
  if (!algorithm.reference().empty()) {
    absl::StrAppend(&text, "- Reference: ", algorithm.reference(), "\n");
  }
  return absl::StrCat(text, "\n", HyperparameterTable(algorithm));
}

}  // namespace

std::string AlgorithmsDocument(const std::vector<v1::Algorithm>& algorithms) {
  return absl::StrCat(
      kHead, absl::StrJoin(algorithms, "\n", [](std::string* out, const v1::Algorithm& algorithm) {
        absl::StrAppend(out, Section(algorithm));
      }));
}

}  // namespace serin
