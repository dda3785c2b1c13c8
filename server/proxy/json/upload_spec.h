#ifndef SERIN_SERVER_PROXY_JSON_UPLOAD_SPEC_H_
#define SERIN_SERVER_PROXY_JSON_UPLOAD_SPEC_H_

#include "absl/status/statusor.h"
#include "serin/v1/dataset_service.pb.h"
#include "server/http/headers.h"
#include "server/proxy/json/request_target.h"

namespace serin {

// What PUT /v1/datasets/D?... uploads, and how it is to be read. The query takes
//   header=true|false    whether the first record holds the names of the columns (default true)
//   delimiter=;          one character (default: a comma)
//   type=COLUMN:TYPE     number, category, boolean, timestamp or text; repeated, for columns whose
//                        type is not to be inferred
//   request_id=ID        a repeated upload with the same id makes no second version
// and the content-length is the file's size. INVALID_ARGUMENT naming the parameter at fault.
absl::StatusOr<v1::UploadDatasetSpec> UploadSpecOf(const RequestTarget& target,
                                                   const Headers& head);

}  // namespace serin

#endif  // SERIN_SERVER_PROXY_JSON_UPLOAD_SPEC_H_
