# SPDX-License-Identifier: GPL-2.0-or-later
# The program of test/bench/bytes/run: lib/nt alone.
BYTES_PROGRAM := $(B)/test/bench/bytes/cost

$(BYTES_PROGRAM): test/bench/bytes/cost.c $(B)/libnt.a
	@mkdir -p $(@D)
	$(call say,link)
	$(Q)$(CC) $(TEST_FLAGS) $< -o $@ $(B)/libnt.a $(LINK_$(VARIANT)) $(NT_LIBS)

bench-bytes: $(BYTES_PROGRAM)
bench-bytes-where:
	@echo $(BYTES_PROGRAM)
.PHONY: bench-bytes bench-bytes-where
