#ifndef SERIN_CLIENT_CLI_DATASET_ARGUMENTS_H_
#define SERIN_CLIENT_CLI_DATASET_ARGUMENTS_H_

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "serin/v1/dataset.pb.h"
#include "serin/v1/dataset_service.pb.h"

// Parsers of what people type as arguments of `serin dataset`. Each error is INVALID_ARGUMENT and
// quotes the argument.

namespace serin {

// csv, tsv (whose delimiter is found by looking), jsonl, libsvm.
absl::StatusOr<v1::FileFormat::Kind> ParseFileKind(absl::string_view text);

// as-uploaded, csv, jsonl.
absl::StatusOr<v1::DownloadDatasetRequest::Format> ParseDownloadFormat(absl::string_view text);

// One ASCII character, or `\t` for a tab. `flag` is for the error.
absl::StatusOr<char> ParseCharacter(absl::string_view flag, absl::string_view text);

// A number, true, false, null, or text; '...' is text whatever it holds, with '' for '.
v1::QueryParameter ParseQueryParameter(absl::string_view text);

// Limits with commas between them: an age (90s, 30m, 12h, 30d), a size (500MB, 10GB; powers of
// 1000), a number of rows (1000000rows), each at most once. `all`: no limit.
absl::StatusOr<v1::Retention> ParseRetention(absl::string_view text);

}  // namespace serin

#endif  // SERIN_CLIENT_CLI_DATASET_ARGUMENTS_H_
