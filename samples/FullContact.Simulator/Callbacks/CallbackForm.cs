namespace FullContact.Simulator.Callbacks;

/// <summary>The form of the body for a webhook.</summary>
public enum CallbackForm
{
    /// <summary>The result as JSON: V3.</summary>
    Bare,

    /// <summary>JSON with "result" and "webhookId": V2 on request.</summary>
    Wrapped,

    /// <summary>A form with "result", the JSON, and "webhookId": V2.</summary>
    FormEncoded,
}
