#include "client/cli/load_view.h"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "client/cli/cell.h"
#include "client/cli/format.h"

namespace serin {
namespace {

using Align = TextTable::Align;

constexpr std::pair<const char*, double> kQuantiles[] = {
    {"min", 0},       {"p50", 0.5},       {"p90", 0.9}, {"p99", 0.99},
    {"p99.9", 0.999}, {"p99.99", 0.9999}, {"max", 1}};
constexpr double kBarWidth = 40;
constexpr int kPlotRows = 12;

double ShareOf(int64_t count, const LoadReport& report) {
  return report.calls() > 0 ? static_cast<double>(count) / static_cast<double>(report.calls()) : 0;
}

std::string Millis(absl::Duration latency) { return FormatMillis(absl::ToDoubleSeconds(latency)); }

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
    cells.push_back(Millis(report.latencies.Quantile(fraction)));
  }
  TextTable table(std::move(columns));
  table.AddRow(std::move(cells));
  return table;
}

// Bars of equal steps of the latency's logarithm, from the shortest to the longest.
TextTable Plot(const LoadReport& report, bool utf8) {
  TextTable table({{"  UP TO", Align::kRight}, {"CALLS", Align::kRight}, {""}});
  const double first = std::log(std::max(absl::ToDoubleSeconds(report.latencies.min()), 1e-9));
  const double last = std::log(std::max(absl::ToDoubleSeconds(report.latencies.max()), 1e-9));
  std::vector<std::pair<absl::Duration, int64_t>> rows;
  int64_t below = 0;
  for (int i = 1; i <= kPlotRows; ++i) {
    const absl::Duration bound =
        i == kPlotRows ? report.latencies.max()
                       : absl::Seconds(std::exp(first + (last - first) * i / kPlotRows));
    const int64_t up_to = report.latencies.CountUpTo(bound);
    rows.emplace_back(bound, up_to - below);
    below = up_to;
  }
  int64_t most = 1;
  for (const auto& [bound, count] : rows) most = std::max(most, count);
  for (const auto& [bound, count] : rows) {
    std::string bar;
    const long length = std::lround(kBarWidth * static_cast<double>(count) / most);
    for (long i = 0; i < length; ++i) absl::StrAppend(&bar, utf8 ? "\u2588" : "#");
    table.AddRow({Millis(bound), FormatCount(count), std::move(bar)});
  }
  return table;
}

// How it went on: of an open loop, whose rate may change.
TextTable SliceTable(const LoadReport& report) {
  TextTable table({{"  TIME", Align::kRight},
                   {"CALLS", Align::kRight},
                   {"FAILED", Align::kRight},
                   {"p50", Align::kRight},
                   {"p99", Align::kRight},
                   {"max", Align::kRight}});
  for (size_t i = 0; i < report.slices.size(); ++i) {
    const LoadSlice& slice = report.slices[i];
    table.AddRow({FormatShare(static_cast<double>(i + 1) / report.slices.size()),
                  FormatCount(slice.latencies.count()), FormatCount(slice.failed),
                  Millis(slice.latencies.Quantile(0.5)), Millis(slice.latencies.Quantile(0.99)),
                  Millis(slice.latencies.max())});
  }
  return table;
}

Cell LatencyJson(const LatencyHistogram& latencies) {
  Cell json = Cell::object();
  for (const auto& [name, fraction] : kQuantiles) {
    json[name] = absl::ToDoubleMilliseconds(latencies.Quantile(fraction));
  }
  return json;
}

Cell Json(const LoadReport& report) {
  Cell json = {{"calls", report.calls()},
               {"failed", report.failed()},
               {"seconds", report.seconds},
               {"calls_per_second", report.calls_per_second()},
               {"latency_ms", LatencyJson(report.latencies)},
               {"answers", Cell::array()},
               {"errors", Cell::array()},
               {"slices", Cell::array()}};
  for (const auto& [version, count] : report.answers) {
    json["answers"].push_back(
        {{"model_version", version}, {"calls", count}, {"share", ShareOf(count, report)}});
  }
  for (const auto& [error, count] : report.errors) {
    json["errors"].push_back({{"error", error}, {"calls", count}});
  }
  for (const LoadSlice& slice : report.slices) {
    json["slices"].push_back({{"calls", slice.latencies.count()},
                              {"failed", slice.failed},
                              {"latency_ms", LatencyJson(slice.latencies)}});
  }
  return json;
}

}  // namespace

void PrintLoadReport(const LoadReport& report, const Session& session) {
  std::ostream& out = session.console.out;
  if (session.json()) {
    out << Json(report).dump(1, ' ', false, Cell::error_handler_t::replace) << "\n";
    return;
  }
  session.Print(AnswersTable(report));
  out << "\n";
  session.Print(LatencyTable(report));
  out << "\n";
  session.Print(Plot(report, session.console.utf8));
  if (!report.slices.empty()) {
    out << "\n";
    session.Print(SliceTable(report));
  }
  out << "\n"
      << FormatCount(report.calls()) << " calls in " << absl::StrFormat("%.2f", report.seconds)
      << " s: " << FormatCount(std::llround(report.calls_per_second())) << " calls/s\n";
  for (const auto& [error, count] : report.errors) {
    session.console.err << FormatCount(count) << " x " << Printable(error) << "\n";
  }
}

std::string LatencyCsv(const LoadReport& report) {
  std::string csv = "percentile,latency_ms,calls\n";
  const auto add = [&](double percentile) {
    const absl::Duration latency = report.latencies.Quantile(percentile / 100);
    absl::StrAppendFormat(&csv, "%.10g,%.6f,%d\n", percentile, absl::ToDoubleMilliseconds(latency),
                          report.latencies.CountUpTo(latency));
  };
  for (int percent = 0; percent < 99; ++percent) add(percent);
  // As long as there are calls beyond: 99, 99.9, 99.99 and so on, in tenths between.
  for (double beyond = 1; report.calls() * beyond >= 100; beyond /= 10) {
    for (int tenth = 0; tenth < 9; ++tenth) add(100 - beyond * (1 - tenth / 10.0));
  }
  add(100);
  return csv;
}

}  // namespace serin
