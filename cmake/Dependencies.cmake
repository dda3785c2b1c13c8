# Everything that Serin takes from the system. docs/architecture.md says what each is for.
find_package(Threads REQUIRED)
find_package(Protobuf 3.21 REQUIRED)
find_package(gRPC CONFIG REQUIRED)
find_package(absl CONFIG REQUIRED)
find_package(Eigen3 CONFIG REQUIRED)
find_package(OpenSSL REQUIRED)
find_package(SQLite3 3.40 REQUIRED)
find_package(Boost 1.74 REQUIRED)
find_package(leveldb CONFIG REQUIRED)
# Its package names snappy's development files, which Debian does not install with it and which a
# shared library's user does not need.
set_target_properties(leveldb::leveldb PROPERTIES INTERFACE_LINK_LIBRARIES Threads::Threads)
find_package(prometheus-cpp CONFIG REQUIRED)
find_package(spdlog CONFIG REQUIRED)
find_package(nlohmann_json CONFIG REQUIRED)
find_package(CLI11 CONFIG REQUIRED)
find_package(civetweb CONFIG REQUIRED)
find_package(simdjson CONFIG REQUIRED)
find_package(ZLIB REQUIRED)

# No CMake package that works: XGBoost's names a program that Debian does not ship, the others have
# none.
find_path(SERIN_XGBOOST_INCLUDE_DIR xgboost/c_api.h REQUIRED)
find_library(SERIN_XGBOOST_LIBRARY xgboost REQUIRED)
add_library(serin_xgboost INTERFACE)
target_include_directories(serin_xgboost SYSTEM INTERFACE ${SERIN_XGBOOST_INCLUDE_DIR})
target_link_libraries(serin_xgboost INTERFACE ${SERIN_XGBOOST_LIBRARY})
# Only the messages: ONNX's own CMake package brings its checkers and converters.
find_path(SERIN_ONNX_INCLUDE_DIR onnx/onnx-ml.pb.h REQUIRED)
find_library(SERIN_ONNX_LIBRARY onnx_proto REQUIRED)
add_library(serin_onnx INTERFACE)
target_include_directories(serin_onnx SYSTEM INTERFACE ${SERIN_ONNX_INCLUDE_DIR})
target_compile_definitions(serin_onnx INTERFACE ONNX_ML=1)
target_link_libraries(serin_onnx INTERFACE ${SERIN_ONNX_LIBRARY} protobuf::libprotobuf)
find_path(SERIN_LBFGS_INCLUDE_DIR lbfgs.h REQUIRED)
find_library(SERIN_LBFGS_LIBRARY lbfgs REQUIRED)
add_library(serin_lbfgs INTERFACE)
target_include_directories(serin_lbfgs SYSTEM INTERFACE ${SERIN_LBFGS_INCLUDE_DIR})
target_link_libraries(serin_lbfgs INTERFACE ${SERIN_LBFGS_LIBRARY})
find_path(SERIN_ZSTD_INCLUDE_DIR zstd.h REQUIRED)
find_library(SERIN_ZSTD_LIBRARY zstd REQUIRED)
add_library(serin_zstd INTERFACE)
target_include_directories(serin_zstd SYSTEM INTERFACE ${SERIN_ZSTD_INCLUDE_DIR})
target_link_libraries(serin_zstd INTERFACE ${SERIN_ZSTD_LIBRARY})
find_path(SERIN_NGHTTP2_INCLUDE_DIR nghttp2/nghttp2.h REQUIRED)
# The archive, for --wrap (server/http/hpack_strings.cc).
find_library(SERIN_NGHTTP2_ARCHIVE libnghttp2.a REQUIRED)
add_library(serin_nghttp2 INTERFACE)
target_include_directories(serin_nghttp2 SYSTEM INTERFACE ${SERIN_NGHTTP2_INCLUDE_DIR})
target_link_libraries(serin_nghttp2 INTERFACE ${SERIN_NGHTTP2_ARCHIVE})
find_path(SERIN_XXHASH_INCLUDE_DIR xxhash.h REQUIRED)
add_library(serin_xxhash INTERFACE)
target_include_directories(serin_xxhash SYSTEM INTERFACE ${SERIN_XXHASH_INCLUDE_DIR})

find_library(SERIN_JEMALLOC_LIBRARY jemalloc REQUIRED)

# Faster builds where the tools are there.
find_program(SERIN_CCACHE ccache)
if(SERIN_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  # Paths are made relative to the sources, so that all checkouts and presets share the cache.
  set(CMAKE_CXX_COMPILER_LAUNCHER
      ${CMAKE_COMMAND} -E env CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} CCACHE_NOHASHDIR=1 ${SERIN_CCACHE})
endif()
find_program(SERIN_MOLD mold)
if(SERIN_MOLD)
  add_link_options(-fuse-ld=mold)
endif()
