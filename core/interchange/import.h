#ifndef SERIN_CORE_INTERCHANGE_IMPORT_H_
#define SERIN_CORE_INTERCHANGE_IMPORT_H_

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "serin/internal/v1/bundle.pb.h"
#include "serin/v1/model_service.pb.h"

namespace serin {

// The largest model file that ImportModel takes, in bytes.
inline constexpr size_t kMaxImportBytes = size_t{1} << 30;

// What a file is by how it begins; UNSPECIFIED where that is like none.
v1::ModelFormat DetectFormat(absl::string_view file);

// Makes a bundle of a model that another program has written, or that Serin has exported, with
// golden rows, so that it serves like one that was trained here. Takes any bytes. Of `spec`, model
// and request_id are not looked at.
//
// INVALID_ARGUMENT saying what of the file cannot be read, and where, or which field of `spec` does
// not go with it; UNIMPLEMENTED naming what of the model Serin does not know; RESOURCE_EXHAUSTED
// where it would take too much memory.
absl::StatusOr<internal::v1::Bundle> ImportModel(absl::string_view file,
                                                 const v1::ImportSpec& spec);

}  // namespace serin

#endif  // SERIN_CORE_INTERCHANGE_IMPORT_H_
