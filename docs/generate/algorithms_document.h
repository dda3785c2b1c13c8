#ifndef SERIN_DOCS_GENERATE_ALGORITHMS_DOCUMENT_H_
#define SERIN_DOCS_GENERATE_ALGORITHMS_DOCUMENT_H_

#include <string>
#include <vector>

#include "serin/v1/algorithm.pb.h"

namespace serin {

// docs/algorithms.md: what TrainService.ListAlgorithms answers, as Markdown for people to read.
std::string AlgorithmsDocument(const std::vector<v1::Algorithm>& algorithms);

}  // namespace serin

#endif  // SERIN_DOCS_GENERATE_ALGORITHMS_DOCUMENT_H_
