/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Offers and answers of whole calls, message by message. The words are those of
 * nt_offers_words.h. */
#include "unit/nt/nt_offers_words.h"

#define ANSWERED                                 \
	"> INVITE 1 s = offer A INVITE\n"            \
	"< 200 INVITE 1 s t1 = answer A INVITE #1\n" \
	"> ACK 1 t1 = -\n"
#define BYE             \
	"> BYE 90 t1 = -\n" \
	"< 200 BYE 90 t1 = delete call\n"

/* clang-format off */
static const struct {
	const char *name, *steps;
} calls[] = {
	{"N104 pattern 1: offer in INVITE, answer in 2xx",
		"> INVITE 1 s = offer A INVITE\n< 100 INVITE 1 = -\n< 180 INVITE 1 t1 = -\n"
		"< 200 INVITE 1 s t1 = answer A INVITE #1\n> ACK 1 t1 = -\n" BYE},
	{"N104 pattern 2: offer in INVITE, answer in a reliable 1xx",
		"> INVITE 1 s = offer A INVITE\n< r183 INVITE 1 s t1 = answer A INVITE #1\n> PRACK 2 t1 = -\n< 200 PRACK 2 t1 = -\n"
		"< 200 INVITE 1 t1 = -\n> ACK 1 t1 = -\n" BYE},
	{"N104 pattern 3: offer in 2xx, answer in ACK",
		"> INVITE 1 = -\n< 180 INVITE 1 t1 = -\n< 200 INVITE 1 s t1 = offer B 2xx\n> ACK 1 s t1 = answer B 2xx #1\n" BYE},
	{"N104 pattern 4: offer in a reliable 1xx, answer in PRACK",
		"> INVITE 1 = -\n< r183 INVITE 1 s t1 = offer B reliable 1xx\n> PRACK 2 s t1 = answer B reliable 1xx #1\n< 200 PRACK 2 t1 = -\n"
		"< 200 INVITE 1 t1 = -\n> ACK 1 t1 = -\n" BYE},
	{"N104 pattern 5: offer in PRACK, answer in its 2xx: a PRACK's SDP is no answer to the INVITE's",
		"> INVITE 1 s = offer A INVITE\n< r183 INVITE 1 s t1 = answer A INVITE #1\n> PRACK 2 s t1 = offer A PRACK\n"
		"< 200 PRACK 2 s t1 = answer A PRACK #2\n< 200 INVITE 1 t1 = -\n> ACK 1 t1 = -\n" BYE},
	{"N104 pattern 6: offer in UPDATE, answer in its 2xx, of both sides, early and later",
		"> INVITE 1 s = offer A INVITE\n< r183 INVITE 1 s t1 = answer A INVITE #1\n> PRACK 2 t1 = -\n< 200 PRACK 2 t1 = -\n"
		"> UPDATE 3 s t1 = offer A UPDATE\n< 200 UPDATE 3 s t1 = answer A UPDATE #2\n"
		"< UPDATE 7 s t1 = offer B UPDATE\n> 200 UPDATE 7 s t1 = answer B UPDATE #3\n"
		"< 200 INVITE 1 t1 = -\n> ACK 1 t1 = -\n> UPDATE 4 s t1 = offer A UPDATE\n< 200 UPDATE 4 s t1 = answer A UPDATE #4\n" BYE},
	{"N104 re-INVITE of both sides", ANSWERED
		"> INVITE 2 s t1 = offer A INVITE\n< 200 INVITE 2 s t1 = answer A INVITE #2\n> ACK 2 t1 = -\n"
		"< INVITE 1 s t1 = offer B INVITE\n> 200 INVITE 1 s t1 = answer B INVITE #3\n< ACK 1 t1 = -\n" BYE},
	{"N104 re-INVITE with a late offer, from B", ANSWERED
		"< INVITE 5 t1 = -\n> 200 INVITE 5 s t1 = offer A 2xx\n< ACK 5 s t1 = answer A 2xx #2\n" BYE},
	{"N104 re-INVITE answered early, with PRACK", ANSWERED
		"< INVITE 5 s t1 = offer B INVITE\n> r183 INVITE 5 s t1 = answer B INVITE #2\n< PRACK 6 s t1 = offer B PRACK\n"
		"> 200 PRACK 6 s t1 = answer B PRACK #3\n> 200 INVITE 5 t1 = -\n< ACK 5 t1 = -\n" BYE},
	{"N105 a preview, then the answer: one exchange",
		"> INVITE 1 s = offer A INVITE\n< 183 INVITE 1 s t1 = preview A INVITE\n< 183 INVITE 1 s t1 = preview A INVITE again\n"
		"< 180 INVITE 1 t1 = -\n< 200 INVITE 1 s t1 = answer A INVITE #1\n< 200 INVITE 1 s t1 = answer A INVITE #1 again\n> ACK 1 t1 = -\n" BYE},
	{"N105 a preview, then a reliable answer, then its copies",
		"> INVITE 1 s = offer A INVITE\n< 183 INVITE 1 s t1 = preview A INVITE\n< r183 INVITE 1 s t1 = answer A INVITE #1\n"
		"< r183 INVITE 1 s t1 = answer A INVITE #1 again\n> PRACK 2 t1 = -\n< 200 PRACK 2 t1 = -\n< 180 INVITE 1 s t1 = answer A INVITE #1 again\n"
		"< 200 INVITE 1 s t1 = answer A INVITE #1 again\n> ACK 1 t1 = -\n" BYE},
	{"N105 a preview, and a 200 without SDP",
		"> INVITE 1 s = offer A INVITE\n< 183 INVITE 1 s t1 = preview A INVITE\n< 200 INVITE 1 t1 = - answered in an unreliable 1xx\n"
		"> ACK 1 t1 = -\n> INVITE 2 s t1 = offer A INVITE\n< 488 INVITE 2 t1 = rollback #1 refused\n" BYE},
	{"N104 SDP in an unreliable 1xx of an INVITE without is no offer",
		"> INVITE 1 = -\n< 183 INVITE 1 s t1 = - neither offer nor answer\n< 200 INVITE 1 s t1 = offer B 2xx\n> ACK 1 s t1 = answer B 2xx #1\n" BYE},
	{"N104 the 200 repeats the offer of the reliable 1xx",
		"> INVITE 1 = -\n< r183 INVITE 1 s t1 = offer B reliable 1xx\n< r183 INVITE 1 s t1 = offer B reliable 1xx again\n> PRACK 2 s t1 = answer B reliable 1xx #1\n"
		"> PRACK 2 s t1 = answer B reliable 1xx #1 again\n< 200 INVITE 1 s t1 = offer B reliable 1xx again\n> ACK 1 t1 = -\n" BYE},
	{"N104 the 200 repeats what an UPDATE has changed since",
		"> INVITE 1 s = offer A INVITE\n< r183 INVITE 1 s t1 = answer A INVITE #1\n> UPDATE 3 s t1 = offer A UPDATE\n< 200 INVITE 1 s t1 = - neither offer nor answer\n"
		"< 200 UPDATE 3 s t1 = answer A UPDATE #2\n< 200 INVITE 1 s t1 = - neither offer nor answer\n" BYE},
	{"N104 SDP in the ACK of an answered INVITE is nothing",
		"> INVITE 1 s = offer A INVITE\n< 200 INVITE 1 s t1 = answer A INVITE #1\n> ACK 1 s t1 = - neither offer nor answer\n" BYE},
	{"N104 SDP in a PRACK while the INVITE's offer is open is nothing",
		"> INVITE 1 s = offer A INVITE\n< r180 INVITE 1 t1 = -\n> PRACK 2 s t1 = - glare\n< 200 PRACK 2 s t1 = - neither offer nor answer\n"
		"< 200 INVITE 1 s t1 = answer A INVITE #1\n" BYE},
	{"N104 SDP in INFO and CANCEL is nothing", ANSWERED "> OTHER 2 s t1 = -\n< 200 OTHER 2 s t1 = -\n" BYE},
	{"N104 an UPDATE without SDP, as of session timers", ANSWERED "> UPDATE 2 t1 = -\n< 200 UPDATE 2 t1 = -\n" BYE},
	{"copies of ACK and 2xx of a late offer",
		"> INVITE 1 = -\n< 200 INVITE 1 s t1 = offer B 2xx\n< 200 INVITE 1 s t1 = offer B 2xx again\n> ACK 1 s t1 = answer B 2xx #1\n"
		"< 200 INVITE 1 s t1 = offer B 2xx again\n> ACK 1 s t1 = answer B 2xx #1 again\n" BYE},
	{"copies of requests with an offer, before and after the answer", ANSWERED
		"> UPDATE 2 s t1 = offer A UPDATE\n> UPDATE 2 s t1 = offer A UPDATE again\n< 200 UPDATE 2 s t1 = answer A UPDATE #2\n"
		"> UPDATE 2 s t1 = offer A UPDATE again\n< 200 UPDATE 2 s t1 = answer A UPDATE #2 again\n"
		"> INVITE 3 s t1 = offer A INVITE\n> INVITE 3 s t1 = offer A INVITE again\n" BYE},
	{"N031 a failed re-INVITE takes back its offer", ANSWERED
		"> INVITE 2 s t1 = offer A INVITE\n< 488 INVITE 2 t1 = rollback #1 refused\n< 488 INVITE 2 t1 = -\n> ACK 2 t1 = -\n"
		"> INVITE 2 s t1 = - neither offer nor answer\n> INVITE 3 s t1 = offer A INVITE\n< 200 INVITE 3 s t1 = answer A INVITE #2\n" BYE},
	{"N031 a refusal again does not take back what came after it", ANSWERED
		"> INVITE 2 s t1 = offer A INVITE\n< 488 INVITE 2 t1 = rollback #1 refused\n> UPDATE 3 s t1 = offer A UPDATE\n< 200 UPDATE 3 s t1 = answer A UPDATE #2\n"
		"< 488 INVITE 2 t1 = -\n> UPDATE 4 s t1 = offer A UPDATE\n< 488 INVITE 2 t1 = -\n< 200 UPDATE 4 s t1 = answer A UPDATE #3\n" BYE},
	{"N031 copies from within a failed re-INVITE open nothing", ANSWERED
		"> INVITE 2 s t1 = offer A INVITE\n< r183 INVITE 2 s t1 = answer A INVITE #2\n> PRACK 3 s t1 = offer A PRACK\n< 200 PRACK 3 s t1 = answer A PRACK #3\n"
		"< 488 INVITE 2 t1 = rollback #1 refused\n> PRACK 3 s t1 = offer A PRACK again\n> UPDATE 4 s t1 = offer A UPDATE\n" },
	{"branches of one INVITE, only one with SDP", "> INVITE 1 b1 = -\n> INVITE 1 s b2 = offer A INVITE\n< 200 INVITE 1 s b1 t1 = offer B 2xx\n< 200 INVITE 1 s b2 t2 = answer A INVITE #1\n"},
	{"N032 one tag in two branches is one leg", "> INVITE 1 s b1 = offer A INVITE\n> INVITE 1 s b2 = offer A INVITE\n< 183 INVITE 1 s b1 t1 = preview A INVITE\n< 183 INVITE 1 s b2 t1 = - no such leg\n"},
	{"a very late copy of an INVITE holds nobody up", ANSWERED
		"> INVITE 2 s t1 = offer A INVITE\n< 200 INVITE 2 s t1 = answer A INVITE #2\n< INVITE 7 t1 = -\n> 500 INVITE 7 t1 = -\n"
		"> INVITE 2 s t1 = offer A INVITE again\n< INVITE 8 s t1 = offer B INVITE\n> 200 INVITE 8 s t1 = answer B INVITE #3\n"},
	{"the same CSeq on both sides is not the same transaction", ANSWERED
		"> UPDATE 2 s t1 = offer A UPDATE\n< INVITE 2 t1 = - glare\n< 200 UPDATE 2 s t1 = answer A UPDATE #2\n> INVITE 3 s t1 = offer A INVITE\n< 200 INVITE 3 s t1 = answer A INVITE #3\n"
		"< INVITE 3 t1 = -\n> 183 INVITE 3 s t1 = - neither offer nor answer\n> r183 INVITE 3 s t1 = offer A reliable 1xx\n< PRACK 4 s t1 = answer A reliable 1xx #4\n"
		"< PRACK 5 s t1 = offer B PRACK\n> 200 PRACK 5 s t1 = answer B PRACK #5\n"},
	{"SDP in a later reply to an INVITE without any, when the other side's was the last", ANSWERED
		"< INVITE 1 t1 = -\n< UPDATE 2 s t1 = offer B UPDATE\n> 200 UPDATE 2 s t1 = answer B UPDATE #2\n> r183 INVITE 1 s t1 = offer A reliable 1xx\n"},
	{"the same CSeq on both sides: SDP behind a refusal", ANSWERED
		"> INVITE 3 s t1 = offer A INVITE\n< 200 INVITE 3 s t1 = answer A INVITE #2\n< INVITE 3 s t1 = offer B INVITE\n> 488 INVITE 3 t1 = rollback #2 refused\n> 183 INVITE 3 s t1 = - neither offer nor answer\n"},
	{"N031 a re-INVITE that had no time", ANSWERED "< INVITE 2 s t1 = offer B INVITE\n> 408 INVITE 2 t1 = rollback #1 refused\n" BYE},
	{"N031 a re-INVITE that is asked for a password", ANSWERED
		"> INVITE 2 s t1 = offer A INVITE\n< 407 INVITE 2 t1 = rollback #1 refused\n> INVITE 3 s t1 = offer A INVITE\n< 200 INVITE 3 s t1 = answer A INVITE #2\n" BYE},
	{"N031 N106 a re-INVITE that fails after answers takes back all of them", ANSWERED
		"> INVITE 2 s t1 = offer A INVITE\n< r183 INVITE 2 s t1 = answer A INVITE #2\n> PRACK 3 s t1 = offer A PRACK\n< 200 PRACK 3 s t1 = answer A PRACK #3\n"
		"< 488 INVITE 2 t1 = rollback #1 refused\n> UPDATE 4 s t1 = offer A UPDATE\n< 200 UPDATE 4 s t1 = answer A UPDATE #4\n" BYE},
	{"N031 a re-INVITE without SDP that fails takes nothing back", ANSWERED "> INVITE 2 t1 = -\n< 500 INVITE 2 t1 = -\n" BYE},
	{"N031 a late offer of a re-INVITE that fails before PRACK", ANSWERED
		"> INVITE 2 t1 = -\n< r183 INVITE 2 s t1 = offer B reliable 1xx\n< 500 INVITE 2 t1 = rollback #1 refused\n" BYE},
	{"N031 the UPDATE within a failed re-INVITE has a reply of its own", ANSWERED
		"> INVITE 2 s t1 = offer A INVITE\n< r183 INVITE 2 s t1 = answer A INVITE #2\n> UPDATE 3 s t1 = offer A UPDATE\n"
		"< 488 INVITE 2 t1 = rollback #1 refused\n< 200 UPDATE 3 s t1 = answer A UPDATE #3\n" BYE},
	{"N106 a failed UPDATE", ANSWERED "> UPDATE 2 s t1 = offer A UPDATE\n< 488 UPDATE 2 t1 = rollback #1 refused\n" BYE},
	{"N106 a failed PRACK",
		"> INVITE 1 s = offer A INVITE\n< r183 INVITE 1 s t1 = answer A INVITE #1\n> PRACK 2 s t1 = offer A PRACK\n< 488 PRACK 2 t1 = rollback #1 refused\n< 200 INVITE 1 t1 = -\n" BYE},
	{"N106 F15 glare of two re-INVITEs", ANSWERED
		"> INVITE 2 s t1 = offer A INVITE\n< INVITE 8 s t1 = - glare\n> 491 INVITE 8 t1 = -\n< 491 INVITE 2 t1 = rollback #1 refused\n"
		"< INVITE 9 s t1 = offer B INVITE\n> 200 INVITE 9 s t1 = answer B INVITE #2\n" BYE},
	{"N106 F15 glare of two UPDATEs", ANSWERED
		"< UPDATE 8 s t1 = offer B UPDATE\n> UPDATE 2 s t1 = - glare\n< 491 UPDATE 2 t1 = -\n> 200 UPDATE 8 s t1 = answer B UPDATE #2\n" BYE},
	{"N106 F15 glare of re-INVITE and UPDATE", ANSWERED
		"< UPDATE 8 s t1 = offer B UPDATE\n> INVITE 2 s t1 = - glare\n< 491 INVITE 2 t1 = -\n> 491 UPDATE 8 t1 = rollback #1 refused\n"
		"> INVITE 3 t1 = -\n< UPDATE 9 s t1 = offer B UPDATE\n" BYE},
	{"N106 a re-INVITE without SDP while another is under way", ANSWERED
		"> INVITE 2 s t1 = offer A INVITE\n< INVITE 8 t1 = - glare\n> 491 INVITE 8 t1 = -\n< 200 INVITE 2 s t1 = answer A INVITE #2\n" BYE},
	{"a 2xx without the answer", "> INVITE 1 s = offer A INVITE\n< 200 INVITE 1 t1 = rollback #0 no answer where it had to be\n> ACK 1 t1 = -\n" BYE},
	{"an ACK without the answer", "> INVITE 1 = -\n< 200 INVITE 1 s t1 = offer B 2xx\n> ACK 1 t1 = rollback #0 no answer where it had to be\n" BYE},
	{"an UPDATE's 2xx without the answer", ANSWERED "> UPDATE 2 s t1 = offer A UPDATE\n< 200 UPDATE 2 t1 = rollback #1 no answer where it had to be\n" BYE},
	{"a reliable offer that no PRACK answered",
		"> INVITE 1 = -\n< r183 INVITE 1 s t1 = offer B reliable 1xx\n> PRACK 2 t1 = -\n< 200 INVITE 1 t1 = rollback #0 no answer where it had to be\n" BYE},
	{"no SDP at all", "> INVITE 1 = -\n< 200 INVITE 1 t1 = -\n> ACK 1 t1 = -\n" BYE},
	{"an ACK that took another way",
		"> INVITE 1 = -\n< 200 INVITE 1 s t1 = offer B 2xx\n> INVITE 2 s t1 = offer A INVITE\n> ACK 1 s t1 = - neither offer nor answer\n< 200 INVITE 2 s t1 = answer A INVITE #1\n" BYE},
	{"an ACK that took another way, then an INVITE without SDP",
		"> INVITE 1 = -\n< 200 INVITE 1 s t1 = offer B 2xx\n> INVITE 2 t1 = -\n< 200 INVITE 2 s t1 = offer B 2xx\n> ACK 2 s t1 = answer B 2xx #1\n" BYE},
	{"a re-INVITE whose end was not seen", ANSWERED
		"> INVITE 2 s t1 = offer A INVITE\n> INVITE 3 s t1 = offer A INVITE\n< 200 INVITE 2 s t1 = - neither offer nor answer\n< 200 INVITE 3 s t1 = answer A INVITE #2\n" BYE},
	{"N032 forks, one answers",
		"> INVITE 1 s b1 = offer A INVITE\n> INVITE 1 s b2 = offer A INVITE\n< 183 INVITE 1 s b1 t1 = preview A INVITE\n< 183 INVITE 1 s b2 t2 = preview A INVITE\n"
		"< 200 INVITE 1 s b2 t2 = answer A INVITE #1\n< 487 INVITE 1 b1 t1 = delete branch\n> ACK 1 t2 = -\ndone = delete early\n> BYE 2 t2 = -\n< 200 BYE 2 t2 = delete call\n"},
	{"N032 forks, both answer: two legs",
		"> INVITE 1 s b1 = offer A INVITE\n> INVITE 1 s b2 = offer A INVITE\n< 200 INVITE 1 s b2 t2 = answer A INVITE #1\n< 200 INVITE 1 s b1 t1 = answer A INVITE #1\n"
		"> ACK 1 t1 = -\n> ACK 1 t2 = -\n> BYE 2 t1 = -\n< 200 BYE 2 t1 = delete leg\ndone = delete early\n"
		"< INVITE 2 s t2 = offer B INVITE\n> 200 INVITE 2 s t2 = answer B INVITE #2\n> BYE 3 t2 = -\n< 200 BYE 3 t2 = delete call\n"},
	{"N032 a fork behind one branch: three tags, two 2xx",
		"> INVITE 1 s = offer A INVITE\n< 180 INVITE 1 t1 = -\n< r183 INVITE 1 s t2 = answer A INVITE #1\n< 183 INVITE 1 s t3 = preview A INVITE\n"
		"> PRACK 2 t2 = -\n< 200 INVITE 1 s t1 = answer A INVITE #1\n< 200 INVITE 1 t2 = -\n> ACK 1 t1 = -\ndone = delete early\n"
		"> UPDATE 9 s t3 = - no such leg\n> UPDATE 3 s t2 = offer A UPDATE\n< 200 UPDATE 3 s t2 = answer A UPDATE #2\n"},
	{"N032 late offer with forks: each callee offers",
		"> INVITE 1 b1 = -\n> INVITE 1 b2 = -\n< r183 INVITE 1 s b1 t1 = offer B reliable 1xx\n< r183 INVITE 1 s b2 t2 = offer B reliable 1xx\n"
		"> PRACK 2 s t2 = answer B reliable 1xx #1\n> PRACK 3 s t1 = answer B reliable 1xx #1\n< 200 INVITE 1 b1 t1 = -\n< 487 INVITE 1 b2 t2 = delete branch\n"},
	{"N032 one branch after the other",
		"> INVITE 1 s b1 = offer A INVITE\n< 183 INVITE 1 s b1 t1 = preview A INVITE\n< 486 INVITE 1 b1 t1 = delete call\n> INVITE 1 s b2 = offer A INVITE\n"
		"< 200 INVITE 1 s b2 t2 = answer A INVITE #1\n< 183 INVITE 1 s b1 t1 = - no such leg\n"},
	{"a branch again, and a branch's end again",
		"> INVITE 1 s b1 = offer A INVITE\n> INVITE 1 s b1 = offer A INVITE again\n< 486 INVITE 1 b1 t1 = delete call\n< 486 INVITE 1 b1 t1 = - no such leg\ndone = -\n> INVITE 1 s b2 = - ended\n"},
	{"an INVITE again with a password",
		"> INVITE 1 s = offer A INVITE\n< 407 INVITE 1 t1 = delete call\ndone = -\n> INVITE 2 s = offer A INVITE\n< 200 INVITE 2 s t2 = answer A INVITE #1\n< 200 INVITE 1 s t1 = - no such leg\n> INVITE 1 s = - ended\n"},
	{"F15 CANCEL and 200 cross: the 200 counts",
		"> INVITE 1 s = offer A INVITE\n< 183 INVITE 1 s t1 = preview A INVITE\n> CANCEL 1 = -\n< 200 INVITE 1 s t1 = answer A INVITE #1\n> ACK 1 t1 = -\n" BYE},
	{"F15 CANCEL",
		"> INVITE 1 s = offer A INVITE\n< 183 INVITE 1 s t1 = preview A INVITE\n> CANCEL 1 = -\n< 487 INVITE 1 t1 = delete call\ndone = -\n< 200 INVITE 1 s t1 = - no such leg\n"},
	{"F15 a late 18x after the 2xx", ANSWERED "< 183 INVITE 1 s t1 = answer A INVITE #1 again\n" BYE},
	{"F15 a late 2xx after re-INVITE", ANSWERED
		"> INVITE 2 s t1 = offer A INVITE\n< 200 INVITE 1 s t1 = - neither offer nor answer\n< 200 INVITE 2 s t1 = answer A INVITE #2\n" BYE},
	{"T11 F15 after BYE nothing is made", ANSWERED BYE
		"> INVITE 99 s t1 = - ended\n< 200 INVITE 99 s t1 = - ended\n< UPDATE 3 s t1 = - ended\n< 200 INVITE 1 s t1 = - ended\n> BYE 91 t1 = - ended\n< 200 BYE 90 t1 = - ended\n"
		"> INVITE 1 s = - ended\n> INVITE 1 s b7 = - ended\ndone = -\n"},
	{"T11 F15 BYE and re-INVITE cross", ANSWERED
		"> INVITE 2 s t1 = offer A INVITE\n< BYE 8 t1 = -\n< 487 INVITE 2 t1 = rollback #1 refused\n> INVITE 3 s t1 = - ended\n> UPDATE 4 s t1 = - ended\n> 200 BYE 8 t1 = delete call\n"},
	{"T11 F15 a re-INVITE is answered while BYE is under way", ANSWERED
		"> INVITE 2 s t1 = offer A INVITE\n< BYE 8 t1 = -\n< 200 INVITE 2 s t1 = answer A INVITE #2\n> 200 BYE 8 t1 = delete call\n"},
	{"F15 both hang up", ANSWERED "> BYE 2 t1 = -\n< BYE 8 t1 = -\n> 200 BYE 8 t1 = delete call\n< 200 BYE 2 t1 = - ended\n"},
	{"T11 a BYE that nobody answers", ANSWERED "> BYE 2 t1 = -\n< 408 BYE 2 t1 = delete call\n"},
	{"a BYE for a dialog that B does not know", ANSWERED "> BYE 2 t1 = -\n< 481 BYE 2 t1 = delete call\n"},
	{"a BYE that is asked for a password ends nothing", ANSWERED
		"> BYE 2 t1 = -\n< 100 BYE 2 t1 = -\n< 407 BYE 2 t1 = -\n> UPDATE 3 s t1 = offer A UPDATE\n< 200 UPDATE 3 s t1 = answer A UPDATE #2\n> BYE 4 t1 = -\n< 200 BYE 4 t1 = delete call\n"},
	{"BYE of an early leg, challenged once",
		"> INVITE 1 s = offer A INVITE\n< 183 INVITE 1 s t1 = preview A INVITE\n> BYE 2 t1 = -\n< 401 BYE 2 t1 = -\n> BYE 3 t1 = -\n< 200 BYE 3 t1 = delete leg\n"
		"< 183 INVITE 1 s t1 = - ended\n< 487 INVITE 1 t1 = delete call\n"},
	{"a callee without a tag", "> INVITE 1 s = offer A INVITE\n< 183 INVITE 1 s = preview A INVITE\n< 200 INVITE 1 s = answer A INVITE #1\n> INVITE 1 s = - ended\n"},
	{"nothing is known of the call", "> UPDATE 3 s t1 = - no such leg\n< 200 INVITE 1 s t1 = - no such leg\n> BYE 4 t1 = - no such leg\n< 200 BYE 4 t1 = - no such leg\ndone = -\n"},
	{"N031 a 2xx for a re-INVITE that was not seen", ANSWERED "< 200 INVITE 44 s t1 = - neither offer nor answer\n> 500 INVITE 44 t1 = -\n" BYE},
};
/* clang-format on */

