using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace CustomerProfiles.AspNetCore;

/// <summary>How requests and responses are JSON.</summary>
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true,
    AllowDuplicateProperties = false
)]
[JsonSerializable(typeof(SidebarResponse))]
[JsonSerializable(typeof(SearchRequest))]
[JsonSerializable(typeof(SearchResponse))]
[JsonSerializable(typeof(CreateRequest))]
[JsonSerializable(typeof(EditRequest))]
[JsonSerializable(typeof(EmptyRequest))]
[JsonSerializable(typeof(HistoryResponse))]
[JsonSerializable(typeof(RevertPreviewRequest))]
[JsonSerializable(typeof(RevertPreviewResponse))]
[JsonSerializable(typeof(RevertRequest))]
[JsonSerializable(typeof(RedactRequest))]
[JsonSerializable(typeof(MergePreviewRequest))]
[JsonSerializable(typeof(MergePreviewResponse))]
[JsonSerializable(typeof(MergeCustomersRequest))]
[JsonSerializable(typeof(MergedResponse))]
[JsonSerializable(typeof(MergeListResponse))]
[JsonSerializable(typeof(UnmergeRequest))]
[JsonSerializable(typeof(UnmergedResponse))]
[JsonSerializable(typeof(EraseRequest))]
[JsonSerializable(typeof(ErasedResponse))]
[JsonSerializable(typeof(ProviderListResponse))]
[JsonSerializable(typeof(RemovedDataResponse))]
[JsonSerializable(typeof(ProblemResponse))]
[JsonSerializable(typeof(JsonObject))]
internal sealed partial class WebJson : JsonSerializerContext;

/// <summary>The body of a request that needs none: <c>{}</c>.</summary>
internal sealed class EmptyRequest;
