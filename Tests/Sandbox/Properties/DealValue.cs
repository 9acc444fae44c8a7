using System.Text;
using HubSpotDeals.Sandbox.Search;
using HubSpotDeals.Sandbox.Wire;

namespace HubSpotDeals.Sandbox.Properties;

/// <summary>
/// One property value of one deal, before it is written: cheap to make (a page holds thousands), with two renderings that agree,
/// the JSON of the wire and the plain text that a test compares with.
/// </summary>
readonly struct DealValue
{
    readonly Form _form;
    readonly byte _scale;
    readonly long _number;
    readonly object? _reference;

    DealValue(Form form, long number = 0, byte scale = 0, object? reference = null)
    {
        _form = form;
        _number = number;
        _scale = scale;
        _reference = reference;
    }

    enum Form : byte
    {
        Null,
        Text,
        Ascii,
        Whole,
        Decimal,
        Instant,
        Date,
    }

    /// <summary>Defined in the portal and never set: JSON <c>null</c>.</summary>
    public static DealValue Null => default;

    public static DealValue True { get; } = Ascii("true");

    public static DealValue False { get; } = Ascii("false");

    /// <summary>Set once and cleared since: <c>""</c>, which is not null.</summary>
    public static DealValue Cleared { get; } = Ascii("");

    public static DealValue Text(string text) => new(Form.Text, reference: text);

    /// <summary>A value known to need no escaping; keep the result rather than make it again.</summary>
    public static DealValue Ascii(string text) => new(Form.Ascii, reference: Encoding.ASCII.GetBytes(text));

    public static DealValue Whole(long number) => new(Form.Whole, number);

    /// <summary><paramref name="mantissa"/> / 10^<paramref name="scale"/>, with all its decimals written.</summary>
    public static DealValue Decimal(long mantissa, byte scale) => new(Form.Decimal, mantissa, scale);

    public static DealValue Instant(long milliseconds) => new(Form.Instant, milliseconds);

    public static DealValue Date(long milliseconds) => new(Form.Date, milliseconds);

    public static DealValue Bool(bool value) => value ? True : False;

    public void WriteTo(JsonBuffer json)
    {
        switch (_form)
        {
            case Form.Null:
                json.Raw("null"u8);
                return;
            case Form.Text:
                json.Quoted((string)_reference!);
                return;
        }

        json.Raw((byte)'"');
        switch (_form)
        {
            case Form.Ascii:
                json.Raw((byte[])_reference!);
                break;
            case Form.Instant:
                json.Instant(_number);
                break;
            case Form.Date:
                json.Date(_number);
                break;
            case Form.Decimal:
                json.Decimal(_number, _scale);
                break;
            default:
                json.Number(_number);
                break;
        }

        json.Raw((byte)'"');
    }

    /// <summary>The value as search compares it; NaN when it is missing or no such thing.</summary>
    public double ToNumber(ComparedAs compared) => _form switch
    {
        Form.Whole => _number,
        Form.Decimal => _number / Math.Pow(10, _scale),
        Form.Instant or Form.Date when compared == ComparedAs.Time => _number,
        Form.Null => double.NaN,
        _ => SearchFilter.NumberOf(ToText(), compared),
    };

    /// <summary>The value as HubSpot holds it, or null when it was never set.</summary>
    public string? ToText() => _form switch
    {
        Form.Null => null,
        Form.Text => (string)_reference!,
        Form.Ascii => Encoding.ASCII.GetString((byte[])_reference!),
        Form.Decimal => DecimalText.Of(_number, _scale),
        Form.Instant => InstantText.ToText(_number),
        Form.Date => InstantText.ToDateText(_number),
        _ => _number.ToString(),
    };
}
