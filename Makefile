# The two commands of a new user: `make report` and `make test`. Everything else is CMake and npm underneath.
.PHONY: report build test web fast asan format clean

report: build
	build/dev/bin/entact report --out entact-report.html --out entact-report.json

build: install-build web
	@cmake --preset dev >build/configure.log 2>&1 || { cat build/configure.log; exit 1; }
	@cmake --build --preset dev

# Every test: g++ with warnings as errors, the examples, the view in a browser, then clang with the sanitizers and fuzzers.
test: install-test web
	@cmake --preset dev >build/configure.log 2>&1 || { cat build/configure.log; exit 1; }
	cmake --build --preset dev
	tools/check_format.sh
	ctest --preset dev
	tools/test_report.sh
	cmake --workflow --preset asan

web: web/dist/template.html

web/dist/template.html: package-lock.json $(shell find web/src web/build.mjs entact/report/document.schema.json -type f 2>/dev/null)
	npm run --silent build
	@touch $@

.PHONY: install-build install-test
install-build:
	@mkdir -p build && tools/install.sh build
install-test:
	@mkdir -p build && tools/install.sh test

format:
	clang-format-14 -i $$(git ls-files '*.h' '*.cpp')

clean:
	rm -rf build web/dist node_modules
