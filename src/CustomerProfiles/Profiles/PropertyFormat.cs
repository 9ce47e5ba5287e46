using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using NodaTime;
using NodaTime.Text;

namespace CustomerProfiles;

/// <summary>How values of one type are written as text, in the same form on every host.</summary>
internal abstract class PropertyFormat<T>(PropertyType type)
    where T : notnull
{
    public PropertyType Type => type;

    /// <summary>The bounds within which every order key is; null where the type has no order.</summary>
    public virtual (string From, string To)? OrderKeys => null;

    public abstract bool TryRead(string text, [MaybeNullWhen(false)] out T value);

    public abstract string Write(T value);

    /// <summary>A text that sorts as the values do; null where the type has no order.</summary>
    public virtual string? OrderKeyOf(T value) => null;
}

/// <summary>The format of each type.</summary>
internal static class PropertyFormats
{
    public static readonly PropertyFormat<string> Text = new TextFormat(PropertyType.Text);

    public static readonly PropertyFormat<string> Option = new TextFormat(PropertyType.Option);

    public static readonly PropertyFormat<decimal> Number = new NumberFormat();

    public static readonly PropertyFormat<LocalDate> Date = new DateFormat();

    public static readonly PropertyFormat<bool> Boolean = new BooleanFormat();

    public static readonly PropertyFormat<Uri> Url = new UrlFormat();

    /// <summary>
    /// Text without blanks around it and without characters that cannot be seen: they come with copied text, and nobody
    /// could find them in what is refused.
    /// </summary>
    public static string Visible(string text) => InvisibleText.Remove(text).Trim();

    private sealed class TextFormat(PropertyType type) : PropertyFormat<string>(type)
    {
        public override bool TryRead(string text, [MaybeNullWhen(false)] out string value)
        {
            value = Type == PropertyType.Option ? Visible(text) : text;
            return true;
        }

        public override string Write(string value) => value;
    }

    private sealed class NumberFormat() : PropertyFormat<decimal>(PropertyType.Number)
    {
        public override (string From, string To)? OrderKeys => PropertyOrder.Numbers;

        public override bool TryRead(string text, out decimal value)
        {
            value = 0;
            var number = Visible(text);
            return IsNumber(number)
                && decimal.TryParse(
                    number,
                    NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint,
                    CultureInfo.InvariantCulture,
                    out value
                );
        }

        public override string Write(decimal value) => value.ToString(CultureInfo.InvariantCulture);

        public override string OrderKeyOf(decimal value) => PropertyOrder.KeyOf(value);

        /// <summary>A sign or none, digits, and where there is a point digits behind it.</summary>
        private static bool IsNumber(ReadOnlySpan<char> text)
        {
            var unsigned = text is ['-' or '+', ..] ? text[1..] : text;
            var point = unsigned.IndexOf('.');
            return point < 0 ? IsDigits(unsigned) : IsDigits(unsigned[..point]) && IsDigits(unsigned[(point + 1)..]);
        }

        private static bool IsDigits(ReadOnlySpan<char> text) =>
            !text.IsEmpty && !text.ContainsAnyExceptInRange('0', '9');
    }

    private sealed class DateFormat() : PropertyFormat<LocalDate>(PropertyType.Date)
    {
        public override (string From, string To)? OrderKeys => PropertyOrder.Dates;

        public override bool TryRead(string text, out LocalDate value)
        {
            // The year 0 and years before it have a sign, which would sort before every digit.
            var result = LocalDatePattern.Iso.Parse(Visible(text));
            return result.TryGetValue(default, out value) && value.Year >= 1;
        }

        public override string Write(LocalDate value) =>
            LocalDatePattern.Iso.Format(value.WithCalendar(CalendarSystem.Iso));

        public override string OrderKeyOf(LocalDate value) => PropertyOrder.KeyOf(Write(value));
    }

    private sealed class BooleanFormat() : PropertyFormat<bool>(PropertyType.Boolean)
    {
        public override bool TryRead(string text, out bool value)
        {
            var word = Visible(text);
            value = word is "true";
            return word is "true" or "false";
        }

        public override string Write(bool value) => value ? "true" : "false";
    }

    private sealed class UrlFormat() : PropertyFormat<Uri>(PropertyType.Url)
    {
        public override bool TryRead(string text, [MaybeNullWhen(false)] out Uri value)
        {
            var address = Visible(text);
            value = null;
            if (
                !address.Any(char.IsWhiteSpace)
                && Uri.TryCreate(address, UriKind.Absolute, out var url)
                && (url.Scheme == Uri.UriSchemeHttps || url.Scheme == Uri.UriSchemeHttp)
            )
            {
                value = url;
            }

            return value is not null;
        }

        public override string Write(Uri value) => value.OriginalString;
    }
}