static void play(const char *name, struct nt_offers *call, const char *steps)
{
	struct nt_span rest = nt_span_cstr(steps), line;
	char text[NT_ACT_TEXT];

	while(nt_span_line(&rest, &line)) {
		const char *equals = nt_span_find(line, '=');
		struct nt_span want;
		struct nt_offers_event e;
		struct nt_offers_act act;

		NT_MUST(equals != NULL);
		want = nt_span_trim(nt_span_of(
				equals + 1, line.len - (size_t)(equals + 1 - line.p)));
		e = event_must(nt_span_of(line.p, (size_t)(equals - line.p)));
		act = nt_offers_seen(call, &e);
		act_text(text, &act);
		ck_assert_msg(nt_span_eq(want, nt_span_cstr(text)),
				"%s: '%.*s': '%s' instead of '%.*s'", name, NT_SPAN_FMT(line),
				text, NT_SPAN_FMT(want));
		ck_assert(act.what != NT_OFFERS_OFFER || e.tag == act.tag);
	}
}

START_TEST(whole_calls)
{
	struct nt_offers *call = nt_heap(NULL, sizeof(*call));

	memset(call, 0, sizeof(*call));
	play(calls[_i].name, call, calls[_i].steps);
	free(call);
}
END_TEST

/* T12: as many legs as there is room for; tombstones make room for others */
START_TEST(T12_legs_are_bounded)
{
	struct nt_offers *call = nt_heap(NULL, sizeof(*call));
	char step[NT_ACT_TEXT];

	memset(call, 0, sizeof(*call));
	play("begin", call, "> INVITE 1 s = offer A INVITE\n");
	for(unsigned i = 1; i < NT_OFFERS_LEGS; i++) {
		snprintf(step, sizeof(step),
				"< 183 INVITE 1 s t%u = preview A INVITE\n", i);
		play("fork", call, step);
	}
	play("full", call,
			"< 183 INVITE 1 s t99 = - too many legs\n"
			"> INVITE 1 s b1 = - too many legs\n"
			"< 200 INVITE 1 s t3 = answer A INVITE #1\n"
			"> BYE 2 t3 = -\n< 200 BYE 2 t3 = delete leg\n"
			"> BYE 3 t4 = -\n< 200 BYE 3 t4 = delete leg\n");
	ck_assert_uint_eq(nt_offers_alive(call), NT_OFFERS_LEGS - 2);
	/* the oldest goes first */
	play("room", call,
			"< 183 INVITE 1 s t99 = preview A INVITE\n"
			"< UPDATE 9 s t3 = - no such leg\n"
			"< UPDATE 9 s t4 = - ended\n"
			"< 183 INVITE 1 s t98 = preview A INVITE\n"
			"< 183 INVITE 1 s t97 = - too many legs\n"
			"done = delete call\n");
	free(call);
}
END_TEST

