#ifndef SERIN_CORE_PIPELINE_PIPELINE_H_
#define SERIN_CORE_PIPELINE_PIPELINE_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/pipeline/column_step.h"
#include "core/table/table.h"
#include "serin/internal/v1/bundle.pb.h"
#include "serin/v1/table.pb.h"

namespace serin {

// A category that the fitting rows did not have; it was treated as missing.
struct UnseenCategory {
  size_t row;      // Of the table.
  size_t feature;  // Index into the features.

  friend bool operator==(const UnseenCategory&, const UnseenCategory&) = default;
};

// A fitted pipeline, ready to be applied to rows. Immutable and thread-safe.
class Pipeline {
 public:
  // What the pipeline makes of the strings in one table's dictionaries, so that a string is looked
  // up once and not once per row. Valid for that table only.
  struct Binding {
    // Per feature, by code of the table: the index of the category, or kUnseenCategory. Empty where
    // the feature is not a category.
    std::vector<std::vector<int32_t>> categories;
  };

  // Checks `fitted` against the columns that it is for. INVALID_ARGUMENT says what does not fit.
  static absl::StatusOr<Pipeline> Create(const internal::v1::Pipeline& fitted,
                                         const v1::Schema& features);

  // Number of doubles that a row becomes.
  size_t output_count() const { return output_count_; }

  // Per output: the index of the feature that it is made of.
  std::vector<size_t> FeaturesOfOutputs() const;

  // True if an output can be NaN.
  bool can_yield_nan() const { return can_yield_nan_; }

  // `rows` has the columns given to Create, in order and of the same types.
  Binding Bind(const Table& rows) const;
  // The same into a binding of an earlier table, whose memory is used again.
  void Bind(const Table& rows, Binding* binding) const;

  // Writes rows [begin, end) as a (end - begin) x output_count() matrix, row by row, to `out`.
  void Apply(const Table& rows, const Binding& binding, size_t begin, size_t end,
             double* out) const;

  // Adds to the sums of rows [begin, end) the products of all their outputs, in order: what Apply
  // and a product of matrices would give, bit for bit but for sums that are -0, without the outputs
  // in between; those that are 0 in a one-hot code cost nothing. T: double or float.
  template <typename T>
  void AddProducts(const Table& rows, const Binding& binding, size_t begin, size_t end,
                   const Products<T>& products) const {
    Products<T> of_step = products;
    for (const Step& step : steps_) {
      of_step.weights = products.weights + step.first_output * products.width;
      step.step->AddProducts(rows.columns[step.feature], binding.categories[step.feature], begin,
                             end, of_step);
    }
  }

  // The unseen categories of all rows, feature by feature.
  std::vector<UnseenCategory> FindUnseen(const Table& rows, const Binding& binding) const;

 private:
  using CategoryIndex = absl::flat_hash_map<std::string, int32_t>;

  struct Step {
    size_t feature;
    size_t first_output;
    std::unique_ptr<const ColumnStep> step;
  };

  absl::Status AddColumn(const internal::v1::ColumnTransform& transform,
                         const v1::ColumnSchema& column);
  void AddStep(size_t feature, std::unique_ptr<const ColumnStep> step);

  // One per feature, empty where it is none of categories.
  std::vector<std::optional<CategoryIndex>> categories_;
  std::vector<Step> steps_;
  size_t output_count_ = 0;
  bool can_yield_nan_ = false;
};

}  // namespace serin

#endif  // SERIN_CORE_PIPELINE_PIPELINE_H_
