# One static library, one test executable and any number of benchmarks a floor, from the files in its folder.
# The allowed edges come from entact/floors.txt and become the link edges.

# Third-party libraries by floor (docs: DESIGN section 7). Eigen is in public headers, the rest stays in .cpp files.
set(entact_base_libraries Eigen3::Eigen Threads::Threads TBB::tbb)
set(entact_num_libraries)
if(SUNDIALS_FOUND)
  list(APPEND entact_num_libraries SUNDIALS::cvodes)
  set_source_files_properties(${PROJECT_SOURCE_DIR}/entact/num/cvode.cpp PROPERTIES COMPILE_DEFINITIONS ENTACT_CVODE)
endif()
set(entact_io_libraries fmt::fmt nlohmann_json::nlohmann_json OpenSSL::Crypto ZLIB::ZLIB ${ENTACT_READSTAT} ${ENTACT_TOMLPLUSPLUS}
                        entact-duckdb)
set(entact_report_libraries fmt::fmt nlohmann_json::nlohmann_json)
set(entact_scales_libraries fmt::fmt)
set(entact_answer_libraries fmt::fmt nlohmann_json::nlohmann_json)
set(entact_evidence_libraries fmt::fmt)
set(entact_stats_libraries fmt::fmt)
set(entact_trial_libraries fmt::fmt)
set(entact_pharm_libraries fmt::fmt)
if(ENTACT_SBML)
  list(APPEND entact_pharm_libraries ${ENTACT_SBML})
  set_source_files_properties(${PROJECT_SOURCE_DIR}/entact/pharm/sbml_model.cpp PROPERTIES COMPILE_DEFINITIONS ENTACT_HAS_SBML)
endif()

# What ENTACT_QUICK does, so that the sanitizers' build stays affordable. The preset dev compiles each source alone, optimised and without
# a precompiled header, or a missing include could go unseen.
# Floors whose library is compiled eight sources at a time: most of a source's cost is its headers. What such a source keeps in its unnamed
# namespace needs a name of its own in the floor.
set(entact_joined evidence stats)
# Floors that read a precompiled header instead.
set(entact_precompiled io report pharm trial)
# Floors that compute little themselves and are many sources: unoptimised, from a precompiled header, tests too.
set(entact_glue answer)
# The floors below them: their optimised copies of inline functions come first in the linker's line, or all would use the unoptimised ones.
set(entact_quick_first num io report pharm stats trial evidence)

# Simulations of levels and coverage, long under the sanitizers, whose code shorter tests run too.
set(entact_quick_skips "*_the_level*:*familywise_level*:*Coverage.*:BlindedSize.*:Operating.mmrm*:OdePredictions.fit_*:AggregateFit.finds*")

function(entact_prefer_optimised target)
  set(files ${entact_quick_first})
  list(TRANSFORM files REPLACE "(.+)" "$<TARGET_FILE:entact-\\1>")
  target_link_options(${target} PRIVATE LINKER:--whole-archive ${files} LINKER:--no-whole-archive)
endfunction()

# Files whose name ends in _wide.cpp hold code over packs: each is compiled once for every instruction set, and the best that the machine
# can run is chosen at run time. They include no Eigen, and define nothing that another file could define too.
function(entact_add_wide target name)
  set(entact_set_sse2 -O2) # for machines of before 2013; -O3 takes twice as long to compile
  set(entact_set_avx2 -O3 -mavx2 -mfma)
  set(entact_set_avx512 -O3 -mavx512f -mavx512cd -mavx512dq -mavx512bw -mfma -mprefer-vector-width=512
                        -Wno-uninitialized -Wno-maybe-uninitialized) # g++ 12 warns of its own headers (its bug 105593)
  # Packs are vectors already, and what else g++ makes vectors of costs explicit methods 5% of their time; stiff ones gain 6% by it.
  set(over_packs ${ARGN})
  list(FILTER over_packs EXCLUDE REGEX "summary|stiff")
  set_source_files_properties(${over_packs} PROPERTIES COMPILE_OPTIONS -fno-tree-vectorize)
  foreach(set sse2 avx2 avx512)
    add_library(${name}-${set} OBJECT ${ARGN})
    target_link_libraries(${name}-${set} PRIVATE entact-flags)
    target_include_directories(${name}-${set} PRIVATE ${PROJECT_SOURCE_DIR})
    # g++ 12 warns of its own intrinsics that begin from an undefined register (its bug 105593).
    target_compile_options(${name}-${set} PRIVATE -fno-math-errno ${entact_set_${set}} $<$<CXX_COMPILER_ID:GNU>:-Wno-uninitialized
                                                  -Wno-maybe-uninitialized>)
    target_sources(${target} PRIVATE $<TARGET_OBJECTS:${name}-${set}>)
  endforeach()
endfunction()

