#include "core/explain/sampled_shapley.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>
#include <vector>

#include "core/base/random_bits.h"
#include "core/base/status_macros.h"
#include "core/explain/mixed_rows.h"

namespace serin {
namespace {

// What is scored at once: rows, and values of all of them.
constexpr size_t kMaxMixedRows = 4096;
constexpr size_t kMaxMixedValues = size_t{1} << 21;

// The outputs that are explained: of two classes only the second one's.
class ExplainedOutputs {
 public:
  explicit ExplainedOutputs(const Scores& scores)
      : scores_(scores), skipped_(scores.output_count == 2 ? 1 : 0) {}

  size_t size() const { return scores_.output_count - skipped_; }
  const double* of_row(size_t row) const {
    return scores_.values.data() + row * scores_.output_count + skipped_;
  }

 private:
  const Scores& scores_;
  const size_t skipped_;
};

std::vector<double> MeansOf(const ExplainedOutputs& outputs, size_t row_count) {
  std::vector<double> means(outputs.size());
  for (size_t row = 0; row < row_count; ++row) {
    for (size_t i = 0; i < means.size(); ++i) means[i] += outputs.of_row(row)[i];
  }
  for (double& mean : means) mean /= static_cast<double>(row_count);
  return means;
}

void Shuffle(std::vector<uint32_t>* order, RandomBits* random) {
  for (size_t i = order->size(); i > 1; --i) {
    std::swap((*order)[i - 1], (*order)[random->Below(static_cast<uint32_t>(i))]);
  }
}

// Mean and squared distances from it, as they come: Welford's.
class RunningMeans {
 public:
  explicit RunningMeans(size_t count) : means_(count), squares_(count) {}

  // `sample`: which one of this place, from 1.
  void Add(size_t place, double value, double sample) {
    const double distance = value - means_[place];
    means_[place] += distance / sample;
    squares_[place] += distance * (value - means_[place]);
  }

  double mean(size_t place) const { return means_[place]; }
  // Of the mean, after so many samples.
  double variance(size_t place, double samples) const {
    return squares_[place] / (samples - 1) / samples;
  }

 private:
  std::vector<double> means_;
  std::vector<double> squares_;
};

// A feature of an order that is switched to the row's own value.
struct Step {
  size_t sample;
  uint32_t feature;
  bool is_first;
  bool is_last;  // Leads to the row itself.
};

// One row's samples.
class RowSampler {
 public:
  RowSampler(const SampledShapley& method, const Scores& background, const Table& rows, size_t row)
      : method_(method),
        background_(background),
        mixed_(method.background, rows, row),
        width_(rows.columns.size()),
        outputs_(ExplainedOutputs(background).size()),
        rows_at_once_(
            std::clamp<size_t>(kMaxMixedValues / std::max<size_t>(width_, 1), 1, kMaxMixedRows)),
        random_(MixBits(method.seed)),
        before_(outputs_),
        means_(width_ * outputs_) {}

  // `own`: the row's outputs.
  absl::Status Run(const double* own, const StopFn& stop) {
    for (size_t sample = 0; sample < method_.samples; ++sample) {
      SERIN_RETURN_IF_ERROR(AddOrder(sample, own, stop));
    }
    return TakeSteps(own, stop);
  }

  // outputs x features of each, for a row whose outputs are so far from the bases.
  void Write(const std::vector<double>& distances, double* contributions, double* errors) const {
    const auto samples = static_cast<double>(method_.samples);
    for (size_t output = 0; output < outputs_; ++output) {
      double lacking = distances[output];
      double variances = 0;
      for (size_t i = output * width_; i < (output + 1) * width_; ++i) {
        lacking -= means_.mean(i);
        variances += means_.variance(i, samples);
      }
      for (size_t i = output * width_; i < (output + 1) * width_; ++i) {
        const double variance = means_.variance(i, samples);
        const double share = variances > 0 ? variance / variances : 1 / static_cast<double>(width_);
        *contributions++ = means_.mean(i) + lacking * share;
        *errors++ = std::sqrt(variance);
      }
    }
  }

