# cmake -DBUILD=<build folder> -DSTAGE=<folder> -P stage.cmake: a fresh installation, without left-overs of the last one.
file(REMOVE_RECURSE "${STAGE}")
execute_process(COMMAND "${CMAKE_COMMAND}" --install "${BUILD}" --prefix "${STAGE}" COMMAND_ERROR_IS_FATAL ANY)
