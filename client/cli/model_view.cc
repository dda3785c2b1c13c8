#include "client/cli/model_view.h"

#include <algorithm>
#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "client/cli/evaluation_view.h"
#include "client/cli/format.h"
#include "client/cli/metrics_view.h"

namespace serin {
namespace {

using Align = TextTable::Align;

constexpr size_t kMaxColumns = 6;

// `1=90 2=10`, as it is typed to set it.
std::string TrafficText(const v1::Model& model) {
  return absl::StrJoin(model.traffic(), " ", [](std::string* out, const v1::TrafficWeight& share) {
    absl::StrAppend(out, share.version(), "=", share.weight());
  });
}

// `3=5`, as it is typed after --shadow.
std::string ShadowsText(const v1::Model& model) {
  return absl::StrJoin(model.shadows(), " ", [](std::string* out, const v1::ShadowTraffic& shadow) {
    absl::StrAppend(out, shadow.version(), "=", shadow.percent());
  });
}

std::string AliasesText(const v1::Model& model) {
  const std::map<std::string, int32_t> sorted(model.aliases().begin(), model.aliases().end());
  return absl::StrJoin(sorted, " ", absl::PairFormatter("="));
}

// The aliases of one version.
std::string AliasesText(const v1::Model& model, int32_t version) {
  std::map<std::string, int32_t> sorted(model.aliases().begin(), model.aliases().end());
  std::vector<std::string> names;
  for (const auto& [alias, number] : sorted) {
    if (number == version) names.push_back(alias);
  }
  return absl::StrJoin(names, ", ");
}

std::string AlgorithmOf(const v1::ModelVersion& version) {
  return version.lineage().has_imported() ? "imported" : version.lineage().spec().algorithm();
}

int32_t WeightOf(const v1::Model& model, int32_t version) {
  for (const v1::TrafficWeight& share : model.traffic()) {
    if (share.version() == version) return share.weight();
  }
  return 0;
}

}  // namespace

void PrintModel(const v1::Model& model, const Session& session) {
  session.console.out << model.name() << "\n";
  TextTable fields = TextTable::Fields();
  fields.AddRow({"versions", FormatCount(model.version_count())});
  fields.AddRow({"latest", absl::StrCat(model.latest_version())});
  fields.AddRow({"traffic", TrafficText(model)});
  if (!model.shadows().empty()) fields.AddRow({"shadows", ShadowsText(model)});
  if (!model.aliases().empty()) fields.AddRow({"aliases", AliasesText(model)});
  fields.AddRow({"updated", FormatTime(model.update_time())});
  session.Print(fields);
}

void PrintModelList(const std::vector<v1::Model>& models, const Session& session) {
  TextTable table({{"NAME"},
                   {"LATEST", Align::kRight},
                   {"VERSIONS", Align::kRight},
                   {"TRAFFIC"},
                   {"ALIASES"},
                   {"UPDATED"}});
  for (const v1::Model& model : models) {
    table.AddRow({model.name(), absl::StrCat(model.latest_version()),
                  FormatCount(model.version_count()), TrafficText(model), AliasesText(model),
                  FormatTime(model.update_time())});
  }
  session.Print(table);
}

void PrintModelVersionList(const v1::Model& model, const std::vector<v1::ModelVersion>& versions,
                           const Session& session) {
  TextTable table({{"VERSION", Align::kRight},
                   {"TRAFFIC", Align::kRight},
                   {"ALGORITHM"},
                   {"QUALITY"},
                   {"DATASET"},
                   {"CREATED"},
                   {"ALIASES"}});
  for (const v1::ModelVersion& version : versions) {
    table.AddRow({absl::StrCat(version.version()),
                  absl::StrCat(WeightOf(model, version.version()), " %"), AlgorithmOf(version),
                  MainMetric(version), version.lineage().spec().dataset(),
                  FormatTime(version.create_time()), AliasesText(model, version.version())});
  }
  session.Print(table);
}

void PrintVersionsSideBySide(const v1::Model& model, const std::vector<v1::ModelVersion>& versions,
                             const Session& session) {
  const size_t count = std::min(kMaxColumns, versions.size());
  std::vector<TextTable::Column> columns = {{model.name()}};
  for (size_t i = 0; i < count; ++i) {
    columns.push_back({absl::StrCat(versions[i].version()), Align::kRight});
  }
  TextTable table(std::move(columns));
  const auto add = [&](const std::string& name, const auto& text) {
    std::vector<std::string> row = {name};
    for (size_t i = 0; i < count; ++i) row.push_back(text(versions[i]));
    table.AddRow(std::move(row));
  };
  add("algorithm", AlgorithmOf);
  add("dataset", [](const auto& version) { return version.lineage().spec().dataset(); });
  add("traffic",
      [&](const auto& version) { return absl::StrCat(WeightOf(model, version.version()), " %"); });
  add("aliases", [&](const auto& version) { return AliasesText(model, version.version()); });
  add("created", [](const auto& version) { return FormatTime(version.create_time()); });
  add("bundle", [](const auto& version) { return FormatBytes(version.bundle_bytes()); });
  add("rows evaluated",
      [](const auto& version) { return FormatCount(version.evaluation().holdout_rows()); });
  if (count == 0) return;
  for (const ShownMetric& metric : MetricsOf(versions[0].evaluation())) {
    add(metric.label,
        [&](const auto& version) { return MetricValue(version.evaluation(), metric.field); });
  }
  session.Print(table);
}

}  // namespace serin
