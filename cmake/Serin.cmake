# How Serin's own targets are declared.

# What all of Serin's code is compiled with. Generated code is not held to the warnings.
add_library(serin_options INTERFACE)
target_compile_options(serin_options INTERFACE -Wall -Wextra -Werror -Wno-missing-field-initializers)
target_include_directories(serin_options INTERFACE $<BUILD_INTERFACE:${CMAKE_SOURCE_DIR}>)
if(CMAKE_CXX_COMPILER_ID STREQUAL GNU)
  # GCC 12 sees uninitialised members where it inlines moves of std::variant, and overlapping copies
  # and overflows where it inlines std::string; all are known false alarms of its optimiser.
  target_compile_options(serin_options INTERFACE
    -Wno-maybe-uninitialized -Wno-restrict -Wno-stringop-overflow -Wno-array-bounds)
endif()
if(SERIN_SANITIZER)
  add_compile_options(-fsanitize=${SERIN_SANITIZER} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${SERIN_SANITIZER})
endif()

# serin_library(NAME SOURCES a.cc ... [PUBLIC targets] [PRIVATE targets])
# One per folder. PUBLIC: what its headers include; PRIVATE: what only its sources do.
function(serin_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;PUBLIC;PRIVATE" ${ARGN})
  add_library(${name} STATIC ${ARG_SOURCES})
  target_link_libraries(${name} PUBLIC ${ARG_PUBLIC} PRIVATE ${ARG_PRIVATE}
    $<BUILD_INTERFACE:serin_options>)  # Not a part of what is installed.
  target_include_directories(${name} PUBLIC $<BUILD_INTERFACE:${CMAKE_SOURCE_DIR}>)
endfunction()

# serin_test(NAME SOURCES a_test.cc ... [LINK targets] [LABELS labels] [TIMEOUT seconds])
# A GoogleTest program; every TEST is a test of CTest.
function(serin_test name)
  cmake_parse_arguments(ARG "" "TIMEOUT" "SOURCES;LINK;LABELS" ${ARGN})
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 120)
  endif()
  if(NOT ARG_LABELS)
    set(ARG_LABELS unit)  # An empty one would swallow the next property.
  endif()
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE ${ARG_LINK} serin_options GTest::gmock GTest::gtest_main)
  target_compile_definitions(${name} PRIVATE
    SERIN_TEST_DATA_DIR="${CMAKE_SOURCE_DIR}/tests/data")
  if(SERIN_SANITIZER STREQUAL thread)
    target_sources(${name} PRIVATE ${CMAKE_SOURCE_DIR}/tests/testing/tsan.cc)
  endif()
  # XGBoost's threads spin, and slow each other down, unless told to wait.
  gtest_discover_tests(${name} DISCOVERY_MODE PRE_TEST
    PROPERTIES TIMEOUT ${ARG_TIMEOUT} LABELS "${ARG_LABELS}" ENVIRONMENT OMP_WAIT_POLICY=passive)
endfunction()
