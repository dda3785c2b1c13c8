#include "server/dataset/live_metrics.h"

#include <string>

namespace serin {
namespace {

prometheus::Counter& CounterOf(prometheus::Registry* registry, const std::string& name,
                               const std::string& help, const prometheus::Labels& labels = {}) {
  return prometheus::BuildCounter().Name(name).Help(help).Register(*registry).Add(labels);
}

prometheus::Counter& Merges(prometheus::Registry* registry, const std::string& into) {
  return CounterOf(registry, "serin_dataset_merges_total",
                   "Runs of rows appended to live datasets that were merged, by what they became.",
                   {{"into", into}});
}

}  // namespace

LiveMetrics::LiveMetrics(prometheus::Registry* registry)
    : rows_appended_(CounterOf(registry, "serin_dataset_rows_appended_total",
                               "Rows appended to live datasets.")),
      rows_dropped_(CounterOf(registry, "serin_dataset_rows_dropped_total",
                              "Rows of live datasets that were dropped by their retention.")),
      segment_merges_(Merges(registry, "segment")),
      piece_merges_(Merges(registry, "piece")) {}

}  // namespace serin
