#ifndef SERIN_SERVER_ADMIN_BUILD_INFO_H_
#define SERIN_SERVER_ADMIN_BUILD_INFO_H_

namespace prometheus {
class Registry;
}

namespace serin {

// Adds serin_build_info{version,compiler}, a gauge that is always 1: what runs where.
void AddBuildInfo(prometheus::Registry* registry);

}  // namespace serin

#endif  // SERIN_SERVER_ADMIN_BUILD_INFO_H_
