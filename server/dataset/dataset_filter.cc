#include "server/dataset/dataset_filter.h"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "core/base/errors.h"
#include "core/base/status_macros.h"
#include "core/base/utf8.h"

namespace serin {
namespace {

constexpr size_t kMaxBytes = 4096;
constexpr size_t kMaxTerms = 32;

bool IsWordCharacter(char c) { return absl::ascii_isalnum(c) || absl::StrContains("-_.*/", c); }

bool IsKeyCharacter(char c) { return absl::ascii_isalnum(c) || absl::StrContains("-_.", c); }

// Exactly, or up to the `*` that the pattern ends with.
bool MatchesPattern(absl::string_view text, absl::string_view pattern) {
  return absl::ConsumeSuffix(&pattern, "*") ? absl::StartsWith(text, pattern) : text == pattern;
}

absl::string_view WithoutCollection(absl::string_view name) {
  return absl::StripPrefix(name, "datasets/");
}

}  // namespace

// Takes a filter apart from the left.
class FilterParser {
 public:
  explicit FilterParser(absl::string_view text) : text_(text), rest_(text) {}

  absl::StatusOr<std::vector<DatasetFilter::Term>> Parse() {
    std::vector<Term> terms;
    SkipBlanks();
    while (!rest_.empty()) {
      if (!terms.empty()) SERIN_RETURN_IF_ERROR(ExpectAnd());
      SERIN_ASSIGN_OR_RETURN(Term term, ParseTerm());
      terms.push_back(std::move(term));
      if (terms.size() > kMaxTerms) {
        return InvalidField("filter", absl::StrCat("must have at most ", kMaxTerms, " terms"));
      }
    }
    return terms;
  }

 private:
  using Term = DatasetFilter::Term;
  using Kind = DatasetFilter::Kind;

  void SkipBlanks() { rest_ = absl::StripLeadingAsciiWhitespace(rest_); }

  // What begins where the parser is cannot be.
  absl::Status Error(absl::string_view expected) const {
    const std::string found =
        rest_.empty() ? "the end" : QuoteForError(rest_.substr(0, rest_.find(' ')));
    return InvalidField("filter", absl::StrCat("must have ", expected, " at byte ",
                                               text_.size() - rest_.size() + 1, ", has ", found));
  }

  // Takes a token, and blanks behind it.
  bool Consume(absl::string_view token) {
    if (!absl::ConsumePrefix(&rest_, token)) return false;
    SkipBlanks();
    return true;
  }

  absl::Status Expect(absl::string_view token) {
    return Consume(token) ? absl::OkStatus() : Error(token);
  }

  // A word of its own.
  absl::Status ExpectAnd() {
    const bool is_word = rest_.size() == 3 || (rest_.size() > 3 && absl::ascii_isspace(rest_[3]));
    return is_word ? Expect("AND") : Error("AND");
  }

  absl::StatusOr<Term> ParseTerm() {
    if (Consume("labels.")) return ParseLabel();
    if (Consume("labels")) return ParseHasLabel();
    if (Consume("live")) return ParseLive();
    if (Consume("description")) return ParseOperand(Kind::kDescription, ":");
    if (Consume("name")) return ParseOperand(Kind::kName, "=");
    return Error("name, labels, live or description");
  }

  absl::StatusOr<Term> ParseOperand(Kind kind, absl::string_view comparison, std::string key = "") {
    SERIN_RETURN_IF_ERROR(Expect(comparison));
    SERIN_ASSIGN_OR_RETURN(std::string value, ParseValue());
    return Term{kind, std::move(key), std::move(value)};
  }

  absl::StatusOr<Term> ParseLabel() {
    SERIN_ASSIGN_OR_RETURN(std::string key, ParseKey());
    return ParseOperand(Kind::kLabel, "=", std::move(key));
  }

  absl::StatusOr<Term> ParseHasLabel() {
    SERIN_RETURN_IF_ERROR(Expect(":"));
    SERIN_ASSIGN_OR_RETURN(std::string key, ParseKey());
    return Term{Kind::kHasLabel, std::move(key), ""};
  }

  absl::StatusOr<Term> ParseLive() {
    SERIN_RETURN_IF_ERROR(Expect("="));
    for (const absl::string_view value : {"true", "false"}) {
      if (Consume(value)) return Term{Kind::kLive, "", std::string(value)};
    }
    return Error("true or false");
  }

  template <typename Accept>
  std::string TakeWhile(Accept accept) {
    size_t size = 0;
    while (size < rest_.size() && accept(rest_[size])) ++size;
    std::string taken(rest_.substr(0, size));
    rest_.remove_prefix(size);
    SkipBlanks();
    return taken;
  }

  absl::StatusOr<std::string> ParseKey() {
    std::string key = TakeWhile(IsKeyCharacter);
    if (key.empty()) return Error("the key of a label");
    return key;
  }

  absl::StatusOr<std::string> ParseValue() {
    if (absl::StartsWith(rest_, "\"")) return ParseQuoted();
    std::string word = TakeWhile(IsWordCharacter);
    if (word.empty()) return Error("a word or a text in double quotes");
    return word;
  }

  absl::StatusOr<std::string> ParseQuoted() {
    std::string value;
    rest_.remove_prefix(1);
    while (!rest_.empty() && rest_[0] != '"') {
      if (absl::StartsWith(rest_, "\\\"") || absl::StartsWith(rest_, "\\\\"))
        rest_.remove_prefix(1);
      value.push_back(rest_[0]);
      rest_.remove_prefix(1);
    }
    SERIN_RETURN_IF_ERROR(Expect("\""));
    return value;
  }

  const absl::string_view text_;
  absl::string_view rest_;
};

absl::StatusOr<DatasetFilter> DatasetFilter::Parse(absl::string_view text) {
  if (text.size() > kMaxBytes) {
    return InvalidField("filter",
                        absl::StrCat("must have at most ", kMaxBytes, " bytes, has ", text.size()));
  }
  DatasetFilter filter;
  SERIN_ASSIGN_OR_RETURN(filter.terms_, FilterParser(text).Parse());
  return filter;
}

bool DatasetFilter::Matches(const v1::Dataset& dataset) const {
  return std::all_of(terms_.begin(), terms_.end(),
                     [&](const Term& term) { return Matches(term, dataset); });
}

bool DatasetFilter::Matches(const Term& term, const v1::Dataset& dataset) {
  const auto label = dataset.labels().find(term.key);
  switch (term.kind) {
    case Kind::kName:
      return MatchesPattern(WithoutCollection(dataset.name()), WithoutCollection(term.value));
    case Kind::kLabel:
      return label != dataset.labels().end() && MatchesPattern(label->second, term.value);
    case Kind::kHasLabel:
      return label != dataset.labels().end();
    case Kind::kLive:
      return dataset.live() == (term.value == "true");
    case Kind::kDescription:
      return absl::StrContains(absl::AsciiStrToLower(dataset.description()),
                               absl::AsciiStrToLower(term.value));
  }
  return false;
}

}  // namespace serin
