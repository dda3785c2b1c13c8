#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include "client/cli/interrupt.h"
#include "client/cli/job_display.h"
#include "tests/unit/client/cli_fixture.h"

namespace serin {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

using TrainingCliTest = CliFixture;

std::vector<std::string> Start(std::vector<std::string> more) {
  std::vector<std::string> arguments = {"train", "start",    "iris",    "--dataset",
                                        "iris",  "--target", "species", "--no-wait"};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return arguments;
}

TEST_F(TrainingCliTest, Start_SearchesWithinABudget) {
  EXPECT_EQ(Run(Start({"--algorithm", "auto", "--budget", "60s", "--trials", "30", "--metric",
                       "roc-auc", "--candidates", "mlp,lasso", "--priority", "-5"})),
            0)
      << err_.str();
  const v1::TrainRequest request = server_.train_request();
  EXPECT_EQ(request.priority(), -5);
  const v1::Search& search = request.spec().search();
  EXPECT_EQ(search.time_budget().seconds(), 60);
  EXPECT_EQ(search.trials(), 30);
  EXPECT_EQ(search.metric(), v1::Search::METRIC_ROC_AUC);
  EXPECT_THAT(search.algorithms(), ElementsAre("mlp", "lasso"));
}

TEST_F(TrainingCliTest, Start_WithoutASearch_AsksForNone_AndTuneForOne) {
  EXPECT_EQ(Run(Start({"--algorithm", "mlp"})), 0);
  EXPECT_FALSE(server_.train_request().spec().has_search());
  EXPECT_EQ(Run(Start({"--algorithm", "mlp", "--tune"})), 0);
  EXPECT_TRUE(server_.train_request().spec().has_search());
}

TEST_F(TrainingCliTest, Start_TakesParametersPreprocessingAndTheEvaluation) {
  EXPECT_EQ(Run(Start({"--algorithm", "mlp", "--param", "hidden_layers=[64,32]", "--set",
                       "activation=relu", "--cv", "5", "--group-by", "flower", "--preprocess",
                       "petal_length=min-max,mean", "--bootstrap", "0", "--importance-repeats", "3",
                       "--allow-target-copies"})),
            0)
      << err_.str();
  const v1::TrainingSpec spec = server_.train_request().spec();
  const auto& fields = spec.hyperparameters().fields();
  EXPECT_EQ(fields.at("hidden_layers").list_value().values(0).number_value(), 64);
  EXPECT_EQ(fields.at("activation").string_value(), "relu");
  EXPECT_EQ(spec.evaluation().method(), v1::EvaluationPlan::METHOD_CROSS_VALIDATION);
  EXPECT_EQ(spec.evaluation().folds(), 5);
  EXPECT_EQ(spec.evaluation().split(), v1::EvaluationPlan::SPLIT_GROUPED);
  EXPECT_EQ(spec.evaluation().column(), "flower");
  EXPECT_TRUE(spec.evaluation().has_bootstrap_samples());
  EXPECT_EQ(spec.evaluation().importance_repeats(), 3);
  EXPECT_EQ(spec.preprocessing(0).encoding(), v1::Preprocessing::ENCODING_MIN_MAX);
  EXPECT_TRUE(spec.allow_target_copies());
}

TEST_F(TrainingCliTest, Start_WrongUse_Ends2AndNamesIt) {
  const auto error_of = [&](std::vector<std::string> more) {
    more.insert(more.end(), {"--algorithm", "mlp"});
    EXPECT_EQ(Run(Start(std::move(more))), 2);
    return err_.str();
  };
  EXPECT_THAT(error_of({"--budget", "soon"}), HasSubstr("'soon' is not a time"));
  EXPECT_THAT(error_of({"--metric", "auc"}), HasSubstr("'auc' is not a metric"));
  EXPECT_THAT(error_of({"--preprocess", "a=b"}), HasSubstr("'b' is not an encoding"));
  EXPECT_THAT(error_of({"--group-by", "a", "--time-by", "b"}), HasSubstr("--time-by"));
}

TEST_F(TrainingCliTest, Start_DryRun_PrintsWhatWouldBeDone) {
  EXPECT_EQ(Run(Start({"--algorithm", "ridge_regression", "--dry-run"})), 0) << err_.str();
  EXPECT_EQ(server_.train_request().model(), "") << "trains nothing";
  EXPECT_THAT(out_.str(), AllOf(HasSubstr("algorithm   ridge_regression"),
                                HasSubstr("petal_length  standardised,1.5,clip")));
}

TEST_F(TrainingCliTest, Watch_ShowsTheBestOfASearch_AsItGetsBetter) {
  v1::Job searching = JobIn(v1::JOB_STATE_RUNNING, 0.3);
  searching.mutable_progress()->set_stage("searching");
  *searching.mutable_leaderboard() = ParseText<v1::Leaderboard>(R"pb(
    metric: METRIC_LOG_LOSS
    trials { number: 3 algorithm: "mlp" score: 0.25 row_share: 1 }
    drawn: 40
    finished: 7
  )pb");
  server_.SetWatches({{{searching, JobIn(v1::JOB_STATE_SUCCEEDED, 1)}, absl::OkStatus()}});
  EXPECT_EQ(Run({"train", "watch", "j1"}), 0) << err_.str();
  EXPECT_EQ(err_.str(), "best so far: mlp, log loss 0.25 ()\nsearching\n");
}

TEST(JobDisplayTest, OnATerminal_ErasesWhatItDrew) {
  std::ostringstream out;
  v1::Job job = JobIn(v1::JOB_STATE_RUNNING, 0.5);
  *job.mutable_leaderboard() = ParseText<v1::Leaderboard>(R"pb(
    metric: METRIC_ROC_AUC
    trials { number: 1 algorithm: "lasso" score: 0.9 }
    trials { number: 2 algorithm: "mlp" error: "diverged" }
    drawn: 2
    finished: 2
  )pb");
  {
    JobDisplay display(out, /*is_terminal=*/true);
    display.Show(job);
    EXPECT_THAT(out.str(), AllOf(HasSubstr("2 of 2 candidates tried\n"), HasSubstr("ROC AUC"),
                                 HasSubstr("diverged"), HasSubstr("50 %")));
    EXPECT_THAT(out.str(), Not(HasSubstr("\x1b[4A")));
  }
  EXPECT_THAT(out.str(), HasSubstr("\x1b[4A\x1b[J")) << "four lines up, and all below";
}

TEST(LeaveOnInterruptDeathTest, SaysHowToComeBack_AndEndsWith130) {
  EXPECT_EXIT(
      {
        const LeaveOnInterrupt leave("jobs/j1 goes on\n");
        raise(SIGINT);
      },
      testing::ExitedWithCode(130), "jobs/j1 goes on");
}

TEST_F(TrainingCliTest, Cancel_CanKeepTheBest) {
  EXPECT_EQ(Run({"train", "cancel", "jobs/j1", "--keep-best"}), 0) << err_.str();
  EXPECT_EQ(server_.cancel_request().name(), "jobs/j1");
  EXPECT_TRUE(server_.cancel_request().keep_best());
  EXPECT_THAT(out_.str(), StartsWith("jobs/j1: cancelled\n"));
}

TEST_F(TrainingCliTest, List_OfASchedule) {
  EXPECT_EQ(Run({"train", "list", "--of", "schedules/nightly", "--limit", "3"}), 0) << err_.str();
  EXPECT_EQ(server_.list_jobs_request().parent(), "schedules/nightly");
  EXPECT_EQ(server_.list_jobs_request().page_size(), 3);
}

// --- Models
// ---------------------------------------------------------------------------------------

TEST_F(TrainingCliTest, ModelShow_DrawsTheWholeEvaluation) {
  EXPECT_EQ(Run({"model", "show", "iris@1"}), 0) << err_.str();
  const std::string shown = out_.str();
  EXPECT_THAT(shown, HasSubstr("warning: petal_width is the same in all rows\n"));
  EXPECT_THAT(shown, HasSubstr("  METRIC              VALUE  95 % INTERVAL  BASELINE\n"
                               "  accuracy           0.9667  0.9 to 1         0.5000\n"));
  EXPECT_THAT(shown, HasSubstr("  CLASS       ROWS  PRECISION  RECALL      F1\n"
                               "  setosa        15     1.0000  0.9333  0.9655\n"));
  EXPECT_THAT(shown, HasSubstr("P(versicolor)"));
  EXPECT_THAT(shown, HasSubstr("90.0 %    50.0 %    15  ###############\n"));
  EXPECT_THAT(shown, HasSubstr("petal_length      0.8000  0.0500  "
                               "##############################\n"));
  EXPECT_THAT(shown, HasSubstr("petal_width       0.4000  0.0200  ###############\n"));
  EXPECT_THAT(shown, HasSubstr("compared on the same rows: better by accuracy than "
                               "models/iris/versions/0\n"));
}

TEST_F(TrainingCliTest, ModelList_OfAModel_SetsItsVersionsSideBySide) {
  EXPECT_EQ(Run({"model", "list", "iris"}), 0) << err_.str();
  EXPECT_THAT(
      out_.str(),
      AllOf(HasSubstr("models/iris"), HasSubstr("logistic_regression"),
            HasSubstr("accuracy                             0.9000                    0.9667\n")));
  EXPECT_EQ(Run({"model", "list", "iris", "--output", "json"}), 0);
  EXPECT_THAT(out_.str(), HasSubstr("\"versions\""));
}

TEST_F(TrainingCliTest, ModelVerify_Ends1WhereItIsNotTheSame) {
  v1::Job same = JobIn(v1::JOB_STATE_SUCCEEDED, 1);
  same.set_type(v1::JOB_TYPE_VERIFY);
  same.mutable_verification()->set_model_version("models/iris/versions/1");
  same.mutable_verification()->set_identical(true);
  v1::Job other = same;
  other.mutable_verification()->set_identical(false);
  other.mutable_verification()->add_differences("Serin's version: 0.1 there, 0.2 here");
  server_.SetWatches({{{same}, absl::OkStatus()}, {{other}, absl::OkStatus()}});
  EXPECT_EQ(Run({"model", "verify", "iris@1"}), 0) << err_.str();
  EXPECT_THAT(out_.str(), HasSubstr("identical   yes, byte for byte\n"));
  EXPECT_EQ(Run({"model", "verify", "iris@1"}), 1);
  EXPECT_THAT(out_.str(), HasSubstr("differs     Serin's version: 0.1 there, 0.2 here\n"));
  EXPECT_THAT(err_.str(), HasSubstr("models/iris/versions/1 is not what training it again makes"));
}

// --- Schedules
// ------------------------------------------------------------------------------------

TEST_F(TrainingCliTest, ScheduleCreate_AtTimes) {
  EXPECT_EQ(Run({"schedule",     "create",
                 "nightly",      "iris",
                 "--cron",       "0 3 * * mon-fri",
                 "--time-zone",  "Europe/Berlin",
                 "--dataset",    "iris",
                 "--target",     "species",
                 "--algorithm",  "auto",
                 "--budget",     "10m",
                 "--overlap",    "queue",
                 "--catch-up",   "12h",
                 "--promote",    "candidate-if-better",
                 "--promote-by", "accuracy"}),
            0)
      << err_.str();
  const v1::CreateScheduleRequest request = server_.create_schedule_request();
  EXPECT_EQ(request.schedule_id(), "nightly");
  const v1::Schedule& schedule = request.schedule();
  EXPECT_EQ(schedule.model(), "iris");
  EXPECT_EQ(schedule.cron().expression(), "0 3 * * mon-fri");
  EXPECT_EQ(schedule.cron().time_zone(), "Europe/Berlin");
  EXPECT_EQ(schedule.spec().search().time_budget().seconds(), 600);
  EXPECT_EQ(schedule.overlap(), v1::Schedule::OVERLAP_QUEUE);
  EXPECT_EQ(schedule.catch_up().seconds(), 43200);
  EXPECT_EQ(schedule.promotion().rule(), v1::Promotion::RULE_CANDIDATE_IF_BETTER);
  EXPECT_EQ(schedule.promotion().metric(), v1::Search::METRIC_ACCURACY);
  EXPECT_THAT(out_.str(), StartsWith("schedules/nightly\n"));
}

TEST_F(TrainingCliTest, ScheduleCreate_OnNewVersions_AndNeverBothOrNeither) {
  const std::vector<std::string> rest = {"--dataset", "iris",        "--target",
                                         "species",   "--algorithm", "lasso"};
  const auto create = [&](std::vector<std::string> when) {
    std::vector<std::string> arguments = {"schedule", "create", "fresh", "iris"};
    arguments.insert(arguments.end(), when.begin(), when.end());
    arguments.insert(arguments.end(), rest.begin(), rest.end());
    return Run(std::move(arguments));
  };
  EXPECT_EQ(create({"--on-new-version", "--quiet-period", "15m"}), 0) << err_.str();
  EXPECT_EQ(server_.create_schedule_request().schedule().new_version().quiet_period().seconds(),
            900);
  EXPECT_EQ(create({}), 2);
  EXPECT_THAT(err_.str(), HasSubstr("either --cron EXPRESSION or --on-new-version"));
  EXPECT_EQ(create({"--on-new-version", "--cron", "@daily"}), 2);
}

TEST_F(TrainingCliTest, ScheduleCreateBatch_SaysWhatIsPredicted_AndWhen) {
  EXPECT_EQ(Run({"schedule", "create-batch", "scores", "iris@champion", "--dataset", "flowers",
                 "--into", "scored", "--keep", "id,colour", "--on-new-version", "--quiet-period",
                 "5m", "--overlap", "queue", "--priority", "3"}),
            0)
      << err_.str();
  const v1::CreateScheduleRequest request = server_.create_schedule_request();
  EXPECT_EQ(request.schedule_id(), "scores");
  const v1::Schedule& schedule = request.schedule();
  EXPECT_EQ(schedule.model(), "");
  EXPECT_FALSE(schedule.has_spec());
  EXPECT_EQ(schedule.batch_prediction().model_version(), "iris@champion");
  EXPECT_EQ(schedule.batch_prediction().dataset(), "flowers");
  EXPECT_EQ(schedule.batch_prediction().output_dataset(), "scored");
  EXPECT_THAT(schedule.batch_prediction().keep_columns(), ElementsAre("id", "colour"));
  EXPECT_EQ(schedule.new_version().quiet_period().seconds(), 300);
  EXPECT_EQ(schedule.overlap(), v1::Schedule::OVERLAP_QUEUE);
  EXPECT_EQ(schedule.priority(), 3);

  EXPECT_EQ(Run({"schedule", "create-batch", "scores", "iris", "--dataset", "flowers", "--into",
                 "scored"}),
            2);
  EXPECT_THAT(err_.str(), HasSubstr("give either --cron EXPRESSION or --on-new-version"));
  EXPECT_EQ(Run({"schedule", "create-batch", "scores", "iris", "--cron", "@daily"}), 2);
}

TEST_F(TrainingCliTest, ScheduleUpdate_ChangesWhatIsGiven_AndNothingElse) {
  EXPECT_EQ(Run({"schedule", "update", "nightly", "--cron", "@daily", "--overlap", "skip",
                 "--catch-up", "0s", "--priority", "0"}),
            0)
      << err_.str();
  const v1::UpdateScheduleRequest times = server_.update_schedule_request();
  EXPECT_EQ(times.schedule().name(), "nightly");
  EXPECT_THAT(times.update_mask().paths(), ElementsAre("cron", "overlap", "catch_up", "priority"));
  EXPECT_EQ(times.schedule().cron().expression(), "@daily");
  EXPECT_EQ(times.schedule().overlap(), v1::Schedule::OVERLAP_SKIP);
  EXPECT_THAT(out_.str(), StartsWith("nightly\n"));

  EXPECT_EQ(
      Run({"schedule", "update", "nightly", "--on-new-version", "--dataset", "iris", "--target",
           "species", "--algorithm", "mlp", "--set", "l2=1", "--promote", "candidate"}),
      0)
      << err_.str();
  const v1::UpdateScheduleRequest training = server_.update_schedule_request();
  EXPECT_THAT(training.update_mask().paths(), ElementsAre("spec", "new_version", "promotion"));
  EXPECT_EQ(training.schedule().spec().algorithm(), "mlp");
  EXPECT_EQ(training.schedule().promotion().rule(), v1::Promotion::RULE_CANDIDATE);
}

TEST_F(TrainingCliTest, ScheduleUpdate_OfNothingOrOfPartOfATraining_IsWrongUse) {
  EXPECT_EQ(Run({"schedule", "update", "nightly"}), 2);
  EXPECT_THAT(err_.str(), HasSubstr("give at least one flag"));
  EXPECT_EQ(Run({"schedule", "update", "nightly", "--algorithm", "mlp"}), 2);
  EXPECT_THAT(err_.str(), HasSubstr("--algorithm requires"));
  EXPECT_EQ(Run({"schedule", "update", "nightly", "--set", "l2=1"}), 2);
  EXPECT_EQ(Run({"schedule", "update", "nightly", "--promote-by", "accuracy"}), 2);
  EXPECT_EQ(Run({"schedule", "update", "nightly", "--cron", "@daily", "--on-new-version"}), 2);
}

TEST_F(TrainingCliTest, Start_NoTrials_OrANegativeSeed_IsWrongUse) {
  EXPECT_EQ(Run(Start({"--algorithm", "auto", "--trials", "0"})), 2);
  EXPECT_EQ(Run(Start({"--algorithm", "mlp", "--seed", "-1"})), 2);
  EXPECT_EQ(Run(Start({"--algorithm", "mlp", "--seed", "18446744073709551615"})), 0);
  EXPECT_EQ(server_.train_request().spec().seed(), 18446744073709551615u);
}

TEST_F(TrainingCliTest, ScheduleShow_HasTheNextRunAndTheLastOnes) {
  EXPECT_EQ(Run({"schedule", "show", "nightly"}), 0) << err_.str();
  EXPECT_THAT(out_.str(),
              AllOf(StartsWith("schedules/nightly\n"), HasSubstr("0 3 * * * Europe/Berlin"),
                    HasSubstr("candidate-if-better by ROC AUC"), HasSubstr("failed"),
                    HasSubstr("datasets/iris does not exist"), HasSubstr("started  jobs/j1")));
  EXPECT_EQ(Run({"schedule", "list"}), 0);
  EXPECT_THAT(out_.str(), HasSubstr("schedules/nightly"));
  EXPECT_EQ(Run({"schedule", "show", "nightly", "--output", "json"}), 0);
  EXPECT_THAT(out_.str(), HasSubstr("\"time_zone\": \"Europe/Berlin\""));
}

TEST_F(TrainingCliTest, ScheduleVerbs_CallTheirMethods) {
  EXPECT_EQ(Run({"schedule", "pause", "nightly"}), 0);
  EXPECT_EQ(server_.schedule_call(), "PauseSchedule nightly");
  EXPECT_THAT(out_.str(), HasSubstr("paused"));
  EXPECT_EQ(Run({"schedule", "resume", "nightly"}), 0);
  EXPECT_EQ(server_.schedule_call(), "ResumeSchedule nightly");
  EXPECT_EQ(Run({"schedule", "run", "nightly"}), 0);
  EXPECT_EQ(server_.schedule_call(), "RunSchedule nightly");
  EXPECT_EQ(out_.str(), "jobs/j1\n");
  EXPECT_EQ(Run({"schedule", "delete", "nightly"}), 0);
  EXPECT_EQ(server_.schedule_call(), "DeleteSchedule nightly");
}

TEST_F(TrainingCliTest, UnknownSchedule_SaysHowToListThem) {
  server_.Fail("GetSchedule", absl::NotFoundError("schedules/none does not exist"));
  EXPECT_EQ(Run({"schedule", "show", "none"}), 1);
  EXPECT_THAT(err_.str(), HasSubstr("'serin schedule list' lists all schedules"));
}

TEST_F(TrainingCliTest, Client_UpdatesWhatItNames) {
  const absl::StatusOr<Client> client = Client::Connect({.server = server_.address()});
  ASSERT_TRUE(client.ok());
  v1::Schedule change;
  change.set_name("schedules/nightly");
  change.set_priority(4);
  ASSERT_TRUE(client->UpdateSchedule(change, {"priority"}).ok());
  EXPECT_EQ(server_.update_schedule_request().schedule().priority(), 4);
  EXPECT_THAT(server_.update_schedule_request().update_mask().paths(), ElementsAre("priority"));
}

}  // namespace
}  // namespace serin
