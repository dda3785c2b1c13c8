// What must hold for any file: random tables, read in many ways.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "core/ingest/conform.h"
#include "core/ingest/csv_field_index.h"
#include "core/ingest/row_reader.h"
#include "tests/unit/core/ingest/ingest_fixture.h"

namespace serin {
namespace {

class Generator {
 public:
  explicit Generator(uint64_t seed) : random_(seed) {}

  size_t Below(size_t limit) { return random_() % limit; }

  std::string Cell(size_t kind) {
    const size_t number = Below(1000);
    switch (kind) {
      case 0:
        return absl::StrCat(number);
      case 1:
        return absl::StrCat(number, ".", Below(100));
      case 2:
        return number % 2 == 0 ? "true" : "False";
      case 3:
        return absl::StrCat("2026-11-", 10 + number % 20);
      case 4:
        return absl::StrCat("say \"", number % 7, "\", \r\n\xc3\xa9");
      default:
        return "";
    }
  }

  // Mostly of one kind, so that types widen late.
  std::string File(size_t rows, size_t columns) {
    std::string file;
    for (size_t c = 0; c < columns; ++c) absl::StrAppend(&file, c == 0 ? "" : ",", "c", c);
    for (size_t r = 0; r < rows; ++r) {
      file += LineEnd();
      for (size_t c = 0; c < columns; ++c) {
        const size_t kind = Below(rows) == 0 ? Below(6) : Below(20) == 0 ? 5 : c % 5;
        absl::StrAppend(&file, c == 0 ? "" : ",", Quoted(Cell(kind)));
      }
    }
    return file;
  }

 private:
  std::string LineEnd() { return Below(3) == 0 ? "\r\n" : Below(5) == 0 ? "\r" : "\n"; }

  std::string Quoted(const std::string& cell) {
    const bool needed = cell.find_first_of("\",\r\n") != std::string::npos;
    if (!needed && Below(10) != 0) return cell;
    return absl::StrCat("\"", absl::StrReplaceAll(cell, {{"\"", "\"\""}}), "\"");
  }

  std::mt19937_64 random_;
};

TEST(ReaderPropertyTest, PiecesOfAnySize_GiveTheSameBatches) {
  for (uint64_t seed = 0; seed < 30; ++seed) {
    Generator generator(seed);
    IngestInput input{.bytes = generator.File(200, 1 + seed % 7)};
    input.limits.max_record_bytes = 500 + generator.Below(5000);  // The window.
    SERIN_ASSERT_OK_AND_ASSIGN(const Ingested whole, Ingest(input));
    input.piece = 1 + generator.Below(100);
    SERIN_ASSERT_OK_AND_ASSIGN(const Ingested pieces, Ingest(input));
    ASSERT_EQ(whole.batches.size(), pieces.batches.size());
    for (size_t i = 0; i < whole.batches.size(); ++i) {
      EXPECT_EQ(Print(whole.batches[i]), Print(pieces.batches[i])) << seed;
    }
    EXPECT_EQ(whole.result.schema.DebugString(), pieces.result.schema.DebugString());
  }
}

TEST(ReaderPropertyTest, ASecondReaderWithTheFinalSchema_NeedsNoThird_AndSeesWhatOneWindowShows) {
  int reread = 0;
  for (uint64_t seed = 100; seed < 160; ++seed) {
    Generator generator(seed);
    IngestInput input{.bytes = generator.File(300, 1 + seed % 7)};
    SERIN_ASSERT_OK_AND_ASSIGN(const Ingested at_once, Ingest(input));
    EXPECT_FALSE(at_once.result.reread);
    input.limits.max_record_bytes = 1000;
    SERIN_ASSERT_OK_AND_ASSIGN(const Ingested first, Ingest(input));
    reread += first.result.reread ? 1 : 0;
    if (!first.result.reread) {
      EXPECT_EQ(Print(first.table()), Print(at_once.table())) << seed;
    }
    input.schema = first.result.schema;
    input.options.inferred_strings = first.result.inferred_strings;
    SERIN_ASSERT_OK_AND_ASSIGN(const Ingested second, Ingest(input));
    EXPECT_FALSE(second.result.reread);
    EXPECT_EQ(Print(second.table()), Print(at_once.table())) << seed;
  }
  EXPECT_GT(reread, 5);  // Both cases were there.
  EXPECT_LT(reread, 55);
}

TEST(ReaderPropertyTest, WithoutReread_EveryBatchConformsToTheSchema) {
  Generator generator(7);
  for (int i = 0; i < 20; ++i) {
    IngestInput input{.bytes = generator.File(300, 5)};
    input.limits.max_record_bytes = 1000;
    SERIN_ASSERT_OK_AND_ASSIGN(const Ingested read, Ingest(input));
    bool all = true;
    for (const Table& batch : read.batches) {
      for (size_t c = 0; c < batch.columns.size(); ++c) {
        all = all && CanConform(batch.columns[c].type,
                                read.result.schema.columns(static_cast<int>(c)).type());
      }
    }
    EXPECT_EQ(all, !read.result.reread);
  }
}

std::string Describe(const CsvFieldIndex& index) {
  std::string text = absl::StrCat(index.consumed(), " ", index.line_count(), "\n");
  for (const CsvFieldIndex::Record& record : index.records()) {
    absl::StrAppend(&text, record.first_field, "+", record.field_count, " ");
  }
  for (size_t i = 0; i < index.field_count(); ++i) {
    const CsvFieldIndex::Field field = index.field(i);
    absl::StrAppend(&text, "\n", field.begin, "-", field.end, field.quoted, field.escaped);
  }
  return text;
}

TEST(ReaderPropertyTest, TheVectorScanFindsWhatThePortableOneDoes) {
  if (BestScanMethod() == ScanMethod::kPortable) GTEST_SKIP() << "there is no other here";
  std::mt19937_64 random(5);
  constexpr absl::string_view kAlphabet = "a,\"\r\n'; \t\x80\xff";
  for (int i = 0; i < 2000; ++i) {
    std::string text;
    for (size_t size = random() % 400; text.size() < size;) {
      text.push_back(kAlphabet[random() % kAlphabet.size()]);
    }
    const size_t size = text.size();
    text.append(RowReader::kPadding, '\n');
    CsvFieldIndex portable(CsvDialect(), ScanMethod::kPortable);
    CsvFieldIndex vector(CsvDialect(), ScanMethod::kAvx2);
    const bool last = i % 2 == 0;
    portable.Build(absl::string_view(text).substr(0, size), last);
    vector.Build(absl::string_view(text).substr(0, size), last);
    ASSERT_EQ(Describe(portable), Describe(vector)) << text;
  }
}

TEST(ReaderPropertyTest, ManyDifferentStrings_AreText_InBatchesOfBoundedSize) {
  constexpr int kRows = 300'000;
  std::string file = "id\n";
  for (int i = 0; i < kRows; ++i) absl::StrAppend(&file, "customer-", i, "\n");
  SERIN_ASSERT_OK_AND_ASSIGN(const Ingested read, Ingest({.bytes = file}));
  EXPECT_EQ(read.result.schema.columns(0).type(), v1::COLUMN_TYPE_TEXT);
  EXPECT_EQ(read.result.row_count, kRows);
  EXPECT_FALSE(read.result.reread);
  for (const Table& batch : read.batches) {
    EXPECT_LE(batch.row_count(), TableReader::kMaxBatchRows);
    EXPECT_EQ(batch.columns[0].dictionary.size(), batch.row_count());
  }
}

}  // namespace
}  // namespace serin
