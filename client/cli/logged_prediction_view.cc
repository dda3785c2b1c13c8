#include "client/cli/logged_prediction_view.h"

#include <algorithm>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/time.h"
#include "client/cli/format.h"

namespace serin {
namespace {

std::string LabelText(const google::protobuf::Value& label) {
  return label.has_string_value() ? label.string_value() : FormatSummary(label.number_value());
}

std::string AnswerText(const v1::Prediction& prediction) {
  return prediction.has_label() ? prediction.label() : FormatSummary(prediction.value());
}

// Of the answered class; empty for regression.
std::string ProbabilityText(const v1::Prediction& prediction) {
  const auto& all = prediction.probabilities();
  return all.empty() ? "" : FormatMetric(*std::max_element(all.begin(), all.end()));
}

}  // namespace

void PrintPredictionLog(const v1::Model& model, const Session& session) {
  session.console.out << Printable(model.name()) << "\n";
  TextTable fields = TextTable::Fields();
  if (!model.has_prediction_log()) {
    fields.AddRow({"predictions kept", "none"});
    return session.Print(fields);
  }
  const v1::PredictionLog& log = model.prediction_log();
  fields.AddRow({"predictions kept", FormatShare(log.sampling_percent() / 100)});
  fields.AddRow({"for", absl::FormatDuration(absl::Seconds(log.retention().seconds()))});
  if (log.drop_features_size() > 0) {
    fields.AddRow({"without", absl::StrJoin(log.drop_features(), ", ")});
  }
  if (log.hash_features_size() > 0) {
    fields.AddRow({"hashed", absl::StrJoin(log.hash_features(), ", ")});
  }
  session.Print(fields);
}

void PrintLoggedPredictions(const std::vector<v1::LoggedPrediction>& predictions,
                            const Session& session) {
  using Align = TextTable::Align;
  TextTable table({{"TIME"},
                   {"PREDICTION"},
                   {"ROW", Align::kRight},
                   {"VERSION", Align::kRight},
                   {"KEY"},
                   {"ANSWER"},
                   {"PROBABILITY", Align::kRight},
                   {"TRUE"},
                   {"LATENCY", Align::kRight}});
  for (const v1::LoggedPrediction& logged : predictions) {
    table.AddRow({FormatTime(logged.time()), logged.prediction_id(), absl::StrCat(logged.row()),
                  absl::StrCat(logged.version()), logged.key(), AnswerText(logged.prediction()),
                  ProbabilityText(logged.prediction()),
                  logged.has_label() ? LabelText(logged.label()) : "",
                  FormatMillis(logged.latency_seconds())});
  }
  session.Print(table);
}

}  // namespace serin
