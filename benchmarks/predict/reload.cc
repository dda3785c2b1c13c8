// What do loads cost those who predict meanwhile, and does memory come back? What `scripts/bench
// predict reload` runs: a predictor in this process, asked over gRPC by one caller for a model of
// 100 trees, without loads and while another model, of 500 trees, is unloaded and loaded over and
// over; then 10,000 such loads, with the memory that is resident before and after.
#include <grpcpp/create_channel.h>
#include <grpcpp/security/server_credentials.h>
#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>
#include <prometheus/registry.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <random>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "core/base/clock.h"
#include "core/base/ids.h"
#include "core/base/sha256.h"
#include "core/bundle/bundle.h"
#include "core/engine/predictor.h"
#include "core/table/schema.h"
#include "server/predict/model_host.h"
#include "server/predict/predict_metrics.h"
#include "server/predict/predict_service.h"
#include "server/rpc/metadata_keys.h"

namespace serin {
namespace {

constexpr int kInputs = 30;
constexpr int kDepth = 6;
constexpr int kWarmUpLoads = 200;
constexpr int kLoads = 10'000;
constexpr absl::Duration kRound = absl::Seconds(5);
constexpr int kRounds = 5;

// A complete tree of random splits.
void AddTree(std::mt19937& random, internal::v1::TreeEnsemble* trees) {
  const int inner = (1 << kDepth) - 1;
  internal::v1::Tree* tree = trees->add_trees();
  for (int node = 0; node < 2 * inner + 1; ++node) {
    const bool leaf = node >= inner;
    tree->add_features(leaf ? 0 : static_cast<int>(random() % kInputs));
    tree->add_thresholds(static_cast<float>(random() % 256) / 256);
    tree->add_missing_left(false);
    tree->add_left_children(leaf ? -1 : 2 * node + 1);
    tree->add_right_children(leaf ? -1 : 2 * node + 2);
  }
}

internal::v1::Predictor RegressorOf(int tree_count) {
  std::mt19937 random(static_cast<unsigned>(tree_count));
  internal::v1::Predictor model;
  model.set_task(v1::TASK_REGRESSION);
  model.mutable_target()->set_name("y");
  model.mutable_target()->set_type(v1::COLUMN_TYPE_NUMBER);
  for (int i = 0; i < kInputs; ++i) {
    v1::ColumnSchema* feature = model.mutable_features()->add_columns();
    feature->set_name(absl::StrCat("x", i));
    feature->set_type(v1::COLUMN_TYPE_NUMBER);
    model.mutable_pipeline()->add_columns()->mutable_numeric()->set_scale(1);
  }
  model.mutable_trees()->set_output_count(1);
  model.mutable_trees()->add_base_scores(0);
  for (int i = 0; i < tree_count; ++i) AddTree(random, model.mutable_trees());
  return model;
}

// A bundle's bytes, with one golden row.
std::string BundleOf(int tree_count) {
  internal::v1::Bundle bundle;
  *bundle.mutable_predictor() = RegressorOf(tree_count);
  const auto predictor = *Predictor::Create(bundle.predictor());
  Table rows = EmptyTable(bundle.predictor().features());
  for (ColumnData& column : rows.columns) {
    column.numbers.push_back(0.5);
    v1::Column* golden = bundle.mutable_golden_rows()->add_columns();
    golden->set_name(column.name);
    golden->mutable_numbers()->add_values(0.5);
  }
  bundle.mutable_golden_rows()->add_outputs(predictor->Score(rows)->values[0]);
  return *EncodeBundle(bundle);
}

// A predictor with model `asked`, and `other` as often as one likes.
class Subject {
 public:
  Subject() : asked_(BundleOf(100)), other_(BundleOf(500)) {
    SetOther(false);
    grpc::ServerBuilder builder;
    int port = 0;
    builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
    builder.RegisterService(&service_);
    server_ = builder.BuildAndStart();
    stub_ = v1::PredictService::NewStub(
        grpc::CreateChannel(absl::StrCat("127.0.0.1:", port), grpc::InsecureChannelCredentials()));
    request_.set_model("asked");
    for (int i = 0; i < kInputs; ++i) {
      v1::Column* column = request_.add_columns();
      column->set_name(absl::StrCat("x", i));
      column->mutable_numbers()->add_values(0.25);
    }
  }
  ~Subject() { server_->Shutdown(); }

