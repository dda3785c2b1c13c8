// What was true, for predictions of real processes: early, late, twice and for none; the accuracy
// that comes of it.

#include <string>
#include <vector>

#include "core/base/clock.h"
#include "google/protobuf/text_format.h"
#include "tests/integration/prediction_log_fixture.h"

namespace serin {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

// The SQL of a shell command in docs/serving.md: that of the first query behind `heading`.
std::string QueryInTheDocument(const std::string& heading) {
  const std::string document = TestFile("../../docs/serving.md");
  const std::string command = "serin dataset query \"";
  size_t at = document.find(command, document.find(heading));
  std::string sql;
  if (at == std::string::npos) return sql;
  for (at += command.size(); document[at] != '"'; ++at) {
    if (document[at] == '\\') ++at;
    sql += document[at];
  }
  return sql;
}

// 2026-01-01 and 2026-01-02; f and g are of the second day.
constexpr char kOldPredictions[] = R"pb(
  rows {
    columns {
      name: "time"
      numbers {
        values: [
          1767225600,
          1767225601,
          1767229200,
          1767311999,
          1767225600,
          1767312000,
          1767312000
        ]
      }
    }
    columns {
      name: "prediction_id"
      strings { values: [ "a", "b", "c", "d", "e", "f", "g" ] }
    }
    columns {
      name: "row"
      integers { values: [ 0, 0, 0, 0, 0, 0, 0 ] }
    }
    columns {
      name: "version"
      integers { values: [ 1, 1, 1, 1, 2, 1, 2 ] }
    }
    columns {
      name: "prediction"
      strings {
        values: [ "setosa", "setosa", "virginica", "virginica", "setosa", "setosa", "setosa" ]
      }
    }
  }
)pb";
constexpr char kTheirDataset[] = R"pb(
  spec {
    dataset: "predictions.iris"
    schema {
      columns { name: "time" type: COLUMN_TYPE_TIMESTAMP }
      columns { name: "prediction_id" type: COLUMN_TYPE_TEXT }
      columns { name: "row" type: COLUMN_TYPE_INTEGER }
      columns { name: "version" type: COLUMN_TYPE_INTEGER }
      columns { name: "prediction" type: COLUMN_TYPE_TEXT }
    }
  }
)pb";

class FeedbackTest : public PredictionLogFixture {
 protected:
  // Puts predictions of other days into the log.
  absl::Status AppendOldPredictions() {
    grpc::ClientContext context;
    TestClient::Prepare(context);
    v1::AppendRowsResponse response;
    const auto writer = client().datasets().AppendRows(&context, &response);
    for (const char* text : {kTheirDataset, kOldPredictions}) {
      v1::AppendRowsRequest request;
      EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &request));
      writer->Write(request);
    }
    writer->WritesDone();
    return FromGrpc(writer->Finish());
  }
};

TEST_F(FeedbackTest, Labels_EarlyLateTwiceAndForNone_StandBesideTheirPredictions) {
  EXPECT_THAT(Record({Label("none", "virginica")}), IsOk()) << "no log knows it, or ever will";
  std::vector<std::string> ids;
  for (int i = 0; i < 4; ++i) {
    SERIN_ASSERT_OK_AND_ASSIGN(const v1::PredictResponse answer,
                               client().Predict(PredictSetosa("iris")));
    ids.push_back(answer.prediction_id());
    if (i == 0) {
      EXPECT_THAT(Record({Label(ids[0], "setosa")}), IsOk()) << "not logged yet";
    }
  }
  ASSERT_TRUE(Await([&] { return LoggedRows() == 4; }));
  EXPECT_THAT(
      Record({Label(ids[1], "setosa"), Label(ids[2], "setosa"), Label(ids[2], "virginica")}),
      IsOk());

  const auto listed = List();
  ASSERT_THAT(listed, SizeIs(4));
  EXPECT_FALSE(listed[0].has_label()) << "newest first";
  EXPECT_EQ(listed[1].label().string_value(), "virginica") << "the second one";
  EXPECT_EQ(listed[2].label().string_value(), "setosa");
  EXPECT_EQ(listed[3].label().string_value(), "setosa");
  EXPECT_TRUE(listed[3].has_label_time());

  const auto wrong = Record({Label(ids[3], "setosa"), Label("", "setosa")});
  EXPECT_THAT(wrong.status(),
              IsError(absl::StatusCode::kInvalidArgument, HasSubstr("feedback[1].prediction_id")));
  EXPECT_THAT(Cells("select count(*) from \"feedback.iris\""), ElementsAre("5"))
      << "a message is taken as a whole";
}

TEST_F(FeedbackTest, AccuracyOverTime_IsTheQueryOfTheDocument) {
  ASSERT_THAT(AppendOldPredictions(), IsOk());
  SERIN_ASSERT_OK_AND_ASSIGN(const v1::PredictResponse today,
                             client().Predict(PredictSetosa("iris")));
  ASSERT_TRUE(Await([&] { return LoggedRows() == 8; }));
  ASSERT_THAT(Record({Label("a", "setosa"), Label("b", "virginica"), Label("c", "virginica"),
                      Label("d", "virginica"), Label("e", "virginica"), Label("f", "versicolor"),
                      Label("f", "setosa"), Label(today.prediction_id(), "setosa"),
                      Label("of no prediction", "setosa")}),
              IsOk());

  const std::string sql = QueryInTheDocument("Accuracy per version and day");
  ASSERT_THAT(sql, HasSubstr("accuracy"));
  v1::ListPredictionsRequest newest;
  newest.set_model("iris");
  newest.set_limit(1);
  const std::string day =
      absl::FormatTime("%Y-%m-%d", FromProto(List(newest).at(0).time()), absl::UTCTimeZone());
  EXPECT_THAT(Cells(sql), ElementsAre("2026-01-01", "1", "4", "0.75",  //
                                      "2026-01-01", "2", "1", "0",     //
                                      "2026-01-02", "1", "1", "1",     //
                                      day, "1", "1", "1"))
      << "g has no label; of f's two the last one counts";
}

TEST_F(FeedbackTest, LabelsThatWereTaken_AreThereThoughTheDatasetRoleIsKilled) {
  ASSERT_THAT(Record({Label("a", "setosa"), Label("b", "virginica")}), IsOk());
  server_.dataset().Kill();
  EXPECT_THAT(Record({Label("a", "virginica")}).status(),
              IsError(absl::StatusCode::kUnavailable, testing::_));
  ASSERT_THAT(server_.RestartDataset(), IsOk());
  ASSERT_TRUE(Await([&] { return Record({Label("c", "versicolor")}).ok(); }));
  EXPECT_THAT(Cells("select prediction_id, label from \"feedback.iris\" order by feedback_id"),
              ElementsAre("a", "setosa", "b", "virginica", "c", "versicolor"));
}

TEST_F(FeedbackTest, AModelWithoutALog_TakesNoLabels) {
  v1::SetPredictionLogRequest request;
  request.set_model("iris");
  ASSERT_THAT(client().Call(client().models(), &v1::ModelService::Stub::SetPredictionLog, request),
              IsOk());
  EXPECT_THAT(Record({Label("p", "setosa")}).status(),
              IsError(absl::StatusCode::kFailedPrecondition, HasSubstr("no prediction log")));
}

}  // namespace
}  // namespace serin
