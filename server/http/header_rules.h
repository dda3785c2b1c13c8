#ifndef SERIN_SERVER_HTTP_HEADER_RULES_H_
#define SERIN_SERVER_HTTP_HEADER_RULES_H_

#include "server/http/headers.h"

namespace serin {

// Whether HTTP/2 lets these be sent (RFC 9113, section 8.2): names in lower case and not empty; no
// control characters, so that no value can pass for a field of its own; nothing that is about one
// connection (section 8.2.2).
bool MaySend(const Headers& headers);

}  // namespace serin

#endif  // SERIN_SERVER_HTTP_HEADER_RULES_H_
