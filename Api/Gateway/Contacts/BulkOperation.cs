using HubSpotDeals.Api.Http;
using HubSpotDeals.Infrastructure.HubSpot;
using HubSpotDeals.Infrastructure.HubSpot.Objects;

namespace HubSpotDeals.Api.Gateway.Contacts;

/// <summary>Many contacts at once, a hundred to a call. Each succeeds or fails by itself, and what is plainly wrong is not sent at all.</summary>
sealed class BulkOperation(CrmClient crm, GatewayCaller caller)
{
    /// <summary>Calls at a time: a bulk operation is not to take the whole of a portal's budget.</summary>
    const int InFlight = 4;

    /// <summary>Creates contacts.</summary>
    internal Task<IReadOnlyList<BulkResult>> CreateAsync(IReadOnlyList<IReadOnlyDictionary<string, string>> contacts, CancellationToken cancellationToken)
    {
        var seen = new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase);
        return RunAsync(
            contacts,
            (contact, index) =>
            {
                var email = contact.GetValueOrDefault(ContactBody.Email);
                return Fault(contact)
                    ?? ContactBody.EmailFault(email, "Email is required for contact creation")
                    // HubSpot would create the first and refuse the second, or the other way round.
                    ?? (seen.TryAdd(email!, index) ? null : $"The same email as contact {seen[email!]}");
            },
            (batch, token, call) => crm.CreateAsync(CrmObjectType.Contacts, batch, token, call, cancellationToken),
            cancellationToken);
    }

    /// <summary>Changes contacts, each named by its <c>id</c>.</summary>
    internal Task<IReadOnlyList<BulkResult>> UpdateAsync(IReadOnlyList<IReadOnlyDictionary<string, string>> contacts, CancellationToken cancellationToken)
    {
        var seen = new Dictionary<string, int>(StringComparer.Ordinal);
        return RunAsync(
            contacts,
            (contact, index) => Fault(contact)
                ?? IdFault(contact, seen, index)
                ?? (contact.Count == 1 ? "Must have a property to update" : null)
                ?? (contact.TryGetValue(ContactBody.Email, out var email) ? ContactBody.EmailFault(email, "Email must not be empty") : null),
            (batch, token, call) => crm.UpdateAsync(
                CrmObjectType.Contacts,
                [.. batch.Select(contact => (contact["id"], WithoutId(contact)))],
                token, call, cancellationToken),
            cancellationToken);
    }

    /// <summary>Archives contacts, each named by its <c>id</c>. HubSpot does not say which of them were there.</summary>
    internal Task<IReadOnlyList<BulkResult>> DeleteAsync(IReadOnlyList<IReadOnlyDictionary<string, string>> contacts, CancellationToken cancellationToken)
    {
        var seen = new Dictionary<string, int>(StringComparer.Ordinal);
        return RunAsync(
            contacts,
            (contact, index) => IdFault(contact, seen, index),
            async (batch, token, call) =>
            {
                await crm.ArchiveAsync(CrmObjectType.Contacts, [.. batch.Select(contact => contact["id"])], token, call, cancellationToken);
                return [.. batch.Select(_ => new BatchOutcome(Record: null, Failure: null, Category: null))];
            },
            cancellationToken);
    }

    async Task<IReadOnlyList<BulkResult>> RunAsync(
        IReadOnlyList<IReadOnlyDictionary<string, string>> contacts,
        Func<IReadOnlyDictionary<string, string>, int, string?> judge,
        Func<IReadOnlyList<IReadOnlyDictionary<string, string>>, AccessToken, CallOptions, Task<IReadOnlyList<BatchOutcome>>> send,
        CancellationToken cancellationToken)
    {
        var results = new BulkResult[contacts.Count];
        List<int> good = [];
        for (var index = 0; index < contacts.Count; index++)
        {
            if (judge(contacts[index], index) is { } fault)
            {
                results[index] = Failed(contacts[index], ApiError.ValidationError.Code, fault);
            }
            else
            {
                good.Add(index);
            }
        }

        await Parallel.ForEachAsync(
            good.Chunk(CrmClient.BatchSize),
            new ParallelOptions { MaxDegreeOfParallelism = InFlight, CancellationToken = cancellationToken },
            async (batch, _) =>
            {
                try
                {
                    var outcomes = await caller.WriteAsync((token, call) => send([.. batch.Select(index => contacts[index])], token, call), cancellationToken);
                    for (var place = 0; place < batch.Length; place++)
                    {
                        results[batch[place]] = ResultOf(contacts[batch[place]], outcomes[place]);
                    }
                }
                catch (HubSpotException refused) when (!ConcernsAll(refused))
                {
                    foreach (var index in batch)
                    {
                        results[index] = Failed(contacts[index], refused.Category ?? ApiError.ServiceUnavailable.Code, refused.HubSpotMessage ?? refused.Message);
                    }
                }
            });
        return results;
    }

    /// <summary>A token that is no good, is so for all of them: that is the answer, unless some were done already.</summary>
    static bool ConcernsAll(HubSpotException refused) =>
        refused.Kind is HubSpotErrorKind.InvalidToken or HubSpotErrorKind.TokenExpired or HubSpotErrorKind.MissingScopes;

    static BulkResult ResultOf(IReadOnlyDictionary<string, string> contact, BatchOutcome outcome)
    {
        if (outcome.Failure is { } failure)
        {
            return Failed(contact, outcome.Category == "CONFLICT" ? GatewayErrors.ContactExists.Code : outcome.Category ?? ApiError.ValidationError.Code, failure);
        }

        return new BulkResult(
            outcome.Record?.Id ?? contact.GetValueOrDefault("id"), Success: true,
            contact.GetValueOrDefault(ContactBody.Email) ?? outcome.Record?.Properties.GetValueOrDefault(ContactBody.Email), Error: null);
    }

    static BulkResult Failed(IReadOnlyDictionary<string, string> contact, string code, string message) =>
        new(contact.GetValueOrDefault("id"), Success: false, contact.GetValueOrDefault(ContactBody.Email), new BulkError(code, message));

    static string? Fault(IReadOnlyDictionary<string, string> contact) =>
        ContactBody.NameFaults(contact).Select(fault => $"{fault.Key}: {fault.Value}").FirstOrDefault();

    static string? IdFault(IReadOnlyDictionary<string, string> contact, Dictionary<string, int> seen, int index) => contact.GetValueOrDefault("id") switch
    {
        null or "" => "The id of the contact is required",
        { Length: > 20 } => "Must be a contact's id: digits",
        var id when !id.All(char.IsAsciiDigit) => "Must be a contact's id: digits",
        var id => seen.TryAdd(id, index) ? null : $"The same id as contact {seen[id]}",
    };

    static Dictionary<string, string> WithoutId(IReadOnlyDictionary<string, string> contact) =>
        contact.Where(pair => pair.Key != "id").ToDictionary(StringComparer.Ordinal);
}
