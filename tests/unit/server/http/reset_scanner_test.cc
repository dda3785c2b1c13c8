#include "server/http/reset_scanner.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "tests/unit/server/http/frames.h"

namespace serin {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// What comes out of a scanner that gets `bytes` in parts of this size.
struct Scanned {
  std::vector<uint32_t> resets;
  std::string bytes;  // Of all pieces.
};

Scanned Scan(absl::string_view bytes, size_t part) {
  ResetScanner scanner;
  Scanned scanned;
  for (; !bytes.empty(); bytes.remove_prefix(std::min(part, bytes.size()))) {
    absl::string_view rest = bytes.substr(0, part);
    while (!rest.empty()) {
      const ResetScanner::Piece piece = scanner.Next(&rest);
      scanned.bytes.append(piece.bytes.data(), piece.bytes.size());
      if (piece.reset_stream == 0) continue;
      EXPECT_EQ(piece.bytes, frames::Reset(piece.reset_stream));
      scanned.resets.push_back(piece.reset_stream);
    }
  }
  return scanned;
}

TEST(ResetScannerTest, FindsResetsBetweenOtherFrames_HoweverTheBytesAreCut) {
  const std::string bytes =
      frames::kPreface + frames::Settings() + frames::Request(1, "", frames::kEndHeaders) +
      frames::Reset(1) + frames::Reset(3) + frames::Request(5, "", frames::kEndHeaders) +
      frames::Frame(frames::kData, 0, 5, frames::Reset(99) + "no frame") + frames::Settings() +
      frames::Reset(0x7fffffff) + frames::Frame(frames::kPing, 0, 0, "12345678");
  for (size_t part = 1; part <= bytes.size(); ++part) {
    const Scanned scanned = Scan(bytes, part);
    EXPECT_THAT(scanned.resets, ElementsAre(1, 3, 0x7fffffff)) << part;
    EXPECT_EQ(scanned.bytes, bytes) << part;
  }
}

TEST(ResetScannerTest, WithoutResets_IsOnePiece) {
  ResetScanner scanner;
  const std::string bytes = frames::kPreface + frames::Settings() + frames::Request(1);
  absl::string_view rest = bytes;
  EXPECT_EQ(scanner.Next(&rest).bytes, bytes);
  EXPECT_THAT(rest, IsEmpty());
}

TEST(ResetScannerTest, ResetOfAnotherLength_IsNghttp2sToRefuse) {
  const std::string bytes = std::string(frames::kPreface) +
                            frames::Frame(frames::kReset, 0, 1, "12345") + frames::Reset(3);
  EXPECT_THAT(Scan(bytes, bytes.size()).resets, ElementsAre(3));
}

TEST(ResetScannerTest, BitThatIsReserved_IsNoPartOfTheStreamsNumber) {
  const std::string bytes = std::string(frames::kPreface) +
                            frames::Frame(frames::kReset, 0, 0x80000003, frames::Number(8));
  ResetScanner scanner;
  absl::string_view rest = bytes;
  EXPECT_EQ(scanner.Next(&rest).bytes, frames::kPreface);
  EXPECT_EQ(scanner.Next(&rest).reset_stream, 3);
}

TEST(ResetScannerTest, FrameThatNeverEnds_KeepsNothing) {
  const std::string bytes = std::string(frames::kPreface) +
                            frames::Frame(frames::kData, 0, 1, "", 0xffffff) +
                            std::string(1000, 'x');
  EXPECT_EQ(Scan(bytes, 7).bytes, bytes);
}

}  // namespace
}  // namespace serin
