import type { Subject } from "@change-ledger/model";
import type { Case } from "../dossier/case.ts";
import { systemOf } from "../dossier/itsm.ts";
import { notAssessable, notSatisfied, pending, satisfied, type Verdict } from "./verdict.ts";

/**
 * T3 of a change that an ITSM record is: the record says approved, and by whom, before the deployment.
 * @param until left out: at any time
 */
export function recordAuthorisation(of: Case, record: Subject = of.change, until: string | undefined = of.releasedAt): Verdict {
  const history = of.records.get(record);
  if (history === undefined)
    return notAssessable(
      "record-not-on-record",
      `Authorised: ${record} is not on record.`,
      "Connect the ITSM system, or have it send the record's events again.",
    );
  const { catalogued, told: claims } = of.changeType;
  if (catalogued?.founded === true) return satisfied(`Authorised: a pre-approved standard change. ${catalogued.words}.`, claims);
  const approval = history.latest((facts) => facts.approval, until);
  const by = history.latest((facts) => facts.approvedBy, until);
  const who = by === undefined ? undefined : of.inForce.resolve(systemOf(record), by.value);
  const told = [approval?.told ?? history.events[0], by?.told];
  const closed = history.latest((facts) => facts.closedAt);
  if (approval?.value.toLowerCase() !== "approved") {
    const words = `Authorised: ${record} was not approved${until === undefined ? "" : ` before ${until}`}.`;
    if (closed === undefined && approval?.value.toLowerCase() !== "rejected") return pending("not-approved-yet", words, told);
    return notSatisfied("not-approved", words, "Have the record approved before the work begins.", told, closed?.told);
  }
  if (who === undefined)
    return notSatisfied(
      "unknown-identity",
      `Authorised: ${record} is approved, but nobody can say by whom.`,
      "Name the approver's account in the configuration, and have the record send who approved.",
      told,
    );
  return satisfied(`Authorised: ${record} was approved by ${who.id}.`, told);
}
