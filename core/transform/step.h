#ifndef SERIN_CORE_TRANSFORM_STEP_H_
#define SERIN_CORE_TRANSFORM_STEP_H_

#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/table/table.h"
#include "core/transform/batch_stream.h"
#include "core/transform/step_context.h"
#include "serin/v1/table.pb.h"

namespace serin {

// One step of a transformation, bound to the schema that it is applied to: whatever can be wrong
// with a step without looking at rows was found when it was made. Used in this order: Prepare once,
// then Open any number of times.
class Step {
 public:
  // Reads all rows that come to the step, from the first, each time it is called.
  using OpenInput = absl::FunctionRef<absl::StatusOr<std::unique_ptr<BatchStream>>()>;

  Step(StepContext context, v1::Schema schema)
      : context_(std::move(context)), schema_(std::move(schema)) {}
  virtual ~Step() = default;
  Step(const Step&) = delete;
  Step& operator=(const Step&) = delete;

  // What comes out of the step; where `schema_follows_from_rows`, after Prepare only.
  const v1::Schema& schema() const { return schema_; }
  virtual bool schema_follows_from_rows() const { return false; }

  // Looks at all rows, where a step has to before it can transform the first.
  virtual absl::Status Prepare(OpenInput /*open_input*/) { return absl::OkStatus(); }

  // The rows as the step makes them. The step must outlive the stream.
  virtual absl::StatusOr<std::unique_ptr<BatchStream>> Open(OpenInput open_input) const = 0;

 protected:
  const StepContext& context() const { return context_; }
  void set_schema(v1::Schema schema) { schema_ = std::move(schema); }

 private:
  const StepContext context_;
  v1::Schema schema_;
};

// A step that makes of each row one row.
class MappingStep : public Step {
 public:
  using Step::Step;
  absl::StatusOr<std::unique_ptr<BatchStream>> Open(OpenInput open_input) const override;

  // Changes a batch. `first_row` is the number of its first row among those that come to the step.
  virtual absl::Status Map(int64_t first_row, Table* batch) const = 0;
};

// Decides which rows stay.
class RowChooser {
 public:
  virtual ~RowChooser() = default;

  // Puts the rows of the next batch that stay into `kept`, which is empty, in ascending order.
  virtual absl::Status Choose(const Table& batch, std::vector<size_t>* kept) = 0;
};

// A step that keeps some of the rows as they are.
class ChoosingStep : public Step {
 public:
  using Step::Step;
  absl::StatusOr<std::unique_ptr<BatchStream>> Open(OpenInput open_input) const final;

  // Begins with the first row. The step must outlive the chooser.
  virtual std::unique_ptr<RowChooser> NewChooser() const = 0;
};

// Calls `visit` with every batch that comes to a step.
absl::Status ForEachBatch(Step::OpenInput open_input,
                          absl::FunctionRef<absl::Status(const Table& batch)> visit);

}  // namespace serin

#endif  // SERIN_CORE_TRANSFORM_STEP_H_
