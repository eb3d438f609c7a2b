import type { ConfigOutcome } from '../../src/config/config.ts';
import { type ConfigSource, configFrom } from '../../src/config/config-from.ts';
import { parseConfigDocument } from '../../src/config/document.ts';
import { printFaults } from '../../src/config/fault.ts';

/** What a kai.yaml with this text becomes on a machine called `hub` that belongs to `Ada`. */
export function configOf(text: string | Uint8Array, more: Partial<ConfigSource> = {}): ConfigOutcome {
  const bytes = typeof text === 'string' ? new TextEncoder().encode(text) : text;
  const parsed = parseConfigDocument(bytes, 'kai.yaml');
  if (!parsed.ok) return parsed;
  return configFrom({
    file: '/home/ada/kai.yaml',
    document: parsed.document,
    environment: {},
    options: {},
    machine: { user: 'Ada', host: 'Hub.local', folder: '/home/ada/work' },
    keys: {},
    ...more,
  });
}

/** The messages about a text that is no configuration, as they are printed. */
export function refusalOf(text: string | Uint8Array, more: Partial<ConfigSource> = {}): string {
  const outcome = configOf(text, more);
  if (outcome.ok) throw new Error('this configuration was accepted');
  return printFaults(outcome.faults);
}
