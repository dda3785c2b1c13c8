#include "core/bundle/difference.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/io/coded_stream.h"
#include "google/protobuf/io/zero_copy_stream_impl_lite.h"
#include "google/protobuf/util/message_differencer.h"

namespace serin {
namespace {

using google::protobuf::Message;
using google::protobuf::util::MessageDifferencer;

std::string BytesOf(const Message& message) {
  std::string bytes;
  google::protobuf::io::StringOutputStream stream(&bytes);
  google::protobuf::io::CodedOutputStream coded(&stream);
  coded.SetSerializationDeterministic(true);
  message.SerializeToCodedStream(&coded);
  coded.Trim();
  return bytes;
}

// Where the first field is that differs: `trees.trees[3].thresholds[0]`.
class FirstDifference final : public MessageDifferencer::Reporter {
 public:
  using Path = std::vector<MessageDifferencer::SpecificField>;

  void ReportAdded(const Message&, const Message&, const Path& path) override { Add(path); }
  void ReportDeleted(const Message&, const Message&, const Path& path) override { Add(path); }
  void ReportModified(const Message&, const Message&, const Path& path) override { Add(path); }

  const std::string& first() const { return first_; }

 private:
  void Add(const Path& path) {
    if (!first_.empty()) return;
    for (const MessageDifferencer::SpecificField& step : path) {
      if (step.field == nullptr) continue;
      absl::StrAppend(&first_, first_.empty() ? "" : ".", step.field->name());
      if (step.field->is_repeated()) absl::StrAppend(&first_, "[", step.index, "]");
    }
  }

  std::string first_;
};

// Bit by bit: what a differencer takes for equal (0 and -0) is not.
void ComparePart(absl::string_view name, const Message& expected, const Message& actual,
                 std::vector<std::string>* differences) {
  if (BytesOf(expected) == BytesOf(actual)) return;
  FirstDifference report;
  MessageDifferencer differencer;
  differencer.ReportDifferencesTo(&report);
  differencer.Compare(expected, actual);
  const std::string where = report.first().empty() ? "the sign of a zero" : report.first();
  differences->push_back(absl::StrCat(name, ": first in ", where));
}

void CompareText(absl::string_view name, const std::string& expected, const std::string& actual,
                 std::vector<std::string>* differences) {
  if (expected == actual) return;
  differences->push_back(absl::StrCat(name, " was '", expected, "', is '", actual, "'"));
}

// What a row looks like and what is predicted: all of a predictor but pipeline and estimator.
internal::v1::Predictor SchemaPartOf(const internal::v1::Predictor& predictor) {
  internal::v1::Predictor part;
  part.set_task(predictor.task());
  *part.mutable_features() = predictor.features();
  *part.mutable_target() = predictor.target();
  *part.mutable_classes() = predictor.classes();
  return part;
}

internal::v1::Predictor EstimatorPartOf(internal::v1::Predictor predictor) {
  predictor.clear_task();
  predictor.clear_features();
  predictor.clear_target();
  predictor.clear_classes();
  predictor.clear_pipeline();
  return predictor;
}

internal::v1::Bundle WarningsPartOf(const internal::v1::Bundle& bundle) {
  internal::v1::Bundle part;
  *part.mutable_warnings() = bundle.warnings();
  return part;
}

}  // namespace

std::vector<std::string> DescribeDifferences(const internal::v1::Bundle& expected,
                                             const internal::v1::Bundle& actual) {
  std::vector<std::string> differences;
  const v1::Lineage& from = expected.lineage();
  const v1::Lineage& to = actual.lineage();
  CompareText("the dataset's SHA-256", from.dataset_sha256(), to.dataset_sha256(), &differences);
  CompareText("Serin's version", from.serin_version(), to.serin_version(), &differences);
  ComparePart("the specification", from.spec(), to.spec(), &differences);
  const internal::v1::Predictor& before = expected.predictor();
  const internal::v1::Predictor& after = actual.predictor();
  ComparePart("the schema", SchemaPartOf(before), SchemaPartOf(after), &differences);
  ComparePart("the pipeline", before.pipeline(), after.pipeline(), &differences);
  ComparePart("the estimator", EstimatorPartOf(before), EstimatorPartOf(after), &differences);
  ComparePart("the golden rows", expected.golden_rows(), actual.golden_rows(), &differences);
  ComparePart("the evaluation", expected.evaluation(), actual.evaluation(), &differences);
  ComparePart("the training profile", expected.profile(), actual.profile(), &differences);
  ComparePart("the warnings", WarningsPartOf(expected), WarningsPartOf(actual), &differences);
  return differences;
}

}  // namespace serin
