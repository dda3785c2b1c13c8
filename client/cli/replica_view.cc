#include "client/cli/replica_view.h"

#include "absl/strings/str_cat.h"
#include "client/cli/format.h"

namespace serin {

void PrintReplicaVersions(const v1::ListReplicaVersionsResponse& replicas, const Session& session) {
  using Align = TextTable::Align;
  TextTable table({{"PREDICTOR"},
                   {"VERSION", Align::kRight},
                   {"STATE"},
                   {"MEMORY", Align::kRight},
                   {"SINCE"},
                   {"REASON"}});
  for (const v1::ReplicaVersion& version : replicas.versions()) {
    table.AddRow({version.replica(), absl::StrCat(version.version()),
                  EnumText(v1::ReplicaVersion::State_Name(version.state()), "STATE_"),
                  version.memory_bytes() > 0 ? FormatBytes(version.memory_bytes()) : "",
                  FormatTime(version.state_time()), version.reason()});
  }
  session.Print(table);
}

}  // namespace serin
