# SPDX-License-Identifier: GPL-2.0-or-later
# $(B)/libkcore.a: all of Kamailio's core, main() renamed, so that tests call the real parser and the real
# message builder without a running server. It is a matter of tests alone; modules never link to it.

CORE_SRC := $(TREE)/src
CORE_C := $(filter-out %/cfg.tab.c %/lex.yy.c,$(wildcard $(CORE_SRC)/core/*.c $(CORE_SRC)/core/*/*.c \
	$(CORE_SRC)/core/*/*/*.c $(CORE_SRC)/main.c $(CORE_SRC)/lib/srdb1/*.c $(CORE_SRC)/lib/trie/*.c))
# before 6.0 these libraries are files beside the modules, not part of the binary
ifneq ($(filter 5.%,$(CORE)),)
CORE_C := $(filter-out $(CORE_SRC)/lib/%,$(CORE_C))
endif
CORE_GEN := $(B)/kcore/gen
CORE_OBJ := $(patsubst $(CORE_SRC)/%.c,$(B)/kcore/%.o,$(CORE_C)) $(CORE_GEN)/cfg.tab.o $(CORE_GEN)/lex.yy.o

CORE_FLAGS_plain := -O1 -g
CORE_FLAGS_clang := -O1 -g
CORE_FLAGS_asan := -O1 -g -fsanitize=address
CORE_FLAGS_fuzz := -O1 -g -fsanitize=fuzzer-no-link,address
# libcheck and the core both have a tr_free()
CORE_CC := $(CC) -w -std=gnu11 -fno-strict-aliasing $(CORE_FLAGS_$(VARIANT)) -Dmain=ksr_main -Dtr_free=ksr_tr_free \
	-DMODS_DIR='"."' $(KDEFS) -I$(CORE_SRC) -I$(CORE_SRC)/core -I$(CORE_GEN)

$(CORE_GEN)/cfg.tab.c: $(CORE_SRC)/core/cfg.y
	@mkdir -p $(@D)
	$(Q)bison -d -b $(CORE_GEN)/cfg $< 2> $(CORE_GEN)/bison.log

$(CORE_GEN)/lex.yy.c: $(CORE_SRC)/core/cfg.lex $(CORE_GEN)/cfg.tab.c
	$(Q)flex -o $@ $<

$(CORE_GEN)/%.o: $(CORE_GEN)/%.c
	$(Q)$(CORE_CC) -c $< -o $@

$(B)/kcore/%.o: $(CORE_SRC)/%.c $(CORE_GEN)/cfg.tab.c $(B)/config.mk
	@mkdir -p $(@D)
	$(Q)$(CORE_CC) -c $< -o $@

$(B)/libkcore.a: $(CORE_OBJ)
	$(call say,ar)
	$(Q)rm -f $@ && ar rcs $@ $^

CORE_LIBS := -rdynamic -lresolv -ldl -lm -lpthread