START_TEST(a_leg_is_known_again_after_a_restart)
{
	struct nt_offers call = {.cseq = 0};

	ck_assert(!nt_offers_resume(&call, 0, 1));
	ck_assert(nt_offers_resume(&call, 7, 4));
	ck_assert(!nt_offers_resume(&call, 7, 4));
	play("resumed", &call,
			"> INVITE 0 s t7 = offer A INVITE\n"
			"< 488 INVITE 0 t7 = rollback #4 refused\n"
			"< INVITE 2 s t7 = offer B INVITE\n"
			"> 200 INVITE 2 s t7 = answer B INVITE #5\n"
			"> BYE 3 t7 = -\n< 200 BYE 3 t7 = delete call\n");
	ck_assert(!nt_offers_resume(&call, 7, 4));
	for(uint32_t i = 1; i <= NT_OFFERS_LEGS; i++)
		ck_assert(nt_offers_resume(&call, 100 + i, 1));
	ck_assert(!nt_offers_resume(&call, 99, 1));
}
END_TEST

/* So many exchanges that their numbers begin again: 0 means that there is none
 */
START_TEST(numbers_begin_again_behind_0)
{
	struct nt_offers call = {.cseq = 0};

	ck_assert(nt_offers_resume(&call, 7, 65534));
	play("numbers", &call,
			"> UPDATE 1 s t7 = offer A UPDATE\n"
			"< 200 UPDATE 1 s t7 = answer A UPDATE #65535\n"
			"> UPDATE 2 s t7 = offer A UPDATE\n"
			"< 200 UPDATE 2 s t7 = answer A UPDATE #1\n");
}
END_TEST

START_TEST(all_have_names)
{
	for(int i = 0; i < NT_WHY_COUNT; i++)
		ck_assert_str_ne(nt_offers_why_name((enum nt_offers_why)i), "unknown");
	for(int i = 0; i < NT_BY_COUNT; i++)
		ck_assert_str_ne(nt_offers_by_name((enum nt_offers_by)i), "unknown");
	ck_assert_str_eq(nt_offers_why_name((enum nt_offers_why)99), "unknown");
	ck_assert_str_eq(nt_offers_by_name((enum nt_offers_by)99), "unknown");
}
END_TEST

int main(void)
{
	Suite *s = suite_create("nt_offers");

	nt_add_rows(s, "calls", whole_calls, NT_COUNT(calls));
	nt_add_rows(s, "bounds", T12_legs_are_bounded, 1);
	nt_add_rows(s, "resume", a_leg_is_known_again_after_a_restart, 1);
	nt_add_rows(s, "numbers", numbers_begin_again_behind_0, 1);
	nt_add_rows(s, "names", all_have_names, 1);
	return nt_run(s);
}