function(entact_add_floor floor lower)
  set(folder ${PROJECT_SOURCE_DIR}/entact/${floor})
  file(GLOB sources CONFIGURE_DEPENDS ${folder}/*.cpp)
  file(GLOB headers CONFIGURE_DEPENDS ${folder}/*.h)
  list(FILTER headers EXCLUDE REGEX "(specimen|oracle|report_sentences)[a-z_]*\\.h$") # what only tests include
  set(tests ${sources})
  list(FILTER tests INCLUDE REGEX "_test\\.cpp$")
  set(benches ${sources})
  list(FILTER benches INCLUDE REGEX "_bench\\.cpp$")
  list(FILTER sources EXCLUDE REGEX "_(test|bench|fuzz)\\.cpp$")
  set(wide ${sources})
  list(FILTER wide INCLUDE REGEX "_wide\\.cpp$")
  list(FILTER sources EXCLUDE REGEX "_wide\\.cpp$")
  set(wide_specimens ${wide})
  list(FILTER wide_specimens INCLUDE REGEX "specimen[a-z_]*\\.cpp$") # what only tests and benchmarks use
  list(FILTER wide EXCLUDE REGEX "specimen[a-z_]*\\.cpp$")

  set(deps)
  foreach(name IN LISTS lower)
    list(APPEND deps entact-${name})
  endforeach()
  if(sources)
    set(kind PUBLIC)
    add_library(entact-${floor} STATIC ${sources})
    target_link_libraries(entact-${floor} PRIVATE entact-flags)
    target_compile_definitions(entact-${floor} PRIVATE ENTACT_VERSION="${PROJECT_VERSION}")
    if(wide)
      entact_add_wide(entact-${floor} entact-${floor}-wide ${wide})
    endif()
    if(ENTACT_QUICK AND floor IN_LIST entact_joined)
      set_target_properties(entact-${floor} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE 8)
    endif()
    if(ENTACT_QUICK AND floor IN_LIST entact_precompiled)
      target_precompile_headers(entact-${floor} PRIVATE <fmt/format.h> <Eigen/Core> <functional>)
    endif()
    if(ENTACT_QUICK AND floor IN_LIST entact_glue)
      target_compile_options(entact-${floor} PRIVATE -O0)
      target_precompile_headers(entact-${floor} PRIVATE <fmt/format.h> <nlohmann/json.hpp> <Eigen/Core>)
    endif()
  else()
    set(kind INTERFACE)
    add_library(entact-${floor} INTERFACE)
  endif()
  target_link_libraries(entact-${floor} ${kind} ${deps} ${entact_${floor}_libraries})
  if(headers)
    target_sources(entact-${floor} ${kind} FILE_SET HEADERS BASE_DIRS ${PROJECT_SOURCE_DIR} FILES ${headers})
  else()
    target_include_directories(entact-${floor} ${kind} ${PROJECT_SOURCE_DIR})
  endif()

  if(wide_specimens AND (tests OR ENTACT_BENCH))
    add_library(entact-${floor}-specimens STATIC)
    set_target_properties(entact-${floor}-specimens PROPERTIES LINKER_LANGUAGE CXX)
    entact_add_wide(entact-${floor}-specimens entact-${floor}-specimens-wide ${wide_specimens})
    set(specimens entact-${floor}-specimens)
  endif()
  if(tests)
    add_executable(entact-${floor}-test ${tests})
    target_link_libraries(entact-${floor}-test PRIVATE entact-${floor} ${specimens} entact-flags GTest::gtest_main fmt::fmt
                                                       nlohmann_json::nlohmann_json) # oracles are JSON
    target_compile_definitions(entact-${floor}-test PRIVATE ENTACT_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
    # A test's own lines run once. At -O1 g++ 12 warns of overlap, bounds and overflow in std::string's own + (its bug 105651), whether it does
    # depends on the length of the checkout's path too.
    target_compile_options(entact-${floor}-test PRIVATE -O1)
    if(ENTACT_QUICK)
      # What is tested is checked for undefined behaviour and steers the fuzzers, not the tests themselves.
      target_compile_options(entact-${floor}-test PRIVATE -fno-sanitize=undefined,fuzzer-no-link)
    endif()
    if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
      target_compile_options(entact-${floor}-test PRIVATE -Wno-restrict -Wno-array-bounds -Wno-stringop-overflow -Wno-stringop-overread)
    endif()
    # One precompiled header for all that are compiled with the same options.
    if(ENTACT_QUICK AND floor IN_LIST entact_glue)
      target_compile_options(entact-${floor}-test PRIVATE -O0)
      entact_prefer_optimised(entact-${floor}-test)
      target_precompile_headers(entact-${floor}-test PRIVATE <gtest/gtest.h> <nlohmann/json.hpp> <Eigen/Core>)
    elseif(floor STREQUAL "base")
      target_precompile_headers(entact-base-test PRIVATE <gtest/gtest.h> <nlohmann/json.hpp> <Eigen/Core>)
    else()
      target_precompile_headers(entact-${floor}-test REUSE_FROM entact-base-test)
    endif()
    add_test(NAME ${floor} COMMAND entact-${floor}-test --gtest_brief=1)
    if(ENTACT_QUICK)
      set_tests_properties(${floor} PROPERTIES ENVIRONMENT "GTEST_FILTER=-${entact_quick_skips}")
    endif()
  endif()
  if(ENTACT_BENCH)
    foreach(bench IN LISTS benches)
      get_filename_component(name ${bench} NAME_WE)
      add_executable(${name} ${bench})
      target_link_libraries(${name} PRIVATE entact-${floor} ${specimens} entact-flags benchmark::benchmark_main
                                             nlohmann_json::nlohmann_json)
      target_compile_definitions(${name} PRIVATE ENTACT_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
    endforeach()
  endif()
endfunction()

function(entact_add_floors file)
  file(STRINGS ${PROJECT_SOURCE_DIR}/${file} lines REGEX "^[a-z]+ +:")
  foreach(line IN LISTS lines)
    string(REGEX REPLACE "^([a-z]+) +:.*$" "\\1" floor "${line}")
    string(REGEX REPLACE "^[a-z]+ +: *" "" lower "${line}")
    separate_arguments(lower UNIX_COMMAND "${lower}")
    entact_add_floor(${floor} "${lower}")
  endforeach()
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${file})
endfunction()

# Only this file names the source tree, so that objects of other files can be shared between checkouts by the compiler cache.
set_source_files_properties(${PROJECT_SOURCE_DIR}/entact/answer/installed_files.cpp
                            PROPERTIES COMPILE_DEFINITIONS ENTACT_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
