<?xml version="1.0" encoding="UTF-8"?>
<!-- SPDX-License-Identifier: GPL-2.0-or-later -->
<!-- Turns a module's manual (a book) into a refentry, of which docbook-xsl makes a man page. The sections of the first
     chapter are the page's own; each other chapter is one section of it. Sections keep their order and ids; the third
     level is the deepest a man page knows. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">
<xsl:output method="xml" encoding="UTF-8"/>
<xsl:param name="name"/>

<xsl:template match="/book">
	<refentry>
		<refentryinfo>
			<title><xsl:value-of select="bookinfo/title"/></title>
			<productname><xsl:value-of select="bookinfo/productname"/></productname>
			<!-- without one docbook-xsl takes today -->
			<date>-</date>
		</refentryinfo>
		<refmeta>
			<refentrytitle><xsl:value-of select="$name"/></refentrytitle>
			<manvolnum>7</manvolnum>
			<refmiscinfo class="manual">Kamailio modules</refmiscinfo>
			<refmiscinfo class="source">Kamailio</refmiscinfo>
		</refmeta>
		<refnamediv>
			<refname><xsl:value-of select="$name"/></refname>
			<refpurpose><xsl:value-of select="bookinfo/subtitle"/></refpurpose>
		</refnamediv>
		<xsl:apply-templates select="chapter[1]/section|chapter[position() &gt; 1]"/>
	</refentry>
</xsl:template>

<xsl:template match="chapter/section">
	<refsect1><xsl:apply-templates select="@id|node()"/></refsect1>
</xsl:template>

<xsl:template match="chapter/section/section">
	<refsect2><xsl:apply-templates select="@id|node()"/></refsect2>
</xsl:template>

<xsl:template match="chapter/section/section//section">
	<refsect3><xsl:apply-templates select="@id|node()"/></refsect3>
</xsl:template>

<xsl:template match="chapter">
	<refsect1><xsl:apply-templates select="@id|node()"/></refsect1>
</xsl:template>

<xsl:template match="chapter[position() &gt; 1]/section" priority="2">
	<refsect2><xsl:apply-templates select="@id|node()"/></refsect2>
</xsl:template>

<xsl:template match="chapter[position() &gt; 1]/section//section" priority="2">
	<refsect3><xsl:apply-templates select="@id|node()"/></refsect3>
</xsl:template>

<!-- Numbered captions are of no use in a man page -->
<xsl:template match="example">
	<para><emphasis>Example: <xsl:value-of select="title"/></emphasis></para>
	<xsl:apply-templates select="programlisting"/>
</xsl:template>

<xsl:template match="programlisting/text()">
	<xsl:value-of select="."/>
</xsl:template>

<xsl:template match="xref">
	<quote><xsl:value-of select="id(@linkend)/title | //*[@id = current()/@linkend]/title"/></quote>
</xsl:template>

<xsl:template match="@*|node()">
	<xsl:copy><xsl:apply-templates select="@*|node()"/></xsl:copy>
</xsl:template>
</xsl:stylesheet>
