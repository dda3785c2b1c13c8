#ifndef SERIN_CORE_BASE_STATUS_MACROS_H_
#define SERIN_CORE_BASE_STATUS_MACROS_H_

#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

// Returns from the enclosing function when `expr`, an absl::Status, is an error.
#define SERIN_RETURN_IF_ERROR(expr)                                                  \
  do {                                                                               \
    if (absl::Status serin_status = (expr); !serin_status.ok()) return serin_status; \
  } while (false)

// Declares or assigns `lhs` from `expr`, an absl::StatusOr; returns its error from the enclosing
// function.
#define SERIN_ASSIGN_OR_RETURN(lhs, expr) \
  SERIN_ASSIGN_OR_RETURN_IMPL_(SERIN_CONCAT_(serin_statusor_, __LINE__), lhs, expr)

#define SERIN_CONCAT_INNER_(a, b) a##b
#define SERIN_CONCAT_(a, b) SERIN_CONCAT_INNER_(a, b)
#define SERIN_ASSIGN_OR_RETURN_IMPL_(statusor, lhs, expr)  \
  auto statusor = (expr);                                  \
  if (!statusor.ok()) return std::move(statusor).status(); \
  lhs = std::move(statusor).value()

#endif  // SERIN_CORE_BASE_STATUS_MACROS_H_
