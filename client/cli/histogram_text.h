#ifndef SERIN_CLIENT_CLI_HISTOGRAM_TEXT_H_
#define SERIN_CLIENT_CLI_HISTOGRAM_TEXT_H_

#include <string>

#include "serin/v1/dataset.pb.h"

namespace serin {

// The histogram with a character for each bucket, as high as its count: U+2581 to U+2588, or ASCII
// characters from light to heavy. An empty bucket is a space, any other at least the lowest
// character. Empty where there is no histogram.
std::string HistogramText(const v1::NumberSummary& summary, bool utf8);

}  // namespace serin

#endif  // SERIN_CLIENT_CLI_HISTOGRAM_TEXT_H_
