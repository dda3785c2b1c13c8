#ifndef SERIN_CORE_ENGINE_TREE_CATEGORIES_H_
#define SERIN_CORE_ENGINE_TREE_CATEGORIES_H_

#include <cstddef>
#include <cstdint>
#include <optional>

#include "absl/status/status.h"
#include "absl/types/span.h"
#include "serin/internal/v1/bundle.pb.h"

namespace serin {

// The categories of a node that splits by them.
using CategoryRange = absl::Span<const int32_t>;

// Checks that the nodes, if any, are inner nodes of the tree, that their sets lie within
// `categories` one after the other, and that these ascend in [0, 2^24). INVALID_ARGUMENT naming the
// node. The tree's other arrays have been checked.
absl::Status ValidateCategories(const internal::v1::Tree& tree);

// The set of tree.category_nodes(i), of a tree that has been validated.
CategoryRange CategoriesOf(const internal::v1::Tree& tree, int i);

// The categories that a node of such a tree splits by, none if it splits by a number.
std::optional<CategoryRange> CategoriesOfNode(const internal::v1::Tree& tree, int node);

// Words of 32 bits from the first category's to the last one's: what a bit set of it takes.
size_t WordCount(const CategoryRange& categories);

}  // namespace serin

#endif  // SERIN_CORE_ENGINE_TREE_CATEGORIES_H_
