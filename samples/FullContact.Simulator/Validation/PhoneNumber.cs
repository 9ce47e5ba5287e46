namespace FullContact.Simulator.Validation;

/// <summary>Phone numbers in E.164.</summary>
internal static class PhoneNumber
{
    /// <summary>
    /// The number in E.164; null when it is invalid. Ten digits without a country code are a US number.
    /// </summary>
    public static string? Normalize(string text)
    {
        var number = text.Trim();
        return number switch
        {
            ['+', not '0', ..] when number.Length is >= 8 and <= 16 && number.Skip(1).All(char.IsAsciiDigit) => number,
            { Length: 10 } when number[0] is not ('0' or '1') && number.All(char.IsAsciiDigit) => "+1" + number,
            _ => null,
        };
    }
}
