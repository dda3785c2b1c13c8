#include "core/base/utf8.h"

#include <gtest/gtest.h>

#include <string>

namespace serin {
namespace {

TEST(ValidUtf8PrefixTest, TakesAllOfWellFormedText) {
  const std::string all_lengths =
      "a\xc2\x80\xdf\xbf\xe0\xa0\x80\xed\x9f\xbf\xef\xbf\xbf"
      "\xf0\x90\x80\x80\xf4\x8f\xbf\xbf";
  for (size_t ascii = 0; ascii < 20; ++ascii) {
    const std::string text = std::string(ascii, 'x') + all_lengths + std::string(ascii, 'x');
    EXPECT_EQ(ValidUtf8Prefix(text), text.size());
  }
}

TEST(ValidUtf8PrefixTest, StopsAtTheFirstByteOfWhatIsMalformed) {
  const std::string malformed[] = {
      "\x80",              // A tail without a beginning,
      "\xc3",              // a beginning without its tail,
      "\xe2\x82",          //
      "\xf0\x9f\x98",      //
      "\xc0\xaf",          // overlong forms,
      "\xc1\xbf",          //
      "\xe0\x9f\xbf",      //
      "\xf0\x8f\xbf\xbf",  //
      "\xed\xa0\x80",      // a surrogate,
      "\xf4\x90\x80\x80",  // beyond U+10FFFF,
      "\xff",              // no UTF-8 at all.
  };
  for (const std::string& bad : malformed) {
    for (size_t before = 0; before < 20; ++before) {
      const std::string valid(before, 'x');
      EXPECT_EQ(ValidUtf8Prefix(valid + bad), before);
      EXPECT_EQ(ValidUtf8Prefix(valid + bad + "yyyyyyyyy"), before);
      EXPECT_FALSE(IsAscii(valid + bad));
    }
  }
}

TEST(QuoteForErrorTest, EscapesWhatCannotBePrinted) {
  EXPECT_EQ(QuoteForError("caf\xc3\xa9"), "'caf\xc3\xa9'");
  EXPECT_EQ(QuoteForError("a\tb\n"), R"('a\tb\n')");
  EXPECT_EQ(QuoteForError("a\xff"), R"('a\xff')");
}

TEST(QuoteForErrorTest, CutsBetweenCharacters) {
  EXPECT_EQ(QuoteForError(std::string(41, 'a')), "'" + std::string(40, 'a') + "...' (41 bytes)");
  // The two bytes of the last character are number 40 and 41.
  EXPECT_EQ(QuoteForError(std::string(39, 'a') + "\xc3\xa9"),
            "'" + std::string(39, 'a') + "...' (41 bytes)");
}

TEST(Utf8PrefixTest, ShortTextStaysAsItIs) {
  EXPECT_EQ(Utf8Prefix("", 0), "");
  EXPECT_EQ(Utf8Prefix("größe", 7), "größe");
}

TEST(Utf8PrefixTest, CutsBetweenCharacters) {
  EXPECT_EQ(Utf8Prefix("größe", 6), "größ");
  EXPECT_EQ(Utf8Prefix("größe", 5), "grö");
  EXPECT_EQ(Utf8Prefix("größe", 3), "gr");
  EXPECT_EQ(Utf8Prefix("𝒳", 3), "");
  EXPECT_EQ(Utf8Prefix("abc", 2), "ab");
}

TEST(IsUtf8Test, TellsWellFormedText) {
  EXPECT_TRUE(IsUtf8(""));
  EXPECT_TRUE(IsUtf8("Größe"));
  EXPECT_FALSE(IsUtf8("Gr\xc3"));
}

TEST(QuoteForErrorTest, ALimitOfItsOwn_ShowsWholeNames) {
  const std::string name(60, 'n');
  EXPECT_EQ(QuoteForError(name), "'" + std::string(40, 'n') + "...' (60 bytes)");
  EXPECT_EQ(QuoteForError(name, 64), "'" + name + "'");
  EXPECT_EQ(QuoteForError(name + "\n", 64), "'" + name + "\\n'");
}

}  // namespace
}  // namespace serin
