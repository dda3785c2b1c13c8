#include "server/proxy/reflection_index.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "core/base/errors.h"

namespace serin {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::DescriptorPool;
using google::protobuf::FieldDescriptor;
using google::protobuf::FileDescriptor;
using google::protobuf::ServiceDescriptor;

// Appends the file and its imports, breadth first, each once.
ReflectionIndex::Files Closure(const FileDescriptor* root) {
  ReflectionIndex::Files files = {root};
  for (size_t i = 0; i < files.size(); ++i) {
    const FileDescriptor* file = files[i];
    for (int d = 0; d < file->dependency_count(); ++d) {
      const FileDescriptor* import = file->dependency(d);
      if (std::find(files.begin(), files.end(), import) == files.end()) files.push_back(import);
    }
  }
  return files;
}

}  // namespace

ReflectionIndex::ReflectionIndex(std::vector<const ServiceDescriptor*> services, const Files& extra)
    : pool_(*DescriptorPool::generated_pool()) {
  const auto add = [this](const FileDescriptor* root) {
    for (const FileDescriptor* file : Closure(root)) files_.insert(file);
  };
  for (const ServiceDescriptor* service : services) {
    services_.push_back(service->full_name());
    add(service->file());
  }
  for (const FileDescriptor* file : extra) add(file);
  std::sort(services_.begin(), services_.end());
}

absl::StatusOr<ReflectionIndex::Files> ReflectionIndex::WithImports(
    const FileDescriptor* file, absl::string_view asked_for) const {
  if (file == nullptr || files_.count(file) == 0) return ResourceNotFound(asked_for);
  return Closure(file);
}

absl::StatusOr<ReflectionIndex::Files> ReflectionIndex::FileByName(const std::string& name) const {
  return WithImports(pool_.FindFileByName(name), absl::StrCat("file ", name));
}

absl::StatusOr<ReflectionIndex::Files> ReflectionIndex::FileOfSymbol(
    const std::string& symbol) const {
  return WithImports(pool_.FindFileContainingSymbol(symbol), absl::StrCat("symbol ", symbol));
}

absl::StatusOr<ReflectionIndex::Files> ReflectionIndex::FileOfExtension(const std::string& type,
                                                                        int number) const {
  const Descriptor* message = pool_.FindMessageTypeByName(type);
  const FieldDescriptor* extension =
      message == nullptr ? nullptr : pool_.FindExtensionByNumber(message, number);
  return WithImports(extension == nullptr ? nullptr : extension->file(),
                     absl::StrCat("extension ", number, " of ", type));
}

absl::StatusOr<std::vector<int>> ReflectionIndex::ExtensionNumbersOf(
    const std::string& type) const {
  const Descriptor* message = pool_.FindMessageTypeByName(type);
  if (message == nullptr || files_.count(message->file()) == 0) {
    return ResourceNotFound(absl::StrCat("message type ", type));
  }
  std::vector<const FieldDescriptor*> extensions;
  pool_.FindAllExtensions(message, &extensions);
  std::vector<int> numbers;
  for (const FieldDescriptor* extension : extensions) {
    if (files_.count(extension->file()) > 0) numbers.push_back(extension->number());
  }
  std::sort(numbers.begin(), numbers.end());
  return numbers;
}

}  // namespace serin
