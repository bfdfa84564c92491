# SPDX-License-Identifier: GPL-2.0-or-later
# Programs below test/. test/unit/nt/ sees lib/nt alone, test/unit/ntio/ lib/ntio as well; everything else of the glue
# links to libkcore.a.

CHECK_LIBS = $(shell pkg-config --libs check)
# libnettle: what lib/nt itself needs
NT_LIBS = $(shell pkg-config --libs nettle)
TEST_FLAGS = $(CFLAGS_ALL) -Ilib -Itest
GLUE_TEST_FLAGS = -D_GNU_SOURCE $(TEST_FLAGS) $(GLUE) -Dtr_free=ksr_tr_free -Wno-missing-prototypes
# a module without its exports, of which a program can have one alone
module_lib = $(filter-out %/$(1)_mod.o,$(call module_obj,$(1)))
EDGE_LIB := $(call module_lib,nat_edge)

UNIT_NT := $(patsubst test/unit/nt/%.c,$(B)/test/unit/nt/%,$(wildcard test/unit/nt/test_*.c))
UNIT_NTIO := $(patsubst test/unit/ntio/%.c,$(B)/test/unit/ntio/%,$(wildcard test/unit/ntio/test_*.c))
UNIT_GLUE := $(foreach m,$(MODULES),$(patsubst %.c,$(B)/%,$(wildcard test/unit/$(m)/test_*.c)))
HARNESS := $(patsubst %.c,$(B)/%.o,$(wildcard test/core/*.c))
FUZZ_NT := $(patsubst test/fuzz/nt/%.c,$(B)/test/fuzz/nt/%,$(wildcard test/fuzz/nt/fuzz_*.c))
FUZZ_NTIO := $(patsubst test/fuzz/ntio/%.c,$(B)/test/fuzz/ntio/%,$(wildcard test/fuzz/ntio/fuzz_*.c))
FUZZ_GLUE := $(foreach m,$(MODULES),$(patsubst %.c,$(B)/%,$(wildcard test/fuzz/$(m)/fuzz_*.c)))

$(B)/test/unit/nt/%: test/unit/nt/%.c $(B)/libnt.a
	@mkdir -p $(@D)
	$(call say,link)
	$(Q)$(CC) $(TEST_FLAGS) $< -o $@ $(B)/libnt.a $(LINK_$(VARIANT)) $(CHECK_LIBS) $(NT_LIBS)

$(B)/test/unit/ntio/%: test/unit/ntio/%.c $(B)/libntio.a $(B)/libnt.a
	@mkdir -p $(@D)
	$(call say,link)
	$(Q)$(CC) $(TEST_FLAGS) $(XML_CFLAGS) $< -o $@ $(B)/libntio.a $(B)/libnt.a $(LINK_$(VARIANT)) $(CHECK_LIBS) \
		$(XML_LIBS)

$(B)/test/policy/%: test/policy/%.c $(B)/libntio.a $(B)/libnt.a
	@mkdir -p $(@D)
	$(call say,link)
	$(Q)$(CC) $(TEST_FLAGS) $< -o $@ $(B)/libntio.a $(B)/libnt.a $(LINK_$(VARIANT)) $(XML_LIBS)

$(B)/test/core/%.o: test/core/%.c
	@mkdir -p $(@D)
	$(call say,cc)
	$(Q)$(CC) $(GLUE_TEST_FLAGS) -c $< -o $@

# the harness is made of nat_edge; a test of another module has that as well
define module_tests
GLUE_$(1) := $(HARNESS) $(sort $(EDGE_LIB) $(call module_lib,$(1))) $(B)/libntio.a $(B)/libnt.a $(B)/libkcore.a

$(B)/test/unit/$(1)/%: test/unit/$(1)/%.c $$(GLUE_$(1))
	@mkdir -p $$(@D)
	$$(call say,link)
	$$(Q)$$(CC) $$(GLUE_TEST_FLAGS) $$< -o $$@ $$(GLUE_$(1)) $$(LINK_$$(VARIANT)) $$(CHECK_LIBS) $$(XML_LIBS) $$(CORE_LIBS)

$(B)/test/fuzz/$(1)/%: test/fuzz/$(1)/%.c $$(GLUE_$(1))
	@mkdir -p $$(@D)
	$$(call say,link)
	$$(Q)$$(CC) $$(GLUE_TEST_FLAGS) $$< -o $$@ $$(GLUE_$(1)) $$(LINK_$$(VARIANT)) $$(XML_LIBS) $$(CORE_LIBS)
endef
$(foreach m,$(MODULES),$(eval $(call module_tests,$(m))))

$(B)/test/golden/%: test/golden/%.c $(HARNESS) $(EDGE_LIB) $(B)/libntio.a $(B)/libnt.a $(B)/libkcore.a
	@mkdir -p $(@D)
	$(call say,link)
	$(Q)$(CC) $(GLUE_TEST_FLAGS) $< -o $@ $(HARNESS) $(EDGE_LIB) $(B)/libntio.a $(B)/libnt.a $(B)/libkcore.a \
		$(LINK_$(VARIANT)) $(CHECK_LIBS) $(XML_LIBS) $(CORE_LIBS)

$(B)/test/fuzz/nt/%: test/fuzz/nt/%.c $(B)/libnt.a
	@mkdir -p $(@D)
	$(call say,link)
	$(Q)$(CC) $(TEST_FLAGS) -Wno-missing-prototypes $< -o $@ $(B)/libnt.a $(LINK_$(VARIANT)) $(NT_LIBS)

$(B)/test/fuzz/ntio/%: test/fuzz/ntio/%.c $(B)/libntio.a $(B)/libnt.a
	@mkdir -p $(@D)
	$(call say,link)
	$(Q)$(CC) $(TEST_FLAGS) -Wno-missing-prototypes $< -o $@ $(B)/libntio.a $(B)/libnt.a $(LINK_$(VARIANT)) $(XML_LIBS)

unit-programs: $(UNIT_NT) $(UNIT_NTIO) $(UNIT_GLUE)
golden-programs: $(patsubst test/golden/%.c,$(B)/test/golden/%,$(wildcard test/golden/run_*.c))
policy-program: $(B)/test/policy/load
fuzz-programs: $(FUZZ_NT) $(FUZZ_NTIO) $(FUZZ_GLUE)
.PHONY: unit-programs golden-programs policy-program fuzz-programs
