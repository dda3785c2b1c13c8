#ifndef SERIN_CORE_LEARN_WARNINGS_H_
#define SERIN_CORE_LEARN_WARNINGS_H_

#include <string>
#include <vector>

#include "core/learn/examples.h"
#include "serin/v1/job.pb.h"
#include "serin/v1/model.pb.h"

// What a user should know before trusting a model, a sentence each; docs/training.md lists them.

namespace serin {

// What is odd about the data: features that give the target away, tell nothing or are hardly there;
// classes with few rows; rows without target.
std::vector<std::string> DataWarnings(const Examples& examples);

// What is odd about the evaluation of a model: few rows, or no better than the baseline.
// `evaluation` is null where no row was held out.
std::vector<std::string> EvaluationWarnings(const v1::Evaluation* evaluation,
                                            const v1::TrainingSpec& spec);

}  // namespace serin

#endif  // SERIN_CORE_LEARN_WARNINGS_H_
