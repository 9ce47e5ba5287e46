namespace CustomerProfiles.AspNetCore;

/// <summary>What a custom property may hold.</summary>
internal sealed class SidebarPropertyResponse
{
    /// <summary>The type: text, number, date, boolean, url or option.</summary>
    public required string Type { get; init; }

    /// <summary>Whether the property is no longer in use: a value stays or is cleared, and none can be set.</summary>
    public required bool IsArchived { get; init; }

    /// <summary>What the value may be, in the order of a form; empty for every type but option.</summary>
    public required SidebarOptionResponse[] Options { get; init; }

    /// <summary>The definition for a page.</summary>
    public static SidebarPropertyResponse Of(PropertyDefinition definition) =>
        new()
        {
            Type = definition.Type switch
            {
                PropertyType.Number => "number",
                PropertyType.Date => "date",
                PropertyType.Boolean => "boolean",
                PropertyType.Url => "url",
                PropertyType.Option => "option",
                _ => "text",
            },
            IsArchived = definition.IsArchived,
            Options =
            [
                .. definition.Options.Select(option => new SidebarOptionResponse
                {
                    Code = option.Code,
                    Label = option.Label,
                    IsArchived = option.IsArchived,
                }),
            ],
        };
}

/// <summary>One of the values that a property may hold.</summary>
internal sealed class SidebarOptionResponse
{
    /// <summary>What an edit sends as the text.</summary>
    public required string Code { get; init; }

    /// <summary>What people see.</summary>
    public required string Label { get; init; }

    /// <summary>Whether it is no longer offered: who has it keeps it, and no edit can set it.</summary>
    public required bool IsArchived { get; init; }
}
