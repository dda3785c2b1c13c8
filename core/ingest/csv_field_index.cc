#include "core/ingest/csv_field_index.h"

#include <algorithm>
#include <array>

namespace serin {
namespace {

constexpr size_t kScanBlocks = 64;

uint64_t BitsBelow(size_t count) {
  return count >= kScanBlockBytes ? ~uint64_t{0} : (uint64_t{1} << count) - 1;
}

int LowestBit(uint64_t bits) { return __builtin_ctzll(bits); }

}  // namespace

void CsvFieldIndex::Clear() {
  starts_.assign(1, 0);
  start_count_ = 1;
  records_.clear();
  record_first_ = 0;
  consumed_ = 0;
  line_count_ = 0;
  quoted_lines_ = 0;
  bad_quotes_.clear();
  state_ = State::kPlain;
  flags_ = 0;
}

void CsvFieldIndex::Build(absl::string_view text, bool last) {
  Clear();
  // A CR may be the first half of a CRLF.
  if (!last && !text.empty() && text.back() == '\r') text.remove_suffix(1);
  text_ = text;
  std::array<BlockMasks, kScanBlocks> masks;
  for (size_t at = 0; at < text.size(); at += kScanBlocks * kScanBlockBytes) {
    const size_t left = text.size() - at;
    const size_t blocks = std::min(kScanBlocks, (left + kScanBlockBytes - 1) / kScanBlockBytes);
    ScanStructure(method_, text.data() + at, blocks, dialect_.delimiter, dialect_.quote,
                  masks.data());
    // Room for a field a byte, so that blocks need not look.
    starts_.resize(start_count_ + (blocks + 1) * kScanBlockBytes);
    for (size_t block = 0; block < blocks; ++block) {
      const size_t base = at + block * kScanBlockBytes;
      const uint64_t here = BitsBelow(text.size() - base);
      const BlockMasks found = {masks[block].delimiters & here, masks[block].line_ends & here,
                                masks[block].quotes & here};
      if (found.quotes == 0 && state_ == State::kPlain) {
        AddPlainBlock(static_cast<uint32_t>(base), found);
      } else {
        AddQuotedBlock(static_cast<uint32_t>(base), found);
      }
    }
  }
  if (last) EndText();
  starts_.resize(start_count_);
}

// Without a quote, every mark ends a field.
void CsvFieldIndex::AddPlainBlock(uint32_t base, const BlockMasks& masks) {
  uint64_t ends = masks.delimiters | masks.line_ends;
  for (uint64_t lines = masks.line_ends; lines != 0; lines &= lines - 1) {
    const uint64_t below = (lines & -lines) - 1;
    const auto fields = static_cast<uint32_t>(start_count_) +
                        static_cast<uint32_t>(__builtin_popcountll(ends & below)) - record_first_;
    EndRecord(base + static_cast<uint32_t>(LowestBit(lines)) + 1, fields);
  }
  uint32_t* out = starts_.data() + start_count_;
  for (; ends != 0; ends &= ends - 1) {
    *out++ = base + static_cast<uint32_t>(LowestBit(ends)) + 1;
  }
  start_count_ = static_cast<size_t>(out - starts_.data());
}

void CsvFieldIndex::AddQuotedBlock(uint32_t base, const BlockMasks& masks) {
  uint64_t marks = masks.delimiters | masks.line_ends | masks.quotes;
  for (; marks != 0; marks &= marks - 1) {
    const uint64_t bit = marks & -marks;
    const uint32_t at = base + static_cast<uint32_t>(LowestBit(marks));
    if ((masks.quotes & bit) != 0) {
      OnQuote(at);
    } else if (state_ != State::kQuoted) {
      OnEnd(at, (masks.line_ends & bit) != 0);
    } else if ((masks.line_ends & bit) != 0) {
      ++quoted_lines_;
    }
  }
}

void CsvFieldIndex::OnQuote(uint32_t at) {
  if (state_ == State::kQuoted) {
    state_ = State::kQuoteSeen;
    quote_at_ = at;
  } else if (state_ == State::kQuoteSeen && at == quote_at_ + 1) {
    state_ = State::kQuoted;
    flags_ |= kEscaped;
  } else if (state_ == State::kPlain && at == (starts_[start_count_ - 1] & kPosition)) {
    state_ = State::kQuoted;
    flags_ = kQuoted;
  }
}

// Whether nothing but the CR of a CRLF is between the closing quote and the end of the field.
bool CsvFieldIndex::ClosesAt(uint32_t at) const {
  if (at == quote_at_ + 1) return true;
  return at == quote_at_ + 2 && text_[quote_at_ + 1] == '\r' && at < text_.size() &&
         text_[at] == '\n';
}

void CsvFieldIndex::OnEnd(uint32_t at, bool ends_record) {
  if (state_ == State::kQuoteSeen && !ClosesAt(at)) {
    bad_quotes_.push_back(static_cast<uint32_t>(start_count_) - 1);
  }
  state_ = State::kPlain;
  if (ends_record) EndRecord(at + 1, static_cast<uint32_t>(start_count_) - record_first_);
  starts_[start_count_++] = (at + 1) | flags_;
  flags_ = 0;
}

void CsvFieldIndex::EndRecord(uint32_t next, uint32_t field_count) {
  records_.push_back({record_first_, field_count});
  record_first_ += field_count;
  consumed_ = next;
  line_count_ = static_cast<int64_t>(records_.size()) + quoted_lines_;
}

// The end of the file ends a record as a line end would, unless there was one just before.
void CsvFieldIndex::EndText() {
  if (consumed_ == text_.size() || state_ == State::kQuoted) return;
  starts_.resize(start_count_ + 1);
  OnEnd(static_cast<uint32_t>(text_.size()), true);
  consumed_ = text_.size();
}

size_t CsvFieldIndex::FieldAt(size_t position) const {
  const auto after = [](size_t at, uint32_t start) { return at < (start & kPosition); };
  const auto next = std::upper_bound(starts_.begin(), starts_.end(), position, after);
  return static_cast<size_t>(next - starts_.begin()) - 1;
}

}  // namespace serin
