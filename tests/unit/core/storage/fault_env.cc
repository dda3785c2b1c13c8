#include "tests/unit/core/storage/fault_env.h"

#include <filesystem>
#include <memory>
#include <system_error>
#include <utility>

namespace serin {

class FaultEnv::File final : public leveldb::WritableFile {
 public:
  File(FaultEnv* env, std::string name, leveldb::WritableFile* file)
      : env_(env), name_(std::move(name)), file_(file) {}

  leveldb::Status Append(const leveldb::Slice& data) override {
    const leveldb::Status status = env_->OnAppend(name_, data.size());
    return status.ok() ? file_->Append(data) : status;
  }
  leveldb::Status Close() override { return file_->Close(); }
  leveldb::Status Flush() override { return file_->Flush(); }
  leveldb::Status Sync() override {
    const leveldb::Status status = file_->Sync();
    if (status.ok()) env_->OnSync(name_);
    return status;
  }

 private:
  FaultEnv* const env_;
  const std::string name_;
  const std::unique_ptr<leveldb::WritableFile> file_;
};

leveldb::Status FaultEnv::NewWritableFile(const std::string& name, leveldb::WritableFile** file) {
  const leveldb::Status status = target()->NewWritableFile(name, file);
  if (!status.ok()) return status;
  *file = new File(this, name, *file);
  absl::MutexLock lock(&mutex_);
  files_[name] = Sizes();
  return status;
}

leveldb::Status FaultEnv::NewAppendableFile(const std::string& name, leveldb::WritableFile** file) {
  uint64_t size = 0;
  if (FileExists(name)) GetFileSize(name, &size);
  const leveldb::Status status = target()->NewAppendableFile(name, file);
  if (!status.ok()) return status;
  *file = new File(this, name, *file);
  absl::MutexLock lock(&mutex_);
  files_[name] = Sizes{size, size};
  return status;
}

leveldb::Status FaultEnv::RenameFile(const std::string& from, const std::string& to) {
  const leveldb::Status status = target()->RenameFile(from, to);
  absl::MutexLock lock(&mutex_);
  if (auto node = files_.extract(from); status.ok() && node) files_[to] = node.mapped();
  return status;
}

void FaultEnv::FailWrites(bool fail) {
  absl::MutexLock lock(&mutex_);
  fail_writes_ = fail;
}

void FaultEnv::LoseUnsynced() {
  absl::MutexLock lock(&mutex_);
  for (auto& [name, sizes] : files_) {
    std::error_code gone;  // LevelDB removes files that it needs no more.
    std::filesystem::resize_file(name, sizes.synced, gone);
    sizes.written = sizes.synced;
  }
}

leveldb::Status FaultEnv::OnAppend(const std::string& name, size_t size) {
  absl::MutexLock lock(&mutex_);
  if (fail_writes_) return leveldb::Status::IOError(name, "No space left on device");
  files_[name].written += size;
  return leveldb::Status::OK();
}

void FaultEnv::OnSync(const std::string& name) {
  absl::MutexLock lock(&mutex_);
  files_[name].synced = files_[name].written;
}

}  // namespace serin
