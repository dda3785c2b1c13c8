// What does a predictor cost per row, by kind of model and rows per call?
#include <benchmark/benchmark.h>

#include <random>
#include <string>

#include "absl/strings/str_cat.h"
#include "core/engine/predictor.h"
#include "core/learn/spec.h"
#include "core/learn/train.h"
#include "core/table/schema.h"

namespace serin {
namespace {

constexpr int kFeatures = 30;

ColumnData NumberColumn(std::string name) {
  ColumnData column;
  column.name = std::move(name);
  column.type = v1::COLUMN_TYPE_NUMBER;
  return column;
}

// Features uniform in [0, 1), and a target that depends on all of them.
Table RandomTable(int rows) {
  std::mt19937_64 random(7);
  Table table;
  for (int f = 0; f < kFeatures; ++f) table.columns.push_back(NumberColumn(absl::StrCat("f", f)));
  ColumnData target = NumberColumn("target");
  for (int row = 0; row < rows; ++row) {
    double sum = 0;
    for (int f = 0; f < kFeatures; ++f) {
      const double value = static_cast<double>(random() >> 11) * 0x1p-53;
      table.columns[f].numbers.push_back(value);
      sum += f % 3 == 0 ? value * value : value;
    }
    target.numbers.push_back(sum);
  }
  table.columns.push_back(std::move(target));
  return table;
}

std::unique_ptr<const Predictor> Train(const std::string& algorithm) {
  const Table table = RandomTable(5000);
  v1::TrainingSpec spec;
  spec.set_dataset("datasets/random/versions/1");
  spec.set_target("target");
  spec.set_algorithm(algorithm);
  if (algorithm == "gradient_boosting") {
    (*spec.mutable_hyperparameters()->mutable_fields())["max_depth"].set_number_value(6);
  }
  const auto resolved = ResolveSpec(spec, SchemaOf(table));
  const auto bundle = TrainModel(table, *resolved, [](const v1::JobProgress&) { return true; });
  return *Predictor::Create(bundle->predictor());
}

void BM_Score(benchmark::State& state, const std::string& algorithm) {
  const auto predictor = Train(algorithm);
  Table rows = RandomTable(static_cast<int>(state.range(0)));
  rows.columns.pop_back();
  for (auto _ : state) benchmark::DoNotOptimize(predictor->Score(rows));
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK_CAPTURE(BM_Score, ridge_regression, "ridge_regression")->Arg(1)->Arg(1000);
BENCHMARK_CAPTURE(BM_Score, gradient_boosting_100x6, "gradient_boosting")->Arg(1)->Arg(1000);

}  // namespace
}  // namespace serin
