#include "tests/unit/core/learn/standardised_data.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "tests/testing/read_table.h"

namespace serin {
namespace {

std::vector<double> Standardised(std::vector<double> numbers) {
  const auto count = static_cast<double>(numbers.size());
  double mean = 0;
  for (const double x : numbers) mean += x / count;
  double variance = 0;
  for (const double x : numbers) variance += (x - mean) * (x - mean) / count;
  for (double& x : numbers) x = (x - mean) / std::sqrt(variance);
  return numbers;
}

void SetClasses(const ColumnData& target, TrainingSet* set) {
  std::vector<std::string> classes = target.dictionary;
  std::sort(classes.begin(), classes.end());
  for (const int32_t code : target.codes) {
    const auto at = std::lower_bound(classes.begin(), classes.end(), target.dictionary[code]);
    set->targets.push_back(static_cast<double>(at - classes.begin()));
  }
  set->class_count = classes.size();
}

}  // namespace

TrainingSet StandardisedData(const std::string& file, const std::string& target) {
  const Table table = TestDataTable(file);
  TrainingSet set;
  set.row_count = table.row_count();
  std::vector<std::vector<double>> columns;
  for (const ColumnData& column : table.columns) {
    if (column.name != target) {
      columns.push_back(Standardised(column.numbers));
    } else if (column.is_string()) {
      SetClasses(column, &set);
    } else {
      set.targets = column.numbers;
    }
  }
  set.input_count = columns.size();
  for (size_t row = 0; row < set.row_count; ++row) {
    for (const auto& column : columns) set.inputs.push_back(column[row]);
  }
  for (size_t i = 0; i < set.input_count; ++i) set.columns.push_back({.feature = i});
  return set;
}

}  // namespace serin
