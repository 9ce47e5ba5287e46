using System.Globalization;

namespace CustomerProfiles.Benchmarks.Page;

/// <summary>The target of a figure. Null parts do not apply.</summary>
internal sealed record PageTarget
{
    public static readonly PageTarget None = new();

    /// <summary>The most nanoseconds.</summary>
    public double? Nanoseconds { get; init; }

    /// <summary>The most nanoseconds beyond the baseline.</summary>
    public double? NanosecondsMore { get; init; }

    /// <summary>The most bytes that are allocated.</summary>
    public long? Bytes { get; init; }

    /// <summary>The largest multiple of the baseline.</summary>
    public double? TimesFloor { get; init; }

    /// <summary>The method of the same run that must be slower.</summary>
    public string? QuickerThan { get; init; }

    public override string ToString()
    {
        string?[] parts =
        [
            Nanoseconds is { } nanoseconds ? $"≤ {nanoseconds.ToString("0.#", CultureInfo.InvariantCulture)} ns" : null,
            NanosecondsMore is { } more ? $"≤ floor + {more.ToString("N0", CultureInfo.InvariantCulture)} ns" : null,
            Bytes is { } bytes ? $"≤ {bytes} B" : null,
            TimesFloor is { } times ? $"≤ {times.ToString("0.##", CultureInfo.InvariantCulture)} × floor" : null,
            QuickerThan is { } other ? $"quicker than {other}" : null,
        ];
        return string.Join(", ", parts.Where(part => part is not null)) is { Length: > 0 } text ? text : "–";
    }
}
