import { Page } from "../pagerduty.ts";
import { PEOPLE } from "../people.ts";
import { requestProduct } from "../service-catalog.ts";
import { merged, type Scenario, succeeded } from "./scenario.ts";

const { ben, chloe, lee, omar } = PEOPLE;

/** Incidents and records that other systems keep. */
export const RECORD_SCENARIOS: readonly Scenario[] = [
  {
    number: 31,
    title: "Paged at night",
    shows: "PagerDuty pages, the engineering lead lets a fix go ahead, its pull request names the page, and it is reviewed the next day.",
    tests: ["T13", "T3", "T14"],
    tell(scene) {
      const { acme, repository } = scene;
      const page = new Page(acme, { service: "Payments" }).acknowledge(omar);
      const ticket = scene.ticket(ben, { type: "Emergency change", risk: "High" }).set(lee, "reason", "Payments are down").approve(lee);
      const pull = repository.pullRequest(ben, {
        ticket,
        title: `${ticket.key}: Raise the pool's size (${page.url})`,
        unchecked: ["tests-added"],
      });
      pull.review(lee);
      pull.merge(ben);
      const deployed = scene.deploy();
      page.resolve(omar);
      acme.wait({ hours: 15 });
      pull.review(chloe, "commented");
      ticket.set(lee, "retrospective", "Done").move(ben, "Done");
      return {
        open: [pull.subject, page.subject, deployed.subject],
        expected: {
          pullRequests: merged(pull),
          deployments: [succeeded(deployed, "beginning-of-record", pull.subject)],
          facts: [
            { subject: pull.subject, kind: "pull-request", facts: { tickets: [page.subject, ticket.subject].sort() } },
            {
              subject: page.subject,
              kind: "incident",
              facts: { action: "triggered", priority: "P1", urgency: "high", service: "Payments" },
            },
            { subject: page.subject, kind: "incident", facts: { action: "resolved", status: "resolved" } },
          ],
        },
      };
    },
  },
  {
    number: 32,
    title: "Standard change",
    shows:
      "A request to the AWS Service Catalog makes the change's record by itself, with the catalogue's item and version; a refused one makes none.",
    tests: ["T15", "T3"],
    tell({ acme, repository }) {
      const asked = { item: "prod-rotatecert01", version: "pa-rotatecert03", product: repository.name.fullName.replace("/", "-") };
      const record = requestProduct(acme, { by: omar, ...asked });
      const refused = requestProduct(acme, { by: ben, ...asked, refused: "AccessDenied" });
      const catalogue = { item: asked.item, version: asked.version };
      return {
        open: [record],
        expected: {
          facts: [
            { subject: record, kind: "record", facts: { action: "ProvisionProduct", type: "standard", state: "CREATED", catalogue } },
            { subject: refused, kind: "record", facts: { error: "AccessDenied", catalogue } },
          ],
        },
      };
    },
  },
];
