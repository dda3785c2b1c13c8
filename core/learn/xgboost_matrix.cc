#include "core/learn/xgboost_matrix.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <numeric>
#include <string>

#include "absl/strings/str_cat.h"
#include "core/base/parallel.h"
#include "core/base/status_macros.h"
#include "core/learn/bin_edges.h"

namespace serin {
namespace {

// Below it, XGBoost's sketch costs little; its bins are as good.
constexpr size_t kMinRowsOfOwnBins = 10'000;

constexpr float kMissing = std::numeric_limits<float>::quiet_NaN();

bool IsSplitBySets(const TrainingInput& input, const XgboostMatrix::Options& options) {
  return input.category_count > 0 && input.category_count <= options.max_categories;
}

std::vector<const char*> TypesOf(const TrainingSet& data, const XgboostMatrix::Options& options) {
  std::vector<const char*> types;
  for (const TrainingInput& input : data.columns) {
    types.push_back(IsSplitBySets(input, options) ? "c" : "float");
  }
  return types;
}

// Rows x columns numbers in memory, row by row.
struct DenseRows {
  const void* numbers;
  const char* type;  // As NumPy's array interface names it.
  size_t row_count;
  size_t column_count;

  // https://numpy.org/doc/stable/reference/arrays.interface.html
  std::string ArrayInterface() const {
    return absl::StrCat(R"({"data": [)", reinterpret_cast<uintptr_t>(numbers),
                        R"(, true], "shape": [)", row_count, ", ", column_count,
                        R"(], "typestr": ")", type, R"(", "version": 3})");
  }
};

// Hands the rows to XGBoost, which asks for them more than once: in one piece, with their truth.
class RowFeed {
 public:
  RowFeed(const DenseRows& rows, const std::vector<const char*>& types, const XgboostTruth& truth)
      : rows_(rows), types_(types), truth_(truth) {}
  ~RowFeed() { XGDMatrixFree(proxy_); }
  RowFeed(const RowFeed&) = delete;
  RowFeed& operator=(const RowFeed&) = delete;

  absl::StatusOr<DMatrixHandle> MakeMatrix(const XgboostMatrix::Options& options,
                                           DMatrixHandle like) {
    SERIN_RETURN_IF_ERROR(XgboostStatus(XGProxyDMatrixCreate(&proxy_), "XGProxyDMatrixCreate"));
    const std::string config = absl::StrCat(R"({"missing": NaN, "max_bin": )", options.max_bins,
                                            R"(, "nthread": )", options.threads, "}");
    DMatrixHandle made = nullptr;
    const int code = XGQuantileDMatrixCreateFromCallback(this, proxy_, like, &Restart, &Next,
                                                         config.c_str(), &made);
    SERIN_RETURN_IF_ERROR(status_);
    SERIN_RETURN_IF_ERROR(XgboostStatus(code, "XGQuantileDMatrixCreateFromCallback"));
    return made;
  }

 private:
  static void Restart(DataIterHandle self) { static_cast<RowFeed*>(self)->given_ = false; }

  // 1: there are rows. 0: that was all.
  static int Next(DataIterHandle self) {
    auto* feed = static_cast<RowFeed*>(self);
    if (feed->given_) return 0;
    feed->given_ = true;
    feed->status_ = feed->GiveRows();
    return feed->status_.ok() ? 1 : 0;
  }

  absl::Status GiveRows() {
    SERIN_RETURN_IF_ERROR(
        XgboostStatus(XGProxyDMatrixSetDataDense(proxy_, rows_.ArrayInterface().c_str()),
                      "XGProxyDMatrixSetDataDense"));
    SERIN_RETURN_IF_ERROR(XgboostStatus(
        XGDMatrixSetStrFeatureInfo(proxy_, "feature_type", const_cast<const char**>(types_.data()),
                                   types_.size()),
        "XGDMatrixSetStrFeatureInfo"));
    SERIN_RETURN_IF_ERROR(GiveFloats("label", truth_.labels));
    return GiveFloats("weight", truth_.weights);
  }

  absl::Status GiveFloats(const char* name, const std::vector<float>& values) {
    if (values.empty()) return absl::OkStatus();
    return XgboostStatus(XGDMatrixSetFloatInfo(proxy_, name, values.data(), values.size()),
                         "XGDMatrixSetFloatInfo");
  }

