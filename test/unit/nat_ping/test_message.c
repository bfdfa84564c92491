/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which request is in hand, also when another module ends it early */
#include "core/core_env.h"
#include "core/script_cb.h"
#include "nat_ping/nat_ping_message.h"
#include "unit/nat_edge/unit.h"

static bool drops;

/* As hygiene, or an ACK to a stateless reply: such a request is freed, and no
 * callback is told */
static int other_module(sip_msg_t *msg, unsigned int flags, void *param)
{
	(void)msg, (void)flags, (void)param;
	return drops ? 0 : 1;
}

static void start(void)
{
	drops = false;
	init_script_cb();
	ck_assert_int_eq(
			register_script_cb(other_module, PRE_SCRIPT_CB | REQUEST_CB, NULL),
			0);
	ck_assert_int_eq(ping_message_init(), 0);
}

static void stop(void)
{
	destroy_script_cb();
}

START_TEST(a_request_while_its_script_runs)
{
	sip_msg_t request = {.id = 1};

	ck_assert_int_eq(exec_pre_script_cb(&request, REQUEST_CB_TYPE), 1);
	ck_assert_ptr_eq(ping_message_in_hand(), &request);
	exec_post_script_cb(&request, REQUEST_CB_TYPE);
	ck_assert_ptr_null(ping_message_in_hand());
}
END_TEST

START_TEST(one_that_was_dropped_is_not_in_hand_of_a_reply)
{
	sip_msg_t ack = {.id = 1}, reply = {.id = 2};

	drops = true;
	ck_assert_int_eq(exec_pre_script_cb(&ack, REQUEST_CB_TYPE), 0);
	ck_assert_int_eq(exec_pre_script_cb(&reply, ONREPLY_CB_TYPE), 1);
	ck_assert_ptr_null(ping_message_in_hand());
}
END_TEST

int main(void)
{
	Suite *s = suite_create("nat_ping_message");
	TCase *c = tcase_create("in hand");

	core_env_init();
	tcase_add_checked_fixture(c, start, stop);
	tcase_add_test(c, a_request_while_its_script_runs);
	tcase_add_test(c, one_that_was_dropped_is_not_in_hand_of_a_reply);
	suite_add_tcase(s, c);
	return unit_run(s);
}
