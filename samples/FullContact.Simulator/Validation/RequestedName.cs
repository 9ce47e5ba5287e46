namespace FullContact.Simulator.Validation;

/// <summary>A name in a request.</summary>
internal sealed record RequestedName
{
    public string? Full { get; init; }

    public string? Given { get; init; }

    public string? Family { get; init; }

    public bool IsValid =>
        !string.IsNullOrWhiteSpace(Full) || (!string.IsNullOrWhiteSpace(Given) && !string.IsNullOrWhiteSpace(Family));

    public string Text => string.IsNullOrWhiteSpace(Full) ? $"{Given} {Family}" : Full;
}
