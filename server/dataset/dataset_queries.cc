#include "server/dataset/dataset_queries.h"

#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/strings/str_cat.h"
#include "core/base/errors.h"
#include "core/base/status_macros.h"
#include "core/storage/records.h"
#include "server/dataset/dataset_filter.h"
#include "server/dataset/dataset_keys.h"
#include "server/dataset/paging.h"

namespace serin {
namespace {

using internal::v1::DatasetRecord;
using internal::v1::DatasetVersionRecord;

// The record under `key`, or NOT_FOUND for the resource that it stands for.
template <typename Record>
absl::StatusOr<Record> GetResource(const StoreReader& store, absl::string_view key,
                                   absl::string_view resource) {
  absl::StatusOr<Record> record = GetRecord<Record>(store, key);
  if (absl::IsNotFound(record.status())) return ResourceNotFound(resource);
  return record;
}

// Of an answer: gRPC's clients take 4 MiB unless told otherwise.
constexpr size_t kMaxPageBytes = 2 << 20;

// Entries of one page, and the key of the last of them if more follow.
template <typename Record>
class Page {
 public:
  // Of the records that `wanted` says yes to.
  Page(size_t size, absl::FunctionRef<bool(const Record&)> wanted) : size_(size), wanted_(wanted) {}

  // For a scan: takes entries until the page is full, by their number or their bytes, and one more
  // was seen.
  bool Take(absl::string_view key, absl::string_view value) {
    auto record = ParseRecord<Record>(key, value);
    status_ = record.status();
    if (!status_.ok()) return false;
    if (!wanted_(*record)) return true;
    more_ =
        records_.size() == size_ || (!records_.empty() && bytes_ + value.size() > kMaxPageBytes);
    if (more_) return false;
    bytes_ += value.size();
    records_.push_back(*std::move(record));
    last_ = std::string(key);
    return true;
  }

  const absl::Status& status() const { return status_; }
  const std::vector<Record>& records() const { return records_; }
  std::string next_page_token(absl::string_view filter = "") const {
    return more_ ? PageTokenAfter(last_, filter) : "";
  }

