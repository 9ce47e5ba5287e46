using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace CustomerProfiles.EntityFrameworkCore;

/// <summary>
/// A statement as the protocol of PostgreSQL has it: with numbers for its parameters, and no other statement beside it.
/// The provider would otherwise look for the names in the text at each call, which takes longer than a short statement.
/// </summary>
/// <param name="Text">The SQL with <c>$1</c> for the first parameter.</param>
/// <param name="Parameters">The names of the parameters in the order of their numbers.</param>
internal sealed record NumberedStatement(string Text, ImmutableArray<string> Parameters)
{
    /// <summary>
    /// The statements of a text of this package. It has texts and delimited names in quotes, and neither comments nor
    /// dollar quotes.
    /// </summary>
    public static IReadOnlyList<NumberedStatement> Of(string text)
    {
        var statements = new List<NumberedStatement>();
        var sql = new StringBuilder(text.Length);
        var names = new List<string>();
        for (var i = 0; i < text.Length; i++)
        {
            switch (text[i])
            {
                case '\'' or '"':
                    var end = text.IndexOf(text[i], i + 1);
                    sql.Append(text, i, end - i + 1);
                    i = end;
                    break;
                case '@' when i + 1 < text.Length && char.IsAsciiLetter(text[i + 1]):
                    var name = NameAt(text, i + 1);
                    sql.Append(CultureInfo.InvariantCulture, $"${NumberOf(name)}");
                    i += name.Length;
                    break;
                case ';':
                    Add();
                    break;
                default:
                    sql.Append(text[i]);
                    break;
            }
        }

        Add();
        return statements;

        int NumberOf(string name)
        {
            if (!names.Contains(name))
            {
                names.Add(name);
            }

            return names.IndexOf(name) + 1;
        }

        void Add()
        {
            if (!string.IsNullOrWhiteSpace(sql.ToString()))
            {
                statements.Add(new NumberedStatement(sql.ToString().Trim(), [.. names]));
            }

            sql.Clear();
            names.Clear();
        }
    }

    private static string NameAt(string text, int start)
    {
        var end = start;
        while (end < text.Length && (char.IsAsciiLetterOrDigit(text[end]) || text[end] == '_'))
        {
            end++;
        }

        return text[start..end];
    }
}
