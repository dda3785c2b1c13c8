// Are the default models as good as scikit-learn's on the same files? Prints 5-fold scores in the
// form of scores_sklearn.py, its peer. Usage: scores_benchmark DIRECTORY
#include <cstdio>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "core/base/status_macros.h"
#include "core/ingest/conform.h"
#include "core/ingest/read_table.h"
#include "core/learn/cross_validate.h"
#include "core/learn/spec.h"
#include "core/table/schema.h"

namespace serin {
namespace {

constexpr size_t kFolds = 5;
// What few rows score depends on how they fall into folds: each seed is another cross-validation.
constexpr uint64_t kSeeds = 3;

struct Subject {
  const char* dataset;
  const char* target;
  const char* measure;
  const char* linear;
};

constexpr Subject kSubjects[] = {
    {"iris", "species", "accuracy", "logistic_regression"},
    {"wine", "cultivar", "accuracy", "logistic_regression"},
    {"breast_cancer", "diagnosis", "accuracy", "logistic_regression"},
    {"diabetes", "progression", "r2", "ridge_regression"},
};

absl::StatusOr<Table> ReadFile(const std::string& path) {
  std::ostringstream bytes;
  bytes << std::ifstream(path, std::ios::binary).rdbuf();
  SERIN_ASSIGN_OR_RETURN(Table table, ReadTable(bytes.str()));
  ConformBatch(ModelSchemaOf(SchemaOf(table)), &table);
  return table;
}

bool GoOn(const v1::JobProgress&) { return true; }

double ScoreOf(const v1::Evaluation& evaluation) {
  return evaluation.has_classification() ? evaluation.classification().accuracy()
                                         : evaluation.regression().r2();
}

absl::StatusOr<double> ScoreOnce(const Table& table, const Subject& subject,
                                 const std::string& algorithm, uint64_t seed) {
  v1::TrainingSpec spec;
  spec.set_dataset(subject.dataset);
  spec.set_target(subject.target);
  spec.set_algorithm(algorithm);
  spec.set_seed(seed);
  SERIN_ASSIGN_OR_RETURN(spec, ResolveSpec(spec, SchemaOf(table)));
  SERIN_ASSIGN_OR_RETURN(const Examples examples, MakeExamples(table, spec));
  SERIN_ASSIGN_OR_RETURN(const std::vector<Split> splits,
                         SplitFolds(examples, AllIndexes(examples), kFolds, spec));
  SERIN_ASSIGN_OR_RETURN(const std::vector<v1::Evaluation> folds,
                         CrossValidate(examples, splits, spec, &GoOn));
  double sum = 0;
  for (const v1::Evaluation& fold : folds) sum += ScoreOf(fold);
  return sum / static_cast<double>(folds.size());
}

absl::StatusOr<double> Score(const Table& table, const Subject& subject,
                             const std::string& algorithm) {
  double sum = 0;
  for (uint64_t seed = 0; seed < kSeeds; ++seed) {
    SERIN_ASSIGN_OR_RETURN(const double score, ScoreOnce(table, subject, algorithm, seed));
    sum += score;
  }
  return sum / kSeeds;
}

absl::Status Print(const std::string& directory) {
  std::printf("%-16s%-10s%14s%8s%8s%8s\n", "Serin", "measure", "boosted trees", "forest", "tree",
              "linear");
  for (const Subject& subject : kSubjects) {
    SERIN_ASSIGN_OR_RETURN(const Table table, ReadFile(directory + "/" + subject.dataset + ".csv"));
    SERIN_ASSIGN_OR_RETURN(const double trees, Score(table, subject, "gradient_boosting"));
    SERIN_ASSIGN_OR_RETURN(const double forest, Score(table, subject, "random_forest"));
    SERIN_ASSIGN_OR_RETURN(const double tree, Score(table, subject, "decision_tree"));
    SERIN_ASSIGN_OR_RETURN(const double linear, Score(table, subject, subject.linear));
    std::printf("%-16s%-10s%14.3f%8.3f%8.3f%8.3f\n", subject.dataset, subject.measure, trees,
                forest, tree, linear);
  }
  return absl::OkStatus();
}

}  // namespace
}  // namespace serin

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: scores_benchmark DIRECTORY\n");
    return 2;
  }
  const absl::Status status = serin::Print(argv[1]);
  if (!status.ok()) std::fprintf(stderr, "scores_benchmark: %s\n", status.ToString().c_str());
  return status.ok() ? 0 : 1;
}