 private:
  const size_t size_;
  const absl::FunctionRef<bool(const Record&)> wanted_;
  std::vector<Record> records_;
  std::string last_;
  size_t bytes_ = 0;
  bool more_ = false;
  absl::Status status_;
};

// The least key that is greater than `key`.
std::string Behind(const std::string& key) { return key + '\0'; }

}  // namespace

absl::StatusOr<v1::Dataset> GetDataset(const StoreReader& store, absl::string_view project,
                                       const v1::GetDatasetRequest& request) {
  SERIN_ASSIGN_OR_RETURN(const std::string dataset, ParseDatasetName("name", request.name()));
  SERIN_ASSIGN_OR_RETURN(
      DatasetRecord record,
      GetResource<DatasetRecord>(store, DatasetKey(project, dataset), DatasetName(dataset)));
  return std::move(*record.mutable_dataset());
}

absl::StatusOr<v1::ListDatasetsResponse> ListDatasets(const StoreReader& store,
                                                      absl::string_view project,
                                                      const v1::ListDatasetsRequest& request) {
  const std::string prefix = DatasetPrefix(project);
  SERIN_ASSIGN_OR_RETURN(const size_t size, PageSizeOf(request.page_size()));
  SERIN_ASSIGN_OR_RETURN(const DatasetFilter filter, DatasetFilter::Parse(request.filter()));
  SERIN_ASSIGN_OR_RETURN(const std::string last,
                         ParsePageToken(request.page_token(), prefix, request.filter()));
  const auto wanted = [&](const DatasetRecord& record) { return filter.Matches(record.dataset()); };
  Page<DatasetRecord> page(size, wanted);
  const auto take = [&](absl::string_view key, absl::string_view value) {
    return page.Take(key, value);
  };
  SERIN_RETURN_IF_ERROR(store.Scan(prefix, last.empty() ? "" : Behind(last), take));
  SERIN_RETURN_IF_ERROR(page.status());
  v1::ListDatasetsResponse response;
  for (const DatasetRecord& record : page.records()) *response.add_datasets() = record.dataset();
  response.set_next_page_token(page.next_page_token(request.filter()));
  return response;
}

absl::StatusOr<v1::DatasetVersion> GetDatasetVersion(const StoreReader& store,
                                                     absl::string_view project,
                                                     const v1::GetDatasetVersionRequest& request) {
  SERIN_ASSIGN_OR_RETURN(const VersionedRef ref, ParseDatasetRef("name", request.name()));
  SERIN_ASSIGN_OR_RETURN(DatasetVersionRecord record, FindVersion(store, project, ref));
  return std::move(*record.mutable_version());
}

absl::StatusOr<v1::ListDatasetVersionsResponse> ListDatasetVersions(
    const StoreReader& store, absl::string_view project,
    const v1::ListDatasetVersionsRequest& request) {
  SERIN_ASSIGN_OR_RETURN(const std::string dataset, ParseDatasetName("dataset", request.dataset()));
  const std::string prefix = VersionPrefix(project, dataset);
  SERIN_ASSIGN_OR_RETURN(const size_t size, PageSizeOf(request.page_size()));
  SERIN_ASSIGN_OR_RETURN(const std::string last, ParsePageToken(request.page_token(), prefix));
  SERIN_RETURN_IF_ERROR(
      GetResource<DatasetRecord>(store, DatasetKey(project, dataset), DatasetName(dataset))
          .status());
  const auto any = [](const DatasetVersionRecord&) { return true; };
  Page<DatasetVersionRecord> page(size, any);
  const auto take = [&](absl::string_view key, absl::string_view value) {
    return page.Take(key, value);
  };
  SERIN_RETURN_IF_ERROR(store.ScanBackward(prefix, last, take));
  SERIN_RETURN_IF_ERROR(page.status());
  v1::ListDatasetVersionsResponse response;
  for (const auto& record : page.records()) *response.add_versions() = record.version();
  response.set_next_page_token(page.next_page_token());
  return response;
}

absl::Status CheckTakesVersions(const v1::Dataset& dataset) {
  if (!dataset.live()) return absl::OkStatus();
  return WithReason(absl::FailedPreconditionError(absl::StrCat(
                        dataset.name(),
                        " is live: rows are appended to it (AppendRows), versions are not added")),
                    "DATASET_IS_LIVE");
}

absl::StatusOr<DatasetVersionRecord> FindVersion(const StoreReader& store,
                                                 absl::string_view project,
                                                 const VersionedRef& ref) {
  int32_t number = ref.version;
  if (number == 0) {
    SERIN_ASSIGN_OR_RETURN(
        const DatasetRecord record,
        GetResource<DatasetRecord>(store, DatasetKey(project, ref.id), DatasetName(ref.id)));
    number = record.dataset().latest_version();
  }
  return GetResource<DatasetVersionRecord>(store, VersionKey(project, ref.id, number),
                                           DatasetVersionName(ref.id, number));
}

absl::StatusOr<int32_t> LatestVersionBefore(const StoreReader& store, absl::string_view project,
                                            absl::string_view dataset, int32_t version) {
  absl::StatusOr<DatasetVersionRecord> record = absl::DataLossError(
      absl::StrCat("storage: ", DatasetName(dataset), " has fewer versions than it says"));
  SERIN_RETURN_IF_ERROR(store.ScanBackward(VersionPrefix(project, dataset),
                                           VersionKey(project, dataset, version),
                                           [&](absl::string_view key, absl::string_view value) {
                                             record = ParseRecord<DatasetVersionRecord>(key, value);
                                             return false;
                                           }));
  SERIN_RETURN_IF_ERROR(record.status());
  return record->version().version();
}

}  // namespace serin
