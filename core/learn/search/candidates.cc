#include "core/learn/search/candidates.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "core/base/random_bits.h"

namespace serin {
namespace {

using google::protobuf::Struct;
using google::protobuf::Value;

// Draws that may repeat earlier ones, one after the other, before the search is taken to have no
// more candidates.
constexpr int kMaxRepeats = 100;

bool IsSearched(const v1::Hyperparameter& parameter, const Struct& given) {
  return parameter.has_search() && !given.fields().contains(parameter.name());
}

// Three digits tell candidates apart, can be read, and are the same on every platform, which the
// last digits of exp are not.
double Rounded(double number, const v1::SearchRange& range) {
  double rounded = number;
  if (!absl::SimpleAtod(absl::StrFormat("%.3g", number), &rounded)) return number;
  return std::clamp(rounded, range.min(), range.max());
}

double DrawNumber(const v1::Hyperparameter& parameter, RandomBits& random) {
  const v1::SearchRange& range = parameter.search();
  const double share = random.Unit();
  if (parameter.type() == v1::Hyperparameter::TYPE_INTEGER && !range.logarithmic()) {
    return range.min() + std::floor(share * (range.max() - range.min() + 1));
  }
  const double number = range.logarithmic()
                            ? range.min() * std::exp(share * std::log(range.max() / range.min()))
                            : range.min() + share * (range.max() - range.min());
  const double rounded = Rounded(number, range);
  return parameter.type() == v1::Hyperparameter::TYPE_INTEGER ? std::round(rounded) : rounded;
}

Value Draw(const v1::Hyperparameter& parameter, RandomBits& random) {
  const v1::SearchRange& range = parameter.search();
  if (range.values_size() > 0) {
    return range.values(static_cast<int>(random.Below(range.values_size())));
  }
  Value value;
  value.set_number_value(DrawNumber(parameter, random));
  return value;
}

class Drawing {
 public:
  Drawing(const std::vector<v1::Algorithm>& algorithms, const Struct& given)
      : algorithms_(algorithms), given_(given) {
    for (size_t i = 0; i < algorithms.size(); ++i) {
      for (const v1::Hyperparameter& parameter : algorithms[i].hyperparameters()) {
        if (IsSearched(parameter, given)) tickets_.push_back(i);
      }
    }
  }

  // Nothing is left to draw.
  bool exhausted() const { return tickets_.empty(); }

  Candidate Defaults(const v1::Algorithm& algorithm) const {
    Candidate candidate{algorithm.name(), given_};
    for (const v1::Hyperparameter& parameter : algorithm.hyperparameters()) {
      candidate.hyperparameters.mutable_fields()->insert(
          {parameter.name(), parameter.default_value()});
    }
    return candidate;
  }

  Candidate Random(RandomBits random) const {
    const v1::Algorithm& algorithm =
        algorithms_[tickets_[random.Below(static_cast<uint32_t>(tickets_.size()))]];
    Candidate candidate = Defaults(algorithm);
    for (const v1::Hyperparameter& parameter : algorithm.hyperparameters()) {
      if (!IsSearched(parameter, given_)) continue;
      (*candidate.hyperparameters.mutable_fields())[parameter.name()] = Draw(parameter, random);
    }
    return candidate;
  }

  // The same for equal candidates, and only for those. What is given is the same in all.
  std::string KeyOf(const Candidate& candidate) const {
    std::string key = candidate.algorithm;
    for (const v1::Algorithm& algorithm : algorithms_) {
      if (algorithm.name() != candidate.algorithm) continue;
      for (const v1::Hyperparameter& parameter : algorithm.hyperparameters()) {
        if (!IsSearched(parameter, given_)) continue;
        const Value& value = candidate.hyperparameters.fields().at(parameter.name());
        absl::StrAppend(&key, "\n", value.SerializeAsString());
      }
    }
    return key;
  }

 private:
  const std::vector<v1::Algorithm>& algorithms_;
  const Struct& given_;
  std::vector<size_t> tickets_;  // An algorithm's index, once for each that it searches.
};

}  // namespace

std::vector<Candidate> DrawCandidates(const std::vector<v1::Algorithm>& algorithms,
                                      const Struct& given, uint64_t seed, int count) {
  const Drawing drawing(algorithms, given);
  const auto wanted = static_cast<size_t>(count);
  std::vector<Candidate> candidates;
  absl::flat_hash_set<std::string> keys;
  const auto add = [&](Candidate candidate) {
    if (!keys.insert(drawing.KeyOf(candidate)).second) return false;
    candidates.push_back(std::move(candidate));
    return true;
  };
  for (const v1::Algorithm& algorithm : algorithms) {
    if (candidates.size() < wanted) add(drawing.Defaults(algorithm));
  }
  RandomBits seeds(seed);
  int repeats = 0;
  while (candidates.size() < wanted && !drawing.exhausted() && repeats < kMaxRepeats) {
    repeats = add(drawing.Random(RandomBits(seeds.Next()))) ? 0 : repeats + 1;
  }
  return candidates;
}

}  // namespace serin
