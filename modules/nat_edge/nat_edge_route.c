/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nat_edge/nat_edge_route.h"

#include "nat_edge/nat_edge_flow.h"
#include "nat_edge/nat_edge_key.h"
#include "nat_edge/nat_edge_msg.h"
#include "nat_edge/nat_edge_record_route.h"
#include "nat_edge/nat_edge_stats.h"
#include "nat_edge/nat_edge_undo.h"
#include "nat_edge/nat_edge_way.h"

/* The last answer; a second call must not take a second Route */
static struct
{
	struct ne_key key;
	int rc;
} last;

static int follow(sip_msg_t *msg, const struct nt_flow *flow)
{
	switch(ne_flow_follow(msg, flow)) {
		case NE_FLOW_OK:
			if(!flow->spare)
				ne_flag_nat(msg);
			ne_stat_add(NE_STAT_ROUTES_FOLLOWED, 1);
			return NE_ROUTE_OURS;
		case NE_FLOW_GONE:
			ne_stat_add(NE_STAT_FLOWS_GONE, 1);
			return NE_ROUTE_GONE;
		case NE_FLOW_SPARE:
			return NE_ROUTE_OURS;
		case NE_FLOW_REFUSED:
			break;
	}
	ne_stat_add(NE_STAT_ROUTES_REFUSED, 1);
	return NE_ROUTE_REFUSED;
}

static int undo(sip_msg_t *msg)
{
	switch(ne_undo_ruri(msg)) {
		case NE_UNDO_NONE:
			return NE_RC_FALSE;
		case NE_UNDO_DONE:
			return NE_ROUTE_OURS;
		case NE_UNDO_GONE:
			ne_stat_add(NE_STAT_FLOWS_GONE, 1);
			return NE_ROUTE_GONE;
		case NE_UNDO_REFUSED:
			break;
	}
	ne_stat_add(NE_STAT_ROUTES_REFUSED, 1);
	return NE_ROUTE_REFUSED;
}

/* Nothing of the message changes before all tokens are seen to be good */
static int route(sip_msg_t *msg)
{
	struct ne_course course = *ne_course_of(msg);
	int rr, undone;

	if(course.outcome == NE_COURSE_REFUSED) {
		ne_stat_add(NE_STAT_ROUTES_REFUSED, 1);
		return NE_ROUTE_REFUSED;
	}
	undone = undo(msg);
	if(undone < NE_RC_FALSE && course.outcome != NE_COURSE_FLOW)
		return undone;
	rr = ne_loose_route(msg);
	if(course.outcome == NE_COURSE_FLOW)
		return follow(msg, &course.flow);
	if(undone == NE_ROUTE_OURS || (rr > 0 && course.outcome == NE_COURSE_OURS))
		return NE_ROUTE_OURS;
	return rr > 0 ? NE_RC_TRUE : NE_RC_FALSE;
}

static void know(sip_msg_t *msg, int rc)
{
	last.rc = rc;
	ne_key_set(&last.key, msg);
}

void ne_route_loose(sip_msg_t *msg)
{
	const struct ne_course *course;

	if(ne_key_is(&last.key, msg))
		return;
	course = ne_course_of(msg);
	switch(course->outcome) {
		case NE_COURSE_FLOW:
			know(msg, follow(msg, &course->flow));
			break;
		case NE_COURSE_OURS:
			know(msg, NE_ROUTE_OURS);
			break;
		case NE_COURSE_REFUSED:
			ne_stat_add(NE_STAT_ROUTES_REFUSED, 1);
			know(msg, NE_ROUTE_REFUSED);
			break;
		case NE_COURSE_PLAIN:
			know(msg, NE_RC_TRUE);
			break;
	}
}

int ki_nat_route(sip_msg_t *msg)
{
	int rc;

	if(msg->first_line.type != SIP_REQUEST)
		return NE_RC_FALSE;
	if(!ne_has_rr()) {
		LM_ERR("nat_route(): module %s is not loaded; the request's Route is "
			   "not followed\n",
				"rr");
		return NE_RC_FALSE;
	}
	if(ne_key_is(&last.key, msg))
		return last.rc;
	/* for the callback of the loose_route() in it */
	know(msg, NE_RC_FALSE);
	rc = route(msg);
	know(msg, rc);
	return rc;
}
