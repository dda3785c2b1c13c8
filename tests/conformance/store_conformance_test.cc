#include "tests/conformance/store_conformance.h"

#include <filesystem>

#include "core/storage/leveldb_store.h"
#include "core/storage/memory_store.h"
#include "tests/testing/temp_dir.h"

namespace serin {
namespace {

class LevelDbUnderTest final : public StoreUnderTest {
 public:
  LevelDbUnderTest() { Reopen(); }

  Store& store() override { return *store_; }

  void Reopen() override {
    store_.reset();
    auto opened = OpenLevelDbStore(dir_.path());
    EXPECT_THAT(opened, IsOk());
    store_ = *std::move(opened);
  }

 private:
  TempDir dir_;
  std::unique_ptr<Store> store_;
};

class MemoryStoreUnderTest final : public StoreUnderTest {
 public:
  Store& store() override { return store_; }
  void Reopen() override { store_.Crash(); }

 private:
  MemoryStore store_;
};

INSTANTIATE_TEST_SUITE_P(LevelDb, StoreConformanceTest, testing::Values(StoreFactory([] {
                           return std::make_unique<LevelDbUnderTest>();
                         })));
INSTANTIATE_TEST_SUITE_P(Memory, StoreConformanceTest, testing::Values(StoreFactory([] {
                           return std::make_unique<MemoryStoreUnderTest>();
                         })));

}  // namespace
}  // namespace serin
