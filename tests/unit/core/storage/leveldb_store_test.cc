#include "core/storage/leveldb_store.h"

#include <filesystem>
#include <fstream>
#include <memory>
#include <string>

#include "tests/testing/status_matchers.h"
#include "tests/testing/temp_dir.h"
#include "tests/unit/core/storage/fault_env.h"

namespace serin {
namespace {

using ::testing::_;
using ::testing::AllOf;
using ::testing::HasSubstr;

constexpr auto kUnavailable = absl::StatusCode::kUnavailable;
constexpr auto kLoss = absl::StatusCode::kDataLoss;

class LevelDbStoreTest : public testing::Test {
 protected:
  void SetUp() override { ASSERT_THAT(Open(), IsOk()); }

  absl::Status Open() {
    store_.reset();
    auto opened = OpenLevelDbStore(dir(), &env_);
    if (opened.ok()) store_ = *std::move(opened);
    return opened.status();
  }

  absl::Status Put(const std::string& key, const std::string& value) {
    WriteBatch batch;
    batch.PutValue(key, value);
    return store_->Write(batch);
  }

  std::string dir() const { return temp_.path() + "/made/with/parents"; }

  // Overwrites bytes about the middle of every file with this extension, in a value and not in a
  // length before it: a length that reaches beyond the end of a log reads as a write that a crash
  // has cut off, which is no damage.
  int Damage(const std::string& extension) {
    int damaged = 0;
    for (const auto& entry : std::filesystem::directory_iterator(dir())) {
      if (entry.path().extension() != extension || entry.file_size() < 100) continue;
      std::fstream file(entry.path(), std::ios::in | std::ios::out | std::ios::binary);
      file.seekp(static_cast<std::streamoff>(entry.file_size() / 2 + 50));
      file << "damage";
      ++damaged;
    }
    return damaged;
  }

  TempDir temp_;
  FaultEnv env_;
  std::unique_ptr<Store> store_;
};

TEST_F(LevelDbStoreTest, AcknowledgedWrites_SurviveAPowerCut) {
  for (int i = 0; i < 20; ++i) {
    const std::string key = std::to_string(i);
    // Large enough that LevelDB starts new files on the way.
    ASSERT_THAT(Put(key, std::string(600'000, 'x')), IsOk());
    if (i % 5 != 4) continue;
    store_.reset();
    env_.LoseUnsynced();
    ASSERT_THAT(Open(), IsOk());
    for (int j = 0; j <= i; ++j) EXPECT_THAT(store_->Get(std::to_string(j)), IsOk()) << j;
  }
}

TEST_F(LevelDbStoreTest, AfterAFailedWrite_NothingIsWritten_UntilItIsOpenedAgain) {
  ASSERT_THAT(Put("a", "1"), IsOk());
  env_.FailWrites(true);
  const absl::Status error = Put("b", "1");
  EXPECT_THAT(error, IsError(kUnavailable, AllOf(HasSubstr("No space left on device"),
                                                 HasSubstr("until the server is restarted"))));
  env_.FailWrites(false);
  EXPECT_EQ(Put("c", "1"), error);
  EXPECT_THAT(store_->Get("a"), IsOk());
  EXPECT_THAT(store_->Get("b"), IsError(absl::StatusCode::kNotFound, _));

  ASSERT_THAT(Open(), IsOk());
  EXPECT_THAT(store_->Get("a"), IsOk());
  EXPECT_THAT(Put("c", "1"), IsOk());
}

TEST_F(LevelDbStoreTest, ADirectoryInUse_IsRefused_SayingSo) {
  EXPECT_THAT(OpenLevelDbStore(dir()),
              IsError(absl::StatusCode::kFailedPrecondition,
                      HasSubstr(dir() + " is in use by another process; stop it")));
}

TEST_F(LevelDbStoreTest, ADirectoryThatCannotBeMade_IsUnavailable) {
  std::ofstream(temp_.path() + "/file") << "no directory";
  EXPECT_THAT(OpenLevelDbStore(temp_.path() + "/file/store"),
              IsError(kUnavailable, HasSubstr("cannot make data directory")));
}

TEST_F(LevelDbStoreTest, WhatWasDeletedWhileItWasRead_IsGivenBackByCompacting) {
  for (int i = 100; i < 160; ++i) {
    ASSERT_THAT(Put(std::to_string(i), std::string(600'000, static_cast<char>(i))), IsOk());
  }
  {
    const std::unique_ptr<StoreReader> snapshot = store_->NewSnapshot();
    WriteBatch batch;
    for (int i = 100; i < 160; ++i) batch.DeleteKey(std::to_string(i));
    ASSERT_THAT(store_->Write(batch), IsOk());
    EXPECT_THAT(snapshot->Get("130"), IsOk());
  }
  store_->Compact("100", "159");
  uintmax_t bytes = 0;
  for (const auto& entry : std::filesystem::directory_iterator(dir())) {
    if (entry.path().extension() == ".ldb") bytes += entry.file_size();
  }
  EXPECT_LT(bytes, 1'000'000u);
}

TEST_F(LevelDbStoreTest, ADamagedLog_IsDataLossOnOpening) {
  for (int i = 0; i < 100; ++i) ASSERT_THAT(Put(std::to_string(i), std::string(100, 'x')), IsOk());
  store_.reset();
  ASSERT_GT(Damage(".log"), 0);
  EXPECT_THAT(Open(), IsError(kLoss, HasSubstr("cannot open data directory " + dir())));
}

TEST_F(LevelDbStoreTest, ADamagedBlock_IsDataLossOnReading) {
  for (int i = 0; i < 100; ++i) {
    ASSERT_THAT(Put(std::to_string(1000 + i), std::string(1000, static_cast<char>('a' + i % 26))),
                IsOk());
  }
  ASSERT_THAT(Open(), IsOk());  // Moves the log into a table.
  store_.reset();
  ASSERT_GT(Damage(".ldb"), 0);
  ASSERT_THAT(Open(), IsOk());
  EXPECT_THAT(store_->Scan("", "", [](auto, auto) { return true; }), IsError(kLoss, _));
}

}  // namespace
}  // namespace serin
