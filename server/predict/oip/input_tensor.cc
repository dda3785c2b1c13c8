#include "server/predict/oip/input_tensor.h"

#include "absl/base/config.h"
#include "absl/numeric/int128.h"
#include "absl/strings/str_cat.h"
#include "core/base/errors.h"
#include "core/base/status_macros.h"
#include "core/base/utf8.h"
#include "core/table/schema.h"
#include "server/predict/decode_rows.h"
#include "server/predict/oip/raw_bytes.h"

#ifndef ABSL_IS_LITTLE_ENDIAN
#error "raw tensors are read as they are in memory, which has to be little endian"
#endif

namespace serin {
namespace {

using inference::InferTensorContents;
using inference::ModelInferRequest;

// A list of typed contents.
struct TypedList {
  const char* field;
  const void* elements;
  int count;
  Datatype layout;
};

TypedList ListOf(const InferTensorContents& contents, Datatype datatype) {
  switch (datatype) {
    case Datatype::kBool:
      return {"bool_contents", contents.bool_contents().data(), contents.bool_contents_size(),
              Datatype::kBool};
    case Datatype::kInt8:
    case Datatype::kInt16:
    case Datatype::kInt32:
      return {"int_contents", contents.int_contents().data(), contents.int_contents_size(),
              Datatype::kInt32};
    case Datatype::kInt64:
      return {"int64_contents", contents.int64_contents().data(), contents.int64_contents_size(),
              Datatype::kInt64};
    case Datatype::kUint8:
    case Datatype::kUint16:
    case Datatype::kUint32:
      return {"uint_contents", contents.uint_contents().data(), contents.uint_contents_size(),
              Datatype::kUint32};
    case Datatype::kUint64:
      return {"uint64_contents", contents.uint64_contents().data(), contents.uint64_contents_size(),
              Datatype::kUint64};
    case Datatype::kFp64:
      return {"fp64_contents", contents.fp64_contents().data(), contents.fp64_contents_size(),
              Datatype::kFp64};
    default:
      return {"fp32_contents", contents.fp32_contents().data(), contents.fp32_contents_size(),
              Datatype::kFp32};
  }
}

absl::StatusOr<Datatype> DatatypeOf(const std::string& name, absl::string_view where) {
  if (const auto datatype = ParseDatatype(name)) return *datatype;
  return InvalidField(
      absl::StrCat(where, ".datatype"),
      absl::StrCat("must be one of ", DatatypeNames(), ", is ", QuoteForError(name)));
}

absl::Status CheckRows(int64_t rows, absl::string_view where) {
  if (rows >= 1 && rows <= static_cast<int64_t>(kMaxPredictRows)) return absl::OkStatus();
  return InvalidField(where, absl::StrCat("must have 1 to ", kMaxPredictRows, " rows, has ", rows,
                                          rows > 1 ? "; send several requests" : ""));
}

absl::Status TakeShape(const ModelInferRequest::InferInputTensor& input, InputTensor* tensor) {
  const std::string where = absl::StrCat(tensor->where, ".shape");
  const auto& shape = input.shape();
  if (shape.empty() || shape.size() > 2) {
    return InvalidField(where, absl::StrCat("must be [rows], [rows, 1] or [rows, features], has ",
                                            shape.size(), " dimensions"));
  }
  SERIN_RETURN_IF_ERROR(CheckRows(shape[0], where));
  tensor->dimensions = shape.size();
  tensor->rows = static_cast<size_t>(shape[0]);
  if (shape.size() == 1) return absl::OkStatus();
  if (shape[1] < 1) {
    return InvalidField(where, absl::StrCat("must be [rows, 1] or [rows, features], has ", shape[1],
                                            " as its second number"));
  }
  tensor->columns = static_cast<size_t>(shape[1]);
  return absl::OkStatus();
}

absl::uint128 ElementCount(const InputTensor& tensor) {
  return absl::uint128(tensor.rows) * tensor.columns;
}

absl::Status TakeRaw(const std::string& raw, int index, InputTensor* tensor) {
  const std::string where = absl::StrCat("raw_input_contents[", index, "]");
  const absl::uint128 count = ElementCount(*tensor);
  if (tensor->datatype == Datatype::kBytes) {
    auto strings = ReadRawBytes(raw, count);
    if (!strings.ok()) return InvalidField(where, strings.status().message());
    tensor->strings = *std::move(strings);
    return absl::OkStatus();
  }
  tensor->elements = raw.data();
  tensor->layout = tensor->datatype;
  const absl::uint128 bytes = count * ElementBytes(tensor->datatype);
  if (bytes == raw.size()) return absl::OkStatus();
  return InvalidField(where,
                      absl::StrCat("must have ", ShowCount(bytes), " bytes, for ", ShowCount(count),
                                   " elements of ", NameOf(tensor->datatype), " as ", tensor->where,
                                   ".shape says, has ", raw.size()));
}

absl::Status WrongCount(const InputTensor& tensor, absl::string_view field, size_t has) {
  return InvalidField(absl::StrCat(tensor.where, ".contents.", field),
                      absl::StrCat("must have ", ShowCount(ElementCount(tensor)),
                                   " elements, as the shape says, has ", has));
}

absl::Status TakeTypedBytes(const InferTensorContents& contents, InputTensor* tensor) {
  const auto& list = contents.bytes_contents();
  if (ElementCount(*tensor) != static_cast<size_t>(list.size())) {
    return WrongCount(*tensor, "bytes_contents", static_cast<size_t>(list.size()));
  }
  tensor->strings.assign(list.begin(), list.end());
  return absl::OkStatus();
}

absl::Status TakeTyped(const InferTensorContents& contents, InputTensor* tensor) {
  if (tensor->datatype == Datatype::kBytes) return TakeTypedBytes(contents, tensor);
  if (tensor->datatype == Datatype::kFp16 || tensor->datatype == Datatype::kBf16) {
    return InvalidField(tensor->where, absl::StrCat("of ", NameOf(tensor->datatype),
                                                    " must be given in raw_input_contents"));
  }
  const TypedList list = ListOf(contents, tensor->datatype);
  if (ElementCount(*tensor) != static_cast<size_t>(list.count)) {
    return WrongCount(*tensor, list.field, static_cast<size_t>(list.count));
  }
  tensor->elements = static_cast<const char*>(list.elements);
  tensor->layout = list.layout;
  return absl::OkStatus();
}

absl::Status TakeContents(const ModelInferRequest& request, int index, InputTensor* tensor) {
  const auto& input = request.inputs(index);
  if (input.parameters().contains("shared_memory_region")) {
    return InvalidField(absl::StrCat(tensor->where, ".parameters"),
                        "must not name a shared memory region: there are none; send the data");
  }
  if (request.raw_input_contents().empty()) return TakeTyped(input.contents(), tensor);
  if (input.has_contents()) {
    return InvalidField(absl::StrCat(tensor->where, ".contents"),
                        "must not be set, as raw_input_contents is");
  }
  if (request.raw_input_contents_size() != request.inputs_size()) {
    return InvalidField("raw_input_contents",
                        absl::StrCat("must be one for each input, ", request.inputs_size(),
                                     ", are ", request.raw_input_contents_size()));
  }
  return TakeRaw(request.raw_input_contents(index), index, tensor);
}

}  // namespace

absl::StatusOr<InputTensor> ReadInputTensor(const ModelInferRequest& request, int index) {
  const auto& input = request.inputs(index);
  InputTensor tensor;
  tensor.where = absl::StrCat("inputs[", index, "]");
  tensor.name = input.name();
  SERIN_ASSIGN_OR_RETURN(tensor.datatype, DatatypeOf(input.datatype(), tensor.where));
  SERIN_RETURN_IF_ERROR(TakeShape(input, &tensor));
  SERIN_RETURN_IF_ERROR(TakeContents(request, index, &tensor));
  return tensor;
}

}  // namespace serin
