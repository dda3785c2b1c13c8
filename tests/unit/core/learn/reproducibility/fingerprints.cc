// Trains with every algorithm of the catalogue, and by a search, and prints the SHA-256 of each
// bundle. reproducibility_test runs it on different numbers of threads and cores.
#include <cstdio>
#include <string>
#include <thread>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "core/base/clock.h"
#include "core/base/random_bits.h"
#include "core/base/sha256.h"
#include "core/base/status_macros.h"
#include "core/bundle/bundle.h"
#include "core/learn/algorithms.h"
#include "core/learn/search/search.h"
#include "core/learn/spec.h"
#include "core/learn/train.h"
#include "core/table/schema.h"
#include "tests/testing/read_table.h"

namespace serin {
namespace {

struct Data {
  const char* name;
  Table table;
  const char* target;
  v1::Task task;
};

// Enough numbers for trees to be grown by several threads.
Table ManyRows() {
  constexpr size_t kRows = 17'000;
  constexpr size_t kColumns = 12;
  RandomBits random(1);
  Table table;
  std::vector<double> sums(kRows);
  for (size_t c = 0; c < kColumns; ++c) {
    ColumnData& column = table.columns.emplace_back();
    column.name = absl::StrCat("x", c);
    column.type = v1::COLUMN_TYPE_NUMBER;
    for (double& sum : sums) {
      column.numbers.push_back(random.Unit());
      sum += column.numbers.back() * static_cast<double>(c);
    }
  }
  table.columns.push_back({"y", v1::COLUMN_TYPE_NUMBER, {}, {}, {}});
  for (const double sum : sums) table.columns.back().numbers.push_back(sum + random.Unit());
  return table;
}

bool Knows(const v1::Algorithm& algorithm, v1::Task task) {
  for (const int known : algorithm.tasks()) {
    if (known == task) return true;
  }
  return false;
}

bool GoOn(const v1::JobProgress&) { return true; }

absl::StatusOr<std::string> Fingerprint(const Table& table, const v1::TrainingSpec& spec) {
  SERIN_ASSIGN_OR_RETURN(const internal::v1::Bundle bundle, TrainModel(table, spec, &GoOn));
  SERIN_ASSIGN_OR_RETURN(const std::string bytes, EncodeBundle(bundle));
  return Sha256Hex(bytes);
}

v1::TrainingSpec SpecOf(const Data& data, const std::string& algorithm) {
  v1::TrainingSpec spec;
  spec.set_algorithm(algorithm);
  spec.set_target(data.target);
  spec.set_task(data.task);
  spec.set_seed(3);
  return spec;
}

absl::Status PrintAlgorithm(const Data& data, const std::string& algorithm) {
  SERIN_ASSIGN_OR_RETURN(const v1::TrainingSpec spec,
                         ResolveSpec(SpecOf(data, algorithm), SchemaOf(data.table)));
  SERIN_ASSIGN_OR_RETURN(const std::string sha256, Fingerprint(data.table, spec));
  std::printf("%s of %s: %s\n", algorithm.c_str(), data.name, sha256.c_str());
  return absl::OkStatus();
}

absl::Status PrintSearch(const Data& data) {
  v1::TrainingSpec spec = SpecOf(data, "auto");
  spec.mutable_search()->set_trials(12);
  spec.mutable_search()->set_folds(3);
  SERIN_ASSIGN_OR_RETURN(spec, ResolveSpec(spec, SchemaOf(data.table)));
  const SearchHooks hooks = {.threads = static_cast<int>(std::thread::hardware_concurrency()),
                             .clock = Clock::Monotonic(),
                             .cpu_seconds = [] { return 0.0; },
                             .progress = &GoOn,
                             .finish = [] { return false; },
                             .leaderboard = [](const v1::Leaderboard&) {}};
  SERIN_ASSIGN_OR_RETURN(const SearchResult found, SearchSpec(data.table, spec, hooks));
  std::string scores;
  for (const v1::Trial& trial : found.leaderboard.trials()) {
    // To the last bit.
    absl::StrAppend(&scores, absl::StrFormat("%d %a\n", trial.number(), trial.score()));
  }
  SERIN_ASSIGN_OR_RETURN(const std::string sha256, Fingerprint(data.table, found.winner));
  std::printf("auto of %s: %s %s\n", data.name, sha256.c_str(), Sha256Hex(scores).c_str());
  return absl::OkStatus();
}

absl::Status PrintAll() {
  const std::vector<Data> few = {
      {"wine", TestDataTable("wine.csv"), "cultivar", v1::TASK_CLASSIFICATION},
      {"diabetes", TestDataTable("diabetes.csv"), "progression", v1::TASK_REGRESSION}};
  for (const Data& data : few) {
    for (const v1::Algorithm& algorithm : ListAlgorithms()) {
      if (!Knows(algorithm, data.task)) continue;
      SERIN_RETURN_IF_ERROR(PrintAlgorithm(data, algorithm.name()));
    }
    SERIN_RETURN_IF_ERROR(PrintSearch(data));
  }
  const Data many = {"many rows", ManyRows(), "y", v1::TASK_REGRESSION};
  for (const char* algorithm : {"gradient_boosting", "random_forest", "linear_regression"}) {
    SERIN_RETURN_IF_ERROR(PrintAlgorithm(many, algorithm));
  }
  return absl::OkStatus();
}

}  // namespace
}  // namespace serin

int main() {
  const absl::Status status = serin::PrintAll();
  if (!status.ok()) std::fprintf(stderr, "fingerprints: %s\n", status.ToString().c_str());
  return status.ok() ? 0 : 1;
}
