// kill -9 of the server at any moment of an import: nothing half imported, and the same request
// makes one version, whatever became of it before.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "serin/client.h"
#include "tests/integration/deployment.h"
#include "tests/testing/status_matchers.h"

namespace serin {
namespace {

// So many that the file goes in several pieces, and takes a while to import.
constexpr int kStumps = 20'000;

// Each adds 0.0001 where f0 is 0.5 or more, else nothing.
std::string ManyStumps() {
  const std::string stump =
      R"({"left_children": [1, -1, -1], "right_children": [2, -1, -1], "split_indices": [0, 0, 0],
          "split_conditions": [0.5, 0, 0.0001], "default_left": [1, 0, 0],
          "sum_hessian": [9, 4, 5]})";
  return absl::StrCat(
      R"({"learner": {"learner_model_param": {"base_score": "0", "num_class": "0",
          "num_feature": "1"}, "objective": {"name": "reg:squarederror"},
          "gradient_booster": {"name": "gbtree", "model": {"tree_info": [)",
      absl::StrJoin(std::vector<int>(kStumps, 0), ","), R"(], "trees": [)",
      absl::StrJoin(std::vector<std::string>(kStumps, stump), ","), "]}}}}");
}

class ModelImportCrashTest : public testing::Test {
 protected:
  void SetUp() override {
    std::ofstream(path_) << ManyStumps();
    ASSERT_THAT(server_.Start(), IsOk());
  }

  Client Connect() {
    return Client::Connect({.server = server_.process().address("public")}).value();
  }

  absl::StatusOr<v1::ModelVersion> Import(const std::string& model,
                                          const TransferProgressFn& progress = nullptr) {
    v1::ImportSpec spec;
    spec.set_model(model);
    spec.set_request_id("the only one");
    return Connect().ImportModel(spec, path_, progress);
  }

  // Versions of the model; 0 where there is no model either.
  int32_t VersionCount(const std::string& model) {
    const auto found = Connect().GetModel(model);
    if (absl::IsNotFound(found.status())) return 0;
    EXPECT_THAT(found, IsOk());
    return found.ok() ? found->version_count() : -1;
  }

  void ExpectOneVersionThatAnswers(const std::string& model) {
    SERIN_ASSERT_OK_AND_ASSIGN(const v1::ModelVersion version, Import(model));
    EXPECT_EQ(version.name(), absl::StrCat("models/", model, "/versions/1"));
    EXPECT_EQ(VersionCount(model), 1);
    v1::PredictRequest request;
    request.set_model(model);
    (*request.add_rows()->mutable_features())["f0"].set_number_value(1);
    SERIN_ASSERT_OK_AND_ASSIGN(const v1::PredictResponse answer, Connect().Predict(request));
    EXPECT_NEAR(answer.predictions(0).value(), 2, 1e-3);
  }

  const TempDir directory_;
  const std::string path_ = directory_.path() + "/stumps.json";
  SingleServer server_;
};

TEST_F(ModelImportCrashTest,
       KilledWhileTheFileComes_LeavesNothing_AndTheSameRequestMakesOneVersion) {
  const std::vector<std::function<bool(const TransferProgress&)>> moments = {
      [](const TransferProgress& progress) { return progress.bytes > 0; },
      [](const TransferProgress& progress) { return 2 * progress.bytes > *progress.total_bytes; }};
  for (size_t i = 0; i < moments.size(); ++i) {
    const std::string model = absl::StrCat("m", i);
    bool killed = false;
    EXPECT_FALSE(Import(model, [&](const TransferProgress& progress) {
                   if (killed || progress.complete || !moments[i](progress)) return;
                   server_.process().Kill();
                   killed = true;
                 }).ok());
    ASSERT_TRUE(killed);
    ASSERT_THAT(server_.Start(), IsOk());
    EXPECT_EQ(VersionCount(model), 0);
    ExpectOneVersionThatAnswers(model);
  }
}

TEST_F(ModelImportCrashTest,
       KilledWhileItWorksOnIt_TheVersionIsThereOrNot_AndTheSameRequestMakesOne) {
  EXPECT_FALSE(Import("m", [&](const TransferProgress& progress) {
                 if (progress.complete) server_.process().Kill();
               }).ok());
  ASSERT_THAT(server_.Start(), IsOk());
  EXPECT_LE(VersionCount("m"), 1);
  ExpectOneVersionThatAnswers("m");
}

TEST_F(ModelImportCrashTest, KilledAsSoonAsTheVersionIsThere_TheSameRequestFindsIt) {
  std::jthread killer([&, client = Connect()](const std::stop_token& stop) {
    while (!stop.stop_requested() && !client.GetModel("m").ok()) {
    }
    server_.process().Kill();
  });
  Import("m").status().IgnoreError();  // Answered or not.
  killer.request_stop();
  killer.join();
  ASSERT_THAT(server_.Start(), IsOk());
  EXPECT_EQ(VersionCount("m"), 1);
  ExpectOneVersionThatAnswers("m");
}

}  // namespace
}  // namespace serin
