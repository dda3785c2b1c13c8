#include "core/transform/sampling_steps.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numeric>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "core/base/random.h"
#include "core/base/status_macros.h"
#include "core/table/value_parser.h"
#include "core/transform/row_key.h"
#include "core/transform/stratum_sizes.h"

namespace serin {
namespace {

constexpr int kMaxParts = 100;
constexpr double kFractionTolerance = 1e-9;

// Rows with the same value to stratify by, in order of their first rows.
using Strata = absl::flat_hash_map<RowKey, size_t>;

class PartChooser : public RowChooser {
 public:
  PartChooser(const StepContext* context, const std::vector<int>* columns, const Strata* strata,
              std::vector<std::vector<int64_t>> sizes, size_t part, uint64_t seed)
      : context_(context),
        columns_(columns),
        strata_(strata),
        left_(std::move(sizes)),
        part_(part),
        random_(seed) {}

  absl::Status Choose(const Table& batch, std::vector<size_t>* kept) override {
    RowKeys keys(batch, *columns_);
    for (size_t row = 0; row < batch.row_count(); ++row) {
      const auto stratum = strata_->find(keys.Of(row));
      if (stratum == strata_->end()) return context_->RowsChanged();
      std::vector<int64_t>& left = left_[stratum->second];
      const auto total = std::accumulate(left.begin(), left.end(), uint64_t{0});
      if (total == 0) return context_->RowsChanged();
      if (DrawPart(total, &left) == part_) kept->push_back(row);
    }
    return absl::OkStatus();
  }

 private:
  // The part that the next row of a stratum goes to, which has so many rows left for each part.
  size_t DrawPart(uint64_t total, std::vector<int64_t>* left) {
    uint64_t draw = UniformBelow(total, random_);
    size_t part = 0;
    for (; draw >= static_cast<uint64_t>((*left)[part]); ++part) {
      draw -= static_cast<uint64_t>((*left)[part]);
    }
    --(*left)[part];
    return part;
  }

  const StepContext* const context_;
  const std::vector<int>* const columns_;
  const Strata* const strata_;
  std::vector<std::vector<int64_t>> left_;  // [stratum][part], of the rows still to come.
  const size_t part_;
  Random random_;
};

class SplitStep : public ChoosingStep {
 public:
  // `stratify_by`: one column or none.
  SplitStep(StepContext context, const v1::Schema& schema, const v1::TransformStep::Split& step,
            std::vector<int> stratify_by)
      : ChoosingStep(std::move(context), schema),
        fractions_(step.fractions().begin(), step.fractions().end()),
        part_(static_cast<size_t>(step.part())),
        seed_(step.seed()),
        columns_(std::move(stratify_by)) {}

  absl::Status Prepare(OpenInput open_input) override {
    std::vector<int64_t> rows;
    SERIN_RETURN_IF_ERROR(
        ForEachBatch(open_input, [&](const Table& batch) { return CountStrata(batch, &rows); }));
    sizes_ = StratumSizes(rows, fractions_);
    return absl::OkStatus();
  }

  std::unique_ptr<RowChooser> NewChooser() const override {
    return std::make_unique<PartChooser>(&context(), &columns_, &strata_, sizes_, part_, seed_);
  }

 private:
  absl::Status CountStrata(const Table& batch, std::vector<int64_t>* rows) {
    RowKeys keys(batch, columns_);
    const size_t known = strata_.size();
    for (size_t row = 0; row < batch.row_count(); ++row) {
      const auto [stratum, is_new] = strata_.try_emplace(keys.Of(row), strata_.size());
      if (is_new) rows->push_back(0);
      ++(*rows)[stratum->second];
    }
    // The index, and the rows of each part: as they are to be, and as they are still to come.
    const size_t stratum_bytes = 128 + 2 * sizeof(int64_t) * fractions_.size();
    const auto bytes = static_cast<int64_t>((strata_.size() - known) * stratum_bytes);
    return context().memory->Reserve(bytes) ? absl::OkStatus() : context().OverMemory();
  }

  const std::vector<double> fractions_;
  const size_t part_;
  const uint64_t seed_;
  const std::vector<int> columns_;
  Strata strata_;
  std::vector<std::vector<int64_t>> sizes_;  // [stratum][part]
};

class SampleChooser : public RowChooser {
 public:
  SampleChooser(const StepContext* context, int64_t rows, int64_t wanted, uint64_t seed)
      : context_(context), left_(rows), wanted_(wanted), random_(seed) {}

