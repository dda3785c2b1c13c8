#ifndef SERIN_SERVER_CONTROL_BATCH_PREDICTIONS_H_
#define SERIN_SERVER_CONTROL_BATCH_PREDICTIONS_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/storage/store.h"
#include "serin/v1/job.pb.h"
#include "server/control/dataset_reader.h"
#include "server/control/job_records.h"
#include "server/control/model_registry.h"

namespace serin {

// Spells out what BatchPredict, or a schedule, is asked for. Thread-safe.
class BatchPredictions {
 public:
  // The pointers outlive the object.
  BatchPredictions(const StoreReader* store, const ModelRegistry* registry, DatasetReader* datasets)
      : store_(store), registry_(registry), datasets_(datasets) {}

  // The job that carries `asked` out, with versions of model and dataset, the names of the columns
  // kept and the number of rows. May wait for the dataset role. Errors are those of BatchPredict,
  // on its fields, but for `model_field`, which is what names the model.
  absl::StatusOr<NewJob> Resolve(const std::string& project, const v1::BatchPrediction& asked,
                                 const char* model_field = "model") const;

 private:
  absl::StatusOr<v1::ModelVersion> FindModel(const std::string& project,
                                             const std::string& name) const;
  // That the output is new, or live with just these columns.
  absl::Status CheckOutput(const std::string& project, const std::string& output,
                           const v1::Schema& schema) const;

  const StoreReader* const store_;
  const ModelRegistry* const registry_;
  DatasetReader* const datasets_;
};

// Checks all that can be checked of `asked` by itself; errors as above.
absl::Status CheckBatchPrediction(const v1::BatchPrediction& asked,
                                  const char* model_field = "model");

}  // namespace serin

#endif  // SERIN_SERVER_CONTROL_BATCH_PREDICTIONS_H_
