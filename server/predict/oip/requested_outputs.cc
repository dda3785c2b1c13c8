#include <algorithm>
#include <optional>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "core/base/errors.h"
#include "core/base/status_macros.h"
#include "core/base/utf8.h"
#include "server/predict/oip/encode_outputs.h"

namespace serin {
namespace {

using RequestedOutput = inference::ModelInferRequest::InferRequestedOutputTensor;

bool Classifies(const internal::v1::Predictor& model) {
  return model.task() == v1::TASK_CLASSIFICATION;
}

std::vector<Output> AllOutputs(const internal::v1::Predictor& model) {
  std::vector<Output> outputs = DefaultOutputs(model);
  if (Classifies(model)) outputs.push_back(Output::kClasses);
  return outputs;
}

absl::StatusOr<Output> FindOutput(const std::string& name, const internal::v1::Predictor& model,
                                  absl::string_view where) {
  const std::vector<Output> all = AllOutputs(model);
  const auto it =
      std::find_if(all.begin(), all.end(), [&](Output output) { return NameOf(output) == name; });
  if (it != all.end()) return *it;
  const std::string names = absl::StrJoin(
      all, ", ", [](std::string* out, Output output) { absl::StrAppend(out, NameOf(output)); });
  return InvalidField(
      absl::StrCat(where, ".name"),
      absl::StrCat("must be an output of the model, ", names, "; is ", QuoteForError(name)));
}

absl::Status CheckParameters(const RequestedOutput& output, absl::string_view where) {
  if (output.parameters().contains("shared_memory_region")) {
    return InvalidField(absl::StrCat(where, ".parameters"),
                        "must not name a shared memory region: there are none");
  }
  if (output.parameters().contains("classification")) {
    return InvalidField(absl::StrCat(where, ".parameters"),
                        "must not ask for classification: ask for label, or for probabilities "
                        "and classes");
  }
  return absl::OkStatus();
}

}  // namespace

absl::string_view NameOf(Output output) {
  switch (output) {
    case Output::kLabel:
      return "label";
    case Output::kProbabilities:
      return "probabilities";
    case Output::kClasses:
      return "classes";
    case Output::kValue:
      break;
  }
  return "value";
}

std::vector<Output> DefaultOutputs(const internal::v1::Predictor& model) {
  if (!Classifies(model)) return {Output::kValue};
  return {Output::kLabel, Output::kProbabilities};
}

absl::StatusOr<std::vector<Output>> RequestedOutputs(const inference::ModelInferRequest& request,
                                                     const internal::v1::Predictor& model) {
  if (request.outputs().empty()) return DefaultOutputs(model);
  std::vector<Output> outputs;
  for (int i = 0; i < request.outputs_size(); ++i) {
    const std::string where = absl::StrCat("outputs[", i, "]");
    SERIN_ASSIGN_OR_RETURN(const Output output,
                           FindOutput(request.outputs(i).name(), model, where));
    SERIN_RETURN_IF_ERROR(CheckParameters(request.outputs(i), where));
    if (std::find(outputs.begin(), outputs.end(), output) != outputs.end()) {
      return InvalidField(absl::StrCat(where, ".name"),
                          absl::StrCat(NameOf(output), " is asked for already"));
    }
    outputs.push_back(output);
  }
  return outputs;
}

}  // namespace serin
