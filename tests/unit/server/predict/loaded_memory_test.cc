// Whether a loaded version takes the memory that it says. Counts what is allocated, and so is a
// program of its own.
#include <gtest/gtest.h>
#include <malloc.h>
#include <prometheus/registry.h>

#include <atomic>
#include <cstdlib>
#include <memory>
#include <new>
#include <random>
#include <string>

#include "absl/strings/str_cat.h"
#include "core/bundle/bundle.h"
#include "core/table/schema.h"
#include "server/predict/open_bundle.h"
#include "tests/testing/status_matchers.h"
#include "tests/unit/server/predict/tiny_model.h"

namespace {

std::atomic<int64_t> allocated_bytes = 0;

void* Allocate(size_t size) {
  void* const memory = std::malloc(size);
  if (memory == nullptr) throw std::bad_alloc();
  allocated_bytes += static_cast<int64_t>(malloc_usable_size(memory));
  return memory;
}

void* AllocateAligned(size_t size, std::align_val_t alignment) {
  void* memory = nullptr;
  if (posix_memalign(&memory, static_cast<size_t>(alignment), size) != 0) throw std::bad_alloc();
  allocated_bytes += static_cast<int64_t>(malloc_usable_size(memory));
  return memory;
}

void Free(void* memory) noexcept {
  if (memory != nullptr) allocated_bytes -= static_cast<int64_t>(malloc_usable_size(memory));
  std::free(memory);
}

}  // namespace

void* operator new(size_t size) { return Allocate(size); }
void* operator new[](size_t size) { return Allocate(size); }
void* operator new(size_t size, std::align_val_t alignment) {
  return AllocateAligned(size, alignment);
}
void* operator new[](size_t size, std::align_val_t alignment) {
  return AllocateAligned(size, alignment);
}
void operator delete(void* memory) noexcept { Free(memory); }
void operator delete[](void* memory) noexcept { Free(memory); }
void operator delete(void* memory, size_t) noexcept { Free(memory); }
void operator delete[](void* memory, size_t) noexcept { Free(memory); }
void operator delete(void* memory, std::align_val_t) noexcept { Free(memory); }
void operator delete[](void* memory, std::align_val_t) noexcept { Free(memory); }
void operator delete(void* memory, size_t, std::align_val_t) noexcept { Free(memory); }
void operator delete[](void* memory, size_t, std::align_val_t) noexcept { Free(memory); }

