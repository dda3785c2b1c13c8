#ifndef SERIN_TESTS_TESTING_READ_TABLE_H_
#define SERIN_TESTS_TESTING_READ_TABLE_H_

#include <string>

#include "core/table/table.h"

namespace serin {

// The table that a CSV text, or a file of tests/data, holds, as models see it: types are inferred,
// integers are numbers. Ends the program where it cannot be read: a test's own data are right.
Table TableOf(const std::string& csv);
Table TestDataTable(const std::string& file_name);

}  // namespace serin

#endif  // SERIN_TESTS_TESTING_READ_TABLE_H_
