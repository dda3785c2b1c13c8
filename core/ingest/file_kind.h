#ifndef SERIN_CORE_INGEST_FILE_KIND_H_
#define SERIN_CORE_INGEST_FILE_KIND_H_

#include "absl/strings/string_view.h"
#include "serin/v1/dataset.pb.h"

namespace serin {

// What a file that begins with `text` looks like: JSON Lines where the first character is `{`,
// LIBSVM where the first lines are all `label index:value ...`; else CSV.
v1::FileFormat::Kind FindFileKind(absl::string_view text);

}  // namespace serin

#endif  // SERIN_CORE_INGEST_FILE_KIND_H_