 private:
  size_t BackgroundRow(size_t sample) const { return sample % background_.row_count; }

  // Draws an order and has its features switched one after the other.
  absl::Status AddOrder(size_t sample, const double* own, const StopFn& stop) {
    std::vector<uint32_t> order(width_);
    std::iota(order.begin(), order.end(), 0);
    Shuffle(&order, &random_);
    std::vector<uint32_t> row(width_, static_cast<uint32_t>(BackgroundRow(sample)));
    for (size_t i = 0; i < width_; ++i) {
      row[order[i]] = mixed_.own();
      steps_.push_back({sample, order[i], i == 0, i + 1 == width_});
      if (steps_.back().is_last) break;
      sources_.insert(sources_.end(), row.begin(), row.end());
      if (sources_.size() < rows_at_once_ * width_) continue;
      SERIN_RETURN_IF_ERROR(TakeSteps(own, stop));
    }
    return absl::OkStatus();
  }

  // Scores the rows that the steps lead to, and adds what each moved.
  absl::Status TakeSteps(const double* own, const StopFn& stop) {
    if (stop()) return absl::CancelledError("the explanation was stopped");
    SERIN_ASSIGN_OR_RETURN(const Scores scores, method_.predictor.Score(mixed_.Take(sources_)));
    const ExplainedOutputs mixtures(scores);
    const ExplainedOutputs background(background_);
    size_t row = 0;
    for (const Step& step : steps_) {
      if (step.is_first)
        std::copy_n(background.of_row(BackgroundRow(step.sample)), outputs_, before_.begin());
      const double* after = step.is_last ? own : mixtures.of_row(row++);
      AddStep(step, after);
      std::copy_n(after, outputs_, before_.begin());
    }
    steps_.clear();
    sources_.clear();
    return absl::OkStatus();
  }

  void AddStep(const Step& step, const double* after) {
    for (size_t output = 0; output < outputs_; ++output) {
      means_.Add(output * width_ + step.feature, after[output] - before_[output],
                 static_cast<double>(step.sample + 1));
    }
  }

  const SampledShapley& method_;
  const Scores& background_;
  const MixedRows mixed_;
  const size_t width_;
  const size_t outputs_;
  const size_t rows_at_once_;
  RandomBits random_;
  // On their way, with the rows behind all but the last ones of their orders.
  std::vector<Step> steps_;
  std::vector<uint32_t> sources_;
  std::vector<double> before_;  // Outputs where the next step begins.
  RunningMeans means_;          // outputs x features.
};

}  // namespace

absl::Status SampledShapley::Explain(const Table& rows, const StopFn& stop,
                                     Explanations* out) const {
  SERIN_ASSIGN_OR_RETURN(const Scores of_background, predictor.Score(background));
  const ExplainedOutputs predictions(out->predictions);
  out->bases = MeansOf(ExplainedOutputs(of_background), background.row_count());
  const size_t of_row = out->bases.size() * rows.columns.size();
  out->contributions.resize(rows.row_count() * of_row);
  out->errors.resize(rows.row_count() * of_row);
  for (size_t row = 0; row < rows.row_count(); ++row) {
    const double* own = predictions.of_row(row);
    out->scores.insert(out->scores.end(), own, own + out->bases.size());
    RowSampler sampler(*this, of_background, rows, row);
    SERIN_RETURN_IF_ERROR(sampler.Run(own, stop));
    std::vector<double> distances(own, own + out->bases.size());
    for (size_t i = 0; i < distances.size(); ++i) distances[i] -= out->bases[i];
    sampler.Write(distances, out->contributions.data() + row * of_row,
                  out->errors.data() + row * of_row);
  }
  return absl::OkStatus();
}

}  // namespace serin
