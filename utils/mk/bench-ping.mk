# SPDX-License-Identifier: GPL-2.0-or-later
# What pings are measured with (test/bench/run ping): programs that know no Kamailio, a library to preload into one, and
# a module that puts contacts into usrloc.
PING_PROGRAMS := $(patsubst %,$(B)/test/bench/ping/%,phones bare callers)
PING_LOAD := $(B)/bench_load.so
PING_COUNTED := $(B)/test/bench/ping/counted.so
PING_HEADERS := $(wildcard test/bench/ping/*.h)

$(B)/test/bench/ping/%: test/bench/ping/%.c test/bench/ping/answer.c $(PING_HEADERS)
	@mkdir -p $(@D)
	$(call say,cc)
	$(Q)$(CC) -std=gnu11 -O2 $(WARN) $(filter %.c,$^) -o $@

$(PING_COUNTED): test/bench/ping/counted.c $(PING_HEADERS)
	@mkdir -p $(@D)
	$(call say,cc)
	$(Q)$(CC) -std=gnu11 -O2 -fPIC $(WARN) -shared $< -o $@

$(PING_LOAD): test/bench/ping/load.c $(PING_HEADERS) utils/mk/module.map
	@mkdir -p $(@D)
	$(call say,cc)
	$(Q)$(CC) $(CFLAGS_ALL) $(GLUE) -Itest/bench/ping -DMOD_NAME='"bench_load"' -shared $(LINK_$(VARIANT)) \
		-Wl,--version-script=utils/mk/module.map $< -o $@

bench-ping: $(PING_PROGRAMS) $(PING_COUNTED) $(PING_LOAD) loadable
.PHONY: bench-ping
