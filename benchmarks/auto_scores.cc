// Is the best that `auto` finds as good as the best of scikit-learn's default models? Prints scores
// of the search's winner, on rows that the search has not seen, beside those (scikit-learn 1.2).
// The first four by 5-fold cross-validation, each fold with a search of its own; adult, where its
// files are there, trained on one file and scored on the other. Usage: auto_scores_benchmark
// DIRECTORY [SECONDS]
#include <time.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "absl/status/statusor.h"
#include "core/base/clock.h"
#include "core/base/status_macros.h"
#include "core/engine/predictor.h"
#include "core/ingest/conform.h"
#include "core/ingest/read_table.h"
#include "core/learn/examples.h"
#include "core/learn/predictions.h"
#include "core/learn/search/search.h"
#include "core/learn/search_metric.h"
#include "core/learn/spec.h"
#include "core/learn/split.h"
#include "core/learn/train.h"
#include "core/table/schema.h"

namespace serin {
namespace {

constexpr int kFolds = 5;

struct Subject {
  const char* name;
  const char* train;
  const char* test;  // Null: cross-validation.
  const char* target;
  v1::Search::Metric measure;
  double reference;  // The best of boosted trees, random forest and linear model.
};

constexpr Subject kSubjects[] = {
    {"iris", "iris", nullptr, "species", v1::Search::METRIC_ACCURACY, 0.960},
    {"wine", "wine", nullptr, "cultivar", v1::Search::METRIC_ACCURACY, 0.983},
    {"breast_cancer", "breast_cancer", nullptr, "diagnosis", v1::Search::METRIC_ACCURACY, 0.979},
    {"diabetes", "diabetes", nullptr, "progression", v1::Search::METRIC_R2, 0.490},
    {"adult", "adult_train", "adult_test", "income", v1::Search::METRIC_ROC_AUC, 0.928},
};

absl::StatusOr<Table> ReadFile(const std::string& path) {
  std::ostringstream bytes;
  bytes << std::ifstream(path, std::ios::binary).rdbuf();
  SERIN_ASSIGN_OR_RETURN(Table table, ReadTable(bytes.str()));
  ConformBatch(ModelSchemaOf(SchemaOf(table)), &table);
  return table;
}

Table TakeRows(const Table& table, const std::vector<size_t>& rows) {
  Table taken;
  for (const ColumnData& column : table.columns) {
    ColumnData& part = taken.columns.emplace_back();
    part.name = column.name;
    part.type = column.type;
    part.dictionary = column.dictionary;
    for (const size_t row : rows) {
      if (column.is_string()) {
        part.codes.push_back(column.codes[row]);
      } else {
        part.numbers.push_back(column.numbers[row]);
      }
    }
  }
  return taken;
}

double CpuSeconds() {
  timespec used{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
  return static_cast<double>(used.tv_sec) + 1e-9 * static_cast<double>(used.tv_nsec);
}

absl::StatusOr<v1::TrainingSpec> SpecFor(const Subject& subject, const Table& table, int seconds) {
  v1::TrainingSpec spec;
  spec.set_dataset(subject.name);
  spec.set_target(subject.target);
  spec.set_algorithm("auto");
  spec.set_holdout_fraction(0);
  spec.mutable_search()->set_trials(40);
  if (seconds > 0) spec.mutable_search()->mutable_time_budget()->set_seconds(seconds);
  return ResolveSpec(spec, SchemaOf(table));
}

// The score of the model that `auto` makes of one table on another.
absl::StatusOr<double> Score(const Subject& subject, const Table& train, const Table& test,
                             int seconds) {
  SERIN_ASSIGN_OR_RETURN(const v1::TrainingSpec spec, SpecFor(subject, train, seconds));
  const auto go_on = [](const v1::JobProgress&) { return true; };
  const SearchHooks hooks = {.threads = static_cast<int>(std::thread::hardware_concurrency()),
                             .clock = Clock::Monotonic(),
                             .cpu_seconds = &CpuSeconds,
                             .progress = go_on,
                             .finish = [] { return false; },
                             .leaderboard = [](const v1::Leaderboard&) {}};
  const absl::Time begin = hooks.clock->Now();
  const double cpu_before = CpuSeconds();
  SERIN_ASSIGN_OR_RETURN(const SearchResult found, SearchSpec(train, spec, hooks));
  const absl::Duration took = hooks.clock->Now() - begin;
  SERIN_ASSIGN_OR_RETURN(const auto bundle, TrainModel(train, found.winner, go_on));
  SERIN_ASSIGN_OR_RETURN(const std::unique_ptr<const Predictor> predictor,
                         Predictor::Create(bundle.predictor()));
  SERIN_ASSIGN_OR_RETURN(const Examples examples, MakeExamples(test, found.winner));
  SERIN_ASSIGN_OR_RETURN(const Predictions predictions,
                         Predict(*predictor, examples, AllIndexes(examples)));
  SERIN_ASSIGN_OR_RETURN(const double score,
                         MetricOf(Measure(predictions, examples.labels), subject.measure));
  std::printf("  %-16s %.3f  %-20s %d of %d candidates in %.1f s, %.1f s of CPU\n", subject.name,
              score, found.winner.algorithm().c_str(), found.leaderboard.finished(),
              found.leaderboard.drawn(), absl::ToDoubleSeconds(took), CpuSeconds() - cpu_before);
  return score;
}

absl::StatusOr<double> CrossValidated(const Subject& subject, const Table& table, int seconds) {
  SERIN_ASSIGN_OR_RETURN(v1::TrainingSpec spec, SpecFor(subject, table, seconds));
  SERIN_ASSIGN_OR_RETURN(const Examples examples, MakeExamples(table, spec));
  SERIN_ASSIGN_OR_RETURN(const std::vector<Split> folds,
                         SplitFolds(examples, AllIndexes(examples), kFolds, spec));
  double sum = 0;
  for (const Split& fold : folds) {
    SERIN_ASSIGN_OR_RETURN(const double score, Score(subject, TakeRows(table, fold.train),
                                                     TakeRows(table, fold.holdout), seconds));
    sum += score / kFolds;
  }
  return sum;
}

absl::Status Print(const std::string& directory, int seconds) {
  std::vector<std::string> lines;
  for (const Subject& subject : kSubjects) {
    const std::string path = directory + "/" + subject.train + ".csv";
    if (!std::ifstream(path)) continue;
    SERIN_ASSIGN_OR_RETURN(const Table table, ReadFile(path));
    absl::StatusOr<double> score;
    if (subject.test == nullptr) {
      score = CrossValidated(subject, table, seconds);
    } else {
      SERIN_ASSIGN_OR_RETURN(const Table test, ReadFile(directory + "/" + subject.test + ".csv"));
      score = Score(subject, table, test, seconds);
    }
    SERIN_RETURN_IF_ERROR(score.status());
    char line[100];
    std::snprintf(line, sizeof(line), "%-16s%-10s%8.3f%14.3f", subject.name,
                  std::string(MetricName(subject.measure)).c_str(), *score, subject.reference);
    lines.emplace_back(line);
  }
  std::printf("%-16s%-10s%8s%14s\n", "auto", "measure", "Serin", "scikit-learn");
  for (const std::string& line : lines) std::printf("%s\n", line.c_str());
  return absl::OkStatus();
}

}  // namespace
}  // namespace serin

int main(int argc, char** argv) {
  if (argc != 2 && argc != 3) {
    std::fprintf(stderr, "usage: auto_scores_benchmark DIRECTORY [SECONDS]\n");
    return 2;
  }
  const absl::Status status = serin::Print(argv[1], argc == 3 ? std::atoi(argv[2]) : 60);
  if (!status.ok()) std::fprintf(stderr, "auto_scores_benchmark: %s\n", status.ToString().c_str());
  return status.ok() ? 0 : 1;
}
