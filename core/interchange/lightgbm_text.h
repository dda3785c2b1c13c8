#ifndef SERIN_CORE_INTERCHANGE_LIGHTGBM_TEXT_H_
#define SERIN_CORE_INTERCHANGE_LIGHTGBM_TEXT_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace serin {

// Lines `key=value` that belong together: the head of a file, or a tree. Views into the file.
class LightgbmBlock {
 public:
  // `name` is for errors: "head", "tree 3". A line without `=` is a key without value.
  // INVALID_ARGUMENT where there are far more keys than LightGBM writes.
  static absl::StatusOr<LightgbmBlock> Read(std::string name, absl::string_view lines);

  bool Has(absl::string_view key) const { return values_.contains(key); }
  // Empty where there is none.
  absl::string_view Text(absl::string_view key) const;

  // One number, `fallback` where there is none. INVALID_ARGUMENT naming block and key where it is
  // none between `least` and `most`.
  absl::StatusOr<int> Integer(absl::string_view key, int fallback, int least, int most) const;

  // Exactly `count` numbers with spaces between them.
  absl::StatusOr<std::vector<double>> Numbers(absl::string_view key, size_t count) const;
  absl::StatusOr<std::vector<int64_t>> Integers(absl::string_view key, size_t count) const;

  absl::Status Invalid(absl::string_view key, absl::string_view what) const;

 private:
  explicit LightgbmBlock(std::string name) : name_(std::move(name)) {}

  std::string name_;
  absl::flat_hash_map<absl::string_view, absl::string_view> values_;
};

// A whole file, cut into its parts.
struct LightgbmText {
  // Lines of a block each, without the one that begins it.
  absl::string_view head;
  std::vector<absl::string_view> trees;
  // Of the line `pandas_categorical:`, JSON; empty where there is none.
  absl::string_view pandas_categorical;
};

// INVALID_ARGUMENT where the file does not begin as LightGBM's do, or ends before its last tree.
absl::StatusOr<LightgbmText> CutLightgbmFile(absl::string_view file);

}  // namespace serin

#endif  // SERIN_CORE_INTERCHANGE_LIGHTGBM_TEXT_H_
