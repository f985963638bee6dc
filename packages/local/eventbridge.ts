import { type Input, type JsonService, list, text } from "./aws-json.ts";
import { type BusEvent, busEvent, type EventBuses } from "./event-bus.ts";
import { compilePattern, type EventPattern, PatternError } from "./event-pattern.ts";
import { ServiceFault } from "./fault.ts";
import { ACCOUNT, REGION } from "./names.ts";

/** PutEvents: at most this many entries, and this many bytes together (EventBridge User Guide, "Calculating event size"). */
const PUT_EVENTS_MAX_ENTRIES = 10;
const PUT_EVENTS_MAX_BYTES = 262_144;

const arn = (kind: string, name: string) => `arn:aws:events:${REGION}:${ACCOUNT}:${kind}/${name}`;

/** The EventBridge operations of AWS's JSON protocol 1.1 on `buses`. */
export function eventBridgeService(buses: EventBuses, nowMs: () => number): JsonService {
  const ruleArn = (bus: string, rule: string) => arn("rule", bus === "default" ? rule : `${bus}/${rule}`);
  return {
    version: "1.1",
    operations: {
      PutEvents: (input) => putEvents(buses, nowMs, list(input, "Entries")),
      CreateEventBus(input) {
        const name = required(input, "Name");
        buses.createBus(name);
        return { EventBusArn: arn("event-bus", name) };
      },
      DeleteEventBus: (input) => buses.deleteBus(required(input, "Name")),
      ListEventBuses: () => ({ EventBuses: buses.busNames().map((Name) => ({ Name, Arn: arn("event-bus", Name) })) }),
      DescribeEventBus(input) {
        const name = busOf(input, "Name");
        buses.rules(name);
        return { Name: name, Arn: arn("event-bus", name) };
      },
      PutRule(input) {
        const name = required(input, "Name");
        const bus = busOf(input);
        buses.putRule(bus, name, pattern(required(input, "EventPattern")), text(input, "State") !== "DISABLED");
        return { RuleArn: ruleArn(bus, name) };
      },
      DeleteRule: (input) => buses.deleteRule(busOf(input), required(input, "Name")),
      ListRules(input) {
        const bus = busOf(input);
        const prefix = text(input, "NamePrefix") ?? "";
        const rules = buses.rules(bus).filter(({ name }) => name.startsWith(prefix));
        return {
          Rules: rules.map((rule) => ({
            Name: rule.name,
            Arn: ruleArn(bus, rule.name),
            EventPattern: JSON.stringify(rule.pattern),
            State: rule.enabled ? "ENABLED" : "DISABLED",
            EventBusName: bus,
          })),
        };
      },
      PutTargets(input) {
        const targets = buses.targets(busOf(input), required(input, "Rule"));
        for (const target of list(input, "Targets")) {
          const deadLetters = target["DeadLetterConfig"] as Input | undefined;
          const id = required(target, "Id");
          targets.set(id, { id, arn: required(target, "Arn"), deadLetterArn: deadLetters && text(deadLetters, "Arn") });
        }
        return { FailedEntryCount: 0, FailedEntries: [] };
      },
      RemoveTargets(input) {
        const targets = buses.targets(busOf(input), required(input, "Rule"));
        for (const id of Array.isArray(input["Ids"]) ? input["Ids"] : []) targets.delete(String(id));
        return { FailedEntryCount: 0, FailedEntries: [] };
      },
      ListTargetsByRule(input) {
        const targets = [...buses.targets(busOf(input), required(input, "Rule")).values()];
        return {
          Targets: targets.map(({ id, arn: target, deadLetterArn }) => ({
            Id: id,
            Arn: target,
            ...(deadLetterArn === undefined ? {} : { DeadLetterConfig: { Arn: deadLetterArn } }),
          })),
        };
      },
      TestEventPattern(input) {
        let event: unknown;
        try {
          event = JSON.parse(required(input, "Event"));
        } catch {
          throw new ServiceFault("ValidationException", 400, "Parameter Event is not valid.");
        }
        return { Result: compilePattern(pattern(required(input, "EventPattern")))(event) };
      },
    },
  };
}

