#ifndef SERIN_CORE_PROFILE_ROW_SAMPLE_H_
#define SERIN_CORE_PROFILE_ROW_SAMPLE_H_

#include <cstddef>
#include <cstdint>
#include <optional>

#include "absl/container/flat_hash_map.h"
#include "absl/types/span.h"
#include "serin/internal/v1/profile_record.pb.h"

namespace serin {

// How many rows equal an earlier one, told by hashes of whole rows. Exact while there are at most
// kCapacity different rows. Beyond that, an estimate from those different rows whose hash ends in
// `level` zero bits, with the least level that leaves at most kCapacity: Gibbons, "Distinct
// sampling for highly-accurate answers to distinct values queries and event reports" (2001). Where
// a fraction p of the different rows is followed by one equal row, the standard error of the
// estimate is about 1 / sqrt(8192 p) of it (11 % where p is 1 %), and a table without duplicate
// rows is seen to have none.
//
// A few rows with very many copies each are likely not in the sample, and far too heavy if they
// are. Then the rows less the different ones, whose number the sample tells to about 1 %, say more:
// they are taken where the two estimates are further apart than chance allows (five standard
// errors).
//
// What order rows are added in, and how samples are merged, makes no difference.
class RowSample {
 public:
  static constexpr size_t kCapacity = 16384;

  void Add(absl::Span<const uint64_t> hashes);
  void Merge(const RowSample& other);

  bool exact() const { return level_ == 0; }
  // `row_count`: of all rows that were added.
  int64_t DuplicateCount(int64_t row_count) const;

  internal::v1::RowSampleRecord ToRecord() const;
  // Nothing where the record is none that ToRecord made.
  static std::optional<RowSample> FromRecord(const internal::v1::RowSampleRecord& record);

 private:
  static constexpr int kMaxLevel = 63;

  bool IsSampled(uint64_t hash) const { return (hash & ((uint64_t{1} << level_) - 1)) == 0; }
  void Add(uint64_t hash, int64_t count);
  void RaiseLevel();

  int level_ = 0;
  absl::flat_hash_map<uint64_t, int64_t> counts_;  // By hash.
};

}  // namespace serin

#endif  // SERIN_CORE_PROFILE_ROW_SAMPLE_H_
