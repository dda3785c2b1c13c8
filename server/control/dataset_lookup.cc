#include "server/control/dataset_lookup.h"

#include <grpcpp/client_context.h>

#include <utility>

#include "absl/time/clock.h"
#include "server/rpc/call.h"

namespace serin {
namespace {

// A call on its way; belongs to its callback.
struct Lookup {
  grpc::ClientContext context;
  v1::GetDatasetVersionRequest request;
  v1::DatasetVersion version;
  DatasetLookup::DoneFn done;
};

}  // namespace

DatasetLookup::DatasetLookup(const std::shared_ptr<grpc::ChannelInterface>& dataset,
                             absl::Duration timeout)
    : datasets_(v1::DatasetService::NewStub(dataset)), timeout_(timeout) {}

void DatasetLookup::Find(const std::string& project, const std::string& name, DoneFn done) {
  auto lookup = std::make_shared<Lookup>();
  SetProject(lookup->context, project);
  lookup->context.set_deadline(absl::ToChronoTime(absl::Now() + timeout_));
  lookup->request.set_name(name);
  lookup->done = std::move(done);
  Lookup& call = *lookup;
  datasets_->async()->GetDatasetVersion(&call.context, &call.request, &call.version,
                                        [lookup = std::move(lookup)](const grpc::Status& found) {
                                          if (!found.ok()) return lookup->done(FromGrpc(found));
                                          lookup->done(std::move(lookup->version));
                                        });
}

}  // namespace serin
