namespace FullContact.Simulator;

/// <summary>Writes JSON as it stands.</summary>
internal static class JsonResponse
{
    public static Task WriteJsonAsync(this HttpResponse response, int status, string json)
    {
        response.StatusCode = status;
        response.ContentType = "application/json; charset=utf-8";
        return response.WriteAsync(json, response.HttpContext.RequestAborted);
    }
}
