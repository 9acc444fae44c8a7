using System.Globalization;

namespace HubSpotDeals.Infrastructure.Exports.Excel;

/// <summary>The parts of a workbook beside its sheets.</summary>
static class WorkbookParts
{
    const string Head = """<?xml version="1.0" encoding="UTF-8" standalone="yes"?>""" + "\n";
    const string Main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    const string Office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    const string Package = "http://schemas.openxmlformats.org/package/2006/";

    internal const string ContentTypes = Head
        + $"""<Types xmlns="{Package}content-types">"""
        + $"""<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>"""
        + $"""<Default Extension="xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>"""
        + $"""<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>"""
        + $"""<Override PartName="/xl/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/>"""
        + "</Types>";

    internal const string Relations = Head
        + $"""<Relationships xmlns="{Package}relationships"><Relationship Id="rId1" Type="{Office}/officeDocument" Target="xl/workbook.xml"/></Relationships>""";

    /// <summary>The cells' styles: 0 plain, 1 the header's, 2 an instant's, 3 a date's.</summary>
    internal const string Styles = Head
        + $"""<styleSheet xmlns="{Main}"><numFmts count="2"><numFmt numFmtId="164" formatCode="yyyy\-mm\-dd\ hh:mm:ss"/><numFmt numFmtId="165" formatCode="yyyy\-mm\-dd"/></numFmts>"""
        + """<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font></fonts>"""
        + """<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>"""
        + """<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>"""
        + """<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>"""
        + """<cellXfs count="4"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>"""
        + """<xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/>"""
        + """<xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>"""
        + """<xf numFmtId="165" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/></cellXfs>"""
        + """<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>""";

    /// <summary>The list of sheets: <c>deals</c>, <c>deals 2</c>, …</summary>
    internal static string Workbook(int sheets) => Head
        + $"""<workbook xmlns="{Main}" xmlns:r="{Office}"><sheets>"""
        + Each(sheets, n => $"""<sheet name="{(n == 1 ? "deals" : "deals " + Text(n))}" sheetId="{Text(n)}" r:id="rId{Text(n)}"/>""")
        + "</sheets></workbook>";

    internal static string WorkbookRelations(int sheets) => Head
        + $"""<Relationships xmlns="{Package}relationships">"""
        + Each(sheets, n => $"""<Relationship Id="rId{Text(n)}" Type="{Office}/worksheet" Target="worksheets/sheet{Text(n)}.xml"/>""")
        + $"""<Relationship Id="rId{Text(sheets + 1)}" Type="{Office}/styles" Target="styles.xml"/></Relationships>""";

    static string Each(int count, Func<int, string> text) => string.Concat(Enumerable.Range(1, count).Select(text));

    static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
