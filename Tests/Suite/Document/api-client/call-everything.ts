// Calls every operation of the API with a client whose types are made from the API's own description.
// argv: the service's address, a HubSpot token, the portal. Prints what was called, a line each.
import createClient from "openapi-fetch";
import type { paths } from "./api.js";

declare const process: { argv: string[]; exit(code: number): never };

const [, , baseUrl, accessToken, organizationId] = process.argv as [string, string, string, string, string];
const api = createClient<paths>({ baseUrl });
const called = new Set<string>();
api.use({
  onRequest({ request, schemaPath }) {
    called.add(`${request.method} ${schemaPath}`);
  },
});

function good<T>(answer: { data?: T; error?: unknown; response: Response }): T {
  if (answer.data === undefined) {
    throw new Error(`${answer.response.status} ${answer.response.url}: ${JSON.stringify(answer.error)}`);
  }
  return answer.data;
}

function same(actual: unknown, expected: unknown, what: string): void {
  if (actual !== expected) {
    throw new Error(`${what}: ${String(actual)} instead of ${String(expected)}`);
  }
}

const start = (scanId: string) =>
  api.POST("/api/v1/scan/start", {
    body: { config: { scanId, organizationId, type: ["deals"], auth: { accessToken }, filters: { properties: ["dealname", "amount"] } } },
  });
const at = (scan_id: string) => ({ params: { path: { scan_id } } });

async function becomes(scanId: string, status: string): Promise<number> {
  for (;;) {
    const { data } = good(await api.GET("/api/v1/scan/{scan_id}/status", at(scanId)));
    if (data.status === status) {
      return Number(data.progress.processedDeals);
    }
    if (data.status !== "pending" && data.status !== "running") {
      throw new Error(`${scanId} is ${data.status}: ${data.errorMessage}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

same(good(await api.GET("/health")).status, "healthy", "health");
same(good(await api.GET("/health/live")).status, "healthy", "liveness");
same(good(await api.GET("/health/ready")).status, "healthy", "readiness");

const config = { scanId: "whole", organizationId, type: ["deals" as const], auth: { accessToken }, filters: { properties: ["dealname", "amount"] } };
const forecast = good(await api.POST("/api/v1/scan/plan", { body: { config } })).data;

same(good(await start("whole")).data.status, "pending", "start");
const deals = await becomes("whole", "completed");
same(good(await api.GET("/api/v1/results/{scan_id}/tables", at("whole"))).data.tables[0]?.rowCount, deals, "rows");
same(forecast.deals, deals, "the forecast's deals");
same(good(await api.GET("/api/v1/scan/{scan_id}/verification", at("whole"))).data.verdict, "exact", "verification");

const events = await api.GET("/api/v1/scan/{scan_id}/events", { ...at("whole"), parseAs: "text" });
same(/event: verified\ndata: .*"exact"/.test(String(good(events))), true, "the events of a completed scan");
const page = good(await api.GET("/api/v1/results/{scan_id}/result", { params: { path: { scan_id: "whole" }, query: { limit: 7, offset: 3 } } })).data;
same(page.results.length, 7, "a page");
same(page.pagination.total_items, deals, "all items");
for (const format of ["json", "csv", "excel"] as const) {
  const file = await api.GET("/api/v1/results/{scan_id}/download/{format}", { params: { path: { scan_id: "whole", format } }, parseAs: "arrayBuffer" });
  same(file.response.status, 200, format);
}
same(good(await api.GET("/api/v1/scan/statistics", { params: { query: { organizationId } } })).data.completedScans, 1, "completed scans");

same(good(await start("steered")).data.status, "pending", "start");
same(good(await api.POST("/api/v1/scan/{scan_id}/pause", at("steered"))).data.status, "paused", "pause");
same(good(await api.POST("/api/v1/scan/{scan_id}/resume", at("steered"))).data.status, "pending", "resume");
same(good(await api.POST("/api/v1/scan/{scan_id}/cancel", at("steered"))).data.status, "cancelled", "cancel");
same(good(await api.GET("/api/v1/scan/list", { params: { query: { status: "cancelled" } } })).data.scans[0]?.scanId, "steered", "list");
same(good(await api.DELETE("/api/v1/scan/{scan_id}/remove", at("steered"))).data.status, "removed", "remove");

// An error is typed as well.
const gone = await api.GET("/api/v1/scan/{scan_id}/status", at("steered"));
same(gone.error?.error_code, "SCAN_NOT_FOUND", "error code");

same(good(await api.GET("/api/v1/pipeline/info")).data.destination, "postgres", "pipeline");
same(good(await api.POST("/api/v1/maintenance/cleanup", { body: { daysOld: 0, dryRun: true } })).data.scansRemoved, 1, "cleanup");
same(good(await api.POST("/api/v1/maintenance/detect-crashed")).data.markedAsFailed, 0, "crashed");
same(good(await api.GET("/stats")).data.scans.completed, 1, "stats");

// The contacts gateway: with the token itself, and the OAuth flow as far as a caller without a browser comes.
const headers = { Authorization: `Bearer ${accessToken}` };
const byId = (id: string) => ({ params: { path: { id } }, headers });
const created = good(await api.POST("/api/hs/contacts", { body: { email: "ada@example.com", firstname: "Ada" }, headers }));
const id = created.id;
same(good(await api.GET("/api/hs/contacts/{id}", byId(id))).properties.firstname, "Ada", "a contact");
same(good(await api.PATCH("/api/hs/contacts/{id}", { ...byId(id), body: { jobtitle: "Countess" } })).updatedFields?.[0], "jobtitle", "a change");
same(good(await api.PUT("/api/hs/contacts/{id}", { ...byId(id), body: { email: "ada@example.com", lastname: "Lovelace" } })).updated, true, "a full update");
same(good(await api.GET("/api/hs/contacts", { params: { query: { limit: 5 } }, headers })).total, 1, "contacts");
same(good(await api.GET("/api/hs/contacts/search", { params: { query: { query: "ada" } }, headers })).results.length, 1, "found");
same(good(await api.DELETE("/api/hs/contacts/{id}", byId(id))).deleted, true, "a deletion");
const bulk = good(await api.POST("/api/hs/contacts/bulk", { body: { operation: "create", contacts: [{ email: "b@example.com" }, { email: "" }] }, headers }));
same(bulk.summary.failed, 1, "bulk");
same((await api.GET("/api/hs/contacts/{id}", byId(id))).error?.error.code, "CONTACT_NOT_FOUND", "the gateway's errors");
same(good(await api.GET("/api/hs/auth/login")).success, true, "login");
same((await api.GET("/api/hs/auth/callback", { params: { query: { state: "made-up" } }, redirect: "manual", parseAs: "text" })).response.status, 302, "callback");
same((await api.POST("/api/hs/auth/refresh")).error?.error.code, "NO_REFRESH_TOKEN", "refresh");
same(good(await api.GET("/api/hs/auth/status")).authenticated, false, "status");
same(good(await api.POST("/api/hs/auth/logout")).success, true, "logout");

console.log([...called].sort().join("\n"));