  const DenseRows rows_;
  const std::vector<const char*>& types_;
  const XgboostTruth& truth_;
  DMatrixHandle proxy_ = nullptr;
  bool given_ = false;
  absl::Status status_;
};

// The edges of an input's bins: quantiles of what there is of it, or all its categories.
std::vector<float> EdgesOf(const TrainingSet& data, absl::Span<const size_t> rows, size_t input,
                           const XgboostMatrix::Options& options) {
  if (IsSplitBySets(data.columns[input], options)) {
    std::vector<float> categories(data.columns[input].category_count);
    std::iota(categories.begin(), categories.end(), 0.0f);
    return categories;
  }
  std::vector<float> numbers;
  numbers.reserve(rows.size());
  for (const size_t row : rows) {
    const auto number = static_cast<float>(data.inputs[row * data.input_count + input]);
    if (!std::isnan(number)) numbers.push_back(number);
  }
  std::vector<float> scratch;
  SortFloats(&numbers, &scratch);
  return BinEdges(numbers, options.max_bins);
}

// A matrix of few rows that XGBoost cuts into the wanted bins: each column holds its edges.
absl::StatusOr<DMatrixHandle> MakeEdges(const TrainingSet& data, absl::Span<const size_t> rows,
                                        const std::vector<const char*>& types,
                                        const XgboostMatrix::Options& options) {
  std::vector<std::vector<float>> edges(data.input_count);
  SERIN_RETURN_IF_ERROR(ParallelFor(data.input_count, options.threads, [&](size_t input) {
    edges[input] = EdgesOf(data, rows, input, options);
    return absl::OkStatus();
  }));
  size_t most = 1;
  for (const std::vector<float>& column : edges) most = std::max(most, column.size());
  std::vector<float> matrix(most * data.input_count, kMissing);
  for (size_t input = 0; input < data.input_count; ++input) {
    for (size_t i = 0; i < edges[input].size(); ++i) {
      matrix[i * data.input_count + input] = edges[input][i];
    }
  }
  return RowFeed({matrix.data(), "<f4", most, data.input_count}, types, {})
      .MakeMatrix(options, nullptr);
}

bool AreAll(absl::Span<const size_t> rows, size_t row_count) {
  for (size_t i = 0; i < rows.size(); ++i) {
    if (rows[i] != i) return false;
  }
  return rows.size() == row_count;
}

std::vector<float> TakeRows(const TrainingSet& data, absl::Span<const size_t> rows) {
  std::vector<float> taken(rows.size() * data.input_count);
  float* out = taken.data();
  for (const size_t row : rows) {
    const double* const inputs = data.inputs.data() + row * data.input_count;
    for (size_t i = 0; i < data.input_count; ++i) *out++ = static_cast<float>(inputs[i]);
  }
  return taken;
}

}  // namespace

absl::Status XgboostStatus(int code, absl::string_view call) {
  if (code == 0) return absl::OkStatus();
  return absl::InternalError(absl::StrCat(call, ": ", XGBGetLastError()));
}

absl::StatusOr<XgboostMatrix> XgboostMatrix::Create(const TrainingSet& data,
                                                    absl::Span<const size_t> rows,
                                                    const XgboostTruth& truth,
                                                    const Options& options,
                                                    const XgboostMatrix* like) {
  const std::vector<const char*> types = TypesOf(data, options);
  XgboostMatrix edges(nullptr);
  if (like == nullptr && rows.size() >= kMinRowsOfOwnBins) {
    SERIN_ASSIGN_OR_RETURN(DMatrixHandle handle, MakeEdges(data, rows, types, options));
    edges = XgboostMatrix(handle);
    like = &edges;
  }
  // Without a copy where all rows are wanted.
  const bool all = AreAll(rows, data.row_count);
  const std::vector<float> taken = all ? std::vector<float>() : TakeRows(data, rows);
  const DenseRows dense = {all ? static_cast<const void*>(data.inputs.data()) : taken.data(),
                           all ? "<f8" : "<f4", rows.size(), data.input_count};
  SERIN_ASSIGN_OR_RETURN(
      DMatrixHandle handle,
      RowFeed(dense, types, truth).MakeMatrix(options, like == nullptr ? nullptr : like->handle()));
  return XgboostMatrix(handle);
}

}  // namespace serin
