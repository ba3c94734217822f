# `make help` lists the targets.  configure writes config.mk, and runs by itself when it has to.

BUILD = build
WERROR = -Werror
quiet = $(if $(V),,@)

.DELETE_ON_ERROR:
.SECONDARY:
.PHONY: all bench-baseline bench-check demo check hosts soak matrix torture xdist-acceptance pluggy-tests asan valgrind install uninstall deps format lint clean distclean help FORCE

goals := $(or $(MAKECMDGOALS),all)
after_deps := $(filter-out deps,$(goals))

all:

# Debian's pytest plugins are unpacked, not installed: see the script.
deps:
	@t/deps
	@t/matrix/debian $(BUILD)/matrix/debian >/dev/null || echo "deps: no plugins for the matrix; its rows will be skipped"

ifneq ($(filter deps,$(goals)),)

# Not even configure can start before the packages are there, so what else was asked for waits for a make
# of its own, whatever -j says.
.PHONY: $(after_deps) after-deps
$(after_deps): after-deps ; @:
after-deps: deps
	@$(MAKE) --no-print-directory $(after_deps)

else

ifneq ($(filter-out format clean distclean help,$(goals)),)
include config.mk
endif

# ---------------------------------------------------------------- configure

# Reasons to configure again: another PYTHON than the one asked for last time; criterion, which has come since.
reconfigure = $(if $(PYTHON),$(filter-out $(PYTHON_ASKED),$(PYTHON))) \
    $(if $(filter no,$(CRITERION)),$(shell pkg-config --exists criterion && echo criterion))
ifneq ($(strip $(reconfigure)),)
config.mk: FORCE
endif

config.mk: configure config.mk.in
	@args=; test ! -x config.status || args=$$(./config.status --config); \
	eval "./configure $$args $(if $(PYTHON),PYTHON='$(PYTHON)')"

configure: configure.ac
	@command -v autoconf >/dev/null || { \
	    echo "missing: autoconf (Debian: autoconf).  'make deps' installs all that prun needs." >&2; exit 1; }
	@rm -f config.h.in
	@autoheader
	@autoconf

# ---------------------------------------------------------------- build

include sources.mk
python_src := $(wildcard $(python_src))
core_src = $(filter-out src/main.c $(python_src),$(wildcard $(c_src)))
unit_src = $(wildcard t/unit/test_*.c)

fuzz_src = $(wildcard t/fuzz/fuzz_*.c)

python_obj = $(python_src:src/%.c=$(BUILD)/%.o)
core_obj = $(core_src:src/%.c=$(BUILD)/%.o)
extension_obj = $(filter-out $(program_src:src/%.c=$(BUILD)/%.o),$(python_obj) $(core_obj))
extension = py/_prun.abi3.so
replays = $(fuzz_src:t/fuzz/fuzz_%.c=$(BUILD)/fuzz/replay_%)
unit_tests = $(unit_src:t/unit/%.c=$(BUILD)/unit/%) $(replays)

pkglibdir = $(PREFIX)/lib/prun
cppflags = -I. -Iinclude -DPRUN_PKGLIBDIR='"$(pkglibdir)"' $(LIB_CPPFLAGS) $(CPPFLAGS)
cflags = $(c_language) -O2 -g -fPIC -Wall -Wextra $(WERROR) $(SANITIZE) $(CFLAGS)
compile = $(CC) $(cppflags) $(cflags) -MMD -MP

all: prun

prun: $(BUILD)/main.o $(python_obj) $(core_obj) | $(extension)
	@echo '  link $@'
	$(quiet)$(CC) $(cflags) $(LDFLAGS) -o $@ $^ $(PYTHON_LIBS) $(LIB_LIBS)

# What is undefined in it is the interpreter's that loads it.
$(extension): $(extension_obj)
	@echo '  link $@'
	$(quiet)$(CC) $(cflags) $(LDFLAGS) -shared -o $@ $^ $(LIB_LIBS)

$(BUILD)/%.o: src/%.c $(BUILD)/flags
	@echo '  $(CC) $<'
	$(quiet)$(compile) -c -o $@ $<

$(python_obj): $(BUILD)/%.o: src/%.c $(BUILD)/flags $(BUILD)/python-flags
	@echo '  $(CC) $<'
	$(quiet)$(compile) $(PYTHON_CPPFLAGS) -c -o $@ $<

$(BUILD)/unit/%.o: t/unit/%.c $(BUILD)/flags
	@mkdir -p $(@D)
	@echo '  $(CC) $<'
	$(quiet)$(compile) $(CRITERION_CPPFLAGS) -c -o $@ $<

