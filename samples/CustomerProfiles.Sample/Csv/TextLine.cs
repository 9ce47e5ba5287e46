namespace CustomerProfiles.Sample.Csv;

/// <summary>One line of a text.</summary>
/// <param name="Number">The number of the line, from 1.</param>
/// <param name="Text">The line without its line break.</param>
/// <param name="Break">The line break; empty for a last line without one.</param>
internal readonly record struct TextLine(long Number, string Text, string Break)
{
    /// <summary>The number only, because the text is personal data.</summary>
    public override string ToString() => $"line {Number}";
}
