#include "core/interchange/lightgbm_model.h"

#include <algorithm>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "core/base/status_macros.h"
#include "core/interchange/category_codes.h"
#include "core/interchange/json_file.h"
#include "core/interchange/lightgbm_objective.h"
#include "core/interchange/lightgbm_text.h"
#include "core/interchange/lightgbm_tree.h"
#include "core/interchange/tree_outputs.h"
#include "nlohmann/json.hpp"

namespace serin {
namespace {

// Forests of LightGBM 2.3 and before: some average probabilities, others log odds, and the file
// does not say which.
absl::Status CheckForest(const LightgbmBlock& head, const LightgbmObjective& objective) {
  const bool converted = objective.task == v1::TASK_CLASSIFICATION ||
                         objective.link != internal::v1::TreeEnsemble::LINK_UNSPECIFIED;
  if (!head.Has("average_output") || !converted || head.Text("version") != "v2") {
    return absl::OkStatus();
  }
  return absl::UnimplementedError(
      "LightGBM model: forests with an objective other than regression are supported as of format "
      "v3; the file is v2");
}

absl::Status ReadTrees(const LightgbmText& text, const LightgbmBlock& head,
                       const LightgbmObjective& objective, internal::v1::TreeEnsemble* ensemble) {
  const auto outputs = static_cast<size_t>(objective.outputs);
  if (text.trees.size() % outputs != 0) {
    return head.Invalid("num_tree_per_iteration",
                        absl::StrCat("does not divide the ", text.trees.size(), " trees"));
  }
  const size_t iterations = std::max<size_t>(text.trees.size() / outputs, 1);
  // Forests (boosting `rf`) average their trees.
  const double share = head.Has("average_output") ? 1.0 / static_cast<double>(iterations) : 1;
  ensemble->set_output_count(objective.outputs);
  ensemble->mutable_base_scores()->Resize(objective.outputs, 0);
  ensemble->set_link(objective.link);
  for (size_t i = 0; i < text.trees.size(); ++i) {
    SERIN_ASSIGN_OR_RETURN(const LightgbmBlock block,
                           LightgbmBlock::Read(absl::StrCat("tree ", i), text.trees[i]));
    SERIN_ASSIGN_OR_RETURN(
        *ensemble->add_trees(),
        ReadLightgbmTree(block, static_cast<int>(i % outputs), objective.sigmoid * share));
  }
  return absl::OkStatus();
}

absl::Status ReadFeatures(const LightgbmBlock& head, internal::v1::Predictor* predictor) {
  SERIN_ASSIGN_OR_RETURN(const int last,
                         head.Integer("max_feature_idx", 0, 0, kMaxImportedFeatures - 1));
  std::vector<absl::string_view> names;
  if (head.Has("feature_names")) names = absl::StrSplit(head.Text("feature_names"), ' ');
  if (!names.empty() && names.size() != static_cast<size_t>(last) + 1) {
    return head.Invalid("feature_names",
                        absl::StrCat("has ", names.size(), " names for ", last + 1, " features"));
  }
  for (int i = 0; i <= last; ++i) {
    AddNumber(names.empty() ? absl::StrCat("f", i) : names[i], predictor);
  }
  return absl::OkStatus();
}

// Features whose values are listed, not given as an interval: `0:1:2`.
std::vector<int> CategoricalFeatures(const LightgbmBlock& head) {
  std::vector<int> features;
  int index = 0;
  for (const absl::string_view info : absl::StrSplit(head.Text("feature_infos"), ' ')) {
    if (!info.empty() && info != "none" && !absl::StartsWith(info, "[")) features.push_back(index);
    ++index;
  }
  return features;
}

// The lists of `pandas_categorical`, one for each column that pandas held as categories. Only where
// all of them are text and there is one for each feature of categories is it sure whose they are.
absl::Status UsePandasCategories(absl::string_view lists_json, const LightgbmBlock& head,
                                 internal::v1::Predictor* predictor) {
  const absl::string_view json = absl::StripAsciiWhitespace(lists_json);
  const std::vector<int> features = CategoricalFeatures(head);
  if (json.empty() || json == "null") return absl::OkStatus();
  SERIN_ASSIGN_OR_RETURN(const nlohmann::json lists, ReadJsonFile(json));
  if (!lists.is_array() || lists.size() != features.size()) return absl::OkStatus();
  for (const nlohmann::json& list : lists) {
    if (!list.is_array() || !std::all_of(list.begin(), list.end(), [](const nlohmann::json& value) {
          return value.is_string();
        })) {
      return absl::OkStatus();
    }
  }
  SERIN_RETURN_IF_ERROR(CheckCategoryWork(features.size(), predictor->trees()));
  for (size_t i = 0; i < features.size(); ++i) {
    if (features[i] >= predictor->features().columns_size()) {
      return head.Invalid("feature_infos", "has more features than max_feature_idx says");
    }
    const absl::Status used =
        UseCategories(features[i], lists[i].get<std::vector<std::string>>(), predictor);
    if (absl::IsUnimplemented(used)) return used;
    if (!used.ok()) return head.Invalid("pandas_categorical", used.message());
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<ImportedModel> ImportLightgbm(absl::string_view file) {
  SERIN_ASSIGN_OR_RETURN(const LightgbmText text, CutLightgbmFile(file));
  SERIN_ASSIGN_OR_RETURN(const LightgbmBlock head, LightgbmBlock::Read("head", text.head));
  SERIN_ASSIGN_OR_RETURN(const LightgbmObjective objective, ReadLightgbmObjective(head));
  SERIN_RETURN_IF_ERROR(CheckForest(head, objective));
  ImportedModel model;
  // The file names its format's version, not LightGBM's.
  model.producer = "lightgbm";
  internal::v1::Predictor& predictor = model.predictor;
  SERIN_RETURN_IF_ERROR(ReadFeatures(head, &predictor));
  SERIN_RETURN_IF_ERROR(ReadTrees(text, head, objective, predictor.mutable_trees()));
  predictor.set_task(objective.task);
  if (objective.task == v1::TASK_CLASSIFICATION) {
    NumberClasses(std::max(objective.outputs, 2), &predictor);
  }
  if (objective.outputs == 2) SubtractFirstOfTwoOutputs(predictor.mutable_trees());
  SERIN_RETURN_IF_ERROR(UsePandasCategories(text.pandas_categorical, head, &predictor));
  return model;
}

}  // namespace serin
