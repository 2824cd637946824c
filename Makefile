# make run    the whole appliance with the sample town, ready to use
# make test   everything that proves it works (installs what is missing)
# make build  bin/wartemarke, bin/kiosk, bin/display

GO      ?= go
VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo unknown)
# X11 is forced: on native Wayland the window library binds no touch (docs/architecture.md).
TAGS    := x11
LDFLAGS := -s -w -X main.version=$(VERSION)
# The pages' and rules' packages: no graphics, so they can be built and raced fast.
PLAIN   := ./internal/... ./devices/... ./assets/... ./kiosk/flow/... ./display/board/... ./cmd/wartemarke/...
SCREENS := ./kiosk ./display ./cmd/kiosk ./cmd/display

.PHONY: run test build bench fuzz dist lint golden setup-build setup-run setup-test test-programs unit screens e2e clean
.DEFAULT_GOAL := build

run: setup-run build
	bin/wartemarke demo

build: setup-build
	@mkdir -p bin
	$(GO) build -trimpath -buildvcs=false -tags $(TAGS) -ldflags '$(LDFLAGS)' -o bin/ ./cmd/wartemarke ./cmd/kiosk ./cmd/display

test: setup-test lint unit screens e2e

lint: setup-build
	@out=$$(gofmt -l cmd kiosk display devices assets internal); [ -z "$$out" ] || { echo "not gofmt-ed:"; echo "$$out"; exit 1; }
	$(GO) vet -tags ci ./...
	$(GO) tool staticcheck -tags ci ./...
	$(GO) vet -tags e2e ./cmd/wartemarke/e2e
	$(GO) tool staticcheck -tags e2e ./cmd/wartemarke/e2e

unit:
	$(GO) test -race -p 1 -timeout 15m $(PLAIN)

screens:
	$(GO) test -tags ci -timeout 10m $(SCREENS)

# The real binaries, with a clock that the tests set, under Xvfb with a virtual printer and scanner and Chromium.
e2e: test-programs
	$(GO) test -tags e2e -count=1 -timeout 20m ./cmd/wartemarke/e2e

test-programs: setup-build
	@mkdir -p bin/test
	$(GO) build -buildvcs=false -tags '$(TAGS) testclock' -o bin/test/ ./cmd/wartemarke ./cmd/kiosk ./cmd/display

# Figures as ratios to floors measured in the same run: docs/performance.md.
bench: setup-test test-programs
	$(GO) test -run '^$$' -bench . -benchtime 1s ./internal/queue ./internal/booking ./internal/hall
	$(GO) test -run '^$$' -bench Places -benchtime 20x ./internal/store/sqlite
	$(GO) test -tags e2e -run '^$$' -bench . -benchtime 1x -timeout 20m ./cmd/wartemarke/e2e

# Every fuzz target for ten seconds; their seeds run in "make test" as well.
fuzz:
	@for p in $$($(GO) list ./internal/... ./devices/...); do \
	  for f in $$($(GO) test -list '^Fuzz' $$p | grep '^Fuzz'); do \
	    echo "$$p $$f"; $(GO) test -run '^$$' -fuzz "^$$f$$" -fuzztime 10s -fuzzminimizetime 20x $$p || exit 1; \
	  done; done

golden:
	WARTEMARKE_GOLDEN=update $(GO) test -tags ci -count=1 ./kiosk ./display

# Two .deb packages in dist/: wartemarke (server) and wartemarke-screens (terminal and board).
DIST_VERSION ?= 0.1.0
dist: build
	@mkdir -p dist
	@for p in server screens; do \
	  VERSION=$(DIST_VERSION) ARCH=$$($(GO) env GOARCH) $(GO) run github.com/goreleaser/nfpm/v2/cmd/nfpm@v2.45.2 package -f packaging/deb/$$p.yaml -p deb -t dist/ || exit 1; \
	done

setup-build:
	@packaging/setup.sh build
setup-run:
	@packaging/setup.sh run
setup-test:
	@packaging/setup.sh test

clean:
	rm -rf bin out dist
