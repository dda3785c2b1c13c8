#include "server/admin/build_info.h"

#include <prometheus/gauge.h>
#include <prometheus/registry.h>

#include <string>

#include "core/base/version.h"

namespace serin {

void AddBuildInfo(prometheus::Registry* registry) {
  prometheus::BuildGauge()
      .Name("serin_build_info")
      .Help("Always 1; the labels say which Serin this is.")
      .Register(*registry)
      .Add({{"version", std::string(Version())}, {"compiler", __VERSION__}})
      .Set(1);
}

}  // namespace serin
