// Models from files and to files, with the real `serin` against a real server.

#include <gmock/gmock.h>

#include <fstream>
#include <iterator>
#include <string>

#include "absl/strings/str_cat.h"
#include "tests/integration/serin_fixture.h"

namespace serin {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

// Log odds of the second class: -2 where f0 is 0, 2 where it is 1 or more.
constexpr char kStump[] = R"({"learner": {
    "learner_model_param": {"base_score": "5E-1", "num_class": "0", "num_feature": "2"},
    "objective": {"name": "binary:logistic"},
    "gradient_booster": {"name": "gbtree", "model": {"tree_info": [0], "trees": [{
        "left_children": [1, -1, -1], "right_children": [2, -1, -1],
        "split_indices": [0, 0, 0], "split_conditions": [0.5, -2, 2],
        "default_left": [1, 0, 0], "sum_hessian": [9, 4, 5]}]}}},
    "version": [1, 7, 4]})";

class ModelFilesTest : public SerinFixture {
 protected:
  std::string Path(const std::string& name) const {
    return absl::StrCat(scratch_.path(), "/", name);
  }
  std::string Write(const std::string& name, const std::string& bytes) const {
    std::ofstream(Path(name), std::ios::binary) << bytes;
    return Path(name);
  }
  std::string Read(const std::string& name) const {
    std::ifstream file(Path(name), std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }

  const TempDir scratch_;
};

TEST_F(ModelFilesTest, AnImportedModelIsAskedLikeAnyOther) {
  const ProgramResult import =
      Serin({"model", "import", Write("stump.json", kStump), "--model", "buyers", "--features",
             "colour=category,size", "--categories", "colour=red,blue", "--classes", "no,yes",
             "--target", "bought"});
  ASSERT_EQ(import.exit_code, 0) << import.errors;
  EXPECT_THAT(import.output, AllOf(HasSubstr("models/buyers/versions/1: imported predicts bought"),
                                   HasSubstr("xgboost 1.7.4")));

  const ProgramResult answer = Serin({"predict", "buyers", "colour=blue", "size=3"});
  ASSERT_EQ(answer.exit_code, 0) << answer.errors;
  EXPECT_THAT(answer.output, AllOf(HasSubstr("yes"), HasSubstr("0.8808")));
  EXPECT_THAT(Serin({"model", "show", "buyers"}).output, HasSubstr("imported"));
  EXPECT_THAT(client().VerifyModelVersion("buyers@1"),
              IsError(absl::StatusCode::kFailedPrecondition, HasSubstr("was imported")));
}

TEST_F(ModelFilesTest, ABundleGoesFromServerToServer_ByteForByte) {
  v1::ImportSpec spec;
  spec.set_model("original");
  SERIN_ASSERT_OK_AND_ASSIGN(const v1::ModelVersion original,
                             client().ImportModel(spec, Write("stump.json", kStump)));

  const ProgramResult exported =
      Serin({"model", "export", "original@1", "-o", Path("original.serin")});
  ASSERT_EQ(exported.exit_code, 0) << exported.errors;
  spec.set_model("copy");
  SERIN_ASSERT_OK_AND_ASSIGN(const v1::ModelVersion copy,
                             client().ImportModel(spec, Path("original.serin")));

  EXPECT_EQ(static_cast<int64_t>(Read("original.serin").size()), original.bundle_bytes());
  EXPECT_EQ(copy.bundle_sha256(), original.bundle_sha256());
  EXPECT_EQ(copy.lineage().imported().producer(), "xgboost 1.7.4");
}

TEST_F(ModelFilesTest, AnOnnxFileThatSerinWroteAnswersTheSame) {
  v1::ImportSpec spec;
  spec.set_model("stump");
  SERIN_ASSERT_OK_AND_ASSIGN(const v1::ModelVersion stump,
                             client().ImportModel(spec, Write("stump.json", kStump)));
  ASSERT_EQ(
      Serin({"model", "export", "stump@1", "--format", "onnx", "-o", Path("stump.onnx")}).exit_code,
      0);
  spec.set_model("stump-onnx");
  SERIN_ASSERT_OK_AND_ASSIGN(const v1::ModelVersion onnx,
                             client().ImportModel(spec, Path("stump.onnx")));

  EXPECT_EQ(onnx.lineage().imported().format(), v1::MODEL_FORMAT_ONNX);
  for (const char* model : {"stump", "stump-onnx"}) {
    const ProgramResult answer = Serin({"predict", model, "f0=1", "f1=3"});
    EXPECT_THAT(answer.output, HasSubstr("0.8808")) << model << answer.errors;
  }
}

TEST_F(ModelFilesTest, ARepeatedRequestMakesNoSecondVersion) {
  v1::ImportSpec spec;
  spec.set_model("once");
  spec.set_request_id("first");
  const std::string file = Write("stump.json", kStump);
  SERIN_ASSERT_OK_AND_ASSIGN(const v1::ModelVersion first, client().ImportModel(spec, file));
  SERIN_ASSERT_OK_AND_ASSIGN(const v1::ModelVersion again, client().ImportModel(spec, file));
  EXPECT_EQ(again.name(), first.name());
  EXPECT_EQ(client().GetModel("once")->version_count(), 1);
}

TEST_F(ModelFilesTest, SaysWhatIsWrong_AndLeavesNothing) {
  const ProgramResult refused =
      Serin({"model", "import", Write("notes.txt", "Dear diary"), "--model", "nothing"});
  EXPECT_NE(refused.exit_code, 0);
  EXPECT_THAT(refused.errors, HasSubstr("spec.format: must be given"));
  EXPECT_EQ(client().GetModel("nothing").status().code(), absl::StatusCode::kNotFound);

  const ProgramResult absent = Serin({"model", "import", Path("absent"), "--model", "nothing"});
  EXPECT_THAT(absent.errors, HasSubstr("No such file"));
  const ProgramResult unknown = Serin({"model", "export", "nothing@1", "-o", Path("nothing")});
  EXPECT_NE(unknown.exit_code, 0);
  EXPECT_THAT(unknown.errors, HasSubstr("models/nothing"));
  EXPECT_EQ(Read("nothing"), "");
}

}  // namespace
}  // namespace serin
