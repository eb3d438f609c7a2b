/**
 * What the environment says, read once into plain texts. Nothing else of the product looks into `process.env`.
 */

/** The variables that override `kai.yaml`, and what they are for. */
export const VARIABLES = {
  KAI_CONFIG: 'the configuration file',
  KAI_OWNER: 'owner',
  KAI_DEVICE: 'device',
  KAI_DATA: 'data, relative to the working folder',
  KAI_PORT: 'gateway.port',
  KAI_REACH: 'reach',
  KAI_JOURNAL: 'journal',
  KAI_LOG: 'debug, info, warn, error or silent',
  KAI_STATE_HOME: 'the folder that lists running nodes',
} as const;

export type Variable = keyof typeof VARIABLES;

/** An empty variable counts as unset, as shells have it. */
export type Environment = Readonly<Partial<Record<Variable, string>>>;

export function readEnvironment(env: Readonly<Record<string, string | undefined>>): Environment {
  const found: Partial<Record<Variable, string>> = {};
  for (const name of Object.keys(VARIABLES) as Variable[]) {
    const value = env[name];
    if (value !== undefined && value !== '') found[name] = value;
  }
  return found;
}
