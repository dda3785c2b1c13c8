#include "server/predict/prediction_log.h"

#include <algorithm>
#include <thread>

#include "absl/hash/hash.h"
#include "absl/strings/str_cat.h"
#include "core/base/resource_name.h"
#include "core/monitor/hashed_column.h"
#include "core/monitor/log_columns.h"
#include "core/monitor/log_sampling.h"
#include "core/table/table_appender.h"
#include "server/rpc/log.h"

namespace serin {
namespace {

double CountOf(size_t rows) { return static_cast<double>(rows); }

// About what the rows of a call take in memory, which is more than they take on the wire.
size_t BytesOf(const LoggedCall& call, const v1::PredictionLog& log, const Table& rows,
               const Scores& scores) {
  constexpr size_t kOwnColumns = 10;
  constexpr size_t kHashBytes = sizeof(std::string) + kHashDigits;
  // A double, and the half of one that its vector has in reserve.
  constexpr size_t kValueBytes = 12;
  // Of the texts that each call has of its own, and of their places in the dictionaries.
  constexpr size_t kCallBytes = 128;
  const size_t row_bytes = kValueBytes * (kOwnColumns + rows.columns.size() + scores.output_count) +
                           call.prediction_id.size() + call.request_id.size() + call.key.size() +
                           call.caller.size() +
                           kHashBytes * static_cast<size_t>(log.hash_features_size());
  size_t bytes = kCallBytes + row_bytes * rows.row_count();
  for (const ColumnData& column : rows.columns) {
    for (const int32_t code : column.codes) {
      if (code != ColumnData::kMissingCode) bytes += column.dictionary[code].size();
    }
  }
  return bytes;
}

}  // namespace

PredictionLog::PredictionLog(const LogSettings* settings, RowSink* sink, IdGenerator* ids,
                             std::function<void()> on_backlog, PredictionLogOptions options)
    : settings_(settings),
      sink_(sink),
      ids_(ids),
      on_backlog_(std::move(on_backlog)),
      options_(options) {}

PredictionLog::~PredictionLog() {
  Collect();
  size_t rows = 0;
  for (const Pending& pending : pending_) {
    rows += pending.table.row_count() - pending.begin;
    pending.setting->counters->dropped->Increment(
        CountOf(pending.table.row_count() - pending.begin));
  }
  if (rows > 0) LogEvent(LogLevel::kWarning, "prediction_log_dropped", {{"rows", rows}});
}

void PredictionLog::Record(const std::shared_ptr<const LoadedModel>& model, const LoggedCall& call,
                           const Table& rows, const Scores& scores) {
  const std::shared_ptr<const LogSetting> setting =
      settings_->Find(model->project, model->model_id);
  if (setting == nullptr) return;
  const LogCounters& counters = *setting->counters;
  const size_t row_count = rows.row_count();
  counters.served->Increment(CountOf(row_count));
  if (!IsLogged(call.prediction_id, setting->log.sampling_percent())) {
    return counters.sampled_out->Increment(CountOf(row_count));
  }
  const size_t bytes = BytesOf(call, setting->log, rows, scores);
  if (!Hold(bytes)) return counters.dropped->Increment(CountOf(row_count));
  Shard& shard = ShardOfThread();
  absl::MutexLock lock(&shard.mutex);
  Batch& batch = shard.batches[{&model->predictor->model(), setting.get()}];
  if (batch.rows == nullptr) {
    batch = {
        model->predictor->shared_model(), setting,
        std::make_unique<LogRows>(&model->predictor->model(), setting->log, setting->hash_key)};
  }
  batch.rows->Append(call, rows, scores.values);
  batch.bytes += bytes;
}

PredictionLog::Shard& PredictionLog::ShardOfThread() {
  return shards_[absl::HashOf(std::this_thread::get_id()) % shards_.size()];
}

bool PredictionLog::Hold(size_t bytes) {
  const size_t before = held_bytes_.fetch_add(bytes);
  if (before + bytes > options_.max_bytes) {
    held_bytes_ -= bytes;
    return false;
  }
  if (before < options_.backlog_bytes && before + bytes >= options_.backlog_bytes) on_backlog_();
  return true;
}

// What waits goes first: while it does, rows gather where they were recorded, in few batches.
bool PredictionLog::Step() {
  if (!AppendPending()) return false;
  Collect();
  return AppendPending();
}

bool PredictionLog::AppendPending() {
  while (!pending_.empty()) {
    const absl::Status appended = AppendNext();
    if (appended.ok()) continue;
    LogEvent(LogLevel::kWarning, "prediction_log_waits", {{"reason", appended.message()}});
    return false;
  }
  return true;
}

void PredictionLog::Collect() {
  absl::flat_hash_map<BatchKey, std::vector<Batch>> collected;
  for (Shard& shard : shards_) {
    Batches batches;
    {
      absl::MutexLock lock(&shard.mutex);
      batches.swap(shard.batches);
    }
    for (auto& [key, batch] : batches) collected[key].push_back(std::move(batch));
  }
  for (auto& [key, batches] : collected) Enqueue(std::move(batches));
}

void PredictionLog::Enqueue(std::vector<Batch> batches) {
  Pending& pending = pending_.emplace_back();
  pending.setting = batches[0].setting;
  pending.request_id = ids_->Next();
  TableAppender rows;
  for (Batch& batch : batches) {
    pending.bytes += batch.bytes;
    if (batches.size() == 1) {
      pending.table = batch.rows->Take();
      return;
    }
    const Table more = batch.rows->Take();
    rows.Append(more, 0, more.row_count());
  }
  pending.table = rows.Take();
}

absl::Status PredictionLog::AppendNext() {
  Pending& next = pending_.front();
  const LogSetting& setting = *next.setting;
  const size_t end = EndOfAppend(next);
  const absl::Status appended =
      sink_->Append({.project = setting.project,
                     .dataset = PredictionsDataset(setting.model_id),
                     .description = absl::StrCat("Predictions of ", ModelName(setting.model_id)),
                     .max_age = setting.log.retention(),
                     .request_id = next.request_id,
                     .table = &next.table,
                     .begin = next.begin,
                     .end = end});
  if (WorthRetrying(appended)) return appended;
  const LogCounters& counters = *setting.counters;
  (appended.ok() ? counters.logged : counters.dropped)->Increment(CountOf(end - next.begin));
  if (!appended.ok()) {
    LogEvent(
        LogLevel::kError, "prediction_log_dropped",
        {{"model", setting.model_id}, {"rows", end - next.begin}, {"reason", appended.message()}});
  }
  next.begin = end;
  next.request_id = ids_->Next();
  if (end == next.table.row_count()) {
    held_bytes_ -= next.bytes;
    pending_.pop_front();
  }
  return absl::OkStatus();
}

size_t PredictionLog::EndOfAppend(const Pending& pending) const {
  const size_t rows = pending.table.row_count();
  const size_t row_bytes = std::max<size_t>(1, pending.bytes / rows);
  const size_t at_once =
      std::clamp<size_t>(options_.max_append_bytes / row_bytes, 1, options_.max_append_rows);
  return std::min(rows, pending.begin + at_once);
}

}  // namespace serin
