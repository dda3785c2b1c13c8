#include "server/control/model_imports.h"

#include <memory>
#include <string>

#include "core/bundle/bundle.h"
#include "core/storage/memory_store.h"
#include "server/control/keys.h"
#include "tests/testing/simulated_clock.h"
#include "tests/testing/small_model.h"
#include "tests/testing/status_matchers.h"

namespace serin {
namespace {

using ::testing::HasSubstr;
constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;

class ModelImportsTest : public testing::Test {
 protected:
  ModelImportsTest() { EXPECT_THAT(registry_.Recover(), IsOk()); }

  static v1::ImportSpec Spec(const std::string& request_id) {
    v1::ImportSpec spec;
    spec.set_model("models/imported");
    spec.set_request_id(request_id);
    return spec;
  }

  absl::StatusOr<v1::ModelVersion> Import(const std::string& request_id,
                                          const std::string& file = *EncodeBundle(SmallBundle())) {
    const auto wanted = ModelImports::Check("default", Spec(request_id));
    if (!wanted.ok()) return wanted.status();
    return imports_.Import(*wanted, file);
  }

  size_t RequestCount() {
    size_t count = 0;
    const auto visit = [&](absl::string_view, absl::string_view) { return ++count > 0; };
    EXPECT_THAT(store_.Scan(ImportRequestsPrefix("default", "imported"), "", visit), IsOk());
    return count;
  }

  SimulatedClock clock_;
  MemoryStore store_;
  ModelRegistry registry_{&store_, &clock_, [](const auto&) {}};
  ModelImports imports_{&store_, &registry_, 100};
};

TEST_F(ModelImportsTest, ARepeatedRequestReturnsTheVersionThatTheFirstMade) {
  SERIN_ASSERT_OK_AND_ASSIGN(const v1::ModelVersion first, Import("a"));
  SERIN_ASSERT_OK_AND_ASSIGN(const v1::ModelVersion again, Import("a", "whatever it sends now"));
  SERIN_ASSERT_OK_AND_ASSIGN(const v1::ModelVersion other, Import("b"));

  EXPECT_EQ(first.name(), "models/imported/versions/1");
  EXPECT_EQ(again.name(), first.name());
  EXPECT_EQ(again.bundle_sha256(), first.bundle_sha256());
  EXPECT_EQ(other.version(), 2);
  EXPECT_EQ(registry_.state()->models(0).traffic(0).version(), 1);
}

TEST_F(ModelImportsTest, WithoutAnIdEachRequestMakesAVersion) {
  SERIN_ASSERT_OK_AND_ASSIGN(const v1::ModelVersion first, Import(""));
  SERIN_ASSERT_OK_AND_ASSIGN(const v1::ModelVersion second, Import(""));
  EXPECT_EQ(first.version(), 1);
  EXPECT_EQ(second.version(), 2);
  EXPECT_EQ(RequestCount(), 0u);
}

TEST_F(ModelImportsTest, ARequestIsForgottenWithItsVersion) {
  ASSERT_THAT(Import("a"), IsOk());
  ASSERT_THAT(Import("b"), IsOk());

  ASSERT_THAT(registry_.DeleteVersion("default", "imported", 2), IsOk());
  EXPECT_EQ(RequestCount(), 1u);
  SERIN_ASSERT_OK_AND_ASSIGN(const v1::ModelVersion again, Import("b"));
  EXPECT_EQ(again.version(), 3);

  ASSERT_THAT(registry_.DeleteModel("default", "imported"), IsOk());
  EXPECT_EQ(RequestCount(), 0u);
}

TEST_F(ModelImportsTest, NothingStaysOfAFileThatIsRefused) {
  EXPECT_THAT(Import("a", "no model"), IsError(kInvalid, HasSubstr("spec.format: must be given")));
  EXPECT_EQ(registry_.state()->models_size(), 0);
  EXPECT_EQ(RequestCount(), 0u);
  EXPECT_THAT(Import("a"), IsOk());
}

TEST_F(ModelImportsTest, ChecksNamesAndIds) {
  v1::ImportSpec spec = Spec("");
  spec.set_model("No Model");
  EXPECT_THAT(ModelImports::Check("default", spec), IsError(kInvalid, HasSubstr("spec.model")));
  EXPECT_THAT(ModelImports::Check("default", Spec(std::string(65, 'x'))),
              IsError(kInvalid, HasSubstr("spec.request_id")));
}

TEST_F(ModelImportsTest, FilesOnTheirWayShareTheRoomThatThereIs) {
  ASSERT_THAT(imports_.Hold(60), IsOk());
  EXPECT_THAT(imports_.Hold(41), IsError(absl::StatusCode::kResourceExhausted, HasSubstr("100")));
  ASSERT_THAT(imports_.Hold(40), IsOk());
  imports_.Release(60);
  EXPECT_THAT(imports_.Hold(41), IsOk());
}

}  // namespace
}  // namespace serin