  absl::Status Choose(const Table& batch, std::vector<size_t>* kept) override {
    if (static_cast<int64_t>(batch.row_count()) > left_) return context_->RowsChanged();
    for (size_t row = 0; row < batch.row_count(); ++row, --left_) {
      if (UniformBelow(static_cast<uint64_t>(left_), random_) >= static_cast<uint64_t>(wanted_)) {
        continue;
      }
      kept->push_back(row);
      --wanted_;
    }
    return absl::OkStatus();
  }

 private:
  const StepContext* const context_;
  int64_t left_;    // Rows still to come.
  int64_t wanted_;  // Of those.
  Random random_;
};

class SampleStep : public ChoosingStep {
 public:
  SampleStep(StepContext context, const v1::Schema& schema, const v1::TransformStep::Sample& step)
      : ChoosingStep(std::move(context), schema), step_(step) {}

  absl::Status Prepare(OpenInput open_input) override {
    return ForEachBatch(open_input, [&](const Table& batch) {
      row_count_ += static_cast<int64_t>(batch.row_count());
      return absl::OkStatus();
    });
  }

  std::unique_ptr<RowChooser> NewChooser() const override {
    return std::make_unique<SampleChooser>(&context(), row_count_, Wanted(), step_.seed());
  }

 private:
  int64_t Wanted() const {
    if (step_.has_rows()) return std::min(step_.rows(), row_count_);
    const double share = step_.fraction() * static_cast<double>(row_count_);
    return std::min(static_cast<int64_t>(std::floor(share + 0.5)), row_count_);
  }

  const v1::TransformStep::Sample step_;
  int64_t row_count_ = 0;
};

absl::Status CheckFractions(const StepContext& context, const v1::TransformStep::Split& step) {
  if (step.fractions().empty()) return context.Invalid("fractions", "is required");
  if (step.fractions_size() > kMaxParts) {
    return context.Invalid("fractions", absl::StrCat("must have at most ", kMaxParts,
                                                     " entries, has ", step.fractions_size()));
  }
  double sum = 0;
  for (int i = 0; i < step.fractions_size(); ++i) {
    const double fraction = step.fractions(i);
    if (!(fraction > 0 && fraction <= 1)) {
      return context.Invalid(absl::StrCat("fractions[", i, "]"),
                             absl::StrCat("must be more than 0 and at most 1, is ", fraction));
    }
    sum += fraction;
  }
  if (std::abs(sum - 1) <= kFractionTolerance) return absl::OkStatus();
  return context.Invalid("fractions", absl::StrCat("must be 1 together, are ", FormatNumber(sum)));
}

}  // namespace

absl::StatusOr<std::unique_ptr<Step>> MakeSplit(const v1::TransformStep::Split& step,
                                                StepContext context, const v1::Schema& schema) {
  SERIN_RETURN_IF_ERROR(CheckFractions(context, step));
  if (step.part() < 0 || step.part() >= step.fractions_size()) {
    return context.Invalid("part", absl::StrCat("must be from 0 to ", step.fractions_size() - 1,
                                                ", is ", step.part()));
  }
  std::vector<int> stratify_by;
  if (!step.stratify_by().empty()) {
    SERIN_ASSIGN_OR_RETURN(const int column,
                           ColumnNamed(context, "stratify_by", step.stratify_by(), schema));
    SERIN_RETURN_IF_ERROR(
        CheckType(context, "stratify_by", schema.columns(column),
                  {v1::COLUMN_TYPE_CATEGORY, v1::COLUMN_TYPE_BOOLEAN, v1::COLUMN_TYPE_INTEGER}));
    stratify_by.push_back(column);
  }
  return std::make_unique<SplitStep>(std::move(context), schema, step, std::move(stratify_by));
}

absl::StatusOr<std::unique_ptr<Step>> MakeSample(const v1::TransformStep::Sample& step,
                                                 StepContext context, const v1::Schema& schema) {
  if (step.has_rows() && step.rows() < 1) {
    return context.Invalid("rows", absl::StrCat("must be at least 1, is ", step.rows()));
  }
  if (step.has_fraction() && !(step.fraction() > 0 && step.fraction() <= 1)) {
    return context.Invalid("fraction",
                           absl::StrCat("must be more than 0 and at most 1, is ", step.fraction()));
  }
  if (!step.has_rows() && !step.has_fraction()) {
    return context.Invalid("rows", "or fraction is required");
  }
  return std::make_unique<SampleStep>(std::move(context), schema, step);
}

}  // namespace serin
