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

bench-program: $(BENCH_PROGRAM)
bench-where:
	@echo $(BENCH_PROGRAM)
.PHONY: bench-program bench-where
endif
