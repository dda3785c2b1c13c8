#include <iostream>

#include "core/learn/algorithms.h"
#include "docs/generate/algorithms_document.h"

// Writes docs/algorithms.md to standard output; scripts/docs puts it there.
int main() {
  std::cout << serin::AlgorithmsDocument(serin::ListAlgorithms()) << std::flush;
  return std::cout ? 0 : 1;
}
