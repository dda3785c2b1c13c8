// What does a predictor cost per row, by kind of model and rows per call?
#include <benchmark/benchmark.h>

#include <random>
#include <string>

#include "absl/strings/str_cat.h"
#include "core/engine/predictor.h"
#include "core/learn/spec.h"
#include "core/learn/train.h"
#include "core/table/dictionary_index.h"
#include "core/table/schema.h"

namespace serin {
namespace {

constexpr int kFeatures = 30;
// Of a table with categories so many features are such, of so many values each.
constexpr int kCategoryFeatures = 10;
constexpr int kCategories = 50;

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

// The same with the first features as categories.
Table RandomTableWithCategories(int rows) {
  Table table = RandomTable(rows);
  for (int f = 0; f < kCategoryFeatures; ++f) {
    ColumnData& column = table.columns[f];
    column.type = v1::COLUMN_TYPE_CATEGORY;
    DictionaryIndex dictionary(&column.dictionary);
    for (const double value : column.numbers) {
      const auto category = static_cast<int>(value * kCategories);
      column.codes.push_back(dictionary.Intern(absl::StrCat("category ", category)));
    }
    column.numbers.clear();
  }
  return table;
}

std::unique_ptr<const Predictor> Train(const std::string& algorithm, const Table& table) {
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

using MakeTable = Table(int rows);

void BM_Score(benchmark::State& state, const std::string& algorithm, MakeTable& make_table) {
  const auto predictor = Train(algorithm, make_table(5000));
  Table rows = make_table(static_cast<int>(state.range(0)));
  rows.columns.pop_back();
  ScoreScratch scratch;
  Scores scores;
  for (auto _ : state) benchmark::DoNotOptimize(predictor->Score(rows, &scratch, &scores));
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK_CAPTURE(BM_Score, ridge_regression, "ridge_regression", RandomTable)->Arg(1)->Arg(1000);
BENCHMARK_CAPTURE(BM_Score, ridge_regression_500_categories, "ridge_regression",
                  RandomTableWithCategories)
    ->Arg(1)
    ->Arg(1000);
BENCHMARK_CAPTURE(BM_Score, mlp, "mlp", RandomTable)->Arg(1)->Arg(1000);
BENCHMARK_CAPTURE(BM_Score, mlp_500_categories, "mlp", RandomTableWithCategories)
    ->Arg(1)
    ->Arg(1000);
BENCHMARK_CAPTURE(BM_Score, gradient_boosting_100x6, "gradient_boosting", RandomTable)
    ->Arg(1)
    ->Arg(1000);

}  // namespace
}  // namespace serin
