#include <cstdint>
#include <cstring>
#include <limits>

#include "server/predict/oip/input_tensor.h"

// The elements of tensors as numbers. They lie in the request at any address.

namespace serin {
namespace {

// IEEE 754 binary16.
double FromHalf(uint16_t half) {
  const double sign = half & 0x8000 ? -1 : 1;
  const int exponent = (half >> 10) & 0x1f;
  const int fraction = half & 0x3ff;
  if (exponent == 0x1f) {
    return fraction == 0 ? sign * std::numeric_limits<double>::infinity()
                         : std::numeric_limits<double>::quiet_NaN();
  }
  constexpr double kSmallest = 1.0 / (1 << 24);  // 2^-24, of subnormal ones.
  if (exponent == 0) return sign * fraction * kSmallest;
  return sign * (fraction + 0x400) * kSmallest * static_cast<double>(1 << (exponent - 1));
}

// The upper half of a float.
double FromBfloat(uint16_t upper) {
  const uint32_t bits = uint32_t{upper} << 16;
  float number = 0;
  std::memcpy(&number, &bits, sizeof(number));
  return number;
}

template <typename Element, typename Convert>
std::vector<double> ReadColumn(const InputTensor& tensor, size_t column, const Convert& convert) {
  std::vector<double> numbers(tensor.rows);
  const char* from = tensor.elements + column * sizeof(Element);
  for (double& number : numbers) {
    Element element;
    std::memcpy(&element, from, sizeof(Element));
    number = convert(element);
    from += tensor.columns * sizeof(Element);
  }
  return numbers;
}

template <typename Element>
std::vector<double> ReadColumn(const InputTensor& tensor, size_t column) {
  return ReadColumn<Element>(tensor, column,
                             [](Element element) { return static_cast<double>(element); });
}

}  // namespace

std::vector<double> NumbersOf(const InputTensor& tensor, size_t column) {
  switch (tensor.layout) {
    case Datatype::kBool:
      return ReadColumn<uint8_t>(tensor, column, [](uint8_t value) { return value ? 1.0 : 0.0; });
    case Datatype::kUint8:
      return ReadColumn<uint8_t>(tensor, column);
    case Datatype::kUint16:
      return ReadColumn<uint16_t>(tensor, column);
    case Datatype::kUint32:
      return ReadColumn<uint32_t>(tensor, column);
    case Datatype::kUint64:
      return ReadColumn<uint64_t>(tensor, column);
    case Datatype::kInt8:
      return ReadColumn<int8_t>(tensor, column);
    case Datatype::kInt16:
      return ReadColumn<int16_t>(tensor, column);
    case Datatype::kInt32:
      return ReadColumn<int32_t>(tensor, column);
    case Datatype::kInt64:
      return ReadColumn<int64_t>(tensor, column);
    case Datatype::kFp16:
      return ReadColumn<uint16_t>(tensor, column, FromHalf);
    case Datatype::kBf16:
      return ReadColumn<uint16_t>(tensor, column, FromBfloat);
    case Datatype::kFp32:
      return ReadColumn<float>(tensor, column);
    case Datatype::kFp64:
      return ReadColumn<double>(tensor, column);
    case Datatype::kBytes:
      break;
  }
  return {};
}

}  // namespace serin
