import { type Subject, sha256Hex, subject } from "@change-ledger/model";
import type { Company } from "./company.ts";
import { signatureOf } from "./emitted.ts";
import { toSecond } from "./identifiers.ts";
import type { Person } from "./people.ts";
import { PAGERDUTY_HOST } from "./settings.ts";

export interface PageOptions {
  readonly service: string;
  readonly priority?: "P1" | "P2" | "P3";
}

const STATUS = { triggered: "triggered", acknowledged: "acknowledged", resolved: "resolved" } as const;

/** A PagerDuty incident; each method tells PagerDuty something, which tells us. */
export class Page {
  readonly id: string;
  readonly subject: Subject;
  /** Its page: whoever writes the address into a pull request links the two. */
  readonly url: string;
  readonly #company: Company;
  readonly #options: PageOptions;
  readonly #createdAtMs: number;

  constructor(company: Company, options: PageOptions) {
    this.#company = company;
    this.#options = options;
    this.#createdAtMs = company.tick();
    this.id = `Q${sha256Hex(`${company.name} ${company.seed} ${company.number()}`).slice(0, 13).toUpperCase()}`;
    this.subject = subject("incident", "pagerduty", this.id);
    this.url = `https://${PAGERDUTY_HOST}/incidents/${this.id}`;
    this.#tell("triggered", undefined, this.#createdAtMs);
  }

  acknowledge(by: Person): this {
    return this.#tell("acknowledged", by, this.#company.tick());
  }

  resolve(by: Person): this {
    return this.#tell("resolved", by, this.#company.tick());
  }

  #tell(what: keyof typeof STATUS, by: Person | undefined, atMs: number): this {
    const { service, priority = "P1" } = this.#options;
    const event = {
      id: this.#company.uuid(),
      event_type: `incident.${what}`,
      resource_type: "incident",
      occurred_at: toSecond(atMs),
      agent: by === undefined ? null : { id: `P${by.githubId}`, type: "user_reference", summary: by.name },
      client: null,
      data: {
        id: this.id,
        type: "incident",
        html_url: this.url,
        status: STATUS[what],
        created_at: toSecond(this.#createdAtMs),
        title: `${service} does not answer`,
        service: { id: "PSERVICE1", type: "service_reference", summary: service },
        priority: { id: `PPRIO${priority}`, type: "priority_reference", summary: priority },
        urgency: "high",
      },
    };
    const body = JSON.stringify({ event });
    const signature = signatureOf(body, this.#company.secrets.pagerduty).replace("sha256=", "v1=");
    this.#company.webhook("pagerduty", { headers: { "content-type": "application/json", "x-pagerduty-signature": signature }, body });
    return this;
  }
}
