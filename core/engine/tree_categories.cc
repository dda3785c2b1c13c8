#include "core/engine/tree_categories.h"

#include <algorithm>
#include <functional>

#include "absl/algorithm/container.h"
#include "absl/strings/str_cat.h"
#include "core/base/status_macros.h"

namespace serin {
namespace {

// Single precision, in which inputs are looked at, has all integers up to it.
constexpr int32_t kMaxCategories = 1 << 24;

absl::Status Invalid(int node, absl::string_view what) {
  return absl::InvalidArgumentError(absl::StrCat("node ", node, ": ", what));
}

absl::Status CheckNodes(const internal::v1::Tree& tree) {
  int previous = -1;
  for (const int32_t node : tree.category_nodes()) {
    if (node <= previous || node >= tree.left_children_size()) {
      return absl::InvalidArgumentError(
          absl::StrCat("nodes with categories do not ascend below ", tree.left_children_size()));
    }
    if (tree.left_children(node) == -1) return Invalid(node, "a leaf has categories");
    previous = node;
  }
  return absl::OkStatus();
}

absl::Status CheckBegins(const internal::v1::Tree& tree) {
  int32_t previous = 0;
  for (int i = 0; i < tree.category_begins_size(); ++i) {
    const int32_t begin = tree.category_begins(i);
    if ((i == 0 && begin != 0) || begin < previous || begin > tree.categories_size()) {
      return Invalid(tree.category_nodes(i), absl::StrCat("its categories begin at ", begin, " of ",
                                                          tree.categories_size()));
    }
    previous = begin;
  }
  return absl::OkStatus();
}

absl::Status CheckSet(const CategoryRange& set, int node) {
  if (set.empty()) return absl::OkStatus();
  const bool ascending =
      absl::c_adjacent_find(set, std::greater_equal<int32_t>()) == set.end();  // Strictly.
  if (ascending && set.front() >= 0 && set.back() < kMaxCategories) return absl::OkStatus();
  return Invalid(node, absl::StrCat("its categories do not ascend in [0, ", kMaxCategories, ")"));
}

}  // namespace

absl::Status ValidateCategories(const internal::v1::Tree& tree) {
  if (tree.category_begins_size() != tree.category_nodes_size() ||
      (tree.category_nodes().empty() && !tree.categories().empty())) {
    return absl::InvalidArgumentError("its arrays of categories differ in length");
  }
  SERIN_RETURN_IF_ERROR(CheckNodes(tree));
  SERIN_RETURN_IF_ERROR(CheckBegins(tree));
  for (int i = 0; i < tree.category_nodes_size(); ++i) {
    SERIN_RETURN_IF_ERROR(CheckSet(CategoriesOf(tree, i), tree.category_nodes(i)));
  }
  return absl::OkStatus();
}

CategoryRange CategoriesOf(const internal::v1::Tree& tree, int i) {
  const int32_t begin = tree.category_begins(i);
  const int32_t end =
      i + 1 < tree.category_begins_size() ? tree.category_begins(i + 1) : tree.categories_size();
  return CategoryRange(tree.categories().data() + begin, static_cast<size_t>(end - begin));
}

std::optional<CategoryRange> CategoriesOfNode(const internal::v1::Tree& tree, int node) {
  const auto& nodes = tree.category_nodes();
  const auto it = std::lower_bound(nodes.begin(), nodes.end(), node);
  if (it == nodes.end() || *it != node) return std::nullopt;
  return CategoriesOf(tree, static_cast<int>(it - nodes.begin()));
}

size_t WordCount(const CategoryRange& categories) {
  if (categories.empty()) return 0;
  return static_cast<size_t>(categories.back() / 32 - categories.front() / 32) + 1;
}

}  // namespace serin
