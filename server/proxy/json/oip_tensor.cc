#include "server/proxy/json/oip_tensor.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <limits>
#include <vector>

#include "absl/strings/str_cat.h"
#include "core/base/errors.h"
#include "core/base/status_macros.h"
#include "core/base/utf8.h"
#include "server/proxy/json/json_text.h"

namespace serin {
namespace {

using inference::ModelInferRequest;
using nlohmann::json;

constexpr size_t kMaxDimensions = 8;
// Of any one of them; beyond, they would come out negative.
constexpr double kMaxDimension = 9e18;
constexpr std::array<absl::string_view, 12> kNumberTypes = {"UINT8", "UINT16", "UINT32", "UINT64",
                                                            "INT8",  "INT16",  "INT32",  "INT64",
                                                            "FP16",  "BF16",   "FP32",   "FP64"};

enum class Kind { kNumbers, kBooleans, kStrings };

absl::StatusOr<std::string> TextOf(const json& input, const char* member,
                                   const std::string& where) {
  const auto it = input.find(member);
  if (it != input.end() && it->is_string()) return it->get<std::string>();
  return InvalidField(absl::StrCat(where, ".", member), "must be a string");
}

absl::StatusOr<Kind> KindOf(absl::string_view datatype, const std::string& where) {
  if (datatype == "BYTES") return Kind::kStrings;
  if (datatype == "BOOL") return Kind::kBooleans;
  if (std::find(kNumberTypes.begin(), kNumberTypes.end(), datatype) != kNumberTypes.end()) {
    return Kind::kNumbers;
  }
  return InvalidField(absl::StrCat(where, ".datatype"),
                      absl::StrCat("must be BOOL, BYTES, FP64 or another datatype of the Open "
                                   "Inference Protocol, is ",
                                   QuoteForError(datatype)));
}

absl::Status TakeShape(const json& input, const std::string& where,
                       ModelInferRequest::InferInputTensor* tensor) {
  const auto shape = input.find("shape");
  if (shape == input.end() || !shape->is_array() || shape->size() > kMaxDimensions) {
    return InvalidField(absl::StrCat(where, ".shape"),
                        "must be [rows], [rows, 1] or [rows, features]");
  }
  for (const json& size : *shape) {
    if (!size.is_number_integer() || size.get<double>() > kMaxDimension) {
      return InvalidField(absl::StrCat(where, ".shape"), "must hold whole numbers");
    }
    tensor->add_shape(size.get<int64_t>());
  }
  return absl::OkStatus();
}

// The elements of nested lists, in order. They are no deeper than the parser allowed.
void Flatten(const json& data, std::vector<const json*>* elements) {
  for (const json& value : data) {
    value.is_array() ? Flatten(value, elements) : elements->push_back(&value);
  }
}

bool IsOfKind(const json& value, Kind kind) {
  if (value.is_null()) return true;
  if (kind == Kind::kNumbers) return value.is_number();
  return kind == Kind::kBooleans ? value.is_boolean() : value.is_string();
}

double NumberOf(const json& value) {
  if (value.is_null()) return std::numeric_limits<double>::quiet_NaN();
  return value.is_boolean() ? (value.get<bool>() ? 1 : 0) : value.get<double>();
}

void AppendNumber(double number, std::string* raw) {
  raw->append(reinterpret_cast<const char*>(&number), sizeof(number));
}

void AppendBytes(absl::string_view bytes, std::string* raw) {
  const auto length = static_cast<uint32_t>(bytes.size());
  raw->append(reinterpret_cast<const char*>(&length), sizeof(length));
  raw->append(bytes.data(), bytes.size());
}

// Truth values some of which are missing go as numbers, which have a word for that.
std::string EncodeElements(const std::vector<const json*>& elements, Kind kind,
                           ModelInferRequest::InferInputTensor* tensor) {
  std::string raw;
  const bool missing = std::any_of(elements.begin(), elements.end(),
                                   [](const json* element) { return element->is_null(); });
  if (kind == Kind::kStrings) {
    for (const json* element : elements) {
      AppendBytes(element->is_null() ? "" : element->get_ref<const std::string&>(), &raw);
    }
  } else if (kind == Kind::kBooleans && !missing) {
    for (const json* element : elements) raw.push_back(element->get<bool>() ? 1 : 0);
  } else {
    tensor->set_datatype("FP64");
    for (const json* element : elements) AppendNumber(NumberOf(*element), &raw);
  }
  return raw;
}

// Whether there are as many elements as the shape says; false also where that is no number.
bool FitsShape(const ModelInferRequest::InferInputTensor& tensor, size_t count) {
  uint64_t expected = 1;
  for (const int64_t size : tensor.shape()) {
    if (size < 0 || __builtin_mul_overflow(expected, static_cast<uint64_t>(size), &expected)) {
      return false;
    }
  }
  return expected == count;
}

absl::StatusOr<std::string> DataOf(const json& input, Kind kind, const std::string& where,
                                   ModelInferRequest::InferInputTensor* tensor) {
  const auto data = input.find("data");
  if (data == input.end() || !data->is_array()) {
    return InvalidField(absl::StrCat(where, ".data"),
                        "must be a list, or parameters.binary_data_size be given");
  }
  std::vector<const json*> elements;
  Flatten(*data, &elements);
  for (size_t i = 0; i < elements.size(); ++i) {
    if (IsOfKind(*elements[i], kind)) continue;
    return InvalidField(absl::StrCat(where, ".data[", i, "]"),
                        absl::StrCat("must be of datatype ", tensor->datatype(), ", is ",
                                     JsonTypeName(*elements[i])));
  }
  if (!FitsShape(*tensor, elements.size())) {
    return InvalidField(
        absl::StrCat(where, ".data"),
        absl::StrCat("must have as many elements as the shape says, has ", elements.size()));
  }
  return EncodeElements(elements, kind, tensor);
}

// The size of an input that follows the JSON, null if it is in there.
const json* BinarySizeOf(const json& input) {
  const auto parameters = input.find("parameters");
  if (parameters == input.end() || !parameters->is_object()) return nullptr;
  const auto size = parameters->find("binary_data_size");
  return size == parameters->end() ? nullptr : &*size;
}

absl::StatusOr<std::string> BinaryOf(const json& input, const json& size, const std::string& where,
                                     absl::string_view* binary) {
  if (input.contains("data")) {
    return InvalidField(absl::StrCat(where, ".data"),
                        "must not be there, as parameters.binary_data_size is given");
  }
  if (!size.is_number_unsigned() || size.get<uint64_t>() > binary->size()) {
    return InvalidField(absl::StrCat(where, ".parameters.binary_data_size"),
                        absl::StrCat("must be at most the bytes that are left behind the JSON, ",
                                     binary->size(), ", is ", QuoteForError(size.dump())));
  }
  const absl::string_view taken = binary->substr(0, size.get<uint64_t>());
  binary->remove_prefix(taken.size());
  return std::string(taken);
}

template <typename Visit>
bool ForEachBytes(absl::string_view raw, const Visit& visit) {
  while (!raw.empty()) {
    uint32_t length = 0;
    if (raw.size() < sizeof(length)) return false;
    std::memcpy(&length, raw.data(), sizeof(length));
    raw.remove_prefix(sizeof(length));
    if (raw.size() < length) return false;
    visit(raw.substr(0, length));
    raw.remove_prefix(length);
  }
  return true;
}

}  // namespace

absl::Status AddInputTensor(const json& input, const std::string& where, absl::string_view* binary,
                            ModelInferRequest* request) {
  if (!input.is_object()) {
    return InvalidField(where, absl::StrCat("must be an object, is ", JsonTypeName(input)));
  }
  ModelInferRequest::InferInputTensor& tensor = *request->add_inputs();
  SERIN_ASSIGN_OR_RETURN(*tensor.mutable_name(), TextOf(input, "name", where));
  SERIN_ASSIGN_OR_RETURN(*tensor.mutable_datatype(), TextOf(input, "datatype", where));
  SERIN_ASSIGN_OR_RETURN(const Kind kind, KindOf(tensor.datatype(), where));
  SERIN_RETURN_IF_ERROR(TakeShape(input, where, &tensor));
  const json* const binary_size = BinarySizeOf(input);
  SERIN_ASSIGN_OR_RETURN(std::string raw, binary_size != nullptr
                                              ? BinaryOf(input, *binary_size, where, binary)
                                              : DataOf(input, kind, where, &tensor));
  request->add_raw_input_contents(std::move(raw));
  return absl::OkStatus();
}

absl::StatusOr<nlohmann::ordered_json> OutputData(
    const inference::ModelInferResponse::InferOutputTensor& output, absl::string_view raw) {
  nlohmann::ordered_json data = nlohmann::ordered_json::array();
  bool whole = false;
  if (output.datatype() == "FP64") {
    whole = raw.size() % sizeof(double) == 0;
    for (size_t at = 0; at + sizeof(double) <= raw.size(); at += sizeof(double)) {
      double number = 0;
      std::memcpy(&number, raw.data() + at, sizeof(number));
      data.push_back(number);
    }
  } else if (output.datatype() == "BYTES") {
    whole = ForEachBytes(raw, [&](absl::string_view text) { data.push_back(std::string(text)); });
  }
  if (whole) return data;
  return absl::InternalError(
      absl::StrCat("the server's answer has an output that cannot be read, ", output.name()));
}

}  // namespace serin
