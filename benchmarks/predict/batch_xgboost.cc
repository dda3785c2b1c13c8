// How long does XGBoost take to predict for a CSV file, as its command does: read it, score it,
// write a line per row? Prints it as one line of JSON: what `scripts/bench predict batch` compares
// with.
//
//   batch_xgboost train FILE MODEL ROUNDS DEPTH   makes the model; the label is the first column
//   batch_xgboost predict FILE MODEL OUT          on one thread
//
// Files have no header: XGBoost's reader takes none.
#include <xgboost/c_api.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

namespace {

void Check(int code) {
  if (code == 0) return;
  std::fprintf(stderr, "batch_xgboost: %s\n", XGBGetLastError());
  std::exit(1);
}

DMatrixHandle Read(const std::string& file) {
  DMatrixHandle data = nullptr;
  Check(XGDMatrixCreateFromFile((file + "?format=csv&label_column=0").c_str(), 1, &data));
  return data;
}

void Train(const std::string& file, const std::string& model, int rounds, const char* depth) {
  DMatrixHandle data = Read(file);
  BoosterHandle booster = nullptr;
  Check(XGBoosterCreate(&data, 1, &booster));
  const std::vector<std::pair<const char*, const char*>> parameters = {
      {"objective", "binary:logistic"},
      {"tree_method", "hist"},
      {"learning_rate", "0.1"},
      {"max_depth", depth},
      {"verbosity", "0"}};
  for (const auto& [name, value] : parameters) Check(XGBoosterSetParam(booster, name, value));
  for (int round = 0; round < rounds; ++round) Check(XGBoosterUpdateOneIter(booster, round, data));
  Check(XGBoosterSaveModel(booster, model.c_str()));
}

void Predict(const std::string& file, const std::string& model, const char* out) {
  BoosterHandle booster = nullptr;
  Check(XGBoosterCreate(nullptr, 0, &booster));
  Check(XGBoosterLoadModel(booster, model.c_str()));
  Check(XGBoosterSetParam(booster, "nthread", "1"));
  DMatrixHandle data = Read(file);
  const char* config =
      R"({"type":0,"training":false,"iteration_begin":0,"iteration_end":0,"strict_shape":true})";
  const bst_ulong* shape = nullptr;
  bst_ulong dimensions = 0;
  const float* predictions = nullptr;
  Check(XGBoosterPredictFromDMatrix(booster, data, config, &shape, &dimensions, &predictions));
  std::FILE* written = std::fopen(out, "w");
  if (written == nullptr) std::exit(1);
  for (bst_ulong row = 0; row < shape[0]; ++row) std::fprintf(written, "%g\n", predictions[row]);
  std::fclose(written);
}

}  // namespace

int main(int argc, char** argv) {
  const std::string verb = argc > 1 ? argv[1] : "";
  if (!(verb == "train" && argc == 6) && !(verb == "predict" && argc == 5)) {
    std::fprintf(stderr, "usage: see the head of batch_xgboost.cc\n");
    return 2;
  }
  const auto begin = std::chrono::steady_clock::now();
  verb == "train" ? Train(argv[2], argv[3], std::atoi(argv[4]), argv[5])
                  : Predict(argv[2], argv[3], argv[4]);
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - begin;
  std::printf("{\"seconds\": %.4f}\n", seconds.count());
  return 0;
}
