import { API_SOURCE, CONFIGURATION_OFFERED, FOUND_DETAIL_TYPE, HEALTH_DETAIL_TYPES, TOLD_DETAIL_TYPES } from "./definitions.ts";
import { deny, document, type PolicyDocument } from "./policies.ts";

/** Who may put events on the bus, besides the receiving function. */
export interface BusSenders {
  /** Role ARN of the projector: what the ledger says of its own findings, and nothing else. */
  readonly teller: string;
  /** Role ARN of who looks after the ledger itself: that the log is late, and nothing else. */
  readonly watcher: string;
  /** Role ARNs of the query API: what it puts on record of its own use, and nothing else. */
  readonly apis: readonly string[];
  /** Role ARNs of the reconcilers and of whoever may fill in history: what they found, and nothing else. */
  readonly finders: readonly string[];
  /** Twelve digits each: all of their principals. */
  readonly accounts: readonly string[];
  /** Role ARNs: a version of the configuration, and nothing else unless their account is named too. */
  readonly configurationRoles: readonly string[];
}

/**
 * The bus: `receiver` (a role ARN) and principals of `accounts` put events, nobody else, whatever their own policies allow; versions of the configuration
 * `configurationRoles` alone. AWS's own calls (a replay of the archive) pass. A principal's ARN is that of its role, whatever its session is called; a call may
 * put several events, so their detail types are a set.
 */
export function busPolicy(
  bus: string,
  receiver: string,
  { teller, watcher, apis, finders, accounts, configurationRoles: roles }: BusSenders,
): PolicyDocument {
  const named = [receiver, teller, watcher, ...apis, ...finders, ...roles];
  return document([
    { Sid: "ReceiverPuts", Effect: "Allow", Principal: { AWS: receiver }, Action: ["events:PutEvents"], Resource: bus },
    {
      Sid: "FindingsArePut",
      Effect: "Allow",
      Principal: { AWS: teller },
      Action: ["events:PutEvents"],
      Resource: bus,
      Condition: { "ForAllValues:StringEquals": { "events:detail-type": TOLD_DETAIL_TYPES } },
    },
    deny("TheTellerPutsNothingElse", bus, ["events:PutEvents"], {
      ArnEquals: { "aws:PrincipalArn": teller },
      "ForAnyValue:StringNotEquals": { "events:detail-type": TOLD_DETAIL_TYPES },
    }),
    {
      Sid: "HealthIsPut",
      Effect: "Allow",
      Principal: { AWS: watcher },
      Action: ["events:PutEvents"],
      Resource: bus,
      Condition: { "ForAllValues:StringEquals": { "events:detail-type": HEALTH_DETAIL_TYPES } },
    },
    deny("TheWatcherPutsNothingElse", bus, ["events:PutEvents"], {
      ArnEquals: { "aws:PrincipalArn": watcher },
      "ForAnyValue:StringNotEquals": { "events:detail-type": HEALTH_DETAIL_TYPES },
    }),
    {
      Sid: "ReadsOfEvidenceArePut",
      Effect: "Allow",
      Principal: { AWS: apis },
      Action: ["events:PutEvents"],
      Resource: bus,
      Condition: { "ForAllValues:StringEquals": { "events:source": [API_SOURCE] } },
    },
    deny("TheApiPutsNothingElse", bus, ["events:PutEvents"], {
      ArnEquals: { "aws:PrincipalArn": apis },
      "ForAnyValue:StringNotEquals": { "events:source": [API_SOURCE] },
    }),
    deny("NobodyElsePutsReadsOfEvidence", bus, ["events:PutEvents"], {
      "ForAnyValue:StringEquals": { "events:source": [API_SOURCE] },
      ArnNotEquals: { "aws:PrincipalArn": apis },
      BoolIfExists: { "aws:PrincipalIsAWSService": "false" },
    }),
    {
      Sid: "WhatWasFoundIsPut",
      Effect: "Allow",
      Principal: { AWS: finders },
      Action: ["events:PutEvents"],
      Resource: bus,
      Condition: { "ForAllValues:StringEquals": { "events:detail-type": [FOUND_DETAIL_TYPE] } },
    },
    deny("FindersPutNothingElse", bus, ["events:PutEvents"], {
      ArnEquals: { "aws:PrincipalArn": finders },
      "ForAnyValue:StringNotEquals": { "events:detail-type": [FOUND_DETAIL_TYPE] },
    }),
    // Nobody signs it: who may put it may write history.
    deny("NobodyElsePutsWhatWasFound", bus, ["events:PutEvents"], {
      "ForAnyValue:StringEquals": { "events:detail-type": [FOUND_DETAIL_TYPE] },
      ArnNotEquals: { "aws:PrincipalArn": finders },
      BoolIfExists: { "aws:PrincipalIsAWSService": "false" },
    }),
    ...(accounts.length > 0
      ? [
          {
            Sid: "NamedAccountsPut",
            Effect: "Allow",
            Principal: { AWS: accounts.map((account) => `arn:aws:iam::${account}:root`) },
            Action: ["events:PutEvents"],
            Resource: bus,
          } as const,
        ]
      : []),
    ...(roles.length > 0
      ? [
          {
            Sid: "ConfigurationIsPut",
            Effect: "Allow",
            Principal: { AWS: roles },
            Action: ["events:PutEvents"],
            Resource: bus,
            Condition: { "ForAnyValue:StringEquals": { "events:detail-type": CONFIGURATION_OFFERED } },
          } as const,
          deny("ConfigurationRolesPutNothingElse", bus, ["events:PutEvents"], {
            ArnEquals: { "aws:PrincipalArn": roles },
            "ForAnyValue:StringNotEquals": { "events:detail-type": CONFIGURATION_OFFERED },
            ...(accounts.length > 0 && { StringNotEquals: { "aws:PrincipalAccount": accounts } }),
          }),
        ]
      : []),
    deny("NobodyElsePutsConfiguration", bus, ["events:PutEvents"], {
      "ForAnyValue:StringEquals": { "events:detail-type": CONFIGURATION_OFFERED },
      ...(roles.length > 0 && { ArnNotEquals: { "aws:PrincipalArn": roles } }),
      BoolIfExists: { "aws:PrincipalIsAWSService": "false" },
    }),
    deny("NobodyElsePuts", bus, ["events:PutEvents"], {
      ArnNotEquals: { "aws:PrincipalArn": named },
      ...(accounts.length > 0 && { StringNotEquals: { "aws:PrincipalAccount": accounts } }),
      BoolIfExists: { "aws:PrincipalIsAWSService": "false" },
    }),
  ]);
}
