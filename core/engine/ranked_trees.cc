#include "core/engine/ranked_trees.h"

#include <optional>
#include <utility>

#include "core/engine/split_index.h"

namespace serin {

std::shared_ptr<const RankedTrees> RankedTrees::Of(const internal::v1::TreeEnsemble& message,
                                                   size_t input_count,
                                                   InstructionSet instructions) {
  const std::optional<SplitIndex> index = SplitIndex::Of(message);
  if (!index) return nullptr;
  std::optional<CompleteTrees> trees = CompleteTrees::Of(message, *index);
  if (!trees) return nullptr;
  return std::make_shared<const RankedTrees>(
      RankedTrees{instructions, input_count, static_cast<size_t>(message.output_count()),
                  RankEncoder(*index, instructions), *std::move(trees)});
}

}  // namespace serin
