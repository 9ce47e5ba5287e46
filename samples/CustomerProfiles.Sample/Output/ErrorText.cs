using System.Text;

namespace CustomerProfiles.Sample;

/// <summary>
/// Writes error messages, wrapped at 80 columns. A longer word, such as a path, is not broken.
/// </summary>
internal static class ErrorText
{
    private const int MaxWidth = 80;

    public static Task WriteAsync(string text) => Console.Error.WriteLineAsync(Wrap(text));

    internal static string Wrap(string text)
    {
        var wrapped = new StringBuilder();
        foreach (var line in text.Split('\n'))
        {
            var column = 0;
            foreach (var word in line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
            {
                if (column > 0)
                {
                    var fits = column + 1 + word.Length <= MaxWidth;
                    wrapped.Append(fits ? " " : Environment.NewLine);
                    column = fits ? column + 1 : 0;
                }

                wrapped.Append(word);
                column += word.Length;
            }

            wrapped.AppendLine();
        }

        return wrapped.ToString().TrimEnd();
    }
}
