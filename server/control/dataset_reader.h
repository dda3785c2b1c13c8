#ifndef SERIN_SERVER_CONTROL_DATASET_READER_H_
#define SERIN_SERVER_CONTROL_DATASET_READER_H_

#include <string>

#include "absl/status/statusor.h"
#include "serin/v1/dataset.pb.h"

namespace serin {

// What schedules have to know of datasets, from whoever keeps them. May wait. Thread-safe. Errors
// are NOT_FOUND, and UNAVAILABLE or DEADLINE_EXCEEDED where it cannot be known now.
class DatasetReader {
 public:
  virtual ~DatasetReader() = default;

  // `name` as in GetDatasetRequest.
  virtual absl::StatusOr<v1::Dataset> GetDataset(const std::string& project,
                                                 const std::string& name) = 0;
  // `name` as in GetDatasetVersionRequest: without a version, the newest.
  virtual absl::StatusOr<v1::DatasetVersion> GetVersion(const std::string& project,
                                                        const std::string& name) = 0;
};

}  // namespace serin

#endif  // SERIN_SERVER_CONTROL_DATASET_READER_H_
