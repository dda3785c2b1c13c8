#ifndef SERIN_SERVER_PROXY_REFLECTION_INDEX_H_
#define SERIN_SERVER_PROXY_REFLECTION_INDEX_H_

#include <google/protobuf/descriptor.h>

#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace serin {

// What reflection may tell: the files of the public services and all that they import. Other files
// linked into the server, such as those of serin.internal, are as though they did not exist.
// Immutable, so thread-safe.
class ReflectionIndex {
 public:
  using Files = std::vector<const google::protobuf::FileDescriptor*>;

  // `extra` are files that no service imports but clients need, such as error details.
  ReflectionIndex(std::vector<const google::protobuf::ServiceDescriptor*> services,
                  const Files& extra);

  // The full names of the services, in order.
  const std::vector<std::string>& services() const { return services_; }

  // Each: the file asked for and then all that it imports, directly or not. NOT_FOUND, naming what
  // was asked for.
  absl::StatusOr<Files> FileByName(const std::string& name) const;
  absl::StatusOr<Files> FileOfSymbol(const std::string& symbol) const;
  absl::StatusOr<Files> FileOfExtension(const std::string& type, int number) const;

  // The numbers of all extensions of a message type, in order. NOT_FOUND if there is no such type.
  absl::StatusOr<std::vector<int>> ExtensionNumbersOf(const std::string& type) const;

 private:
  absl::StatusOr<Files> WithImports(const google::protobuf::FileDescriptor* file,
                                    absl::string_view asked_for) const;

  const google::protobuf::DescriptorPool& pool_;
  std::vector<std::string> services_;
  std::set<const google::protobuf::FileDescriptor*> files_;
};

}  // namespace serin

#endif  // SERIN_SERVER_PROXY_REFLECTION_INDEX_H_
