# DuckDB: the header of its C interface to compile with, and the shared library beside the programs, which load it when they
# first read Parquet. Both come from the npm registry (tools/install.sh), or from an official release: ENTACT_DUCKDB_ROOT is
# the folder with duckdb.h and libduckdb.so.
set(ENTACT_DUCKDB_ROOT "" CACHE PATH "Folder of an official DuckDB release, duckdb.h and libduckdb.so")

if(ENTACT_DUCKDB_ROOT)
  set(entact_duckdb_include ${ENTACT_DUCKDB_ROOT})
  set(entact_duckdb_library ${ENTACT_DUCKDB_ROOT}/libduckdb.so)
else()
  set(entact_duckdb_include ${PROJECT_SOURCE_DIR}/node_modules/duckdb-header)
  set(entact_duckdb_library ${PROJECT_SOURCE_DIR}/node_modules/@duckdb/node-bindings-linux-x64/libduckdb.so)
endif()
if(NOT EXISTS ${entact_duckdb_include}/duckdb.h)
  message(FATAL_ERROR "no ${entact_duckdb_include}/duckdb.h: run tools/install.sh, or set ENTACT_DUCKDB_ROOT")
endif()
if(EXISTS ${entact_duckdb_library})
  configure_file(${entact_duckdb_library} ${PROJECT_BINARY_DIR}/lib/libduckdb.so COPYONLY)
else()
  message(WARNING "no ${entact_duckdb_library}: Parquet and newline JSON will not be read until libduckdb.so is installed")
endif()

add_library(entact-duckdb INTERFACE)
target_include_directories(entact-duckdb SYSTEM INTERFACE ${entact_duckdb_include})
target_link_libraries(entact-duckdb INTERFACE ${CMAKE_DL_LIBS})

# Programs in bin/ and tests in the folder above both find lib/.
list(APPEND CMAKE_BUILD_RPATH "$ORIGIN/../lib" "$ORIGIN/lib")
