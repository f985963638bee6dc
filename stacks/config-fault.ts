export type ConfigErrorCode = "missing" | "malformed" | "too-long";

/** What a deployment's configuration is refused with, before anything is created. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
  readonly code: ConfigErrorCode;
  constructor(code: ConfigErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
