namespace CustomerProfiles.Sample;

/// <summary>The changes that the command line asks for.</summary>
/// <param name="Values">The fields to set, and their values. Blank text clears a field.</param>
/// <param name="Clear">The codes of the fields to clear.</param>
/// <param name="Reset">The codes of the fields to reset, so that a provider may fill them.</param>
internal sealed record EditRequest(
    IReadOnlyList<(ProfileField Field, string Text)> Values,
    IReadOnlyList<string> Clear,
    IReadOnlyList<string> Reset
)
{
    /// <summary>The type's name only, because the values are personal data.</summary>
    public override string ToString() => nameof(EditRequest);

    /// <summary>Applies the changes to a draft.</summary>
    /// <exception cref="BadInputException">There is no change, or there are two of one field.</exception>
    public void ApplyTo(ProfileEdit edit)
    {
        var fields = Values.Select(value => value.Field.Code).Concat(Clear).Concat(Reset).ToArray();
        if (fields.Length == 0)
        {
            throw new BadInputException("No change given. Use for example --job-title \"Countess\" or --clear notes.");
        }

        if (fields.GroupBy(field => field).FirstOrDefault(same => same.Count() > 1) is { Key: var twice })
        {
            throw new BadInputException($"There are two changes of {twice}. Give one.");
        }

        foreach (var (field, text) in Values)
        {
            if (field is ProfileField<PersonName> name)
            {
                edit.Set(name, new PersonName(text));
            }
            else
            {
                edit.Set((ProfileField<string>)field, text);
            }
        }

        foreach (var code in Clear)
        {
            edit.Clear(ProfileField.Parse(code));
        }

        foreach (var code in Reset)
        {
            edit.Reset(ProfileField.Parse(code));
        }
    }
}