$(BUILD)/unit/%: $(BUILD)/unit/%.o $(core_obj)
	@echo '  link $@'
	$(quiet)$(CC) $(cflags) $(LDFLAGS) -o $@ $^ $(LIB_LIBS) $(CRITERION_LIBS)

# What the fuzzed pool sees of the world is in t/fuzz/machine.h.
wrap = $(addprefix -Wl$(comma)--wrap=,$(1))
comma = ,
$(BUILD)/fuzz/replay_pool $(BUILD)/fuzz/fuzz_pool: LDFLAGS += $(call wrap,clock_now close fcntl fstat ftruncate kill \
    memfd_create mmap munmap pipe2 poll pread raise read sigaction waitpid write)
# And those that t/unit/call_faults.h can make fail.
$(BUILD)/unit/test_calls: LDFLAGS += $(call wrap,calloc fcntl fork fstat ftruncate malloc memfd_create mmap pipe2 poll \
    pool_run prctl pread read reallocarray recv recvmsg send sendmsg setpgid sigaction socketpair strdup waitpid write)

$(BUILD)/unit/test_sched_makespan: CRITERION_LIBS += -lm

$(BUILD)/fuzz/%.o: t/fuzz/%.c $(BUILD)/flags
	@mkdir -p $(@D)
	@echo '  $(CC) $<'
	$(quiet)$(compile) -DCORPUS='"$(CURDIR)/t/fuzz/corpus"' -c -o $@ $<

$(BUILD)/fuzz/replay_%: $(BUILD)/fuzz/replay.o $(BUILD)/fuzz/fuzz_%.o $(core_obj)
	@echo '  link $@'
	$(quiet)$(CC) $(cflags) $(LDFLAGS) -o $@ $^ $(LIB_LIBS)

$(BUILD)/fuzz/fuzz_%: $(BUILD)/fuzz/fuzz_%.o $(core_obj)
	@echo '  link $@'
	$(quiet)$(CC) $(cflags) $(LDFLAGS) -fsanitize=fuzzer -o $@ $^ $(LIB_LIBS)

# Written only when they change, so that CC=clang or another PREFIX compiles again what depends on it.
$(BUILD)/flags: command = $(compile)
$(BUILD)/python-flags: command = $(PYTHON_CPPFLAGS) $(PYTHON_LIBS)
$(BUILD)/flags $(BUILD)/python-flags: FORCE
	@mkdir -p $(@D)
	@echo "$(command)" | cmp -s - $@ || echo "$(command)" >$@

