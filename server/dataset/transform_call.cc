#include "server/dataset/transform_call.h"

#include <memory>
#include <optional>
#include <utility>

#include "core/base/errors.h"
#include "core/base/resource_name.h"
#include "core/base/status_macros.h"
#include "server/dataset/dataset_fields.h"
#include "server/dataset/request_id.h"
#include "server/dataset/stored_table.h"
#include "server/dataset/version_writer.h"

namespace serin {
namespace {

absl::StatusOr<VersionTarget> TargetOf(const std::string& project, const VersionedRef& source,
                                       const v1::TransformDatasetRequest& request) {
  VersionTarget target{
      .project = project, .dataset = source.id, .request_id = request.request_id()};
  if (!request.dataset().empty()) {
    SERIN_ASSIGN_OR_RETURN(target.dataset, ParseDatasetName("dataset", request.dataset()));
  }
  SERIN_RETURN_IF_ERROR(ValidateRequestId("request_id", request.request_id()));
  SERIN_RETURN_IF_ERROR(ValidateDescription("description", request.description()));
  SERIN_RETURN_IF_ERROR(ValidateLabels("labels", request.labels()));
  target.description = request.description();
  target.labels.insert(request.labels().begin(), request.labels().end());
  return target;
}

// Opens the tables of a transformation, and notes which they are.
class Sources {
 public:
  Sources(const Store* store, std::string project) : store_(store), project_(std::move(project)) {}

  absl::StatusOr<std::shared_ptr<const TableSource>> Open(const VersionedRef& ref) {
    SERIN_ASSIGN_OR_RETURN(std::shared_ptr<const StoredTable> table,
                           OpenTable(*store_, project_, ref));
    derivation_.add_sources(table->version().name());
    return table;
  }

  // As the steps of the request name them.
  absl::StatusOr<std::shared_ptr<const TableSource>> Resolve(const std::string& dataset) {
    SERIN_ASSIGN_OR_RETURN(const VersionedRef ref, ParseDatasetRef("dataset", dataset));
    return Open(ref);
  }

  v1::Derivation derivation() const { return derivation_; }

 private:
  const Store* const store_;
  const std::string project_;
  v1::Derivation derivation_;
};

}  // namespace

absl::StatusOr<v1::DatasetVersion> TransformDataset(DatasetCatalog* catalog,
                                                    const std::string& project,
                                                    const v1::TransformDatasetRequest& request,
                                                    const TransformLimits& limits,
                                                    const std::function<bool()>& cancelled) {
  SERIN_ASSIGN_OR_RETURN(const VersionedRef source, ParseDatasetRef("source", request.source()));
  SERIN_ASSIGN_OR_RETURN(VersionTarget target, TargetOf(project, source, request));
  SERIN_ASSIGN_OR_RETURN(std::optional<v1::DatasetVersion> earlier,
                         catalog->FindRequest(project, target.dataset, target.request_id));
  if (earlier) return *std::move(earlier);

  Sources sources(&catalog->store(), project);
  SERIN_ASSIGN_OR_RETURN(const std::shared_ptr<const TableSource> table, sources.Open(source));
  SERIN_ASSIGN_OR_RETURN(const std::unique_ptr<VersionWriter> writer,
                         VersionWriter::Create(catalog, std::move(target)));
  const TransformEnvironment environment{
      .limits = limits,
      .resolve = [&](const std::string& dataset) { return sources.Resolve(dataset); },
      .cancelled = cancelled};
  SERIN_ASSIGN_OR_RETURN(const int64_t rows,
                         Transform(*table, request.steps(), environment,
                                   [&](Table batch) { return writer->Append(std::move(batch)); }));
  if (rows == 0) {
    return WithReason(absl::FailedPreconditionError("steps: leave no row"), "NO_ROWS_LEFT");
  }
  v1::DatasetVersion description;
  *description.mutable_derivation() = sources.derivation();
  *description.mutable_derivation()->mutable_steps() = request.steps();
  return writer->Commit(std::move(description), cancelled);
}

}  // namespace serin