function putEvents(buses: EventBuses, nowMs: () => number, entries: readonly Input[]) {
  if (entries.length === 0 || entries.length > PUT_EVENTS_MAX_ENTRIES) {
    throw new ServiceFault(
      "ValidationException",
      400,
      `1 validation error detected: Value at 'entries' failed to satisfy constraint: Member must have length between 1 and ${PUT_EVENTS_MAX_ENTRIES}`,
    );
  }
  const bytes = entries.reduce((sum, entry) => sum + entryBytes(entry), 0);
  if (bytes > PUT_EVENTS_MAX_BYTES)
    throw new ServiceFault("ValidationException", 400, "Total size of the entries in the request is over the limit.");
  const results = entries.map((entry) => eventOf(nowMs, entry));
  // Those of a bus are taken together. A bus that does not exist takes events and drops them, as AWS does.
  for (const [bus, taken] of Map.groupBy(
    results.filter((result) => "event" in result),
    (result) => result.bus,
  ))
    if (buses.hasBus(bus))
      buses.accept(
        bus,
        taken.map(({ event }) => event),
      );
  return {
    FailedEntryCount: results.filter((result) => "ErrorCode" in result).length,
    Entries: results.map((result) => ("event" in result ? { EventId: result.event.id } : result)),
  };
}

/** 14 bytes of a given time, and the UTF-8 bytes of source, detail type, detail and resources. */
function entryBytes(entry: Input): number {
  const texts = [text(entry, "Source"), text(entry, "DetailType"), text(entry, "Detail"), ...resources(entry)];
  return texts.reduce((sum, value) => sum + Buffer.byteLength(value ?? ""), entry["Time"] === undefined ? 0 : 14);
}

/** The event that an entry asks for, or why it is not taken. */
function eventOf(nowMs: () => number, entry: Input): { bus: string; event: BusEvent } | ReturnType<typeof refused> {
  const source = text(entry, "Source") ?? "";
  const detailType = text(entry, "DetailType") ?? "";
  const given = text(entry, "Detail") ?? "";
  if (source === "") return refused("InvalidArgument", "Parameter Source is not valid. Reason: Source is a required argument.");
  if (detailType === "") return refused("InvalidArgument", "Parameter DetailType is not valid. Reason: DetailType is a required argument.");
  if (given === "") return refused("InvalidArgument", "Parameter Detail is not valid. Reason: Detail is a required argument.");
  if (source.startsWith("aws.")) return refused("NotAuthorizedForSourceException", "Not authorized for the source.");
  let detail: unknown;
  try {
    detail = JSON.parse(given);
  } catch {
    return refused("MalformedDetail", "Detail is malformed.");
  }
  if (typeof detail !== "object" || detail === null || Array.isArray(detail)) return refused("MalformedDetail", "Detail is malformed.");
  const time = entry["Time"];
  const event = busEvent(
    { source, "detail-type": detailType, resources: resources(entry), detail },
    typeof time === "number" ? time * 1000 : nowMs(),
  );
  return { bus: busOf(entry), event };
}

function refused(ErrorCode: string, ErrorMessage: string) {
  return { ErrorCode, ErrorMessage };
}

function resources(entry: Input): string[] {
  const value = entry["Resources"];
  return Array.isArray(value) ? value.filter((one) => typeof one === "string") : [];
}

function busOf(input: Input, field = "EventBusName"): string {
  const name = text(input, field) ?? "default";
  return name.startsWith("arn:") ? (name.split("/").at(-1) ?? name) : name;
}

function pattern(given: string): EventPattern {
  try {
    const value = JSON.parse(given) as EventPattern;
    compilePattern(value);
    return value;
  } catch (error) {
    const why = error instanceof PatternError ? error.message : "not JSON";
    throw new ServiceFault("InvalidEventPatternException", 400, `Event pattern is not valid. Reason: ${why}`);
  }
}

function required(input: Input, name: string): string {
  const value = text(input, name);
  if (value === undefined || value === "")
    throw new ServiceFault("ValidationException", 400, `1 validation error detected: ${name} must not be empty`);
  return value;
}