-include $(wildcard $(BUILD)/*.d $(BUILD)/unit/*.d $(BUILD)/fuzz/*.d)

# ---------------------------------------------------------------- run and test

# prun takes the active virtual environment, else the first python3: let that be the one configured.
run_env = env -u VIRTUAL_ENV PATH="$(PYTHON_BINDIR):$$PATH" $(if $(PYTHON_VENV),VIRTUAL_ENV='$(PYTHON_VENV)') \
    PRUN='$(CURDIR)/prun' PRUN_TEST_PYTHON='$(PYTHON_FOUND)' BUILD='$(BUILD)' UNIT_TESTS='$(unit_tests)'

$(CURDIR)/build/bin/python3:
	@mkdir -p $(@D)
	@ln -sf '$(PYTHON_FOUND)' $@

demo: prun $(PYTHON_BINDIR)/python3
	@echo prun -n auto t/suites/demo
	@$(run_env) ./prun -n auto t/suites/demo

ifeq ($(CRITERION),no)
check asan valgrind:
	@echo "missing: criterion, for the unit tests (Debian: libcriterion-dev).  'make deps' installs it." >&2
	@exit 1
else

check: prun $(unit_tests) $(PYTHON_BINDIR)/python3
	@$(run_env) t/check

# One build in other environments: make hosts HOSTS='/venvs/a/bin/python /venvs/b/bin/python embed'.
hosts: prun $(PYTHON_BINDIR)/python3
	@$(run_env) t/hosts $(HOSTS)

torture: prun $(PYTHON_BINDIR)/python3
	@$(run_env) $(PYTHON_FOUND) t/torture/run $(CASES)

# make soak SEED=7 RUN=340: that run of it again.
soak: prun $(PYTHON_BINDIR)/python3
	@$(run_env) t/soak/run --runs $(or $(SOAK_RUNS),2000) --jobs $(or $(SOAK_JOBS),1) \
	    $(if $(SEED),--seed $(SEED)) $(if $(RUN),--run $(RUN))

matrix_venvs = $(CURDIR)/$(BUILD)/matrix/venvs-$(notdir $(PYTHON_FOUND))
matrix: prun $(PYTHON_BINDIR)/python3
	@$(run_env) t/matrix/all '$(matrix_venvs)' $(ROWS)

# Another interpreter has environments of its own.
xdist-acceptance: prun $(PYTHON_BINDIR)/python3
	@$(run_env) t/xdist/run '$(CURDIR)/$(BUILD)/xdist/$(notdir $(PYTHON_FOUND))'

# pluggy's own tests, with its calls of hooks in C.
pluggy-tests: prun $(PYTHON_BINDIR)/python3
	@$(run_env) t/hooks/pluggy '$(CURDIR)/$(BUILD)/pluggy/$(notdir $(PYTHON_FOUND))'

asan:
	@echo 'int main(void) { return 0; }' | $(CC) -fsanitize=address,undefined -x c -o /dev/null - || \
	    { echo "missing: the sanitizers of $(CC) (Debian: gcc has them, clang needs libclang-rt-*-dev)" >&2; exit 1; }
	@$(MAKE) --no-print-directory BUILD=$(BUILD)/asan \
	    SANITIZE='-fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer' check-asan

.PHONY: check-asan
check-asan: $(unit_tests)
	@rm -rf $(BUILD)/reports && mkdir -p $(BUILD)/reports
	@$(run_env) ASAN_OPTIONS=log_path='$(CURDIR)/$(BUILD)/reports/asan' UNIT_REPORTS='$(BUILD)/reports' t/check unit

memcheck = valgrind -q --trace-children=yes --leak-check=full --show-leak-kinds=definite \
    --errors-for-leak-kinds=definite --log-file=$(CURDIR)/$(BUILD)/reports/%p

# The tests by chance repeat what the others do, thousands of times, which valgrind makes thirty times slower.
valgrind: unit_tests := $(filter-out %_prop %_many,$(unit_tests))
valgrind: $(unit_tests)
	@command -v valgrind >/dev/null || { echo "missing: valgrind (Debian: valgrind)" >&2; exit 1; }
	@rm -rf $(BUILD)/reports && mkdir -p $(BUILD)/reports
	@$(run_env) UNIT_REPORTS='$(BUILD)/reports' UNIT_WRAP='$(memcheck)' t/check unit
endif

FUZZ_SECONDS = 600
FUZZ_RUNS = -1
FUZZ = $(fuzz_src:t/fuzz/fuzz_%.c=%)
fuzz_flags = -max_len=600 -timeout=20 -print_final_stats=1 -max_total_time=$(FUZZ_SECONDS) -runs=$(FUZZ_RUNS)

# What is found new goes below build/; a shorter form of it belongs into the corpus.
fuzz:
	@echo 'int LLVMFuzzerTestOneInput(void); int LLVMFuzzerTestOneInput(void) { return 0; }' | \
	    clang -fsanitize=fuzzer,address -x c -o /dev/null - 2>/dev/null || \
	    { echo "missing: clang with libFuzzer (Debian: clang and libclang-rt-*-dev)" >&2; exit 1; }
	@$(MAKE) --no-print-directory BUILD=$(BUILD)/libfuzzer CC=clang \
	    SANITIZE='-fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all' run-fuzz

.PHONY: fuzz run-fuzz
run-fuzz: $(addprefix $(BUILD)/fuzz/fuzz_,$(FUZZ))
	@for name in $(FUZZ); do \
	    mkdir -p $(BUILD)/fuzz/corpus/$$name && echo "== fuzz_$$name" && \
	    $(BUILD)/fuzz/fuzz_$$name $(fuzz_flags) -artifact_prefix=$(BUILD)/fuzz/$$name- \
	        $(BUILD)/fuzz/corpus/$$name t/fuzz/corpus/$$name >$(BUILD)/fuzz/$$name.log 2>&1; status=$$?; \
	    grep -E '^(finding|SUMMARY|stat::number_of|stat::average|Done )|Test unit written' $(BUILD)/fuzz/$$name.log; \
	    test $$status -eq 0 || exit 1; \
	done

# Counts of instructions, not times: see bench/instructions --help.
bench-check: prun $(PYTHON_BINDIR)/python3
	@$(run_env) $(PYTHON_FOUND) bench/instructions

bench-baseline: prun $(PYTHON_BINDIR)/python3
	@$(run_env) $(PYTHON_FOUND) bench/instructions --write

lint: prun
	@TIDY_FILES='$(wildcard src/*.c)' \
	    TIDY_FLAGS='-std=c11 $(subst ',,$(cppflags)) $(PYTHON_CPPFLAGS)' \
	    PYTHON='$(PYTHON_FOUND)' t/lint

format:
	@command -v clang-format >/dev/null || { echo "missing: clang-format (Debian: clang-format)" >&2; exit 1; }
	clang-format -i $(wildcard src/*.[ch] include/prun/*.h t/unit/*.[ch] t/fuzz/*.[ch])

# ---------------------------------------------------------------- install

bindir = $(DESTDIR)$(PREFIX)/bin
datadir = $(DESTDIR)$(PREFIX)/share
zshdir = $(datadir)/zsh/site-functions
sections = $(sort $(subst .,,$(suffix $(wildcard man/*.[1-9]))))
shells = $(addprefix $(BUILD)/completions/,bash zsh fish)

# pytest's options and prun's, not those of plugins that happen to be here.
$(shells): $(BUILD)/completions/%: prun FORCE
	@mkdir -p $(@D)
	@$(run_env) PYTEST_DISABLE_PLUGIN_AUTOLOAD=1 PYTEST_ADDOPTS= ./prun -c /dev/null --print-completion $* >$@

install: prun $(shells)
	install -D -m 755 prun $(bindir)/prun
	rm -rf $(DESTDIR)$(pkglibdir)
	cd py && find prun -name __pycache__ -prune -o -type f -exec install -D -m 644 '{}' '$(DESTDIR)$(pkglibdir)/{}' \;
	install -m 644 $(extension) $(DESTDIR)$(pkglibdir)
	$(PYTHON_FOUND) -m compileall -q -s '$(DESTDIR)' -p / $(DESTDIR)$(pkglibdir)
	$(foreach n,$(sections),install -D -m 644 -t $(datadir)/man/man$(n) $(wildcard man/*.$(n));)
	install -D -m 644 $(BUILD)/completions/bash $(datadir)/bash-completion/completions/prun
	install -D -m 644 $(BUILD)/completions/zsh $(zshdir)/_prun
	install -D -m 644 $(BUILD)/completions/fish $(datadir)/fish/vendor_completions.d/prun.fish

uninstall:
	rm -f $(bindir)/prun $(foreach n,$(sections),$(patsubst man/%,$(datadir)/man/man$(n)/%,$(wildcard man/*.$(n))))
	rm -f $(datadir)/bash-completion/completions/prun $(zshdir)/_prun $(datadir)/fish/vendor_completions.d/prun.fish
	rm -rf $(DESTDIR)$(pkglibdir)

clean:
	rm -rf build prun $(extension) py/prun.egg-info
	find $(wildcard py t bench) '(' -name __pycache__ -o -name .pytest_cache ')' -prune -exec rm -rf '{}' +

distclean: clean
	rm -rf autom4te.cache configure configure~ config.h config.h.in config.log config.mk config.status

help:
	@echo 'make              configures if need be, and builds ./prun'
	@echo 'make deps         installs what is missing with apt-get; goes before any other: make deps demo'
	@echo 'make demo         runs ./prun -n auto on t/suites/demo'
	@echo 'make check        runs all tests: unit, whole program, Python'
	@echo 'make soak         makes SOAK_RUNS=2000 runs of random suites with random faults; SEED=7 RUN=3 one of them again'
	@echo 'make matrix       runs prun with the newest releases of many plugins, from PyPI; ROWS="cov mock" only some'
	@echo 'make hosts        runs the whole-program tests with this build in each environment of HOSTS="PYTHON..."'
	@echo 'make xdist-acceptance  runs the tests of pytest-xdist itself, from PyPI, with prun in the place of pytest'
	@echo 'make pluggy-tests   runs the tests of pluggy itself, from PyPI, with hooks called by prun'
	@echo 'make torture      runs tests that do what no test should, in every --dist mode'
	@echo 'make bench-check  compares instruction counts (valgrind) with bench/instructions.json; bench-baseline rewrites it'
	@echo 'make asan         runs the unit tests with the address and undefined-behaviour sanitizers'
	@echo 'make valgrind     runs the unit tests under valgrind'
	@echo 'make fuzz         feeds the decoders of frames and JSON with libFuzzer; FUZZ_SECONDS=600, FUZZ_RUNS=-1'
	@echo 'make install      into PREFIX (/usr/local), below DESTDIR if that is set; make uninstall removes it'
	@echo 'make format       formats the C sources'
	@echo 'make lint         runs clang-tidy, shellcheck, mandoc and pyflakes, as far as they are there'
	@echo 'make clean        removes what make built; distclean also what configure wrote'
	@echo
	@echo 'PYTHON=...        the interpreter to embed, instead of the virtual environment or python3'
	@echo 'CC=clang          another compiler; CFLAGS, CPPFLAGS, LDFLAGS are added; WERROR= lets warnings pass'
	@echo 'V=1               shows the commands'

endif