namespace serin {
namespace {

constexpr int kInputs = 30;

internal::v1::Predictor Regressor() {
  internal::v1::Predictor model;
  model.set_task(v1::TASK_REGRESSION);
  model.mutable_target()->set_name("y");
  model.mutable_target()->set_type(v1::COLUMN_TYPE_NUMBER);
  for (int i = 0; i < kInputs; ++i) {
    v1::ColumnSchema* feature = model.mutable_features()->add_columns();
    feature->set_name(absl::StrCat("x", i));
    feature->set_type(v1::COLUMN_TYPE_NUMBER);
    auto* numeric = model.mutable_pipeline()->add_columns()->mutable_numeric();
    numeric->set_scale(1);
    numeric->set_fill(0);
  }
  return model;
}

// Complete trees of depth 6 with random splits.
internal::v1::Predictor Trees(int count, bool covers) {
  constexpr int kInner = 63;
  std::mt19937 random(7);
  internal::v1::Predictor model = Regressor();
  model.mutable_trees()->set_output_count(1);
  model.mutable_trees()->add_base_scores(0);
  for (int i = 0; i < count; ++i) {
    internal::v1::Tree* tree = model.mutable_trees()->add_trees();
    for (int node = 0; node < 2 * kInner + 1; ++node) {
      const bool leaf = node >= kInner;
      tree->add_features(leaf ? 0 : static_cast<int>(random() % kInputs));
      tree->add_thresholds(static_cast<float>(random() % 256) / 256);
      tree->add_missing_left(false);
      tree->add_left_children(leaf ? -1 : 2 * node + 1);
      tree->add_right_children(leaf ? -1 : 2 * node + 2);
      if (covers) tree->add_covers(1);
    }
  }
  return model;
}

internal::v1::Predictor Neighbors(int rows) {
  internal::v1::Predictor model = Regressor();
  model.mutable_nearest_neighbors()->set_neighbors(3);
  for (int i = 0; i < rows * kInputs; ++i) {
    model.mutable_nearest_neighbors()->add_inputs(static_cast<float>(i % 17));
  }
  for (int i = 0; i < rows; ++i) model.mutable_nearest_neighbors()->add_targets(i);
  return model;
}

internal::v1::Predictor Network(int units) {
  internal::v1::Predictor model = Regressor();
  model.mutable_mlp()->set_activation(internal::v1::MlpEstimator::ACTIVATION_RELU);
  model.mutable_mlp()->set_target_scale(1);
  int inputs = kInputs;
  for (const int outputs : {units, units, 1}) {
    internal::v1::MlpLayer* layer = model.mutable_mlp()->add_layers();
    for (int i = 0; i < inputs * outputs; ++i) layer->add_weights(0.5F);
    for (int i = 0; i < outputs; ++i) layer->add_biases(0.25F);
    inputs = outputs;
  }
  return model;
}

// A linear model of one feature with so many categories.
internal::v1::Predictor Categories(int count) {
  internal::v1::Predictor model;
  model.set_task(v1::TASK_REGRESSION);
  model.mutable_target()->set_name("y");
  model.mutable_target()->set_type(v1::COLUMN_TYPE_NUMBER);
  v1::ColumnSchema* feature = model.mutable_features()->add_columns();
  feature->set_name("x");
  feature->set_type(v1::COLUMN_TYPE_CATEGORY);
  auto* one_hot = model.mutable_pipeline()->add_columns()->mutable_one_hot();
  for (int i = 0; i < count; ++i) {
    one_hot->add_categories(absl::StrCat("a category of many, number ", 1'000'000 + i));
    model.mutable_linear()->add_weights(i);
  }
  model.mutable_linear()->add_intercepts(0);
  return model;
}

// With the row of which nothing is known as the golden one.
internal::v1::Bundle Bundled(internal::v1::Predictor model) {
  internal::v1::Bundle bundle;
  const auto predictor = *Predictor::Create(model);
  Table rows = EmptyTable(model.features());
  for (ColumnData& column : rows.columns) {
    v1::Column* golden = bundle.mutable_golden_rows()->add_columns();
    golden->set_name(column.name);
    if (column.is_string()) {
      column.codes.push_back(0);
      column.dictionary.push_back("no such category");
      golden->mutable_strings()->add_values("no such category");
    } else {
      column.numbers.push_back(0.5);
      golden->mutable_numbers()->add_values(0.5);
    }
  }
  bundle.mutable_golden_rows()->add_outputs(predictor->Score(rows)->values[0]);
  *bundle.mutable_predictor() = std::move(model);
  return bundle;
}

struct Measured {
  double said = 0;
  double taken = 0;
};

Measured Load(const internal::v1::Predictor& model) {
  const StoredBundle stored(Bundled(model));
  const WantedVersion wanted = {.name = {"default", "flower", 1}, .bundle_sha256 = stored.sha256};
  prometheus::Registry registry;
  PredictMetrics metrics(&registry);
  OpenBundle(stored.bytes, wanted, &metrics).status().IgnoreError();  // What is made only once.
  const int64_t before = allocated_bytes;
  const auto loaded = OpenBundle(stored.bytes, wanted, &metrics);
  EXPECT_THAT(loaded, IsOk());
  return {static_cast<double>((*loaded)->memory_bytes),
          static_cast<double>(allocated_bytes - before)};
}

// Tables of hashes keep places free, which are not counted.
void ExpectAboutRight(const Measured& measured) {
  EXPECT_GT(measured.said, 0.7 * measured.taken) << "takes " << measured.taken;
  EXPECT_LT(measured.said, 1.3 * measured.taken) << "takes " << measured.taken;
}

TEST(LoadedMemoryTest, Trees_ThatAreExplainedExactly) { ExpectAboutRight(Load(Trees(200, true))); }

TEST(LoadedMemoryTest, Trees_ThatAreNot) { ExpectAboutRight(Load(Trees(200, false))); }

TEST(LoadedMemoryTest, NearestNeighbors) { ExpectAboutRight(Load(Neighbors(2000))); }

TEST(LoadedMemoryTest, Networks) { ExpectAboutRight(Load(Network(300))); }

TEST(LoadedMemoryTest, ManyCategories) { ExpectAboutRight(Load(Categories(20'000))); }

// The trees are there once as they score, and once as they are explained.
TEST(LoadedMemoryTest, NoTreeIsThereASecondTime) {
  const internal::v1::Predictor model = Trees(500, true);
  const double message = static_cast<double>(model.trees().SpaceUsedLong());
  EXPECT_LT(Load(model).taken, 2.5 * message);
}

}  // namespace
}  // namespace serin
