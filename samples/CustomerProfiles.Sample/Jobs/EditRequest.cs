namespace CustomerProfiles.Sample.Jobs;

/// <summary>What the command line says to change in a profile.</summary>
/// <param name="Values">The fields to set, with what to; blank text clears.</param>
/// <param name="Clear">The codes of the fields to clear.</param>
/// <param name="GiveBack">The codes of the fields to give back to the provider.</param>
internal sealed record EditRequest(
    IReadOnlyList<(ProfileField Field, string Text)> Values,
    IReadOnlyList<string> Clear,
    IReadOnlyList<string> GiveBack
)
{
    /// <summary>The type only, for it holds what an agent wrote.</summary>
    public override string ToString() => nameof(EditRequest);

    /// <summary>Puts the changes into a draft.</summary>
    /// <exception cref="BadInputException">There are none, or two for one field.</exception>
    public void ApplyTo(ProfileEdit edit)
    {
        var fields = Values.Select(value => value.Field.Code).Concat(Clear).Concat(GiveBack).ToArray();
        if (fields.Length == 0)
        {
            throw new BadInputException("Say what to change, such as --job-title \"Countess\" or --clear notes.");
        }

        if (fields.GroupBy(field => field).FirstOrDefault(same => same.Count() > 1) is { Key: var twice })
        {
            throw new BadInputException($"There are two changes of {twice}; say one.");
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
            edit.Clear(ProfileField.FromCode(code)!);
        }

        foreach (var code in GiveBack)
        {
            edit.Reset(ProfileField.FromCode(code)!);
        }
    }
}