  void SetOther(bool loaded) {
    internal::v1::ClusterState state;
    state.set_revision(++revision_);
    AddModel("asked", asked_, &state);
    if (loaded) AddModel("other", other_, &state);
    if (!host_.Apply(state)) std::abort();
  }

  absl::Duration TimeCall() {
    grpc::ClientContext context;
    context.AddMetadata(kVersionKey, "1");
    v1::PredictResponse response;
    const absl::Time begin = absl::Now();
    const grpc::Status status = stub_->Predict(&context, request_, &response);
    if (!status.ok()) {
      std::fprintf(stderr, "%s\n", status.error_message().c_str());
      std::exit(1);
    }
    return absl::Now() - begin;
  }

 private:
  static void AddModel(const char* name, const std::string& bundle,
                       internal::v1::ClusterState* state) {
    auto* model = state->add_models();
    model->set_project("default");
    model->set_model(name);
    auto* version = model->add_versions();
    version->set_version(1);
    version->set_bundle_sha256(Sha256Hex(bundle));
  }

  const std::string asked_;
  const std::string other_;
  uint64_t revision_ = 0;
  prometheus::Registry registry_;
  PredictMetrics metrics_{&registry_};
  IdGenerator ids_{Clock::Real()};
  ModelHost host_{
      [this](const std::string&, const std::string& sha256) {
        return absl::StatusOr<std::string>(sha256 == Sha256Hex(asked_) ? asked_ : other_);
      },
      &metrics_};
  PredictService service_{&host_, &ids_};
  std::unique_ptr<grpc::Server> server_;
  std::unique_ptr<v1::PredictService::Stub> stub_;
  v1::PredictRequest request_;
};

double P99Milliseconds(Subject& subject) {
  std::vector<absl::Duration> latencies;
  for (const absl::Time end = absl::Now() + kRound; absl::Now() < end;) {
    latencies.push_back(subject.TimeCall());
    absl::SleepFor(absl::Milliseconds(1));
  }
  const auto p99 = latencies.begin() + static_cast<ptrdiff_t>(latencies.size() * 99 / 100);
  std::nth_element(latencies.begin(), p99, latencies.end());
  return absl::ToDoubleMilliseconds(*p99);
}

double P99WhileLoading(Subject& subject, int* loads) {
  std::atomic<bool> over = false;
  std::thread loader([&] {
    for (; !over; ++*loads) {
      subject.SetOther(true);
      subject.SetOther(false);
    }
  });
  const double p99 = P99Milliseconds(subject);
  over = true;
  loader.join();
  return p99;
}

double ResidentMegabytes() {
  std::ifstream file("/proc/self/statm");
  double pages = 0;
  file >> pages >> pages;
  return pages * static_cast<double>(sysconf(_SC_PAGESIZE)) / 1e6;
}

double Median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

void Main() {
  Subject subject;
  P99Milliseconds(subject);  // Connects, warms up.
  std::vector<double> alone;
  std::vector<double> ratios;
  int loads = 0;
  for (int round = 0; round < kRounds; ++round) {
    alone.push_back(P99Milliseconds(subject));
    ratios.push_back(P99WhileLoading(subject, &loads) / alone.back());
  }
  std::printf("p99 without loads                 %8.3f ms\n", Median(alone));
  std::printf("p99 with %4.0f loads/s, times that  %8.2f (%.2f to %.2f)\n",
              loads / (kRounds * absl::ToDoubleSeconds(kRound)), Median(ratios),
              *std::min_element(ratios.begin(), ratios.end()),
              *std::max_element(ratios.begin(), ratios.end()));
  double before = 0;
  for (int load = 0; load < kWarmUpLoads + kLoads; ++load) {
    if (load == kWarmUpLoads) before = ResidentMegabytes();
    subject.SetOther(true);
    subject.SetOther(false);
  }
  std::printf("resident after %d loads        %8.1f MB, before %.1f MB: %+.1f %%\n", kLoads,
              ResidentMegabytes(), before, 100 * (ResidentMegabytes() / before - 1));
}

}  // namespace
}  // namespace serin

int main() {
  serin::Main();
  return 0;
}
