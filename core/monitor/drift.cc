#include "core/monitor/drift.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <string>
#include <vector>

namespace serin {
namespace {

using Counts = std::vector<double>;

// With what is missing as the last.
template <typename Bins>
Counts CountsOf(const Bins& bins) {
  Counts counts(bins.counts().begin(), bins.counts().end());
  counts.push_back(static_cast<double>(bins.missing()));
  return counts;
}

double Sum(const Counts& counts) { return std::accumulate(counts.begin(), counts.end(), 0.0); }

double Psi(const Counts& training, double training_rows, const Counts& served, double served_rows) {
  double psi = 0;
  for (size_t i = 0; i < training.size(); ++i) {
    if (training[i] == 0 && served[i] == 0) continue;
    const double t = (training[i] > 0 ? training[i] : 0.5) / training_rows;
    const double a = (served[i] > 0 ? served[i] : 0.5) / served_rows;
    psi += (a - t) * std::log(a / t);
  }
  return psi;
}

// share * log2(share / middle), 0 for no share.
double Divergence(double share, double middle) {
  return share > 0 ? share * std::log2(share / middle) : 0;
}

double JensenShannon(const Counts& training, double training_rows, const Counts& served,
                     double served_rows) {
  double divergence = 0;
  for (size_t i = 0; i < training.size(); ++i) {
    const double t = training[i] / training_rows;
    const double a = served[i] / served_rows;
    divergence += (Divergence(t, (a + t) / 2) + Divergence(a, (a + t) / 2)) / 2;
  }
  // Rounding must not make it negative.
  return std::sqrt(std::max(0.0, divergence));
}

// Says which values are in bin `i`; the last one has what is missing.
void Describe(const internal::v1::ColumnDistribution& training, int i, v1::DriftBin& bin) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  if (i == training.counts_size()) return bin.set_missing(true);
  if (!training.categories().empty()) {
    if (i == training.categories_size()) return bin.set_other(true);
    return bin.set_category(training.categories(i));
  }
  bin.set_lower(i == 0 ? -kInfinity : training.bounds(i - 1));
  bin.set_upper(i == training.bounds_size() ? kInfinity : training.bounds(i));
}

}  // namespace

v1::ColumnDrift CompareDistributions(absl::string_view column,
                                     const internal::v1::ColumnDistribution& training,
                                     const internal::v1::BinCounts& served) {
  v1::ColumnDrift drift;
  drift.set_column(std::string(column));
  const Counts trained = CountsOf(training);
  Counts asked = CountsOf(served);
  asked.resize(trained.size());
  const double training_rows = Sum(trained);
  const double served_rows = Sum(asked);
  if (training_rows > 0 && served_rows > 0) {
    drift.set_psi(Psi(trained, training_rows, asked, served_rows));
    drift.set_jensen_shannon(JensenShannon(trained, training_rows, asked, served_rows));
  }
  for (size_t i = 0; i < trained.size(); ++i) {
    v1::DriftBin& bin = *drift.add_bins();
    Describe(training, static_cast<int>(i), bin);
    if (training_rows > 0) bin.set_training_share(trained[i] / training_rows);
    if (served_rows > 0) bin.set_prediction_share(asked[i] / served_rows);
  }
  return drift;
}

void AddCounts(const internal::v1::BinCounts& more, internal::v1::BinCounts* sum) {
  sum->mutable_counts()->Resize(std::max(sum->counts_size(), more.counts_size()), 0);
  for (int i = 0; i < more.counts_size(); ++i) {
    sum->set_counts(i, sum->counts(i) + more.counts(i));
  }
  sum->set_missing(sum->missing() + more.missing());
}

}  // namespace serin
