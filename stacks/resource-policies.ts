import { busPolicy } from "./bus-policy.ts";
import type { DeploymentConfig } from "./config.ts";
import type { FunctionName } from "./definitions.ts";
import type { Events } from "./events.ts";
import type { Functions } from "./functions.ts";
import { APIS, FINDERS, LEDGER_WRITERS, SEALERS, SEQUENCERS } from "./permissions.ts";
import { archivePolicy, ledgerTablePolicy, logBucketPolicy, logTablePolicy, type PolicyDocument, signingKeyPolicy } from "./policies.ts";
import { SIGNING } from "./statements.ts";
import type { Storage } from "./storage.ts";

/** The policies on tables, buckets, keys and the bus that name the functions' roles. */
export function resourcePolicies(config: DeploymentConfig, s: Storage, e: Events, f: Functions): void {
  const rolesOf = (names: readonly FunctionName[]) => $util.all(names.map((name) => f[name].nodes.role.arn));
  const sequencers = rolesOf(SEQUENCERS);
  const sealers = rolesOf(SEALERS);
  const written = (policy: $util.Output<PolicyDocument>) => $jsonStringify(policy);

  new aws.dynamodb.ResourcePolicy("LedgerPolicy", {
    resourceArn: s.ledger.arn,
    policy: written($util.all([s.ledger.arn, rolesOf(LEDGER_WRITERS)]).apply(([table, roles]) => ledgerTablePolicy(table, roles))),
  });
  new aws.dynamodb.ResourcePolicy("LogPolicy", {
    resourceArn: s.log.arn,
    policy: written($util.all([s.log.arn, sequencers]).apply(([table, roles]) => logTablePolicy(table, roles))),
  });
  new aws.s3.BucketPolicy(
    "ArchivePolicy",
    {
      bucket: s.archive.bucket.bucket,
      policy: written(
        $util
          .all([s.archive.bucket.arn, sealers, sequencers])
          .apply(([bucket, seal, sequence]) => archivePolicy(bucket, { retention: config.retention, sealers: seal, sequencers: sequence })),
      ),
    },
    { dependsOn: s.archive.settings },
  );
  new aws.s3.BucketPolicy(
    "LogFilesPolicy",
    {
      bucket: s.logBucket.bucket.bucket,
      policy: written($util.all([s.logBucket.bucket.arn, sequencers]).apply(([bucket, roles]) => logBucketPolicy(bucket, roles))),
    },
    { dependsOn: s.logBucket.settings },
  );
  new aws.cloudwatch.EventBusPolicy("BusPolicy", {
    eventBusName: e.bus.name,
    policy: written(
      $util
        .all([e.bus.arn, f.webhook.nodes.role.arn, f.project.nodes.role.arn, f.health.nodes.role.arn, rolesOf(APIS), rolesOf(FINDERS)])
        .apply(([bus, role, teller, watcher, apis, reconcilers]) =>
          busPolicy(bus, role, {
            teller,
            watcher,
            apis,
            finders: [...reconcilers, ...config.backfillRoles],
            accounts: config.eventAccounts,
            configurationRoles: config.configurationRoles,
          }),
        ),
    ),
  });

  const account = aws.getCallerIdentityOutput().accountId;
  const signing = (
    name: string,
    keys: Storage["noteKeys"],
    signers: $util.Output<string[]>,
    how: (typeof SIGNING)[keyof typeof SIGNING],
  ) => {
    for (const [at, key] of keys.flatMap((one) => one ?? []).entries())
      new aws.kms.KeyPolicy(`${name}${at === 0 ? "" : at + 1}Policy`, {
        keyId: key.keyId,
        policy: written($util.all([account, signers]).apply(([ours, roles]) => signingKeyPolicy(ours, { signers: roles, ...how }))),
      });
  };
  signing("NoteKey", s.noteKeys, sequencers, SIGNING.note);
  signing("EnvelopeKey", s.envelopeKeys, sealers, SIGNING.envelope);
}
