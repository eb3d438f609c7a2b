/** A prompt agent of `kai.yaml` as the runtime makes it. */

import { type AgentDefinition, type NamePattern, parseNamePattern, promptAgent } from '@kai/runtime';
import type { AgentEntry } from '../config/config.ts';

/** Characters of the prompt that stand for a missing summary. */
const SUMMARY_LENGTH_MAX = 120;

export function promptAgentFrom(entry: Extract<AgentEntry, { readonly kind: 'prompt' }>): AgentDefinition {
  const { name, prompt, phrases, model, summary = firstSentence(prompt) } = entry;
  const uses = entry.intents.map(patternFrom);
  return promptAgent({ name, summary, prompt, uses, phrases, ...(model === undefined ? {} : { model }) });
}

function patternFrom(text: string): NamePattern {
  const pattern = parseNamePattern(text);
  // The schema of kai.yaml has let it through.
  if (!pattern.ok) throw new TypeError(`intents: ${pattern.message}`);
  return pattern.value;
}

function firstSentence(prompt: string): string {
  const [first = ''] = prompt.trim().split(/(?<=[.!?])\s|\n/);
  return first.length > SUMMARY_LENGTH_MAX ? `${first.slice(0, SUMMARY_LENGTH_MAX)}…` : first;
}
