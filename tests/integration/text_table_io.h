#ifndef SERIN_TESTS_INTEGRATION_TEXT_TABLE_IO_H_
#define SERIN_TESTS_INTEGRATION_TEXT_TABLE_IO_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "serin/client.h"

// Tables of text into a server and out of it, to compare them with what others read from the same
// file.

namespace serin {

// A value as text; nothing where it is missing.
using TextCell = std::optional<std::string>;
using TextRow = std::vector<TextCell>;

// Uploads the file with every column as text.
absl::StatusOr<v1::DatasetVersion> UploadAsText(const Client& client, const std::string& dataset,
                                                absl::string_view file,
                                                const std::vector<std::string>& columns,
                                                UploadOptions options = {});

// All rows of a dataset: strings as they are, all else as it would be written to a CSV file.
absl::StatusOr<std::vector<TextRow>> ReadAllRows(const Client& client, const std::string& dataset);

// The bytes of a download.
absl::StatusOr<std::string> Download(const Client& client, const std::string& dataset,
                                     v1::DownloadDatasetRequest::Format format);

// What Serin makes of a field's text in a text column: without spaces around it, and nothing where
// it stands for a missing value.
TextCell ExpectedCell(absl::string_view text);

}  // namespace serin

#endif  // SERIN_TESTS_INTEGRATION_TEXT_TABLE_IO_H_
