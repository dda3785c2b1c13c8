#ifndef SERIN_CORE_EXPLAIN_EXPLAINER_H_
#define SERIN_CORE_EXPLAIN_EXPLAINER_H_

#include <cstddef>
#include <cstdint>
#include <memory>

#include "absl/status/statusor.h"
#include "core/engine/predictor.h"
#include "core/explain/explanations.h"
#include "core/explain/feature_sums.h"
#include "core/table/table.h"
#include "serin/internal/v1/bundle.pb.h"

namespace serin {

struct ExplainOptions {
  // Of models that cannot be explained exactly.
  size_t samples = 100;
  uint64_t seed = 0;
  StopFn stop = [] { return false; };
};

// Says which feature moved a model's predictions, and how far. Of trees with covers and of linear
// models with a training profile exactly; of all others, and of trees whose sums an exponential or
// logistic makes values of, and where the exact way would take too long or too much memory, from
// samples with the golden rows as background. Immutable and thread-safe.
class Explainer {
 public:
  // Takes what LoadPredictor has accepted; INVALID_ARGUMENT for a profile that does not fit. Trees
  // that are explained exactly are kept as the bundle has them: a bundle that is moved here is not
  // copied.
  static absl::StatusOr<std::unique_ptr<const Explainer>> Create(internal::v1::Bundle bundle);

  // About how much memory it takes. The pipeline counts as its message.
  size_t memory_bytes() const { return memory_bytes_; }

  // `predictor` is the bundle's; `rows` are as Predictor::Score takes them, and have the same
  // errors. INVALID_ARGUMENT on the field `samples` where that asks for too many predictions, and
  // on `rows` where their contributions would be too many for an answer. CANCELLED when
  // options.stop says so.
  absl::StatusOr<Explanations> Explain(const Predictor& predictor, const Table& rows,
                                       const ExplainOptions& options) const;

 private:
  Explainer(v1::ExplainResponse::Method method, v1::ExplainResponse::Scale scale)
      : method_(method), scale_(scale) {}

  const v1::ExplainResponse::Method method_;
  const v1::ExplainResponse::Scale scale_;
  std::unique_ptr<const FeatureSums> exact_;  // Of exact methods.
  Table background_;                          // Of the sampled one.
  size_t memory_bytes_ = 0;
};

}  // namespace serin

#endif  // SERIN_CORE_EXPLAIN_EXPLAINER_H_
