namespace FullContact.Simulator.Callbacks;

/// <summary>The form in which an answer is sent to a webhook.</summary>
public enum CallbackForm
{
    /// <summary>The answer itself as JSON: V3.</summary>
    Bare,

    /// <summary>JSON with the answer in "result", next to "webhookId": V2 on request.</summary>
    Wrapped,

    /// <summary>A form with the answer's JSON in "result", next to "webhookId": V2.</summary>
    FormEncoded,
}
