#include "client/cli/batch_flags.h"

namespace serin {

void AddBatchFlags(CLI::App& command, const std::shared_ptr<BatchFlags>& flags) {
  v1::BatchPrediction& prediction = flags->prediction;
  command
      .add_option("MODEL", *prediction.mutable_model_version(),
                  "Model, or a version: iris@2, iris@champion")
      ->type_name("")
      ->required();
  command
      .add_option("--dataset", *prediction.mutable_dataset(),
                  "Dataset that has the features as columns; a version: flowers@3")
      ->type_name("NAME")
      ->required();
  command
      .add_option("--into", *prediction.mutable_output_dataset(),
                  "Live dataset that gets the rows, made if it is new")
      ->type_name("NAME")
      ->required();
  command
      .add_option("--keep", flags->keep,
                  "Columns to copy in front of the answers, separated by commas; '*' for all")
      ->type_name("COLUMNS")
      ->delimiter(',');
}

v1::BatchPrediction PredictionOf(const BatchFlags& flags) {
  v1::BatchPrediction prediction = flags.prediction;
  prediction.mutable_keep_columns()->Assign(flags.keep.begin(), flags.keep.end());
  return prediction;
}

}  // namespace serin
