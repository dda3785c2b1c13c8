# What `cmake --install` gives to programs that find_package(serin): component `client`.
include(CMakePackageConfigHelpers)

set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/serin)
foreach(name IN ITEMS client base proto proto_grpc)
  set_target_properties(serin_${name} PROPERTIES EXPORT_NAME ${name})
endforeach()

install(TARGETS serin_client serin_base serin_proto serin_proto_grpc
  EXPORT serinTargets COMPONENT client ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(EXPORT serinTargets COMPONENT client NAMESPACE serin:: DESTINATION ${package_dir})

install(DIRECTORY include/ COMPONENT client DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
foreach(folder IN ITEMS serin/v1 google/rpc)
  install(DIRECTORY ${PROJECT_BINARY_DIR}/proto/gen/${folder}/ COMPONENT client
    DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/${folder} FILES_MATCHING PATTERN "*.h")
endforeach()

configure_package_config_file(${PROJECT_SOURCE_DIR}/cmake/serinConfig.cmake.in serinConfig.cmake
  INSTALL_DESTINATION ${package_dir})
write_basic_package_version_file(serinConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/serinConfig.cmake
              ${CMAKE_CURRENT_BINARY_DIR}/serinConfigVersion.cmake
  COMPONENT client DESTINATION ${package_dir})
