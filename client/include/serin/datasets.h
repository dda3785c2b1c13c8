#ifndef SERIN_DATASETS_H_
#define SERIN_DATASETS_H_

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "serin/v1/dataset.pb.h"
#include "serin/v1/dataset_service.pb.h"
#include "serin/v1/table.pb.h"

// What the methods of a Client that are about datasets take beside the dataset.

namespace serin {

using Labels = std::map<std::string, std::string>;

// How a file is to be read. What is not set is found by looking at its first bytes.
struct UploadOptions {
  v1::FileFormat::Kind kind = v1::FileFormat::KIND_UNSPECIFIED;
  v1::FileFormat::Compression compression = v1::FileFormat::COMPRESSION_UNSPECIFIED;
  // Of CSV files. False: the file has no names; the columns become c1, c2, ...
  bool has_header = true;
  // Of CSV files: one ASCII character other than a quote or line break.
  std::optional<char> delimiter;
  // Of CSV files: the character around fields that hold delimiters or line breaks.
  std::optional<char> quote;
  // Types by column name. Columns that are not listed are inferred.
  std::map<std::string, v1::ColumnType> types;
  // Whether a value that is not of the type that `types` gives is missing; else its row is bad.
  bool missing_where_not_of_type = false;
  // Absent: the first bad row refuses the upload. Else bad rows are left out, counted and reported
  // (DatasetVersion.rejected_rows), and one more than this refuses it; 0: the server's default.
  std::optional<int64_t> max_bad_rows;
  // For a dataset that is new.
  std::string description;
  Labels labels;
  // With a string of your own (at most 64 characters) an upload can be repeated safely: the server
  // makes one version of all uploads to a dataset with the same id.
  std::string request_id;
};

// How far a file is that is sent or fetched.
struct TransferProgress {
  int64_t bytes = 0;
  // Absent where it is not known: an input that cannot tell its size, such as a pipe.
  std::optional<int64_t> total_bytes;
  // Line ends so far, which is about the number of rows. Absent where the file is compressed.
  std::optional<int64_t> lines;
  // All bytes are through; what is left of an upload is for the server to do.
  bool complete = false;
};
// Called on the caller's thread after each piece, and once more when all are through.
using TransferProgressFn = std::function<void(const TransferProgress&)>;

struct AppendOptions {
  // For a dataset that is new: all columns, each with a type.
  v1::Schema schema;
  // For a dataset that is new.
  v1::Retention retention;
  std::string description;
  Labels labels;
  // As in UploadOptions.
  std::string request_id;
};

// What is to change; what is absent stays as it is.
struct DatasetUpdate {
  std::optional<std::string> description;
  // Instead of all that there are.
  std::optional<Labels> labels;
  std::optional<v1::Retention> retention;
};

struct ListDatasetsOptions {
  // As in ListDatasetsRequest: `labels.team = "fraud" AND live = true`. Empty: all.
  std::string filter;
  // At most this many; 0 means all.
  int64_t limit = 0;
};

struct ReadRowsOptions {
  // In the order wanted; empty means all.
  std::vector<std::string> columns;
  // Rows to skip.
  int64_t offset = 0;
  // At most this many; 0 means all.
  int64_t limit = 0;
};
// Takes a batch of rows; false ends the reading.
using RowBatchFn = std::function<bool(const v1::ReadRowsResponse&)>;

struct TransformOptions {
  // The dataset that gets the new version; empty: the one that is transformed.
  std::string dataset;
  // For a dataset that is new.
  std::string description;
  Labels labels;
  // As in UploadOptions.
  std::string request_id;
};

struct QueryOptions {
  // Values of ?1, ?2, ...
  std::vector<v1::QueryParameter> parameters;
  // More rows end the query with RESOURCE_EXHAUSTED; 0: the server's limit.
  int64_t max_rows = 0;
};
// Takes a batch of rows of the answer; false ends the query.
using QueryBatchFn = std::function<bool(const v1::QueryDatasetsResponse&)>;

struct DownloadOptions {
  v1::DownloadDatasetRequest::Format format = v1::DownloadDatasetRequest::FORMAT_AS_UPLOADED;
  // In the order wanted; empty means all. Not of FORMAT_AS_UPLOADED.
  std::vector<std::string> columns;
};
// Takes the next bytes of the file; the first piece has its name and, where known, its size. False
// ends the download.
using DownloadFn = std::function<bool(const v1::DownloadDatasetResponse&)>;

}  // namespace serin

#endif  // SERIN_DATASETS_H_
