/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * XML in, elements of a draft out. The only file that includes libxml2.
 *
 * The file is one document in UTF-8 with all elements in NT_POLICY_NAMESPACE
 * and all content in attributes. Whatever could make a parser open, fetch,
 * multiply or convert something is a fault: document types, entities other than
 * XML's own five, processing instructions, other encodings and other
 * namespaces, xml:base and xml:lang included. Comments are fine, and so are
 * xmlns declarations.
 *
 * A fault of the content is reported and reading goes on; one that breaks the
 * document, or a limit, ends it. A fault's line is where its element begins.
 *
 * Nothing is opened, nothing is printed, and no state that libxml2 shares with
 * other users in this process is changed, but for the calling thread's last
 * error, which is cleared.
 */
#ifndef NT_POLICY_XML_H
#define NT_POLICY_XML_H

#include "nt/nt_draft.h"

/** Of one document; and bytes of one attribute's value */
#define NT_POLICY_DEPTH 16
#define NT_POLICY_ELEMENTS 65536
#define NT_POLICY_VALUE ((size_t)4 << 20)

/** Read a document of at most NT_POLICY_FILE_MAX bytes into a draft, which is
 * then ready to be compiled. Values are borrowed for nt_draft_open() only.
 * @return 0; EINVAL, the draft has faults; ENOMEM */
int nt_policy_xml_read(struct nt_draft *draft, struct nt_span bytes);

#endif /* NT_POLICY_XML_H */
