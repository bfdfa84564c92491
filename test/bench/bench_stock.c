/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "bench/bench_stock.h"

#include <stdio.h>
#include <stdlib.h>

#include "core/kemi.h"
#include "core/rpc_lookup.h"
#include "core/sr_module.h"

/* nathelper's */
extern struct module_exports exports;
int mod_register(char *path, int *dlflags, void *p1, void *p2);

struct bench_stock bench_stock;

static void fail(const char *what)
{
	fprintf(stderr, "bench: nathelper: %s\n", what);
	abort();
}

static sr_kemi_module_t *find_module(void)
{
	sr_kemi_module_t *modules = sr_kemi_modules_get();

	for(int i = 0; i < sr_kemi_modules_size_get(); i++) {
		if(modules[i].kexp != NULL
				&& strcmp(modules[i].mname.s, "nathelper") == 0)
			return &modules[i];
	}
	fail("not among the KEMI modules");
	return NULL;
}

static void *find_function(const sr_kemi_module_t *module, const char *name)
{
	for(const sr_kemi_t *f = module->kexp; f->fname.s != NULL; f++) {
		if(strcmp(f->fname.s, name) == 0)
			return f->func;
	}
	fail(name);
	return NULL;
}

static void set_received_avp(void)
{
	for(const param_export_t *p = exports.params; p->name != NULL; p++) {
		if(strcmp(p->name, "received_avp") == 0) {
			*(char **)p->param_pointer = "$avp(RECEIVED)";
			return;
		}
	}
	fail("received_avp");
}

void bench_stock_init(void)
{
	const sr_kemi_module_t *module;

	/* what main() has done before it loads modules */
	if(init_rpcs() != 0)
		fail("init_rpcs()");
	if(mod_register("nathelper", NULL, NULL, NULL) != 0)
		fail("mod_register()");
	set_received_avp();
	if(exports.init_mod_f() != 0)
		fail("mod_init()");
	module = find_module();
	bench_stock.nat_uac_test = find_function(module, "nat_uac_test");
	bench_stock.set_contact_alias = find_function(module, "set_contact_alias");
	bench_stock.fix_nated_register =
			find_function(module, "fix_nated_register");
}
