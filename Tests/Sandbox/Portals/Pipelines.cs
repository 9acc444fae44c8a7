using System.Numerics;
using HubSpotDeals.Sandbox.Properties;

namespace HubSpotDeals.Sandbox.Portals;

/// <summary>A stage of a pipeline. <see cref="Index"/> counts through all pipelines of the portal.</summary>
sealed record Stage(int Index, string Id, string Label, double Probability, bool IsClosed, Pipeline Pipeline)
{
    public DealValue IdValue { get; } = DealValue.Ascii(Id);

    /// <summary>The probability's double with all its decimals, as HubSpot's calculated properties print it.</summary>
    public (BigInteger Mantissa, int Scale) ExactProbability { get; } = DecimalText.Exact(Probability);

    public DealValue ProbabilityValue { get; } = DealValue.Ascii(ExactText(Probability));

    public bool IsWon => IsClosed && Probability > 0.5;

    public bool IsLost => IsClosed && !IsWon;

    /// <summary>The stage's id as it appears in property names such as <c>hs_v2_date_entered_…</c>.</summary>
    public string NameInProperties => Id.Replace('-', '_');

    static string ExactText(double probability)
    {
        var (mantissa, scale) = DecimalText.Exact(probability);
        return DecimalText.Of(mantissa, scale);
    }
}

sealed record Pipeline(string Id, string Label)
{
    /// <summary>A default pipeline nobody edited reports 1970 as the time of its making, and so do its stages.</summary>
    public bool IsUntouchedDefault => Id == "default" || IsOfTickets;

    /// <summary>Stages of tickets are open or closed; those of deals have a probability.</summary>
    public bool IsOfTickets { get; init; }

    public List<Stage> Stages { get; } = [];

    public DealValue IdValue { get; } = DealValue.Ascii(Id);
}

/// <summary>
/// The deal pipelines that every portal has: HubSpot's default one as a new account gets it, one with numeric ids, one with UUIDs;
/// all three spellings are met in real accounts. Tickets have HubSpot's default one.
/// </summary>
sealed class Pipelines
{
    public Pipelines()
    {
        var sales = Add("default", "Sales Pipeline");
        AddStage(sales, "appointmentscheduled", "Appointment Scheduled", 0.2);
        AddStage(sales, "qualifiedtobuy", "Qualified To Buy", 0.4);
        AddStage(sales, "presentationscheduled", "Presentation Scheduled", 0.6);
        AddStage(sales, "decisionmakerboughtin", "Decision Maker Bought-In", 0.8);
        AddStage(sales, "contractsent", "Contract Sent", 0.9);
        AddStage(sales, "closedwon", "Closed Won", 1, isClosed: true);
        AddStage(sales, "closedlost", "Closed Lost", 0, isClosed: true);

        var renewals = Add("751894216", "Renewals");
        AddStage(renewals, "1104829301", "Upcoming", 0.5);
        AddStage(renewals, "1104829302", "In Negotiation", 0.7);
        AddStage(renewals, "1104829303", "Renewed", 1, isClosed: true);
        AddStage(renewals, "1104829304", "Churned", 0, isClosed: true);

        var partners = Add("4f1c8a2e-6b1d-4f0e-9a7b-2d1f6c0e5b93", "Partner Deals");
        AddStage(partners, "0d6f2b1c-93aa-4c52-8a1e-5b7d0c9e4f10", "Registered", 0.1);
        AddStage(partners, "7be4c0a9-1f3d-4e86-b2c5-90d8a6f1e327", "Joint Proposal", 0.3);
        AddStage(partners, "c25a9f80-64e7-4b0d-9d31-1ea7f5b8c046", "Won Together", 1, isClosed: true);
        AddStage(partners, "e8103d7f-b5c6-4a29-8f74-c6029be4d1a5", "Lost or Rejected", 0, isClosed: true);
    }

    Pipelines(Pipeline only) => All.Add(only);

    public List<Pipeline> All { get; } = [];

    public List<Stage> Stages { get; } = [];

    /// <summary>The pipeline of tickets, as a new account gets it.</summary>
    public static Pipelines OfTickets()
    {
        var support = new Pipeline("0", "Support Pipeline") { IsOfTickets = true };
        var pipelines = new Pipelines(support);
        pipelines.AddStage(support, "1", "New", 0);
        pipelines.AddStage(support, "2", "Waiting on contact", 0);
        pipelines.AddStage(support, "3", "Waiting on us", 0);
        pipelines.AddStage(support, "4", "Closed", 0, isClosed: true);
        return pipelines;
    }

    public Stage StageOf(string id) => Stages.Find(stage => stage.Id == id) ?? throw new ArgumentException($"No stage '{id}'.", nameof(id));

    Pipeline Add(string id, string label)
    {
        var pipeline = new Pipeline(id, label);
        All.Add(pipeline);
        return pipeline;
    }

    void AddStage(Pipeline pipeline, string id, string label, double probability, bool isClosed = false)
    {
        var stage = new Stage(Stages.Count, id, label, probability, isClosed, pipeline);
        pipeline.Stages.Add(stage);
        Stages.Add(stage);
    }
}
