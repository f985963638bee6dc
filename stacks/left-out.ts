/**
 * What the bundler leaves out of the Lambdas: ways to credentials that the SDK loads only where the environment has none, as it has in Lambda
 * (whose runtime brings them, should they be asked for after all).
 */
export const LEFT_OUT_OF_BUNDLES = [
  "@aws-sdk/credential-provider-http",
  "@aws-sdk/credential-provider-ini",
  "@aws-sdk/credential-provider-login",
  "@aws-sdk/credential-provider-process",
  "@aws-sdk/credential-provider-sso",
  "@aws-sdk/credential-provider-web-identity",
  "@smithy/credential-provider-imds",
] as const;
