namespace HubSpotDeals.Suite.HubSpot.Support;

/// <summary>Error bodies in HubSpot's shapes.</summary>
static class Errors
{
    public const string TenSecondly =
        """{"status":"error","message":"You have reached your ten_secondly_rolling limit.","errorType":"RATE_LIMIT","correlationId":"c-429","policyName":"TEN_SECONDLY_ROLLING","groupName":"publicapi:private_app-api-calls-ten-secondly:1:2"}""";

    public const string Secondly =
        """{"status":"error","message":"You have reached your secondly limit.","errorType":"RATE_LIMIT","correlationId":"c-429","policyName":"SECONDLY","groupName":"publicapi:crm:search:oauth:1:2"}""";

    public const string SearchService =
        """{"status":"error","message":"You have reached your secondly limit.","correlationId":"c-429","category":"RATE_LIMITS"}""";

    public const string Daily =
        """{"status":"error","message":"You have reached your daily limit.","errorType":"RATE_LIMIT","correlationId":"c-429","policyName":"DAILY"}""";

    public const string UnknownToken =
        """{"status":"error","message":"Authentication credentials not found.","correlationId":"c-401","category":"INVALID_AUTHENTICATION"}""";

    public const string MissingScopes =
        """{"status":"error","message":"This app hasn't been granted all required scopes to make this call.","correlationId":"c-403","errors":[{"message":"One or more of the following scopes are required.","context":{"requiredGranularScopes":["crm.objects.deals.read","crm.objects.deals.write"]}}],"links":{"scopes":"https://developers.hubspot.com/scopes"},"category":"MISSING_SCOPES"}""";

    public static string Expired(string ago) =>
        $$$"""{"status":"error","message":"The OAuth token used to make this call expired {{{ago}}} ago.","correlationId":"c-401","category":"EXPIRED_AUTHENTICATION","context":{"expire time":["2023-10-30T15:15:04.007Z"]}}""";
}
