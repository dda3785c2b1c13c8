#ifndef SERIN_CORE_LEARN_SEARCH_CANDIDATES_H_
#define SERIN_CORE_LEARN_SEARCH_CANDIDATES_H_

#include <cstdint>
#include <string>
#include <vector>

#include "google/protobuf/struct.pb.h"
#include "serin/v1/algorithm.pb.h"

namespace serin {

// An algorithm with its hyperparameters: the given and the drawn ones; the others have defaults.
struct Candidate {
  std::string algorithm;
  google::protobuf::Struct hyperparameters;
};

// The candidates of a search over some algorithms: first each with its defaults, then
// hyperparameters drawn at random from their SearchRange (independently: Bergstra and Bengio,
// "Random search for hyper-parameter optimization", JMLR 2012). An algorithm is drawn the more
// often the more of its hyperparameters are searched. What `given` names is kept in all of them.
//
// At most `count`, all different: fewer where there are no more. At least one algorithm. Those of
// fewer are the first of those of more; the same arguments draw the same on every platform.
std::vector<Candidate> DrawCandidates(const std::vector<v1::Algorithm>& algorithms,
                                      const google::protobuf::Struct& given, uint64_t seed,
                                      int count);

}  // namespace serin

#endif  // SERIN_CORE_LEARN_SEARCH_CANDIDATES_H_
