# SPDX-License-Identifier: GPL-2.0-or-later
# How things are compiled. Called by the root Makefile, after the packages are there.
# Objects of every Kamailio version and build variant live side by side in build/<core>-<variant>/.

MAKEFLAGS += --no-builtin-rules
.DELETE_ON_ERROR:
.SECONDARY:

VARIANT ?= plain
KAMAILIO ?= $(or $(shell command -v kamailio),/usr/sbin/kamailio)
CORE := $(shell $(KAMAILIO) -v 2>/dev/null | sed -n 's/^version: kamailio \([^ ]*\).*/\1/p')
ifeq ($(CORE),)
$(error no Kamailio binary at '$(KAMAILIO)'; make run and make test install Debian's, or give KAMAILIO=path)
endif
B := build/$(CORE)-$(VARIANT)
Q := $(if $(V),,@)
quiet := $(findstring s,$(firstword -$(MAKEFLAGS)))
say = $(if $(V)$(quiet),@:,@printf '  %-7s %s\n' $(1) $(patsubst $(B)/%,%,$@))

MODULES := $(notdir $(patsubst %/,%,$(dir $(wildcard modules/*/*_mod.c))))

include $(B)/config.mk

# --- compilers and flags ----------------------------------------------------------------------------
CC_plain := gcc
CC_clang := clang
CC_asan := gcc
CC_fuzz := clang
CC := $(or $(CC_$(VARIANT)),$(error unknown VARIANT '$(VARIANT)'; use plain, clang, asan or fuzz))

harden := -fstack-protector-strong -D_FORTIFY_SOURCE=2 -Wformat -Werror=format-security
FLAGS_plain := -O2 -g $(harden)
FLAGS_clang := -O2 -g $(harden)
FLAGS_asan := -O1 -g -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=undefined
FLAGS_fuzz := -O1 -g -fno-omit-frame-pointer -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=undefined
LINK_plain := -Wl,-z,relro -Wl,-z,now
LINK_clang := -Wl,-z,relro -Wl,-z,now
LINK_asan := -fsanitize=address,undefined
LINK_fuzz := -fsanitize=fuzzer,address,undefined

WARN := -Wall -Wextra -Werror -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wvla \
	-Werror=implicit-function-declaration
CFLAGS_ALL := -std=gnu11 -fPIC -fno-strict-aliasing $(FLAGS_$(VARIANT)) $(WARN) -MMD -MP $(CFLAGS)
# Kamailio's export tables cast every function to one type
GLUE := $(KDEFS) -isystem $(TREE)/src -Ilib -Imodules -Wno-cast-function-type

# --- lib/nt -----------------------------------------------------------------------------------------
NT_OBJ := $(patsubst %.c,$(B)/%.o,$(wildcard lib/nt/*.c))

$(B)/lib/nt/%.o: lib/nt/%.c
	@mkdir -p $(@D)
	$(call say,cc)
	$(Q)$(CC) $(CFLAGS_ALL) -Wconversion -Wno-sign-conversion -Ilib -c $< -o $@

$(B)/libnt.a: $(NT_OBJ)
	$(call say,ar)
	$(Q)rm -f $@ && ar rcs $@ $^

# --- lib/ntio ---------------------------------------------------------------------------------------
# as system headers: libxml2's are not held to our warnings
XML_CFLAGS := $(patsubst -I%,-isystem %,$(shell pkg-config --cflags libxml-2.0))
# libxml2, and libnettle for tokens
XML_LIBS := -Wl,--as-needed $(shell pkg-config --libs libxml-2.0 nettle)
NTIO_OBJ := $(patsubst %.c,$(B)/%.o,$(wildcard lib/ntio/*.c))

$(B)/lib/ntio/%.o: lib/ntio/%.c
	@mkdir -p $(@D)
	$(call say,cc)
	$(Q)$(CC) $(CFLAGS_ALL) -Wconversion -Wno-sign-conversion -Ilib $(XML_CFLAGS) -c $< -o $@

$(B)/libntio.a: $(NTIO_OBJ)
	$(call say,ar)
	$(Q)rm -f $@ && ar rcs $@ $^

# --- utils/nat_policy -------------------------------------------------------------------------------
# the offline tool: lib/nt and lib/ntio, no Kamailio
TOOL_OBJ := $(patsubst %.c,$(B)/%.o,$(wildcard utils/nat_policy/*.c))

$(B)/utils/nat_policy/%.o: utils/nat_policy/%.c
	@mkdir -p $(@D)
	$(call say,cc)
	$(Q)$(CC) $(CFLAGS_ALL) -D_GNU_SOURCE -DNP_KAMAILIO='"$(CORE)"' -Wconversion -Wno-sign-conversion -Ilib -Iutils \
		-c $< -o $@

$(B)/nat_policy: $(TOOL_OBJ) $(B)/libntio.a $(B)/libnt.a
	$(call say,link)
	$(Q)$(CC) $^ -o $@ $(LINK_$(VARIANT)) $(XML_LIBS)

tools: $(B)/nat_policy

# --- modules ----------------------------------------------------------------------------------------
module_obj = $(patsubst %.c,$(B)/%.o,$(wildcard modules/$(1)/*.c))

$(B)/modules/%.o: modules/%.c $(B)/config.mk
	@mkdir -p $(@D)
	$(call say,cc)
	$(Q)$(CC) $(CFLAGS_ALL) $(GLUE) -DMOD_NAME='"$(notdir $(*D))"' -c $< -o $@

define module_rule
$(B)/$(1).so: $$(call module_obj,$(1)) $(B)/libntio.a $(B)/libnt.a utils/mk/module.map
	$$(call say,link)
	$$(Q)$$(CC) -shared $$(LINK_$$(VARIANT)) -Wl,--version-script=utils/mk/module.map -Wl,-Bsymbolic-functions \
		-o $$@ $$(call module_obj,$(1)) $(B)/libntio.a $(B)/libnt.a $$(XML_LIBS)
endef
$(foreach m,$(MODULES),$(eval $(call module_rule,$(m))))

MODULE_SO := $(MODULES:%=$(B)/%.so)

modules: $(MODULE_SO)

# The real check of versions, flags and symbols is Kamailio's own: a module that it would refuse fails the build.
loadable: $(MODULE_SO:.so=.loads)
$(B)/%.loads: $(B)/%.so
	$(call say,load)
	$(Q)printf 'loadmodule "%s"\nrequest_route { exit; }\n' '$(abspath $<)' > $(B)/$*.cfg
	$(Q)$(KAMAILIO) -c -f $(B)/$*.cfg > $(B)/$*.log 2>&1 || { cat $(B)/$*.log; \
		echo 'build: $(KAMAILIO) refuses $<, see above'; exit 1; }
	$(Q)touch $@

# --- Kamailio's core as a library, for tests of the glue ---------------------------------------------
include utils/mk/core-library.mk

# --- test programs ----------------------------------------------------------------------------------
include utils/mk/tests.mk

# --- comparison with nathelper --------------------------------------------------------------------------
include utils/mk/bench.mk

# Another tree or another package: all of it anew
WANTED := $(KAMAILIO) $(KAMAILIO_SRC) $(shell dpkg-query -W -f '$${Version}' kamailio 2>/dev/null)
ifneq ($(WANTED),$(shell cat $(B)/wanted 2>/dev/null))
$(shell mkdir -p $(B) && echo '$(WANTED)' > $(B)/wanted)
endif
$(B)/config.mk: $(B)/wanted utils/kamailio-config utils/kamailio-tree utils/kamailio-flags
	$(Q)utils/kamailio-config $(KAMAILIO) $(KAMAILIO_SRC) > $@.new && mv $@.new $@

-include $(shell find $(B) -name '*.d' 2>/dev/null)
.PHONY: tools modules loadable
