#ifndef SERIN_SERVER_PROXY_JSON_UPLOAD_SPEC_H_
#define SERIN_SERVER_PROXY_JSON_UPLOAD_SPEC_H_

#include <optional>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "serin/v1/dataset_service.pb.h"
#include "server/http/headers.h"
#include "server/proxy/json/request_target.h"

namespace serin {

// What PUT /v1/datasets/D?... uploads, and how it is to be read. The query takes
//   format=csv|tsv|jsonl|libsvm     what the file is (default: what it looks like)
//   header=true|false               whether the first record holds the names of the columns
//                                   (default true)
//   delimiter=;  quote='            one character each (default: what it looks like)
//   type=COLUMN:TYPE                number, integer, category, boolean, timestamp or text;
//                                   repeated, for columns whose type is not to be inferred
//   if_invalid=refuse|missing       what a value is that is not of the type given (default: refuse)
//   bad_rows=refuse|set_aside       what becomes of rows that cannot be read (default: refuse)
//   max_bad_rows=N                  at most so many are set aside, which this implies
//   description=TEXT  label=KEY:VALUE, repeated     of a dataset that is new
//   request_id=ID                   a repeated upload with the same id makes no second version
// the content-length is the file's size, and a content-encoding of gzip or zstd its compression.
// INVALID_ARGUMENT naming the parameter at fault.
absl::StatusOr<v1::UploadDatasetSpec> UploadSpecOf(const RequestTarget& target,
                                                   const Headers& head);

// How a content-encoding says that the file is compressed; UNSPECIFIED, to be found by looking, for
// none and for `identity`. Nothing for one that no reader knows.
std::optional<v1::FileFormat::Compression> UploadCompression(absl::string_view content_encoding);

}  // namespace serin

#endif  // SERIN_SERVER_PROXY_JSON_UPLOAD_SPEC_H_
