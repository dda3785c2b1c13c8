#include "core/interchange/xgboost_model.h"

#include <algorithm>
#include <exception>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "core/base/status_macros.h"
#include "core/base/utf8.h"
#include "core/interchange/json_file.h"
#include "core/interchange/tree_outputs.h"
#include "core/interchange/xgboost_objective.h"
#include "core/interchange/xgboost_tree.h"
#include "nlohmann/json.hpp"

namespace serin {
namespace {

using Json = nlohmann::json;

// Of what nlohmann says, which may quote the file.
constexpr size_t kMaxErrorBytes = 200;

absl::Status Invalid(absl::string_view what) {
  return absl::InvalidArgumentError(absl::StrCat("XGBoost model: ", what));
}

// A number of learner_model_param, which are texts; `fallback` where old versions have none.
absl::StatusOr<int> Count(const Json& learner, const char* name, const char* fallback, int most) {
  const auto text = learner.at("learner_model_param").value(name, fallback);
  int count;
  if (absl::SimpleAtoi(text, &count) && count >= 0 && count <= most) return count;
  return Invalid(absl::StrCat(name, " is ", QuoteForError(text), "; must be from 0 to ", most));
}

absl::StatusOr<XgboostObjective> ObjectiveOf(const Json& learner) {
  return FindXgboostObjective(learner.at("objective").at("name").get<std::string>());
}

// XGBoost 3 writes the score of each output, within brackets.
absl::StatusOr<float> BaseScore(const Json& learner, const XgboostObjective& objective) {
  const auto text = learner.at("learner_model_param").at("base_score").get<std::string>();
  absl::string_view number = text;
  if (absl::ConsumePrefix(&number, "[")) absl::ConsumeSuffix(&number, "]");
  float base_score;
  if (absl::SimpleAtof(number, &base_score)) return BaseMargin(objective, base_score);
  return Invalid(absl::StrCat("base_score is ", QuoteForError(text), "; must be a number"));
}

absl::Status CheckBooster(const Json& booster) {
  const auto name = booster.value("name", std::string("gbtree"));
  if (name == "gbtree") return absl::OkStatus();
  return absl::UnimplementedError(
      absl::StrCat("XGBoost model: booster ", QuoteForError(name), " is not supported; gbtree is"));
}

absl::Status CheckOutputs(const Json& learner) {
  SERIN_ASSIGN_OR_RETURN(const int targets, Count(learner, "num_target", "1", 1 << 20));
  if (targets <= 1) return absl::OkStatus();
  return absl::UnimplementedError(
      absl::StrCat("XGBoost model: ", targets, " targets; only one is supported"));
}

absl::StatusOr<internal::v1::TreeEnsemble> ReadTrees(const Json& learner) {
  SERIN_RETURN_IF_ERROR(CheckBooster(learner.at("gradient_booster")));
  SERIN_RETURN_IF_ERROR(CheckOutputs(learner));
  SERIN_ASSIGN_OR_RETURN(const XgboostObjective objective, ObjectiveOf(learner));
  SERIN_ASSIGN_OR_RETURN(const int classes, Count(learner, "num_class", "0", kMaxImportedClasses));
  SERIN_ASSIGN_OR_RETURN(const float base_margin, BaseScore(learner, objective));
  internal::v1::TreeEnsemble ensemble;
  ensemble.set_output_count(std::max(classes, 1));
  ensemble.mutable_base_scores()->Resize(ensemble.output_count(), base_margin);
  ensemble.set_link(objective.link);
  const Json& model = learner.at("gradient_booster").at("model");
  const Json& trees = model.at("trees");
  for (size_t i = 0; i < trees.size(); ++i) {
    const int output = model.at("tree_info").at(i).get<int>();
    SERIN_ASSIGN_OR_RETURN(*ensemble.add_trees(), ReadXgboostTree(trees.at(i), output));
  }
  return ensemble;
}

absl::Status ReadFeatures(const Json& learner, internal::v1::Predictor* predictor) {
  SERIN_ASSIGN_OR_RETURN(const int count, Count(learner, "num_feature", "0", kMaxImportedFeatures));
  std::vector<std::string> names;
  if (learner.contains("feature_names")) learner.at("feature_names").get_to(names);
  if (!names.empty() && names.size() != static_cast<size_t>(count)) {
    return Invalid(absl::StrCat(names.size(), " feature_names for ", count, " features"));
  }
  for (int i = 0; i < count; ++i) {
    AddNumber(names.empty() ? absl::StrCat("f", i) : names[i], predictor);
  }
  return absl::OkStatus();
}

absl::Status SetTask(const XgboostObjective& objective, internal::v1::Predictor* predictor) {
  const int outputs = predictor->trees().output_count();
  const bool classes = objective.task == XgboostObjective::Task::kClasses;
  if (classes ? outputs < 2 : outputs != 1) {
    return Invalid(absl::StrCat("num_class does not go with objective '", objective.name, "'"));
  }
  if (objective.task == XgboostObjective::Task::kRegression) {
    predictor->set_task(v1::TASK_REGRESSION);
    return absl::OkStatus();
  }
  predictor->set_task(v1::TASK_CLASSIFICATION);
  NumberClasses(classes ? outputs : 2, predictor);
  if (outputs == 2) SubtractFirstOfTwoOutputs(predictor->mutable_trees());
  return absl::OkStatus();
}

std::string ProducerOf(const Json& json) {
  if (!json.contains("version")) return "xgboost";
  return absl::StrCat("xgboost ", absl::StrJoin(json.at("version").get<std::vector<int>>(), "."));
}

absl::StatusOr<ImportedModel> Import(const Json& json) {
  const Json& learner = json.at("learner");
  ImportedModel model;
  model.producer = ProducerOf(json);
  SERIN_ASSIGN_OR_RETURN(const XgboostObjective objective, ObjectiveOf(learner));
  SERIN_ASSIGN_OR_RETURN(*model.predictor.mutable_trees(), ReadTrees(learner));
  SERIN_RETURN_IF_ERROR(ReadFeatures(learner, &model.predictor));
  SERIN_RETURN_IF_ERROR(SetTask(objective, &model.predictor));
  return model;
}

}  // namespace

absl::StatusOr<internal::v1::TreeEnsemble> ParseXgboostModel(absl::string_view ubjson) {
  try {
    return ReadTrees(Json::from_ubjson(ubjson.begin(), ubjson.end()).at("learner"));
  } catch (const std::exception& error) {
    return Invalid(Utf8Prefix(error.what(), kMaxErrorBytes));
  }
}

absl::StatusOr<ImportedModel> ImportXgboost(absl::string_view file) {
  absl::StatusOr<Json> json = ReadJsonFile(file);
  if (!json.ok()) {
    return absl::Status(json.status().code(),
                        absl::StrCat("XGBoost model: ", json.status().message()));
  }
  try {
    return Import(*json);
  } catch (const std::exception& error) {
    return Invalid(Utf8Prefix(error.what(), kMaxErrorBytes));
  }
}

}  // namespace serin
