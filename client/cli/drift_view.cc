#include "client/cli/drift_view.h"

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "client/cli/format.h"

namespace serin {
namespace {

// The customary bounds of the population stability index.
constexpr double kSome = 0.1;
constexpr double kLarge = 0.25;

const char* Judgement(double psi) {
  if (psi < kSome) return "";
  return psi > kLarge ? "large" : "some";
}

}  // namespace

void PrintDrift(const v1::Drift& drift, const Session& session) {
  session.console.out << Printable(drift.model_version()) << ": " << FormatCount(drift.rows())
                      << " rows";
  if (drift.rows() > 0) session.console.out << " since " << FormatTime(drift.start_time());
  session.console.out << "\n\n";
  std::vector<const v1::ColumnDrift*> features;
  for (const v1::ColumnDrift& feature : drift.features()) features.push_back(&feature);
  std::stable_sort(features.begin(), features.end(),
                   [](const auto* a, const auto* b) { return a->psi() > b->psi(); });
  using Align = TextTable::Align;
  TextTable table(
      {{"COLUMN"}, {"PSI", Align::kRight}, {"JENSEN-SHANNON", Align::kRight}, {"CHANGE"}});
  const auto add = [&](const std::string& name, const v1::ColumnDrift& column) {
    table.AddRow({name, FormatMetric(column.psi()), FormatMetric(column.jensen_shannon()),
                  Judgement(column.psi())});
  };
  add(absl::StrCat("predicted ", drift.prediction().column()), drift.prediction());
  for (const v1::ColumnDrift* feature : features) add(feature->column(), *feature);
  session.Print(table);
}

}  // namespace serin
