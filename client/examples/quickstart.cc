// From a CSV file to a prediction, in a program: serin_quickstart FILE.csv [HOST:PORT]
//
// FILE is tests/data/iris.csv or has the same columns. Needs a running server.

#include <iostream>

#include "serin/client.h"

namespace {

absl::StatusOr<serin::v1::Job> TrainIris(const serin::Client& client) {
  serin::v1::TrainingSpec spec;
  spec.set_dataset("iris");
  spec.set_target("species");
  spec.set_algorithm("logistic_regression");

  auto job = client.Train("iris", spec);
  if (!job.ok()) return job;
  return client.WaitForJob(job->name(), [](const serin::v1::Job& job) {
    std::cout << job.progress().stage() << " " << 100 * job.progress().fraction() << " %\n";
  });
}

absl::Status Run(const std::string& file, const std::string& server) {
  auto client = serin::Client::Connect({.server = server});
  if (!client.ok()) return client.status();

  auto dataset = client->UploadDataset("iris", file);
  if (!dataset.ok()) return dataset.status();
  std::cout << dataset->name() << " has " << dataset->row_count() << " rows\n";

  auto job = TrainIris(*client);
  if (!job.ok()) return job.status();
  std::cout << "trained " << job->model_version() << "\n";

  auto answer = client->Predict("iris", {serin::MakeRow({{"sepal_length", 5.1},
                                                         {"sepal_width", 3.5},
                                                         {"petal_length", 1.4},
                                                         {"petal_width", 0.2}})});
  if (!answer.ok()) return answer.status();
  std::cout << answer->model_version() << " says " << answer->predictions(0).label() << "\n";
  return absl::OkStatus();
}

void Report(const absl::Status& error) {
  std::cerr << error.message() << "\n";
  const serin::ErrorDetails details = serin::DetailsOf(error);
  if (!details.request_id.empty()) std::cerr << "request id: " << details.request_id << "\n";
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) {
    std::cerr << "usage: serin_quickstart FILE.csv [HOST:PORT]\n";
    return 2;
  }
  const absl::Status outcome = Run(argv[1], argc > 2 ? argv[2] : "127.0.0.1:8500");
  if (outcome.ok()) return 0;
  Report(outcome);
  return 1;
}
