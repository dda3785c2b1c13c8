#include "server/predict/oip/datatype.h"

#include <algorithm>
#include <array>

#include "absl/strings/str_join.h"

namespace serin {
namespace {

struct Entry {
  absl::string_view name;
  size_t bytes;
  inference::DataType config_type;
};

// In order of the enumeration.
constexpr std::array<Entry, 14> kDatatypes = {{{"BOOL", 1, inference::TYPE_BOOL},
                                               {"UINT8", 1, inference::TYPE_UINT8},
                                               {"UINT16", 2, inference::TYPE_UINT16},
                                               {"UINT32", 4, inference::TYPE_UINT32},
                                               {"UINT64", 8, inference::TYPE_UINT64},
                                               {"INT8", 1, inference::TYPE_INT8},
                                               {"INT16", 2, inference::TYPE_INT16},
                                               {"INT32", 4, inference::TYPE_INT32},
                                               {"INT64", 8, inference::TYPE_INT64},
                                               {"FP16", 2, inference::TYPE_FP16},
                                               {"BF16", 2, inference::TYPE_BF16},
                                               {"FP32", 4, inference::TYPE_FP32},
                                               {"FP64", 8, inference::TYPE_FP64},
                                               {"BYTES", 0, inference::TYPE_STRING}}};

const Entry& EntryOf(Datatype datatype) { return kDatatypes[static_cast<size_t>(datatype)]; }

}  // namespace

std::optional<Datatype> ParseDatatype(absl::string_view name) {
  const auto it = std::find_if(kDatatypes.begin(), kDatatypes.end(),
                               [&](const Entry& entry) { return entry.name == name; });
  if (it == kDatatypes.end()) return std::nullopt;
  return static_cast<Datatype>(it - kDatatypes.begin());
}

absl::string_view NameOf(Datatype datatype) { return EntryOf(datatype).name; }

std::string DatatypeNames() {
  return absl::StrJoin(kDatatypes, ", ", [](std::string* out, const Entry& entry) {
    out->append(entry.name.data(), entry.name.size());
  });
}

size_t ElementBytes(Datatype datatype) { return EntryOf(datatype).bytes; }

inference::DataType ConfigTypeOf(Datatype datatype) { return EntryOf(datatype).config_type; }

}  // namespace serin
