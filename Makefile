# What a person types. Everything that is compiled goes through SwiftPM; this file installs what it needs and calls it.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := build
.PHONY: build release test test-publishing test-install example lint docs bench fuzz completions man install demo clean \
	build-packages test-packages bench-packages

PREFIX ?= /usr/local
DESTDIR ?=
DIST ?= dist
DEMO_DISTRIBUTIONS ?= rhel-9 debian-12
DECODERS ?=

# The linker is Swift's own: a program that it links starts faster.
RELEASE_FLAGS := --configuration release --product flocker-pkg --static-swift-stdlib \
	--disable-local-rpath -Xlinker --no-export-dynamic -Xswiftc -use-ld=lld
PROGRAM := .build/release/flocker-pkg
SHELLS := bash zsh fish

BUILD_PACKAGES := pkg-config zlib1g-dev liblzma-dev libzstd-dev libbz2-dev libdeflate-dev libyaml-dev \
	libcurl4-openssl-dev
PYTHON_PACKAGES := git ca-certificates python3 python3-venv
# What generated spec files and debian folders are built with, and what the sample needs to run.
SPEC_TEST_PACKAGES := dnf-plugins-core build-essential debhelper dh-python pybuild-plugin-pyproject python3-all \
	python3-pip python3-setuptools python3-wheel python3-hatchling python3-poetry-core flit python3-twisted \
	python3-treq python3-yaml python3-cryptography python3-jsonschema python3-psutil python3-zope.interface
# The services that stores are tried on: one that does all that Amazon's does, and one that refuses conditions of writes.
STORE_TEST_PACKAGES := ceph-mon ceph-osd radosgw ceph-common swift-proxy swift-account swift-container swift-object \
	memcached openssl
TEST_PACKAGES := rpm rpmlint lintian dpkg-dev debootstrap debian-archive-keyring createrepo-c fakeroot virtualenv \
	pigz xz-utils zstd cpio file gnupg strace dnf libzypp-bin libaugeas0 apt-utils curl ruby \
	chromium-headless-shell fonts-dejavu-core tidy $(SPEC_TEST_PACKAGES) $(STORE_TEST_PACKAGES)
BENCH_PACKAGES := rpm dpkg-dev pigz xz-utils createrepo-c apt-utils zstd ceph-mon ceph-osd radosgw ceph-common openssl \
	awscli

## build: everything, for development
build: build-packages
	swift build

## release: the program alone, optimised, with everything inside but the C library and libzstd
release: build-packages
	Scripts/static-libraries "$(CURDIR)/.build/static"
	swift build $(RELEASE_FLAGS) --pkg-config-path "$(CURDIR)/.build/static"

## demo: packages of the bundled sample for an rpm and a deb distribution, in $(DIST)
demo: release
	Scripts/install-packages $(PYTHON_PACKAGES)
	mkdir -p $(DIST)
	$(PROGRAM) build $(addprefix --distribution=,$(DEMO_DISTRIBUTIONS)) --destination-path $(DIST) Fixtures/flocker

## test: all tests, with the tools they check against
test: build-packages test-packages
	swift build --build-tests
	Scripts/test --skip-build
	$(MAKE) example

## test-publishing: what tests of publishing do a little of, all of it, on a real service; two hours
test-publishing: build-packages test-packages
	swift build --build-tests
	PUBLISH_ROUNDS=20 PUBLISH_FAULTS=all PUBLISH_PACKAGES=10000 Scripts/test --skip-build --filter PublishToS3Tests

## test-install: what install puts is whole, and its program packages with every codec where few libraries are
test-install:
	rm -rf .build/installed
	$(MAKE) install PREFIX=/usr DESTDIR=$(CURDIR)/.build/installed
	Scripts/check-installed .build/installed/usr

## example: the example packages are built, run, and what they wrote is read by rpm and dpkg
example: build-packages test-packages
	Examples/PackageItself/check

## lint: formatting, and that this file uses no variable above the place where it gets its value
lint:
	@output=$$(LC_ALL=C $(MAKE) --warn-undefined-variables --dry-run test-packages bench-packages 2>&1); \
		! grep 'undefined variable' <<<"$$output"
	swift format lint --strict --recursive Package.swift Sources Tests Examples Fuzz/Package.swift Fuzz/Sources

## docs: the library's documentation, in .build/docs
docs: build-packages
	swift package --allow-writing-to-directory .build/docs generate-documentation \
		--target PackageFormats --warnings-as-errors --transform-for-static-hosting --output-path .build/docs

## bench: packaging, reading, repository metadata and publishing, against the tools that Debian ships
bench: release bench-packages
	Benchmarks/package/run --program $(PROGRAM)
	Benchmarks/inspect/run --program $(PROGRAM)
	Benchmarks/repository/run --program $(PROGRAM)
	Benchmarks/publish/run --program $(PROGRAM)

## fuzz: every decoder with libFuzzer and AddressSanitizer for SECONDS each; see docs/fuzzing.md
fuzz: build-packages
	Scripts/install-packages python3
	Fuzz/run $(or $(SECONDS),60) $(DECODERS)

## completions: for bash, zsh and fish, in .build/completions
completions: release
	rm -rf .build/completions
	mkdir -p .build/completions
	for shell in $(SHELLS); do \
		$(PROGRAM) --generate-completion-script $$shell > .build/completions/flocker-pkg.$$shell; \
	done

## man: manual pages, in .build/man
man: release
	rm -rf .build/man
	mkdir -p .build/man
	swift build --product generate-manual
	.build/debug/generate-manual $(PROGRAM) --multi-page --output-directory .build/man

## install: program, completions and manual pages below $(DESTDIR)$(PREFIX)
install: release completions man
	install -D -m 755 $(PROGRAM) $(DESTDIR)$(PREFIX)/bin/flocker-pkg
	install -D -m 644 .build/completions/flocker-pkg.bash \
		$(DESTDIR)$(PREFIX)/share/bash-completion/completions/flocker-pkg
	install -D -m 644 .build/completions/flocker-pkg.zsh $(DESTDIR)$(PREFIX)/share/zsh/site-functions/_flocker-pkg
	install -D -m 644 .build/completions/flocker-pkg.fish \
		$(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d/flocker-pkg.fish
	install -d $(DESTDIR)$(PREFIX)/share/man/man1
	install -m 644 .build/man/*.1 $(DESTDIR)$(PREFIX)/share/man/man1

clean:
	rm -rf .build $(DIST)

build-packages:
	Scripts/install-packages $(BUILD_PACKAGES)

test-packages:
	Scripts/install-packages $(PYTHON_PACKAGES) $(TEST_PACKAGES)

bench-packages:
	Scripts/install-packages $(PYTHON_PACKAGES) $(BENCH_PACKAGES)
