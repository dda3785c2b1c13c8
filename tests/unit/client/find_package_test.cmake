# Installs the client component of BUILD_DIR below WORK_DIR, then configures, builds and runs the
# project of EXAMPLE_DIR against that. Ends with an error when a step does.
file(REMOVE_RECURSE ${WORK_DIR})

# run(COMMAND ARGUMENTS...): shows the output of a command that fails.
function(run)
  execute_process(COMMAND ${ARGN} RESULT_VARIABLE code OUTPUT_VARIABLE output ERROR_VARIABLE output)
  if(NOT code EQUAL 0)
    message(FATAL_ERROR "${ARGN}\n${output}")
  endif()
endfunction()

run(${CMAKE_COMMAND} --install ${BUILD_DIR} --component client --prefix ${WORK_DIR}/installed)
run(${CMAKE_COMMAND} -G ${GENERATOR} -S ${EXAMPLE_DIR} -B ${WORK_DIR}/build
  -D CMAKE_PREFIX_PATH=${WORK_DIR}/installed -D CMAKE_CXX_FLAGS=${CXX_FLAGS})
run(${CMAKE_COMMAND} --build ${WORK_DIR}/build)

# Without arguments the example prints its usage and ends with 2: it is built, linked and loads.
execute_process(COMMAND ${WORK_DIR}/build/serin_quickstart RESULT_VARIABLE code ERROR_VARIABLE error)
if(NOT code EQUAL 2 OR NOT error MATCHES "usage: serin_quickstart")
  message(FATAL_ERROR "the example ends with ${code}: ${error}")
endif()
