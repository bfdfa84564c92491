# SPDX-License-Identifier: GPL-2.0-or-later
# The program of make bench. nathelper's objects are made of the fetched tree, with the flags of our modules, for
# comparison alone: they stay in $(B)/bench and are part of nothing that is installed.
ifndef BENCH_PROGRAM
BENCH_PROGRAM := $(B)/test/bench/bench_edge
BENCH_OBJ := $(patsubst %.c,$(B)/%.o,$(wildcard test/bench/*.c))
STOCK_DIR := $(TREE)/src/modules/nathelper
STOCK_OBJ := $(patsubst $(STOCK_DIR)/%.c,$(B)/bench/nathelper/%.o,$(wildcard $(STOCK_DIR)/*.c))

$(B)/bench/nathelper/%.o: $(STOCK_DIR)/%.c
	@mkdir -p $(@D)
	$(call say,cc)
	$(Q)$(CC) -w -std=gnu11 -fPIC -fno-strict-aliasing $(FLAGS_$(VARIANT)) $(CFLAGS) $(KDEFS) -I$(TREE)/src \
		-DMOD_NAME='"nathelper"' -c $< -o $@

$(B)/test/bench/%.o: test/bench/%.c
	@mkdir -p $(@D)
	$(call say,cc)
	$(Q)$(CC) $(GLUE_TEST_FLAGS) -c $< -o $@

$(BENCH_PROGRAM): $(BENCH_OBJ) $(STOCK_OBJ) $(B)/test/core/core_env.o $(EDGE_LIB) $(B)/libntio.a $(B)/libnt.a $(B)/libkcore.a
	$(call say,link)
	$(Q)$(CC) $^ -o $@ $(LINK_$(VARIANT)) $(XML_LIBS) $(CORE_LIBS)

# what whole calls are measured with: a library to preload into Kamailio, and a module
FLOW_WIRE := $(B)/test/bench/flow/wire.so
FLOW_MARK := $(B)/bench_mark.so

$(FLOW_WIRE): test/bench/flow/wire.c
	@mkdir -p $(@D)
	$(call say,cc)
	$(Q)$(CC) -std=gnu11 -O2 -fPIC $(WARN) -shared -MMD -MP $< -o $@

$(FLOW_MARK): test/bench/flow/mark.c $(B)/libnt.a utils/mk/module.map
	@mkdir -p $(@D)
	$(call say,cc)
	$(Q)$(CC) $(CFLAGS_ALL) $(GLUE) -DMOD_NAME='"bench_mark"' -shared $(LINK_$(VARIANT)) \
		-Wl,--version-script=utils/mk/module.map $< $(B)/libnt.a $(NT_LIBS) -o $@

# the table of flows alone
FLOWS_PROGRAM := $(B)/test/bench/flows/flows

$(FLOWS_PROGRAM): test/bench/flows/flows.c $(B)/libnt.a
	@mkdir -p $(@D)
	$(call say,link)
	$(Q)$(CC) $(TEST_FLAGS) $< -o $@ $(B)/libnt.a $(LINK_$(VARIANT)) $(NT_LIBS)

bench-flows: $(FLOWS_PROGRAM)
bench-flows-where:
	@echo $(FLOWS_PROGRAM)
.PHONY: bench-flows bench-flows-where

bench-program: $(BENCH_PROGRAM)
bench-flow: $(FLOW_WIRE) $(FLOW_MARK) loadable
bench-where:
	@echo $(TREE) $(B) $(BENCH_PROGRAM) $(FLOW_WIRE)
.PHONY: bench-program bench-flow bench-where
endif
