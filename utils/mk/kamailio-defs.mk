# SPDX-License-Identifier: GPL-2.0-or-later
# Prints the compile defines that a Kamailio tree (TREE) was configured with; used by utils/kamailio-flags.
include $(TREE)/src/config.mak
$(info $(C_DEFS) $(CC_PMUTEX_OPTS))
all: ;
	@:
