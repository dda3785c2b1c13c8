// How long does an algorithm take by itself, from a matrix in memory to its weights? Prints it as
// one line of JSON, with the weights: what `scripts/bench train linear` compares with scikit-learn.
//
//   train_fit FILE INPUTS CLASSES ALGORITHM HYPERPARAMETERS
//
// FILE has doubles: rows of INPUTS numbers and the target. CLASSES 0: regression.
#include <google/protobuf/util/json_util.h>

#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include "core/learn/algorithm.h"

namespace serin {
namespace {

[[noreturn]] void Fail(const std::string& why) {
  std::fprintf(stderr, "train_fit: %s\n", why.c_str());
  std::exit(1);
}

TrainingSet ReadSet(const char* path, size_t inputs, size_t classes) {
  std::ifstream file(path, std::ios::binary);
  if (!file) Fail(std::string("cannot read ") + path);
  TrainingSet set;
  set.input_count = inputs;
  set.class_count = classes;
  std::vector<double> row(inputs + 1);
  const auto bytes = static_cast<std::streamsize>(row.size() * sizeof(double));
  while (file.read(reinterpret_cast<char*>(row.data()), bytes)) {
    set.inputs.insert(set.inputs.end(), row.begin(), row.end() - 1);
    set.targets.push_back(row.back());
    ++set.row_count;
  }
  for (size_t i = 0; i < inputs; ++i) set.columns.push_back({.feature = i});
  return set;
}

Hyperparameters Resolve(const Algorithm& algorithm, const char* json) {
  google::protobuf::Struct given;
  if (!google::protobuf::util::JsonStringToMessage(json, &given).ok()) Fail("no JSON");
  auto resolved = ResolveHyperparameters(given, algorithm.description);
  if (!resolved.ok()) Fail(resolved.status().ToString());
  return Hyperparameters(std::move(*resolved));
}

void PrintNumbers(const char* name, const google::protobuf::RepeatedField<double>& numbers) {
  std::printf(", \"%s\": [", name);
  for (int i = 0; i < numbers.size(); ++i) std::printf("%s%.17g", i > 0 ? ", " : "", numbers[i]);
  std::printf("]");
}

void Run(char** arguments) {
  const TrainingSet set = ReadSet(arguments[1], std::stoul(arguments[2]), std::stoul(arguments[3]));
  const Algorithm* algorithm = FindAlgorithm(arguments[4]);
  if (algorithm == nullptr) Fail("no such algorithm");
  const Hyperparameters hyperparameters = Resolve(*algorithm, arguments[5]);
  internal::v1::Predictor model;
  int iterations = 0;
  const std::clock_t begin = std::clock();
  const absl::Status status = algorithm->fit(
      set, hyperparameters, 0,
      [&](const Iteration& iteration) {
        iterations = iteration.number;
        return true;
      },
      &model);
  const double seconds = static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
  if (!status.ok()) Fail(status.ToString());
  std::printf("{\"cpu_seconds\": %.6f, \"iterations\": %d", seconds, iterations);
  PrintNumbers("weights", model.linear().weights());
  PrintNumbers("intercepts", model.linear().intercepts());
  std::printf("}\n");
}

}  // namespace
}  // namespace serin

int main(int count, char** arguments) {
  if (count != 6) {
    std::fprintf(stderr, "usage: train_fit FILE INPUTS CLASSES ALGORITHM HYPERPARAMETERS\n");
    return 2;
  }
  serin::Run(arguments);
}
