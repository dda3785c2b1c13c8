#ifndef SERIN_CORE_INTERCHANGE_IMPORT_NAMES_H_
#define SERIN_CORE_INTERCHANGE_IMPORT_NAMES_H_

#include "absl/status/status.h"
#include "serin/internal/v1/bundle.pb.h"
#include "serin/v1/model_service.pb.h"

namespace serin {

// Makes of what a file says what the caller says: names and types of the features, their
// categories, the target and the classes. Errors are InvalidField relative to `spec`.
absl::Status ApplyNames(const v1::ImportSpec& spec, internal::v1::Predictor* predictor);

}  // namespace serin

#endif  // SERIN_CORE_INTERCHANGE_IMPORT_NAMES_H_
