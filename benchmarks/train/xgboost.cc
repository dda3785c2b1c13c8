// How long does XGBoost by itself take, from a matrix in memory to the last tree? Prints it as one
// line of JSON: what `scripts/bench train boosting` compares a job with.
#include <xgboost/c_api.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <limits>
#include <string>
#include <utility>
#include <vector>

namespace {

struct Plan {
  size_t inputs;
  int rounds;
  std::string depth;
  std::string threads;
};

void Check(int code) {
  if (code == 0) return;
  std::fprintf(stderr, "train_xgboost: %s\n", XGBGetLastError());
  std::exit(1);
}

std::vector<float> ReadFloats(const char* path) {
  std::ifstream file(path, std::ios::binary | std::ios::ate);
  if (!file) {
    std::fprintf(stderr, "train_xgboost: cannot read %s\n", path);
    std::exit(1);
  }
  std::vector<float> floats(static_cast<size_t>(file.tellg()) / sizeof(float));
  file.seekg(0);
  file.read(reinterpret_cast<char*>(floats.data()),
            static_cast<std::streamsize>(floats.size() * sizeof(float)));
  return floats;
}

// Rows of inputs, and the label behind each.
void Split(const std::vector<float>& rows, size_t inputs, std::vector<float>* matrix,
           std::vector<float>* labels) {
  for (size_t i = 0; i < rows.size(); i += inputs + 1) {
    matrix->insert(matrix->end(), rows.begin() + i, rows.begin() + i + inputs);
    labels->push_back(rows[i + inputs]);
  }
}

void Train(const std::vector<float>& matrix, const std::vector<float>& labels, const Plan& plan) {
  DMatrixHandle data = nullptr;
  BoosterHandle booster = nullptr;
  Check(XGDMatrixCreateFromMat_omp(matrix.data(), labels.size(), plan.inputs,
                                   std::numeric_limits<float>::quiet_NaN(), &data,
                                   std::atoi(plan.threads.c_str())));
  Check(XGDMatrixSetFloatInfo(data, "label", labels.data(), labels.size()));
  Check(XGBoosterCreate(&data, 1, &booster));
  const std::vector<std::pair<const char*, std::string>> parameters = {
      {"objective", "binary:logistic"}, {"tree_method", "hist"},   {"learning_rate", "0.1"},
      {"max_depth", plan.depth},        {"nthread", plan.threads}, {"verbosity", "0"}};
  for (const auto& [name, value] : parameters) {
    Check(XGBoosterSetParam(booster, name, value.c_str()));
  }
  for (int round = 0; round < plan.rounds; ++round) {
    Check(XGBoosterUpdateOneIter(booster, round, data));
  }
  Check(XGBoosterFree(booster));
  Check(XGDMatrixFree(data));
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 6) {
    std::fprintf(stderr, "usage: train_xgboost FILE INPUTS ROUNDS DEPTH THREADS\n");
    return 2;
  }
  const Plan plan{static_cast<size_t>(std::atoi(argv[2])), std::atoi(argv[3]), argv[4], argv[5]};
  std::vector<float> matrix;
  std::vector<float> labels;
  Split(ReadFloats(argv[1]), plan.inputs, &matrix, &labels);
  const std::clock_t cpu = std::clock();
  const auto begin = std::chrono::steady_clock::now();
  Train(matrix, labels, plan);
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - begin;
  std::printf("{\"seconds\": %.4f, \"cpu_seconds\": %.4f}\n", seconds.count(),
              static_cast<double>(std::clock() - cpu) / CLOCKS_PER_SEC);
  return 0;
}
