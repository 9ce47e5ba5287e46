using System.Globalization;

namespace CustomerProfiles.Benchmarks.Page;

/// <summary>What a figure has to keep to. What is null is not asked.</summary>
internal sealed record PageTarget
{
    public static readonly PageTarget None = new();

    /// <summary>The most nanoseconds.</summary>
    public double? Nanoseconds { get; init; }

    /// <summary>The most bytes that are allocated.</summary>
    public long? Bytes { get; init; }

    /// <summary>The most times the floor.</summary>
    public double? TimesFloor { get; init; }

    /// <summary>The method of the same run that it has to be quicker than.</summary>
    public string? QuickerThan { get; init; }

    public override string ToString()
    {
        string?[] parts =
        [
            Nanoseconds is { } nanoseconds ? $"≤ {nanoseconds.ToString("0.#", CultureInfo.InvariantCulture)} ns" : null,
            Bytes is { } bytes ? $"≤ {bytes} B" : null,
            TimesFloor is { } times ? $"≤ {times.ToString("0.##", CultureInfo.InvariantCulture)} × floor" : null,
            QuickerThan is { } other ? $"quicker than {other}" : null,
        ];
        return string.Join(", ", parts.Where(part => part is not null)) is { Length: > 0 } text ? text : "–";
    }
}
