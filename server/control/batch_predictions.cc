#include "server/control/batch_predictions.h"

#include <memory>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "core/base/errors.h"
#include "core/base/resource_name.h"
#include "core/base/status_macros.h"
#include "core/base/utf8.h"
#include "core/batch/answer_columns.h"
#include "core/table/schema.h"
#include "google/protobuf/util/message_differencer.h"
#include "server/control/cluster_state.h"
#include "server/control/model_queries.h"
#include "server/control/promotion.h"

namespace serin {
namespace {

// `columns`: as models see them.
absl::Status CheckFeatures(const v1::ModelVersion& model, const v1::Schema& columns) {
  for (const v1::ColumnSchema& feature : model.features().columns()) {
    const v1::ColumnSchema* column = FindColumn(columns, feature.name());
    if (column == nullptr) {
      return InvalidField("dataset",
                          absl::StrCat("lacks the feature ", QuoteForError(feature.name()), " of ",
                                       model.name(), "; has ", ListColumnNames(columns)));
    }
    if (column->type() == feature.type()) continue;
    return InvalidField("dataset", absl::StrCat("has ", QuoteForError(feature.name()), " as ",
                                                TypeName(column->type()), "; to ", model.name(),
                                                " it is ", TypeName(feature.type())));
  }
  return absl::OkStatus();
}

// {model}.
absl::StatusOr<std::string> ModelIdOf(const v1::ModelVersion& version) {
  SERIN_ASSIGN_OR_RETURN(VersionedRef ref, ParseModelRef("model", version.name()));
  return std::move(ref.id);
}

absl::Status Unfit(absl::string_view output, absl::string_view what) {
  return absl::FailedPreconditionError(absl::StrCat(output, " ", what));
}

}  // namespace

absl::Status CheckBatchPrediction(const v1::BatchPrediction& asked, const char* model_field) {
  SERIN_RETURN_IF_ERROR(ParseModelRef(model_field, asked.model_version()).status());
  SERIN_ASSIGN_OR_RETURN(const VersionedRef input, ParseDatasetRef("dataset", asked.dataset()));
  SERIN_ASSIGN_OR_RETURN(const std::string output,
                         ParseDatasetName("output_dataset", asked.output_dataset()));
  if (input.id != output) return absl::OkStatus();
  return InvalidField("output_dataset", "must not be the dataset that is read");
}

absl::StatusOr<NewJob> BatchPredictions::Resolve(const std::string& project,
                                                 const v1::BatchPrediction& asked,
                                                 const char* model_field) const {
  SERIN_RETURN_IF_ERROR(CheckBatchPrediction(asked, model_field));
  SERIN_ASSIGN_OR_RETURN(const v1::ModelVersion model, FindModel(project, asked.model_version()));
  SERIN_ASSIGN_OR_RETURN(const v1::DatasetVersion input,
                         datasets_->GetVersion(project, asked.dataset()));
  SERIN_RETURN_IF_ERROR(CheckFeatures(model, ModelSchemaOf(input.schema())));
  SERIN_ASSIGN_OR_RETURN(const std::vector<std::string> kept,
                         KeptColumns(asked.keep_columns(), input.schema()));
  SERIN_ASSIGN_OR_RETURN(const v1::Schema schema,
                         BatchOutputSchema(model.classes(), input.schema(), kept));
  SERIN_ASSIGN_OR_RETURN(const std::string output,
                         ParseDatasetName("output_dataset", asked.output_dataset()));
  SERIN_RETURN_IF_ERROR(CheckOutput(project, DatasetName(output), schema));
  NewJob job = {.type = v1::JOB_TYPE_BATCH_PREDICT, .dataset_create_time = input.create_time()};
  SERIN_ASSIGN_OR_RETURN(job.model, ModelIdOf(model));
  v1::BatchPrediction& resolved = job.batch_prediction;
  resolved.set_model_version(model.name());
  resolved.set_dataset(input.name());
  resolved.set_output_dataset(DatasetName(output));
  resolved.mutable_keep_columns()->Assign(kept.begin(), kept.end());
  resolved.set_row_count(input.row_count());
  return job;
}

absl::StatusOr<v1::ModelVersion> BatchPredictions::FindModel(const std::string& project,
                                                             const std::string& name) const {
  SERIN_ASSIGN_OR_RETURN(const VersionedRef ref, ParseModelRef("model", name));
  const std::shared_ptr<const internal::v1::ClusterState> state = registry_->state();
  if (ref.names_version()) return FindModelVersion(*store_, *state, project, name);
  const internal::v1::ModelState* model = serin::FindModel(*state, project, ref.id);
  if (model == nullptr) return ResourceNotFound(ModelName(ref.id));
  return GetModelVersion(*store_, project, ref.id, ServingVersion(*model));
}

absl::Status BatchPredictions::CheckOutput(const std::string& project, const std::string& output,
                                           const v1::Schema& schema) const {
  const absl::StatusOr<v1::DatasetVersion> found = datasets_->GetVersion(project, output);
  if (absl::IsNotFound(found.status())) return absl::OkStatus();
  SERIN_RETURN_IF_ERROR(found.status());
  if (!found->live()) {
    return Unfit(output, "has uploaded versions; the output must be a live dataset, or new");
  }
  if (google::protobuf::util::MessageDifferencer::Equals(found->schema(), schema)) {
    return absl::OkStatus();
  }
  return Unfit(output, absl::StrCat("has other columns (", ListColumnNames(found->schema()),
                                    ") than the output (", ListColumnNames(schema), ")"));
}

}  // namespace serin
