// Does not compile when `sst` or `aws` silently became `any`: nothing else would then be checked either.
// @ts-expect-error not an option of Queue
new sst.aws.Queue("Canary", { visibilityTimout: "2 minutes" });
// @ts-expect-error not a string
new aws.kms.Key("Canary", { keyUsage: 3 });
