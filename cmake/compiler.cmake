# Warnings, contraction and the compiler cache, for every target of the project.
add_library(entact-flags INTERFACE)
target_compile_options(entact-flags INTERFACE -Wall -Wextra -Wconversion -Wshadow -Wpedantic -ffp-contract=off
                                              $<$<BOOL:${ENTACT_WERROR}>:-Werror>
                                              # libstdc++ 12 itself calls what it deprecates, in std::stable_sort
                                              $<$<CXX_COMPILER_ID:Clang>:-Wno-deprecated-declarations>)

find_program(ENTACT_CCACHE ccache)
if(ENTACT_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${ENTACT_CCACHE})
endif()
find_program(ENTACT_LLD ld.lld)
if(ENTACT_LLD)
  add_link_options(-fuse-ld=lld)
endif()

find_package(Threads REQUIRED)
find_package(Eigen3 3.4 REQUIRED NO_MODULE)
find_package(fmt REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(CLI11 REQUIRED)
find_package(GTest REQUIRED)
find_package(TBB REQUIRED)
find_package(OpenSSL 3.0 REQUIRED COMPONENTS Crypto)
find_package(ZLIB REQUIRED)
find_library(ENTACT_READSTAT readstat REQUIRED)
find_library(ENTACT_TOMLPLUSPLUS tomlplusplus REQUIRED)
find_path(ENTACT_RANDOM123 Random123/philox.h REQUIRED)
find_path(ENTACT_XSIMD xsimd/xsimd.hpp REQUIRED)
find_path(ENTACT_JET ceres/jet.h REQUIRED)
# Optional: without them their commands say so and their tests are skipped by name.
find_package(SUNDIALS QUIET COMPONENTS cvodes)
find_library(ENTACT_SBML sbml)
find_package(MPI QUIET COMPONENTS CXX)
if(ENTACT_BENCH)
  find_package(benchmark REQUIRED)
endif()

# The project hash goes into provenance; the version alone serves where there is no git.
set(ENTACT_VERSION ${PROJECT_VERSION})
