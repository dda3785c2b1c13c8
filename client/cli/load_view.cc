#include "client/cli/load_view.h"

#include <cmath>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "client/cli/cell.h"
#include "client/cli/format.h"

namespace serin {
namespace {

using Align = TextTable::Align;

constexpr std::pair<const char*, double> kQuantiles[] = {
    {"min", 0}, {"p50", 0.5}, {"p90", 0.9}, {"p99", 0.99}, {"max", 1}};

double ShareOf(int64_t count, const LoadReport& report) {
  return static_cast<double>(count) / static_cast<double>(report.latencies.size());
}

TextTable AnswersTable(const LoadReport& report) {
  TextTable table({{"ANSWERED BY"}, {"CALLS", Align::kRight}, {"SHARE", Align::kRight}});
  for (const auto& [version, count] : report.answers) {
    table.AddRow({version, FormatCount(count), FormatShare(ShareOf(count, report))});
  }
  if (report.failed() > 0) {
    table.AddRow(
        {"(failed)", FormatCount(report.failed()), FormatShare(ShareOf(report.failed(), report))});
  }
  return table;
}

TextTable LatencyTable(const LoadReport& report) {
  std::vector<TextTable::Column> columns = {{"LATENCY"}};
  std::vector<std::string> cells = {""};
  for (const auto& [name, fraction] : kQuantiles) {
    columns.push_back({name, Align::kRight});
    cells.push_back(FormatMillis(QuantileOf(report.latencies, fraction)));
  }
  TextTable table(std::move(columns));
  table.AddRow(std::move(cells));
  return table;
}

Cell LatencyJson(const LoadReport& report) {
  Cell latency = Cell::object();
  for (const auto& [name, fraction] : kQuantiles) {
    latency[name] = 1000 * QuantileOf(report.latencies, fraction);
  }
  return latency;
}

Cell Json(const LoadReport& report) {
  Cell json = {{"calls", report.latencies.size()},
               {"failed", report.failed()},
               {"seconds", report.seconds},
               {"calls_per_second", report.calls_per_second()},
               {"latency_ms", LatencyJson(report)},
               {"answers", Cell::array()},
               {"errors", Cell::array()}};
  for (const auto& [version, count] : report.answers) {
    json["answers"].push_back(
        {{"model_version", version}, {"calls", count}, {"share", ShareOf(count, report)}});
  }
  for (const auto& [error, count] : report.errors) {
    json["errors"].push_back({{"error", error}, {"calls", count}});
  }
  return json;
}

}  // namespace

void PrintLoadReport(const LoadReport& report, const Session& session) {
  if (session.json()) {
    session.console.out << Json(report).dump(1, ' ', false, Cell::error_handler_t::replace) << "\n";
    return;
  }
  session.Print(AnswersTable(report));
  session.console.out << "\n";
  session.Print(LatencyTable(report));
  session.console.out << "\n"
                      << FormatCount(report.latencies.size()) << " calls in "
                      << absl::StrFormat("%.2f", report.seconds)
                      << " s: " << FormatCount(std::llround(report.calls_per_second()))
                      << " calls/s\n";
  for (const auto& [error, count] : report.errors) {
    session.console.err << FormatCount(count) << " x " << Printable(error) << "\n";
  }
}

}  // namespace serin
