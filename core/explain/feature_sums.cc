#include "core/explain/feature_sums.h"

#include <utility>

#include "absl/status/status.h"

namespace serin {

FeatureSums::FeatureSums(Pipeline pipeline, size_t feature_count,
                         std::unique_ptr<const Attribution> attribution)
    : pipeline_(std::move(pipeline)),
      feature_count_(feature_count),
      attribution_(std::move(attribution)),
      features_(pipeline_.FeaturesOfOutputs()) {}

absl::Status FeatureSums::Explain(const Table& rows, const StopFn& stop, Explanations* out) const {
  const size_t row_count = rows.row_count();
  const size_t input_count = features_.size();
  const size_t output_count = attribution_->bases().size();
  out->bases = attribution_->bases();
  out->scores.resize(row_count * output_count);
  out->contributions.resize(row_count * output_count * feature_count_);
  const Pipeline::Binding binding = pipeline_.Bind(rows);
  std::vector<double> inputs(input_count);
  std::vector<double> of_inputs(output_count * input_count);
  double* sums = out->contributions.data();
  for (size_t row = 0; row < row_count; ++row) {
    if (stop()) return absl::CancelledError("the explanation was stopped");
    pipeline_.Apply(rows, binding, row, row + 1, inputs.data());
    attribution_->Explain(inputs.data(), out->scores.data() + row * output_count, of_inputs.data());
    const double* contribution = of_inputs.data();
    for (size_t output = 0; output < output_count; ++output, sums += feature_count_) {
      for (const size_t feature : features_) sums[feature] += *contribution++;
    }
  }
  return absl::OkStatus();
}

}  // namespace serin
