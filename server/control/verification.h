#ifndef SERIN_SERVER_CONTROL_VERIFICATION_H_
#define SERIN_SERVER_CONTROL_VERIFICATION_H_

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "core/storage/store.h"
#include "serin/internal/v1/worker_service.pb.h"
#include "serin/v1/dataset.pb.h"
#include "serin/v1/model.pb.h"
#include "serin/v1/train_service.pb.h"
#include "server/control/job_records.h"

// Jobs of JOB_TYPE_VERIFY: making a model version again.

namespace serin {

// The job that makes `version` again out of what its dataset's lookup has found.
// FAILED_PRECONDITION where it was imported, the dataset version is gone, or the specification is
// none that this Serin knows; other errors are the lookup's.
absl::StatusOr<NewJob> VerificationJob(const v1::ModelVersion& version,
                                       const absl::StatusOr<v1::DatasetVersion>& dataset,
                                       const v1::VerifyModelVersionRequest& request);

// What its worker is to verify: the version named `name`. FAILED_PRECONDITION if that has been
// deleted since.
absl::StatusOr<v1::ModelVersion> VersionToVerify(const StoreReader& reader,
                                                 absl::string_view project, absl::string_view name);

}  // namespace serin

#endif  // SERIN_SERVER_CONTROL_VERIFICATION_H_
