#include "client/cli/dataset_view.h"

#include <algorithm>
#include <map>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "client/cli/format.h"
#include "client/cli/transform_steps.h"
#include "core/table/schema.h"

namespace serin {
namespace {

using Align = TextTable::Align;

// Those of the (at most 100) rows set aside that are shown; JSON has all.
constexpr int kRejectedRowsShown = 10;

// `csv, gzip, delimiter ;`: what is not usual is said.
std::string FormatText(const v1::FileFormat& format) {
  std::vector<std::string> parts;
  if (format.kind() != v1::FileFormat::KIND_UNSPECIFIED) {
    parts.push_back(EnumText(v1::FileFormat::Kind_Name(format.kind()), "KIND_"));
  }
  if (format.compression() == v1::FileFormat::COMPRESSION_GZIP) parts.push_back("gzip");
  if (format.compression() == v1::FileFormat::COMPRESSION_ZSTD) parts.push_back("zstd");
  const v1::CsvOptions& csv = format.csv();
  if (csv.header() == v1::CsvOptions::HEADER_ABSENT) parts.push_back("no header");
  if (!csv.delimiter().empty() && csv.delimiter() != ",") {
    parts.push_back(absl::StrCat("delimiter ", csv.delimiter()));
  }
  if (!csv.quote().empty() && csv.quote() != "\"") {
    parts.push_back(absl::StrCat("quote ", csv.quote()));
  }
  return absl::StrJoin(parts, ", ");
}

void AddUploadFields(const v1::DatasetVersion& version, TextTable* fields) {
  if (version.source_sha256().empty()) return;
  fields->AddRow({"size", FormatBytes(version.source_bytes())});
  if (version.has_format()) fields->AddRow({"format", FormatText(version.format())});
  fields->AddRow({"sha256", version.source_sha256()});
}

void AddDerivation(const v1::Derivation& derivation, TextTable* fields) {
  fields->AddRow({"made of", absl::StrJoin(derivation.sources(), ", ")});
  for (int i = 0; i < derivation.steps_size(); ++i) {
    fields->AddRow({absl::StrCat("step ", i + 1), FormatTransformStep(derivation.steps(i))});
  }
}

TextTable FieldsOf(const v1::DatasetVersion& version) {
  TextTable fields = TextTable::Fields();
  fields.AddRow({"rows", FormatCount(version.row_count())});
  if (version.live()) fields.AddRow({"first row", FormatCount(version.first_row())});
  AddUploadFields(version, &fields);
  if (version.stored_bytes() > 0) fields.AddRow({"on disk", FormatBytes(version.stored_bytes())});
  if (version.has_derivation()) AddDerivation(version.derivation(), &fields);
  if (version.rejected_row_count() > 0) {
    fields.AddRow({"set aside", absl::StrCat(FormatCount(version.rejected_row_count()), " rows")});
  }
  fields.AddRow({"created", FormatTime(version.create_time())});
  return fields;
}

void PrintRejectedRows(const v1::DatasetVersion& version, const Session& session) {
  if (version.rejected_rows().empty()) return;
  TextTable table({{"LINE", Align::kRight}, {"COLUMN"}, {"SET ASIDE BECAUSE"}, {"TEXT"}});
  const int shown = std::min(kRejectedRowsShown, version.rejected_rows_size());
  for (int i = 0; i < shown; ++i) {
    const v1::RejectedRow& row = version.rejected_rows(i);
    table.AddRow({FormatCount(row.line()), row.column(), row.problem(), row.text()});
  }
  session.console.out << "\n";
  session.Print(table);
}

std::string LabelsText(const google::protobuf::Map<std::string, std::string>& labels) {
  return absl::StrJoin(std::map<std::string, std::string>(labels.begin(), labels.end()), " ",
                       absl::PairFormatter("="));
}

std::string RetentionText(const v1::Retention& retention) {
  std::vector<std::string> parts;
  if (retention.has_max_age()) {
    parts.push_back(absl::StrCat(absl::FormatDuration(absl::Seconds(retention.max_age().seconds())),
                                 " at most"));
  }
  if (retention.max_bytes() > 0) parts.push_back(FormatBytes(retention.max_bytes()));
  if (retention.max_rows() > 0) {
    parts.push_back(absl::StrCat(FormatCount(retention.max_rows()), " rows"));
  }
  return absl::StrJoin(parts, ", ");
}

}  // namespace

void PrintDatasetVersion(const v1::DatasetVersion& version, const Session& session) {
  session.console.out << version.name() << "\n";
  session.Print(FieldsOf(version));
  session.console.out << "\n";
  TextTable columns({{"COLUMN"}, {"TYPE"}});
  for (const v1::ColumnSchema& column : version.schema().columns()) {
    columns.AddRow({column.name(), std::string(TypeName(column.type()))});
  }
  session.Print(columns);
  PrintRejectedRows(version, session);
}

void PrintDataset(const v1::Dataset& dataset, const Session& session) {
  session.console.out << dataset.name() << (dataset.live() ? " (live)" : "") << "\n";
  TextTable fields = TextTable::Fields();
  if (!dataset.description().empty()) fields.AddRow({"description", dataset.description()});
  if (!dataset.labels().empty()) fields.AddRow({"labels", LabelsText(dataset.labels())});
  if (const std::string kept = RetentionText(dataset.retention()); !kept.empty()) {
    fields.AddRow({"keeps", kept});
  }
  fields.AddRow({"versions", FormatCount(dataset.version_count())});
  fields.AddRow({"updated", FormatTime(dataset.update_time())});
  session.Print(fields);
}

void PrintDatasetList(const std::vector<v1::Dataset>& datasets, const Session& session) {
  TextTable table(
      {{"NAME"}, {"LATEST", Align::kRight}, {"VERSIONS", Align::kRight}, {"UPDATED"}, {"LABELS"}});
  for (const v1::Dataset& dataset : datasets) {
    table.AddRow({dataset.name(), dataset.live() ? "live" : FormatCount(dataset.latest_version()),
                  FormatCount(dataset.version_count()), FormatTime(dataset.update_time()),
                  LabelsText(dataset.labels())});
  }
  session.Print(table);
}

void PrintVersionList(const std::vector<v1::DatasetVersion>& versions, const Session& session) {
  TextTable table({{"VERSION", Align::kRight},
                   {"ROWS", Align::kRight},
                   {"COLUMNS", Align::kRight},
                   {"SIZE", Align::kRight},
                   {"CREATED"},
                   {"SHA256"}});
  for (const v1::DatasetVersion& version : versions) {
    const bool uploaded = !version.source_sha256().empty();
    table.AddRow({absl::StrCat(version.version()), FormatCount(version.row_count()),
                  FormatCount(version.schema().columns_size()),
                  uploaded ? FormatBytes(version.source_bytes()) : "",
                  FormatTime(version.create_time()), version.source_sha256().substr(0, 12)});
  }
  session.Print(table);
}

}  // namespace serin
