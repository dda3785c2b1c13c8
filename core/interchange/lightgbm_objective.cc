#include "core/interchange/lightgbm_objective.h"

#include <cmath>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "core/base/status_macros.h"
#include "core/base/utf8.h"
#include "core/interchange/imported_model.h"

namespace serin {
namespace {

using Ensemble = internal::v1::TreeEnsemble;

struct KnownObjective {
  absl::string_view name;
  v1::Task task;
  Ensemble::Link link;
};

constexpr KnownObjective kObjectives[] = {
    {"", v1::TASK_REGRESSION, Ensemble::LINK_UNSPECIFIED},
    {"regression", v1::TASK_REGRESSION, Ensemble::LINK_UNSPECIFIED},
    {"regression_l1", v1::TASK_REGRESSION, Ensemble::LINK_UNSPECIFIED},
    {"huber", v1::TASK_REGRESSION, Ensemble::LINK_UNSPECIFIED},
    {"fair", v1::TASK_REGRESSION, Ensemble::LINK_UNSPECIFIED},
    {"quantile", v1::TASK_REGRESSION, Ensemble::LINK_UNSPECIFIED},
    {"mape", v1::TASK_REGRESSION, Ensemble::LINK_UNSPECIFIED},
    {"lambdarank", v1::TASK_REGRESSION, Ensemble::LINK_UNSPECIFIED},
    {"rank_xendcg", v1::TASK_REGRESSION, Ensemble::LINK_UNSPECIFIED},
    {"cross_entropy", v1::TASK_REGRESSION, Ensemble::LINK_LOGISTIC},
    {"poisson", v1::TASK_REGRESSION, Ensemble::LINK_EXP},
    {"gamma", v1::TASK_REGRESSION, Ensemble::LINK_EXP},
    {"tweedie", v1::TASK_REGRESSION, Ensemble::LINK_EXP},
    {"binary", v1::TASK_CLASSIFICATION, Ensemble::LINK_UNSPECIFIED},
    {"multiclass", v1::TASK_CLASSIFICATION, Ensemble::LINK_UNSPECIFIED},
};

absl::Status Unimplemented(absl::string_view objective) {
  return absl::UnimplementedError(
      absl::StrCat("LightGBM model: objective ", QuoteForError(objective), " is not supported"));
}

absl::StatusOr<KnownObjective> Find(absl::string_view name) {
  for (const KnownObjective& known : kObjectives) {
    if (known.name == name) return known;
  }
  return Unimplemented(name);
}

// `sigmoid:0.7` among the words of the line; 1 where there is none.
absl::StatusOr<double> SigmoidOf(const LightgbmBlock& head,
                                 const std::vector<absl::string_view>& words) {
  double sigmoid = 1;
  for (absl::string_view word : words) {
    if (!absl::ConsumePrefix(&word, "sigmoid:")) continue;
    if (!absl::SimpleAtod(word, &sigmoid) || !std::isfinite(sigmoid) || sigmoid <= 0) {
      return head.Invalid("objective", "must have a sigmoid above 0");
    }
  }
  return sigmoid;
}

}  // namespace

absl::StatusOr<LightgbmObjective> ReadLightgbmObjective(const LightgbmBlock& head) {
  const std::vector<absl::string_view> words = absl::StrSplit(head.Text("objective"), ' ');
  SERIN_ASSIGN_OR_RETURN(const KnownObjective known, Find(words.empty() ? "" : words[0]));
  for (const absl::string_view word : words) {
    if (word == "sqrt") return Unimplemented(head.Text("objective"));
  }
  SERIN_ASSIGN_OR_RETURN(const int outputs,
                         head.Integer("num_tree_per_iteration", 1, 1, kMaxImportedClasses));
  if ((known.name == "multiclass") != (outputs > 1)) {
    return head.Invalid(
        "num_tree_per_iteration",
        absl::StrCat("is ", outputs, ", which does not go with objective '", known.name, "'"));
  }
  SERIN_ASSIGN_OR_RETURN(const double sigmoid, SigmoidOf(head, words));
  return LightgbmObjective{known.task, known.link, outputs, known.name == "binary" ? sigmoid : 1};
}

}  // namespace serin
