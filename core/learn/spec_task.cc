#include "core/learn/spec_task.h"

#include <algorithm>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "core/base/errors.h"
#include "core/base/status_macros.h"
#include "core/learn/spec_column.h"
#include "core/learn/suggestion.h"
#include "core/table/schema.h"

namespace serin {
namespace {

bool HoldsAmounts(v1::ColumnType type) {
  return type == v1::COLUMN_TYPE_NUMBER || type == v1::COLUMN_TYPE_TIMESTAMP;
}

// What is predicted if the request leaves it open.
v1::Task DefaultTask(const Algorithm* algorithm, v1::ColumnType target) {
  if (algorithm != nullptr && algorithm->description.tasks_size() == 1) {
    return algorithm->description.tasks(0);
  }
  return HoldsAmounts(target) ? v1::TASK_REGRESSION : v1::TASK_CLASSIFICATION;
}

// Which targets a task can have: numbers and timestamps are amounts; numbers, categories and
// booleans are classes.
absl::Status CheckTarget(v1::Task task, const v1::ColumnSchema& target) {
  const bool fits = task == v1::TASK_REGRESSION ? HoldsAmounts(target.type())
                                                : target.type() != v1::COLUMN_TYPE_TIMESTAMP;
  if (fits) return absl::OkStatus();
  const v1::Task other =
      task == v1::TASK_REGRESSION ? v1::TASK_CLASSIFICATION : v1::TASK_REGRESSION;
  return InvalidField("target", absl::StrCat("column ", QuotedName(target.name()), " is of type ",
                                             TypeName(target.type()), ", which ", TaskName(task),
                                             " cannot predict; for ", TaskName(other), " use ",
                                             AlgorithmsFor(other)));
}

}  // namespace

absl::string_view TaskName(v1::Task task) {
  return task == v1::TASK_REGRESSION ? "regression" : "classification";
}

bool SupportsTask(const Algorithm& algorithm, v1::Task task) {
  const auto& tasks = algorithm.description.tasks();
  return std::find(tasks.begin(), tasks.end(), task) != tasks.end();
}

std::string AlgorithmsFor(v1::Task task) {
  std::vector<std::string> names;
  for (const Algorithm& algorithm : Algorithms()) {
    if (SupportsTask(algorithm, task)) names.push_back(algorithm.description.name());
  }
  return absl::StrJoin(names, ", ");
}

absl::StatusOr<const Algorithm*> AlgorithmNamed(absl::string_view field, const std::string& name) {
  if (name == kAutoAlgorithm) return nullptr;
  const Algorithm* algorithm = FindAlgorithm(name);
  if (algorithm != nullptr) return algorithm;
  std::vector<std::string> known = {std::string(kAutoAlgorithm)};
  for (const Algorithm& each : Algorithms()) known.push_back(each.description.name());
  const std::string what =
      name.empty() ? "is required" : absl::StrCat("there is no algorithm ", QuotedName(name));
  return InvalidField(field, absl::StrCat(what, "; there are ", absl::StrJoin(known, ", "),
                                          DidYouMean(name, known)));
}

absl::StatusOr<v1::Task> ResolveTask(v1::Task given, const Algorithm* algorithm,
                                     const v1::ColumnSchema& target) {
  if (target.type() == v1::COLUMN_TYPE_TEXT) {
    return InvalidField("target", absl::StrCat("column ", QuotedName(target.name()),
                                               " is free text, which cannot be predicted"));
  }
  const v1::Task task =
      given == v1::TASK_UNSPECIFIED ? DefaultTask(algorithm, target.type()) : given;
  if (!v1::Task_IsValid(task)) return InvalidField("task", absl::StrCat("is unknown: ", task));
  if (algorithm != nullptr && !SupportsTask(*algorithm, task)) {
    return InvalidField("task", absl::StrCat(algorithm->description.name(), " does no ",
                                             TaskName(task), "; use ", AlgorithmsFor(task)));
  }
  SERIN_RETURN_IF_ERROR(CheckTarget(task, target));
  return task;
}

}  // namespace serin
